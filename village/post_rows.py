"""The posts of ``/posts/summary/get``: keys, order and dirt of the 2025 generation."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from village.emotions import SHAPE_SHARES, SHAPES, terms_of
from village.summaries import Film
from village.user_rows import family_name, given_name, portrait
from village.world import World

Row = dict[str, object]

EMPTY_TITLES = 0.36
NO_CATEGORY = 0.02
NO_SUMMARY = 0.046
"""The share of posts, the newest, that are not analysed yet."""
LATER_DIALECT = 0.35
"""The share of summaries in the later producer's key set."""


class PostRows:
    """Post objects by position in the world's posts, oldest first."""

    def __init__(self, world: World) -> None:
        tables = world.tables
        posts = tables["posts"]
        self.frame = posts.assign(number=_numbers(posts["id"]), public=_public(world))
        self.author = tables["authored"].set_index("target")["source"].to_dict()
        self.usernames = tables["users"].set_index("id")["username"].to_dict()
        self.tags = _listed(tables["tagged"])
        self.moods = _listed(tables["evokes"])
        self.category_of = tables["in_category"].set_index("source")["target"].to_dict()
        self.topic_of = tables["about"].set_index("source")["target"].to_dict()
        self.categories = _categories(world)
        self.topics = _topics(world)
        self.counts = {
            name: tables[name]["target"].value_counts().to_dict()
            for name in ("viewed", "liked", "rated")
        }
        self._draw_dirt(world.seed, len(posts))

    def __len__(self) -> int:
        return len(self.frame)

    def _draw_dirt(self, seed: int, posts: int) -> None:
        rng = np.random.default_rng((seed, 1))
        self.no_title = rng.random(posts) < EMPTY_TITLES
        self.no_category = rng.random(posts) < NO_CATEGORY
        self.later = rng.random(posts) < LATER_DIALECT
        shares = np.array(SHAPE_SHARES) / sum(SHAPE_SHARES)
        self.shape = rng.choice(len(SHAPES), posts, p=shares)
        # Every shape, in the earlier dialect, on the first posts: a small village has them all.
        self.shape[: len(SHAPES)] = np.arange(len(SHAPES))
        self.later[: len(SHAPES)] = False
        self.noise = rng.integers(0, 100, (posts, 4)).tolist()
        self.no_summary = np.arange(posts) >= posts * (1 - NO_SUMMARY)

    def rows(self, places: range) -> list[Row]:
        """The post objects at `places`."""
        records = self.frame.iloc[places.start : places.stop].to_dict("records")
        return [self._row(place, post) for place, post in zip(places, records, strict=True)]

    def _row(self, place: int, post: dict[Any, Any]) -> Row:
        id, number = post["id"], int(post["number"])
        author = self.author[id]
        username, author_number = self.usernames.get(author, "gone"), int(author.rpartition(":")[2])
        spread = self.noise[place]
        category = [] if self.no_category[place] else self.categories[self.category_of[id]]
        return {
            "id": number,
            "category": category,
            "topic": self.topics.get(self.topic_of.get(id, ""), []),
            "slug": f"{number:040x}" if place % 2 else f"post-{number}-of-the-village",
            "title": self._title(place, post["title"]),
            "identifier": f"id{number:05d}",
            "comment_count": spread[0] % 4,
            **self._counts(place, id),
            "share_count": spread[1] % 3,
            "bookmark_count": spread[2] % 5,
            "video_link": post["url"],
            "contract_address": "",
            "chain_id": "solana" if place % 20 == 3 else "",
            "chart_url": "",
            "baseToken": {"address": "", "name": "", "symbol": "", "image_url": ""},
            "is_locked": False,
            "created_at": int(post["created_at"]) * 1000 + spread[3],
            "first_name": given_name(author_number),
            "last_name": family_name(author_number),
            "username": username,
            "user_type": "creator" if author_number % 7 == 0 else None,
            "has_evm_wallet": author_number % 4 == 0,
            "has_solana_wallet": False,
            "is_viewed": spread[0] < 5,
            "upvoted": spread[1] < 5,
            "bookmarked": False,
            "is_available_in_public_feed": bool(post["public"]),
            "thumbnail_url": f"https://video.example/thumbs/{number}.jpg",
            "gif_thumbnail_url": f"https://video.example/gifs/{number}.gif" if place % 2 else "",
            "following": False,
            "picture_url": portrait(author_number),
            "post_summary": self._summary(place, post),
            "tags": self._tags(place, id),
            "source_matrix": [],
        }

    def _title(self, place: int, title: str) -> str:
        if self.no_title[place]:
            return ""
        return title + ("", " \N{SPARKLES}", "\nmore below")[(place % 7 == 0) + (place % 70 == 0)]

    def _counts(self, place: int, id: str) -> Row:
        """Counters that disagree with the rows, as the source's do."""
        spread = self.noise[place]
        rated = self.counts["rated"].get(id, 0)
        return {
            "upvote_count": self.counts["liked"].get(id, 0) * 20 + spread[0] % 7,
            "view_count": max(0, self.counts["viewed"].get(id, 0) * 10 + spread[1] - 30),
            "exit_count": spread[2] * 2,
            "rating_count": rated,
            "average_rating": -spread[3] if place % 300 == 5 else spread[3] if rated else place % 4,
        }

    def _tags(self, place: int, id: str) -> list[str]:
        """Nearly always empty; else one text that joins the tags."""
        return ["".join(f"#{tag}" for tag, _ in self.tags[id])] if place % 190 == 11 else []

    def _summary(self, place: int, post: dict[Any, Any]) -> object:
        if self.no_summary[place]:
            return []
        terms = terms_of(self.moods.get(post["id"], ()), place)
        told = SHAPES[self.shape[place]](terms) if terms else None
        film = Film(place, post["text"], self.tags.get(post["id"], ()), terms)
        return film.later() if self.later[place] else film.earlier(told)


def _numbers(ids: "pd.Series[str]") -> "pd.Series[int]":
    return ids.str.rpartition(":")[2].astype("int64")


def _public(world: World) -> "pd.Series[bool]":
    """Whether everyone may see the post: the stricter of its own and its author's privacy."""
    posts, users = world.tables["posts"], world.tables["users"].set_index("id")
    author = posts["id"].map(world.tables["authored"].set_index("target")["source"])
    open_author = author.map(users["privacy"]).fillna("public").eq("public")
    return posts["available"] & posts["privacy"].eq("public") & open_author


def _listed(edges: pd.DataFrame) -> dict[str, Sequence[tuple[str, float]]]:
    """Source id to its (target id, weight) pairs in the table's order."""
    listed: dict[str, list[tuple[str, float]]] = {}
    for source, target, weight in zip(
        edges["source"], edges["target"], edges["weight"], strict=True
    ):
        listed.setdefault(source, []).append((target, weight))
    return dict(listed)


def _categories(world: World) -> dict[str, Row]:
    counts = world.tables["in_category"]["target"].value_counts()
    return {
        id: {
            "id": int(id.rpartition(":")[2]),
            "name": name,
            "count": int(counts.get(id, 0)),
            "description": f"All about {name}. ",
            "image_url": f"https://assets.example/c/{place}.png",
        }
        for place, (id, name) in enumerate(_pairs(world.tables["categories"]))
    }


def _topics(world: World) -> dict[str, Row]:
    counts = world.tables["about"]["target"].value_counts()
    codes = world.tables["topics"].set_index("id")["project_code"]
    users = world.tables["users"]
    reader = users[~users["id"].isin(world.tables["authored"]["source"])].iloc[0]
    owner, username = int(reader["id"].rpartition(":")[2]), reader["username"]
    first, last = given_name(owner), family_name(owner)
    return {
        id: {
            "id": int(id.rpartition(":")[2]),
            "name": name,
            "description": f"What is new in {name}.",
            "image_url": f"https://assets.example/t/{place}.png",
            "slug": f"{place:020x}",
            "is_public": True,
            "project_code": codes[id],
            "posts_count": int(counts.get(id, 0)),
            "language": None,
            "created_at": "2024-02-01 10:00:00",
            "owner": {
                "username": username,
                "first_name": first,
                "last_name": last,
                "name": f"{first} {last}",
                "profile_url": portrait(owner),
                "user_type": "hirer",
            },
        }
        for place, (id, name) in enumerate(_pairs(world.tables["topics"]))
    }


def _pairs(nodes: pd.DataFrame) -> list[tuple[str, str]]:
    return list(zip(nodes["id"], nodes["name"], strict=True))
