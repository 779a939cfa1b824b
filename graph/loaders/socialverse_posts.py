"""SocialVerse posts and their authors as rows of the graph."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import pandas as pd

from graph.loaders.moods import mood_weights
from graph.loaders.socialverse_fields import (
    AUTHOR_FIELDS,
    CATEGORY_FIELDS,
    POST_FIELDS,
    TOKEN_FIELDS,
    TOPIC_FIELDS,
)
from graph.loaders.values import (
    as_json,
    items,
    name,
    public_fields,
    record,
    seconds,
    text,
    username,
    whole,
    yes,
)
from graph.report import LoadReport

UNKNOWN_AUTHOR = "unknown author"
MAX_TITLE, MAX_TEXT = 500, 5000
MAX_KEYWORDS, MAX_TAGS = 8, 12
MAX_TAG_CHARS, MAX_TAG_WORDS = 40, 4
STOP_TAGS = frozenset(
    "the a an and or of to in on video videos clip footage post posts content person people man "
    "woman men women boy girl male female speaker viewer viewers audience individual none unknown "
    "other misc n/a".split()
)
"""Keywords of nearly every film, which say nothing of this one."""

Row = Mapping[str, object]


class PostRows:
    """Collects posts and what they point to; each row a mapping of the graph's columns."""

    def __init__(self, user_of: Mapping[str, str], report: LoadReport, now: float) -> None:
        """`user_of` by username; `now` in Unix seconds: no post is later."""
        self.user_of, self.report, self.now = user_of, report, now
        self.misshapen = False
        """Whether a row was no post."""
        self.tables: dict[str, dict[tuple[str, ...], dict[str, object]]] = defaultdict(dict)
        self.author_details: dict[str, str] = {}
        """User id to the author's public fields, as JSON."""

    def frame(self, table: str) -> pd.DataFrame:
        """What was collected for a table; no row twice, later ones win."""
        return pd.DataFrame(list(self.tables[table].values()))

    def read(self, row: Row | None) -> None:
        """Take one post object in."""
        if row is None or (number := whole(row.get("id"))) is None:
            self.misshapen = True
            self.report.refuse("posts", "no id", where="SocialVerse /posts/summary/get")
            return
        post_id, summary = f"sv:post:{number}", record(row.get("post_summary"))
        if (post_id,) in self.tables["posts"]:
            self.report.mend("posts: repeats folded")
        self._node("posts", post_id, **self._post(row, summary))
        self._author(post_id, row)
        self._category(post_id, record(row.get("category")))
        self._topic(post_id, record(row.get("topic")))
        for tag, weight in read_tags(row.get("tags"), summary.get("keywords")).items():
            self._node("tags", tag, name=tag)
            self._edge("tagged", post_id, tag, weight=weight)
        for mood, share in mood_weights(summary.get("emotions")).items():
            self._node("moods", mood, name=mood)
            self._edge("evokes", post_id, mood, weight=share)

    def _post(self, row: Row, summary: Row) -> dict[str, object]:
        created_at = seconds(row.get("created_at"), self.now)
        if created_at is None:
            self.report.mend("time unreadable: posts")
        token = public_fields(record(row.get("baseToken")), TOKEN_FIELDS)
        in_feed = yes(row.get("is_available_in_public_feed"), missing=True)
        return {
            "title": text(row.get("title"), MAX_TITLE),
            "text": text(summary.get("description"), MAX_TEXT),
            "url": text(row.get("video_link"), 2000),
            "created_at": created_at,
            "available": in_feed and row.get("is_locked") in (None, False, "", "0", "false"),
            "deleted": False,  # a post that comes back is there again
            "details": as_json(public_fields(row, POST_FIELDS) | {"baseToken": token}),
        }

    def _author(self, post_id: str, row: Row) -> None:
        """The API names the author, and only by username."""
        user_id = self.user_of.get(username(row.get("username")))
        if user_id is None:
            self.report.refuse("authored", UNKNOWN_AUTHOR, where=f"SocialVerse {post_id}")
            return
        self._edge("authored", user_id, post_id)
        self.author_details[user_id] = as_json(public_fields(row, AUTHOR_FIELDS))

    def _category(self, post_id: str, category: Row) -> None:
        if (number := whole(category.get("id"))) is None:
            return
        category_id = f"sv:category:{number}"
        named = name(category.get("name")) or str(number)
        details = as_json(public_fields(category, CATEGORY_FIELDS))
        self._node("categories", category_id, name=named, details=details)
        self._edge("in_category", post_id, category_id)

    def _topic(self, post_id: str, topic: Row) -> None:
        """Of the topic's owner the username alone: an owner need not be an author."""
        if (number := whole(topic.get("id"))) is None:
            return
        topic_id = f"sv:topic:{number}"
        owner = {"username": username(record(topic.get("owner")).get("username"))}
        self._node(
            "topics",
            topic_id,
            name=name(topic.get("name")) or str(number),
            project_code=name(topic.get("project_code")) or None,
            details=as_json(public_fields(topic, TOPIC_FIELDS) | {"owner": owner}),
        )
        self._edge("about", post_id, topic_id)

    def _node(self, table: str, id: str, **columns: object) -> None:
        self.tables[table][(id,)] = {"id": id, **columns}

    def _edge(self, table: str, source: str, target: str, **columns: object) -> None:
        self.tables[table][source, target] = {"source": source, "target": target, **columns}


def read_tags(tags: object, keywords: object) -> dict[str, float]:
    """Tag to weight in 0..1: the post's own tags (weight 1), then its heaviest keywords.

    Own tags may come as one text with ``#`` between them; a keyword's weight is 1 to 10.
    """
    own = {
        tag: 1.0
        for item in items(tags)
        for part in text(item, 500).split("#")
        if (tag := _tag(part))
    }
    weighed = sorted(_weighed(items(keywords)), key=lambda pair: (-pair[1], pair[0]))
    found = dict(reversed(weighed))  # of one keyword told twice, the heavier stays
    heaviest = sorted(found.items(), key=lambda pair: (-pair[1], pair[0]))[:MAX_KEYWORDS]
    return dict(list((own | {t: w for t, w in heaviest if t not in own}).items())[:MAX_TAGS])


def _weighed(keywords: Iterable[object]) -> Iterable[tuple[str, float]]:
    for item in keywords:
        told = record(item)
        weight = whole(told.get("weight")) if told else None
        if tag := _tag(told.get("keyword") if told else item):
            yield tag, min(max(5 if weight is None else weight, 1), 10) / 10


def _tag(value: object) -> str:
    """The tag's name, which is its id too; "" for one too long, too short or too common."""
    tag = name(value).lower().strip(" .,;:!?*\"'")
    good = 1 < len(tag) <= MAX_TAG_CHARS and len(tag.split()) <= MAX_TAG_WORDS
    return tag if good and tag not in STOP_TAGS else ""
