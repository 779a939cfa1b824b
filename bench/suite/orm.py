"""The peer that an app without us has: a Django site's own tables, and its ORM's queries.

The tables and indexes are those that Django 5.2 makes of the usual models (posts with tags,
interests, likes, friendships), in SQLite, and the query is what its ORM sends for::

    def page(posts):
        found = posts.exclude(user=me).exclude(like__user=me)
        return found.annotate(likes_count=Count("like", distinct=True))

    tagged = page(Post.objects.filter(tags__in=Tag.objects.filter(userinterest__user=me)))
    written = page(Post.objects.filter(user__in=friends))
    liked = page(Post.objects.filter(like__user__in=friends))
    tagged.union(written, liked).order_by("-likes_count", "-created_at")[:20]

It is sent as SQL: the time that Python takes for the ORM itself is not counted, which is to the
peer's advantage. The peer lacks the gate (privacy is in no query), reasons, diversity and moods.
"""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pandas as pd

from bench.suite.asking import Asking, asked
from bench.suite.results import ORM, Amount, Figure, Times
from bench.suite.villages import Village
from graph.model import Tables

ENGINE = "sqlite"
TABLES = """
CREATE TABLE auth_user (id integer PRIMARY KEY, username varchar(150) NOT NULL);
CREATE TABLE social_tag (id integer PRIMARY KEY, name varchar(50) NOT NULL UNIQUE);
CREATE TABLE social_post (
    id integer PRIMARY KEY, user_id integer NOT NULL, text text NULL, created_at datetime NOT NULL,
    privacy varchar(10) NOT NULL
);
CREATE TABLE social_post_tags (
    id integer PRIMARY KEY, post_id bigint NOT NULL, tag_id bigint NOT NULL
);
CREATE TABLE social_userinterest (id integer PRIMARY KEY, user_id integer NOT NULL UNIQUE);
CREATE TABLE social_userinterest_tags (
    id integer PRIMARY KEY, userinterest_id bigint NOT NULL, tag_id bigint NOT NULL
);
CREATE TABLE social_like (
    id integer PRIMARY KEY, user_id integer NOT NULL, post_id bigint NOT NULL,
    created_at datetime NOT NULL
);
CREATE TABLE social_friendship (
    id integer PRIMARY KEY, sender_id integer NOT NULL, receiver_id integer NOT NULL,
    status varchar(10) NOT NULL, created_at datetime NOT NULL
);
"""
INDEXES = """
CREATE INDEX social_post_user_id ON social_post (user_id);
CREATE UNIQUE INDEX social_post_tags_uniq ON social_post_tags (post_id, tag_id);
CREATE INDEX social_post_tags_post_id ON social_post_tags (post_id);
CREATE INDEX social_post_tags_tag_id ON social_post_tags (tag_id);
CREATE UNIQUE INDEX social_userinterest_tags_uniq
    ON social_userinterest_tags (userinterest_id, tag_id);
CREATE INDEX social_userinterest_tags_userinterest_id ON social_userinterest_tags (userinterest_id);
CREATE INDEX social_userinterest_tags_tag_id ON social_userinterest_tags (tag_id);
CREATE INDEX social_like_user_id ON social_like (user_id);
CREATE INDEX social_like_post_id ON social_like (post_id);
CREATE INDEX social_friendship_sender_id ON social_friendship (sender_id);
CREATE INDEX social_friendship_receiver_id ON social_friendship (receiver_id);
"""
FRIENDS = """
SELECT U0.id FROM auth_user U0
LEFT OUTER JOIN social_friendship U1 ON (U0.id = U1.sender_id)
LEFT OUTER JOIN social_friendship U3 ON (U0.id = U3.receiver_id)
WHERE ((U1.receiver_id = :me AND U1.status = 'accepted')
    OR (U3.sender_id = :me AND U3.status = 'accepted'))
"""
MY_TAGS = """
SELECT U0.id FROM social_tag U0
INNER JOIN social_userinterest_tags U1 ON (U0.id = U1.tag_id)
INNER JOIN social_userinterest U2 ON (U1.userinterest_id = U2.id) WHERE U2.user_id = :me
"""
COLUMNS = """
SELECT social_post.id AS col1, social_post.user_id AS col2, social_post.text AS col3,
    social_post.created_at AS col4, social_post.privacy AS col5,
    COUNT(DISTINCT social_like.id) AS likes_count
FROM social_post
"""
NOT_SEEN = """
AND NOT (social_post.user_id = :me)
AND NOT (EXISTS(
    SELECT 1 AS a FROM social_like U1
    WHERE (U1.user_id = :me AND U1.post_id = (social_post.id)) LIMIT 1
))
GROUP BY 1, 2, 3, 4, 5
"""
PAGE = f"""
{COLUMNS} INNER JOIN social_post_tags ON (social_post.id = social_post_tags.post_id)
LEFT OUTER JOIN social_like ON (social_post.id = social_like.post_id)
WHERE social_post_tags.tag_id IN ({MY_TAGS}) {NOT_SEEN}
UNION
{COLUMNS} LEFT OUTER JOIN social_like ON (social_post.id = social_like.post_id)
WHERE social_post.user_id IN ({FRIENDS}) {NOT_SEEN}
UNION
{COLUMNS} INNER JOIN social_like ON (social_post.id = social_like.post_id)
WHERE social_like.user_id IN ({FRIENDS}) {NOT_SEEN}
ORDER BY 6 DESC, col4 DESC LIMIT 20
"""


def orm(place: Village, asking: Asking) -> Iterator[Figure]:
    """Fill the site's database, and ask it for everybody's page."""
    file = place.folder / "django.sqlite"
    file.unlink(missing_ok=True)
    with closing(site(file, place.world.tables)) as database:
        took = asked(page_of(database, place.world.tables), asking, ORM)
    yield Times(ORM, ENGINE, place.size, took)
    yield Amount(f"{ORM}: database", ENGINE, place.size, file.stat().st_size / 1e9, "GB")


def page_of(database: sqlite3.Connection, tables: Tables) -> Callable[[str], list[int]]:
    """What gives the numbers of the posts on a viewer's page, by user id."""
    numbers = _numbers(tables["users"]["id"])

    def page(user_id: str) -> list[int]:
        rows = database.execute(PAGE, {"me": int(numbers[user_id])}).fetchall()
        return [row[0] for row in rows]

    return page


def site(file: Path, tables: Tables) -> sqlite3.Connection:
    """The village as a Django site has it: numbers for ids, in the order of the tables."""
    database = sqlite3.connect(file)
    database.executescript(TABLES)
    users, posts, tags = (_numbers(tables[each]["id"]) for each in ("users", "posts", "tags"))
    for table, columns in _rows(tables, users, posts, tags):
        marks = ", ".join("?" * len(columns))
        rows: Iterable[tuple[object, ...]] = zip(
            *(each.astype(object).tolist() for each in columns), strict=True
        )
        database.executemany(f"INSERT INTO {table} VALUES ({marks})", rows)
    database.executescript(INDEXES)
    database.execute("ANALYZE")
    database.commit()
    return database


def _rows(
    tables: Tables, users: "pd.Series[int]", posts: "pd.Series[int]", tags: "pd.Series[int]"
) -> Iterator[tuple[str, list["pd.Series"]]]:
    """Each table's columns; those that the query never looks at are left out of the tables."""
    people, written = tables["users"], tables["posts"]
    yield "auth_user", [people["id"].map(users), people["username"]]
    yield "social_tag", [tables["tags"]["id"].map(tags), tables["tags"]["id"]]
    authors = tables["authored"].set_index("target")["source"]
    post = [written["id"].map(posts), written["id"].map(authors).map(users)]
    yield "social_post", [*post, written["text"], _dates(written["created_at"]), written["privacy"]]
    tagged = tables["tagged"]
    yield "social_post_tags", _pairs(tagged["source"].map(posts), tagged["target"].map(tags))
    interests = tables["interested_in"]
    own = pd.Series(interests["source"].unique()).map(users)
    yield "social_userinterest", [own, own]
    picked = _pairs(interests["source"].map(users), interests["target"].map(tags))
    yield "social_userinterest_tags", picked
    liked, friend = tables["liked"], tables["friend"]
    ends = _pairs(liked["source"].map(users), liked["target"].map(posts))
    yield "social_like", [*ends, _dates(liked["at"])]
    ends = _pairs(friend["source"].map(users), friend["target"].map(users))
    accepted = pd.Series("accepted", index=friend.index)
    yield "social_friendship", [*ends, accepted, _dates(friend["since"])]


def _numbers(ids: "pd.Series[str]") -> "pd.Series[int]":
    return pd.Series(np.arange(1, len(ids) + 1), index=ids)


def _pairs(one: "pd.Series", other: "pd.Series") -> list["pd.Series"]:
    return [pd.Series(np.arange(1, len(one) + 1), index=one.index), one, other]


def _dates(seconds: "pd.Series") -> "pd.Series":
    """As Django writes them in SQLite: text, UTC, without a zone."""
    return pd.to_datetime(seconds, unit="s").dt.strftime("%Y-%m-%d %H:%M:%S")
