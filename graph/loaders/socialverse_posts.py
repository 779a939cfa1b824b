"""SocialVerse posts and their authors as rows of the graph."""

from collections import defaultdict
from collections.abc import Mapping

import pandas as pd

from graph.loaders.keywords import post_tags, summary_text
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
MAX_TITLE = 500

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
            self.report.refuse("posts", "no id", where=["SocialVerse /posts/summary/get"])
            return
        post_id, summary = f"sv:post:{number}", record(row.get("post_summary"))
        if (post_id,) in self.tables["posts"]:
            self.report.mend("posts: repeats folded")
        self._node("posts", post_id, **self._post(row, summary))
        self._author(post_id, row)
        self._category(post_id, row.get("category"))
        self._topic(post_id, row.get("topic"))
        tags = post_tags(
            tags=row.get("tags"),
            keywords=summary.get("keywords"),
            topics=_topics(summary),
            title=row.get("title"),
            description=summary.get("description"),
            without=[username(row.get("username"))],
        )
        for tag, weight in tags.items():
            self._node("tags", tag, name=tag)
            self._edge("tagged", post_id, tag, weight=weight)
        for mood, share in mood_weights(summary.get("emotions")).items():
            self._node("moods", mood, name=mood)
            self._edge("evokes", post_id, mood, weight=share)

    def _post(self, row: Row, summary: Row) -> dict[str, object]:
        title = text(row.get("title"), MAX_TITLE)
        created_at = seconds(row.get("created_at"), self.now)
        if created_at is None:
            self.report.mend("time unreadable: posts")
        token = public_fields(record(row.get("baseToken")), TOKEN_FIELDS)
        in_feed = yes(row.get("is_available_in_public_feed"), missing=True)
        return {
            "title": title,
            "text": summary_text(
                description=summary.get("description"),
                keywords=summary.get("keywords"),
                topics=_topics(summary),
                slug=None if title else row.get("slug"),
                without=[username(row.get("username"))],
            ),
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
            self.report.refuse("authored", UNKNOWN_AUTHOR, where=[f"SocialVerse {post_id}"])
            return
        self._edge("authored", user_id, post_id)
        self.author_details[user_id] = as_json(public_fields(row, AUTHOR_FIELDS))

    def _category(self, post_id: str, told: object) -> None:
        category = record(told)
        if (number := self._number("in_category", post_id, told)) is None:
            return
        category_id = f"sv:category:{number}"
        named = name(category.get("name")) or str(number)
        details = as_json(public_fields(category, CATEGORY_FIELDS))
        self._node("categories", category_id, name=named, details=details)
        self._edge("in_category", post_id, category_id)

    def _topic(self, post_id: str, told: object) -> None:
        """Of the topic's owner the username alone: an owner need not be an author."""
        topic = record(told)
        if (number := self._number("about", post_id, told)) is None:
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

    def _number(self, file: str, post_id: str, told: object) -> int | None:
        """The object's own number; one that is there and has none is refused."""
        number = whole(record(told).get("id"))
        if number is None and isinstance(told, dict):
            self.report.refuse(file, "no id", where=[f"SocialVerse {post_id}"])
        return number

    def _node(self, table: str, id: str, **columns: object) -> None:
        self.tables[table][(id,)] = {"id": id, **columns}

    def _edge(self, table: str, source: str, target: str, **columns: object) -> None:
        self.tables[table][source, target] = {"source": source, "target": target, **columns}


def _topics(summary: Row) -> list[object]:
    """What the film is about, in either dialect."""
    return [summary.get("topics_of_video"), summary.get("topics")]
