"""A town with every combination of privacies, whose people, posts and groups bear marks.

A mark (``zqp12q`` for post 12) stands in everything that is told of its bearer: id, name, title,
text, address, details. So whatever an answer tells of somebody, and wherever, is found by a search,
and no text that tells nothing of them is taken for theirs.
"""

import json
import re
from collections import Counter

import numpy as np
import pandas as pd
from shady_village import shady

from graph.model import Tables
from village.world import NOW, World

SOCIABLE = 12
BEASTS = ("heron", "otter", "badger", "newt", "stoat", "plover", "lynx")
"""Words for people to mute: each post says one, and ends with it."""
PRIVACIES = ("public", "friends", "private", None, "hidden from all")
MARK = re.compile(r"zq[upg]\d+q", re.IGNORECASE)
_SHARES = (0.5, 0.2, 0.15, 0.09, 0.06)
_NUMBER = re.compile(r"^sv:(user|post):(\d+)$")


def dark(world: World, seed: int) -> Tables:
    """The shady village, darker and marked."""
    rng = np.random.default_rng(seed)
    tables = dict(shady(world, seed))
    tables["authored"] = tables["authored"].sample(frac=0.88, random_state=seed)
    drawn = {
        file: rng.choice(np.array(PRIVACIES, object), len(tables[file]), p=_SHARES)
        for file in ("users", "posts")
    }
    groups = pd.DataFrame({"id": ["app:group:zqg1q", "app:group:zqg2q"]})
    named = {"g1": "app:group:zqg1q", "g2": "app:group:zqg2q"}
    marked = {file: frame.map(_marked).replace(named) for file, frame in tables.items()}
    told = _circles(
        marked
        | {
            "groups": groups.assign(name=groups["id"].map(mark) + " group"),
            "users": _people(marked["users"]).assign(privacy=drawn["users"]),
            "posts": _posts(marked["posts"]).assign(privacy=drawn["posts"]),
            "topics": _topics(marked["topics"], marked["users"]),
        }
    )
    return _every(told)


def mark(node_id: str) -> str:
    """The mark in the id."""
    (found,) = MARK.findall(node_id)
    return str(found)


def new_post(number: int) -> str:
    """The id of a post that nobody wrote yet."""
    return f"app:post:zqp{number}q"


def written(post_id: str) -> dict[str, str]:
    """What is told of a post, the mark in all of it."""
    own = mark(post_id)
    details = {"slug": f"{own}-slug", "identifier": own, "thumbnail_url": f"https://{own}.example"}
    return {
        "title": f"{own} title",
        "text": f"{own} text {BEASTS[int(own[3:-1]) % len(BEASTS)]}",
        "url": f"https://{own}.example/film",
        "details": json.dumps(details),
    }


def _people(users: pd.DataFrame) -> pd.DataFrame:
    own = users["id"].map(mark)
    details = [json.dumps({"first_name": f"{each} first", "name": f"{each} name"}) for each in own]
    return users.assign(username=own + " name", details=details)


def _posts(posts: pd.DataFrame) -> pd.DataFrame:
    told = pd.DataFrame([written(post_id) for post_id in posts["id"]], index=posts.index)
    return posts.assign(**{name: told[name] for name in told.columns})


def _topics(topics: pd.DataFrame, users: pd.DataFrame) -> pd.DataFrame:
    """Each with an owner of its own, as SocialVerse tells them: by the name alone."""
    owners = users["id"].map(mark).iloc[: len(topics)] + " name"
    details = [json.dumps({"owner": {"username": owner}}) for owner in owners]
    return topics.assign(details=details)


def sociable(tables: Tables) -> list[str]:
    """The people with the most friends."""
    ends = tables["friend"]["source"].tolist() + tables["friend"]["target"].tolist()
    return [
        user for user, _ in sorted(Counter(ends).items(), key=lambda each: (-each[1], each[0]))
    ][:SOCIABLE]


def _circles(tables: dict[str, pd.DataFrame]) -> Tables:
    """Half of the sociable have four friends who hide and like the same: two may be counted alone.

    Of the others one is gone, and one blocks them.
    """
    edges = tables["friend"][["source", "target"]].to_numpy().tolist()
    posts = tables["posts"]["id"][tables["posts"]["privacy"] == "public"].tolist()
    users = tables["users"].set_index("id")
    liked, blocks = list[tuple[str, str]](), list[tuple[str, str]]()
    for place, person in enumerate(sociable(tables)[::2]):
        others = {b if a == person else a for a, b in edges if person in (a, b)}
        friends = sorted(others.difference(sociable(tables)))[:4]
        users.loc[friends, "privacy"] = "private"
        users.loc[friends[0], "active"] = False
        users.loc[friends[1:], "active"] = True
        blocks.append((friends[1], person))
        liked += [(each, post) for each in friends for post in posts[20 * place : 20 * place + 40]]
    return tables | {
        "users": users.reset_index(),
        "liked": _joined(tables["liked"], liked).assign(at=NOW),
        "blocks": _joined(tables["blocks"], blocks),
    }


def _every(tables: Tables) -> Tables:
    """The same with an author of each privacy who has a post of each privacy."""
    users, posts = (tables[file].set_index("id") for file in ("users", "posts"))
    by_author = tables["authored"].drop_duplicates("target").groupby("source")["target"]
    enough = [(len(own), author) for author, own in by_author if len(own) >= len(PRIVACIES)]
    for (_, author), privacy in zip(sorted(enough), PRIVACIES, strict=False):
        users.loc[author, "privacy"] = privacy
        for post, other in zip(by_author.get_group(author), PRIVACIES, strict=False):
            posts.loc[post, "privacy"] = other
    return tables | {"users": users.reset_index(), "posts": posts.reset_index()}


def _joined(frame: pd.DataFrame, pairs: list[tuple[str, str]]) -> pd.DataFrame:
    more = pd.DataFrame(pairs, columns=["source", "target"])
    return pd.concat([frame, more], ignore_index=True).drop_duplicates(["source", "target"])


def _marked(value: object) -> object:
    """``app:post:zqp12q`` for ``sv:post:12``; anything else as it is."""
    found = _NUMBER.match(value) if isinstance(value, str) else None
    if found is None:
        return value
    kind, number = found.groups()
    return f"app:{kind}:zq{kind[0]}{number}q"
