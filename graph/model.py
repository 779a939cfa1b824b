"""What the graph is made of: its kinds of node and edge, and a batch of rows of one kind.

The kinds are data, not classes, so that a loader, the exchange folder, the store and the
training side all speak of the same columns. Times are integer Unix seconds, UTC; ids are
strings with their source in front (``sv:post:12``), so that two sources can both start at 1.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd

Row = dict[str, Any]
"""One row of a query's answer, or of a batch: plain Python values by name."""

ColumnType = Literal["string", "int", "float", "bool", "strings"]

PUBLIC = "public"
PRIVACIES = (PUBLIC, "friends", "private")
"""Who may see a profile or a post: everyone, accepted friends, or its owner alone."""


@dataclass(frozen=True)
class Column:
    """One property of a node or an edge; null where the source does not say."""

    name: str
    type: ColumnType


@dataclass(frozen=True)
class NodeKind:
    """A node label, the file it travels in, and its properties beside ``id``."""

    label: str
    file: str
    columns: tuple[Column, ...] = ()


@dataclass(frozen=True)
class EdgeKind:
    """An edge type between two labels, the file it travels in, and its properties.

    ``signal`` marks what a user does with a post: the links that the model learns.
    """

    type: str
    file: str
    source: str
    target: str
    columns: tuple[Column, ...] = ()
    signal: bool = False


Kind = NodeKind | EdgeKind


@dataclass(frozen=True)
class Batch:
    """Rows of one kind, as loaders make them and `graph.ingest` writes them.

    A node's frame has ``id``, an edge's ``source`` and ``target``; then the kind's columns, each
    of which may be missing from the frame.
    """

    kind: Kind
    frame: pd.DataFrame
    removed: bool = False
    """Whether the source takes these rows back: edges are deleted, users made inactive, posts
    marked deleted. Key columns are enough."""


@dataclass(frozen=True)
class Snapshot:
    """What a source told completely, so that what it has no more is gone from the graph too.

    Users and posts that it has no more are marked (inactive, deleted) and keep their edges. An
    edge that it has no more while both its ends are still there was taken back, and is deleted;
    one that leads to what is not of the source, it never told.
    """

    prefix: str
    """What the source's ids begin with: ``sv:``."""
    files: frozenset[str]
    """The kinds that were told as a whole; one that came in part is left out."""
    most_gone: float = 0.5
    """Share of a kind's users or posts beyond which the source is not believed."""


Tables = Mapping[str, pd.DataFrame]
"""A whole graph in memory: a frame a kind, keyed by `NodeKind.file` or `EdgeKind.file`."""

NAME = Column("name", "string")
AT = Column("at", "int")
TIMES = Column("times", "int")
DESCRIPTION = Column("description", "string")
CREATED_AT = Column("created_at", "int")
DETAILS = Column("details", "string")
"""The source's own public fields as one JSON object, shown in answers as they came."""

NODES: tuple[NodeKind, ...] = (
    NodeKind(
        "User",
        "users",
        (
            Column("username", "string"),
            Column("joined_at", "int"),
            Column("privacy", "string"),
            Column("active", "bool"),
            DETAILS,
        ),
    ),
    NodeKind(
        "Post",
        "posts",
        (
            Column("title", "string"),
            Column("text", "string"),
            Column("url", "string"),
            Column("created_at", "int"),
            Column("privacy", "string"),
            Column("available", "bool"),
            Column("deleted", "bool"),
            DETAILS,
        ),
    ),
    NodeKind("Tag", "tags", (NAME,)),
    NodeKind("Category", "categories", (NAME, DETAILS)),
    NodeKind("Mood", "moods", (NAME,)),
    NodeKind("Topic", "topics", (NAME, Column("project_code", "string"), DETAILS)),
    NodeKind(
        "Group",
        "groups",
        (
            NAME,
            Column("privacy", "string"),
            DESCRIPTION,
            Column("joining", "string"),
            CREATED_AT,
            Column("deleted", "bool"),
        ),
    ),
    NodeKind(
        "Event",
        "events",
        (
            NAME,
            Column("privacy", "string"),
            DESCRIPTION,
            AT,
            Column("until", "int"),
            Column("place", "string"),
            CREATED_AT,
            Column("cancelled", "bool"),
            Column("host_id", "string"),
            Column("group_id", "string"),
        ),
    ),
    NodeKind("Word", "words"),
    NodeKind(
        "Comment",
        "comments",
        (
            Column("text", "string"),
            Column("created_at", "int"),
            Column("edited_at", "int"),
            Column("deleted", "bool"),
        ),
    ),
)

EDGES: tuple[EdgeKind, ...] = (
    EdgeKind("AUTHORED", "authored", "User", "Post"),
    EdgeKind("TAGGED", "tagged", "Post", "Tag", (Column("weight", "float"),)),
    EdgeKind("IN_CATEGORY", "in_category", "Post", "Category"),
    EdgeKind("EVOKES", "evokes", "Post", "Mood", (Column("weight", "float"),)),
    EdgeKind("ABOUT", "about", "Post", "Topic"),
    EdgeKind("POSTED_IN", "posted_in", "Post", "Group"),
    EdgeKind("SHARES", "shares", "Post", "Post"),
    EdgeKind("INTERESTED_IN", "interested_in", "User", "Tag"),
    EdgeKind("FRIEND", "friend", "User", "User", (Column("since", "int"),)),
    EdgeKind("ASKED", "asked", "User", "User", (AT,)),
    EdgeKind("BLOCKS", "blocks", "User", "User", (AT,)),
    EdgeKind("MUTES", "mutes", "User", "User", (AT,)),
    EdgeKind("MUTES", "mutes_tags", "User", "Tag", (AT,)),
    EdgeKind("MUTES", "mutes_words", "User", "Word", (AT,)),
    EdgeKind("MEMBER_OF", "member_of", "User", "Group", (Column("role", "string"),)),
    EdgeKind("FEELS", "feels", "User", "Mood", (AT,)),
    EdgeKind("ASKED_TO_JOIN", "asked_to_join", "User", "Group", (AT,)),
    EdgeKind("INVITED_TO", "invited_to", "User", "Group", (AT,)),
    EdgeKind("ATTENDS", "attends", "User", "Event", (Column("role", "string"),)),
    EdgeKind("VIEWED", "viewed", "User", "Post", (AT, TIMES), signal=True),
    EdgeKind("LIKED", "liked", "User", "Post", (AT,), signal=True),
    EdgeKind("INSPIRED", "inspired", "User", "Post", (AT, TIMES), signal=True),
    EdgeKind("RATED", "rated", "User", "Post", (AT, Column("percent", "int")), signal=True),
    EdgeKind("REACTED", "reacted", "User", "Post", (AT, Column("kind", "string")), signal=True),
    EdgeKind("COMMENTED", "commented", "User", "Post", (AT, TIMES), signal=True),
    EdgeKind("SHARED", "shared", "User", "Post", (AT,), signal=True),
    EdgeKind("HID", "hid", "User", "Post", (AT,)),
    EdgeKind("WROTE", "wrote", "User", "Comment"),
    EdgeKind("ON", "comment_on", "Comment", "Post"),
    EdgeKind("ANSWERS", "answers", "Comment", "Comment"),
)

ALL_KINDS: tuple[Kind, ...] = NODES + EDGES
KINDS: Mapping[str, Kind] = {kind.file: kind for kind in ALL_KINDS}
NAME_NODE = NodeKind("Name", "names")
NAMING = EdgeKind("NAMES", "naming", "Name", "User")
STORED: Mapping[str, Kind] = {kind.file: kind for kind in (*ALL_KINDS, NAME_NODE, NAMING)}
"""What a store keeps: the kinds of the exchange format, and the look-up of names made of them."""
SIGNALS: tuple[EdgeKind, ...] = tuple(edge for edge in EDGES if edge.signal)


def word_id(told: str) -> str:
    """The id of a muted word or phrase: compatibility forms and case folded, single blanks."""
    folded = unicodedata.normalize("NFKC", told).casefold()
    return " ".join(unicodedata.normalize("NFKC", folded).split())


def key_columns(kind: Kind) -> tuple[str, ...]:
    """The columns that name a row of this kind: ``("id",)`` or ``("source", "target")``."""
    return ("id",) if isinstance(kind, NodeKind) else ("source", "target")
