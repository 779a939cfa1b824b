"""Whole tables that look-ups are answered from (`graph.kept`): a row is made when it is asked for.

They hold values and codes, not rows with names: some hundred bytes a post, sixteen an engagement in
each table that tells of engagements, and what is shown as it is written, up to `TEXT` bytes. What
is of all nodes tells of those that are not there, too: that they have no rows.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.model import Row
from graph.queries import whole
from graph.queries.whole import Lists
from graph.store import GraphStore

Made = TypeVar("Made")

TEXT = 64 << 20
"""Bytes of posts' contents that are held, and of what sources say of people."""
AT_ONCE = 1_000
"""Nodes of which texts are read at a time: some milliseconds, for which others wait."""
_LIKELIEST = ("popularity", "created_at")
_MISSING = -1
"""In the place of the length of a text that is not there."""

CONTEXT: Sequence[tuple[str, str, str, bool]] = (
    ("friend", "FRIEND", "User", True),
    ("blocks", "BLOCKS", "User", True),
    ("mutes", "MUTES", "User", False),
    ("mutes_tags", "MUTES", "Tag", False),
    ("mutes_words", "MUTES", "Word", False),
    ("member_of", "MEMBER_OF", "Group", False),
    ("interested_in", "INTERESTED_IN", "Tag", False),
    ("hid", "HID", "Post", False),
)
"""What ``viewer_context`` tells: a kind's file, its edge, the label at the other end, and whether
edges that come in are told too."""


@dataclass(frozen=True)
class ListTable:
    """A query's answers for all the nodes that it may start from: the ids at the other ends."""

    lists: Lists
    row: Callable[[str, float], Row]
    """Makes a row of an id and the list's score of it."""

    @cached_property
    def _at(self) -> Mapping[str, int]:
        return {key: at for at, key in enumerate(self.lists.keys)}

    def span(self, key: str) -> slice | None:
        """Where this node's list lies; None where it was not there."""
        at = self._at.get(key)
        return None if at is None else slice(*self.lists.starts[at : at + 2].tolist())

    def rows(self, key: str) -> list[Row]:
        """The rows of this node."""
        span = self.span(key)
        if span is None:
            return []
        ids, codes = self.lists.targets, self.lists.codes[span].tolist()
        scores = self.lists.scores[span].tolist()
        return [self.row(ids[code], score) for code, score in zip(codes, scores, strict=True)]


@dataclass(frozen=True)
class EdgeTable:
    """The answers of ``around_user`` for everybody."""

    of: ListTable
    """The edges' other ends, and what each weighs."""
    types: Sequence[str]
    codes: npt.NDArray[np.int8]
    """Of each edge in the lists: its place among `types`."""

    def rows(self, key: str) -> list[Row]:
        """The rows of this node."""
        span, rows = self.of.span(key), self.of.rows(key)
        if span is None:
            return []
        types = [self.types[code] for code in self.codes[span].tolist()]
        return [{"edge": edge, **row} for edge, row in zip(types, rows, strict=True)]


@dataclass(frozen=True)
class RowTable:
    """A query's answers for all the nodes that they are of."""

    names: Sequence[str]
    """Of the answers' columns."""
    values: Mapping[str, Sequence[tuple[object, ...]]]
    """By node: its rows, as the columns stand."""
    _made: dict[str, object] = field(default_factory=dict, init=False, repr=False, compare=False)

    def rows(self, key: str) -> list[Row]:
        """The rows of this node."""
        return [dict(zip(self.names, row, strict=True)) for row in self.values.get(key, ())]

    def made(self, key: str, make: Callable[[Row], Made]) -> Made | None:
        """What is made of this node's row, once; None where it was not there.

        Args:
            key: the node, which has one row.
            make: always the same.
        """
        found = self._made.get(key)
        if found is None:
            rows = self.rows(key)
            if not rows:
                return None
            found = self._made[key] = make(rows[0])
        return cast(Made, found)


class TextTable:
    """A query's answers for some nodes, a row each: a node's own texts, one after the other."""

    def __init__(self, key: str, frames: Iterable[pd.DataFrame]):
        """Hold what is read, some rows a frame, until it is enough (`TEXT`).

        Args:
            key: the column that has the node which a row is of.
            frames: the answers, those first that are asked for most.
        """
        self._key = key
        self._names: list[str] = []
        self._at: dict[str, int] = {}
        texts, sizes, size = list[bytes](), list[int](), 0
        for frame in frames:
            self._names = list(frame.columns)
            for row in zip(*(_plain(frame[name]) for name in frame.columns), strict=True):
                self._at[str(row[self._names.index(key)])] = len(self._at)
                own = [None if each is None else str(each).encode() for each in row]
                texts += [each or b"" for each in own]
                sizes += [_MISSING if each is None else len(each) for each in own]
                size += sum(map(len, filter(None, own)))
            if size >= TEXT:
                break
        self._texts, self._sizes = b"".join(texts), np.array(sizes, np.int64)
        self._starts = np.cumsum(np.maximum(self._sizes, 0)) - np.maximum(self._sizes, 0)

    def rows(self, key: str) -> list[Row] | None:
        """The rows of this node; None where it is not known whether it has any."""
        at = self._at.get(key)
        if at is None:
            return None
        own = slice(at * len(self._names), (at + 1) * len(self._names))
        spans = zip(self._names, self._starts[own].tolist(), self._sizes[own].tolist(), strict=True)
        return [{name: self._text(start, size) for name, start, size in spans}]

    def _text(self, start: int, size: int) -> str | None:
        return None if size == _MISSING else self._texts[start : start + size].decode()


Table = ListTable | EdgeTable | RowTable | TextTable


def of_people(
    store: GraphStore,
    friends: Lists,
    engaged: Lists,
    signals: Mapping[str, pd.DataFrame],
    edges: bool,
) -> dict[str, Table]:
    """The tables of what people did and whom they know.

    Args:
        store: where the rest is read.
        friends: `whole.befriended`.
        engaged: `whole.engaged`.
        signals: `whole.signals`.
        edges: whether to have what vectors are made of, too.
    """
    people = whole.people(store)
    responded = whole.responded(signals, people)
    return {
        "friends_of": ListTable(friends, lambda user_id, _: {"user_id": user_id}),
        "engaged_with": ListTable(engaged, lambda post_id, at: {"post_id": post_id, "at": int(at)}),
        "engagers": ListTable(whole.engagers(engaged), lambda user_id, _: {"user_id": user_id}),
        "blocks_around": ListTable(whole.blocked(store), lambda user_id, _: {"user_id": user_id}),
        "tag_names": _table(store.frame("export_tags")[["id", "name"]], "id"),
        "responded_to": ListTable(responded, lambda post_id, _: {"post_id": post_id}),
        "viewer_context": ListTable(_contexts(store), _context_row),
        "user_cards": _table(store.frame("whole_people"), "user_id"),
        "users_named": _table(store.frame("whole_names"), "name", hidden=True),
        "stays": _table(store.frame("whole_staying"), "id"),
        "feels": ListTable(whole.felt(store), lambda mood, at: {"mood": mood, "at": int(at)}),
        **(_of_vectors(store, signals, people) if edges else {}),
    }


def _of_vectors(
    store: GraphStore, signals: Mapping[str, pd.DataFrame], people: "pd.Series[str]"
) -> dict[str, Table]:
    """What `graph.queries.around.around_user` asks."""
    by_type = {**signals, "AUTHORED": store.frame("export_authored")}
    lists, types = whole.around(by_type, people)
    edges = ListTable(lists, lambda post_id, weight: {"id": post_id, "weight": weight})
    return {
        "around_user": EdgeTable(edges, list(by_type), types),
        "born_users": _table(store.frame("whole_born"), "id"),
    }


def of_posts(cards: pd.DataFrame) -> dict[str, Table]:
    """The table of all posts' cards, as `graph.queries.whole.cards` reads them."""
    return {"post_cards": _table(cards, "post_id")}


def of_texts(store: GraphStore, cards: pd.DataFrame) -> dict[str, Table]:
    """The tables of what pages show of posts, and of those who wrote these.

    Args:
        store: where they are read.
        cards: of all posts.
    """
    shown = cards[cards["available"].astype("boolean").fillna(True)]
    shown = shown[~shown["deleted"].astype("boolean").fillna(False)]
    # A feed brings what is popular, and what is new.
    ranks = shown[list(_LIKELIEST)].rank(ascending=False, na_option="bottom").min(axis=1)
    shown = shown.iloc[np.argsort(ranks.to_numpy(), kind="stable")]
    posts, people = shown["post_id"], shown["author_id"].dropna().drop_duplicates()
    return {
        "post_contents": TextTable("post_id", _frames(store, "post_contents", "post_ids", posts)),
        "user_details": TextTable("user_id", _frames(store, "user_details", "user_ids", people)),
    }


def _frames(store: GraphStore, name: str, of: str, ids: pd.Series) -> Iterator[pd.DataFrame]:
    """A look-up's answers for many nodes, some at a time."""
    for start in range(0, len(ids), AT_ONCE):
        yield store.frame(name, **{of: ids.iloc[start : start + AT_ONCE].tolist()})


def _contexts(store: GraphStore) -> Lists:
    """By person, the ends of the edges that ``viewer_context`` tells; the score is which kind."""
    parts = []
    for number, (file, _, _, both) in enumerate(CONTEXT):
        edges = whole.edges(store.frame(f"export_{file}")).assign(score=float(number))
        parts.append(edges)
        if both:
            parts.append(edges.rename(columns={"source": "target", "target": "source"}))
    return whole.lists(pd.concat(parts), whole.people(store))


def _context_row(node_id: str, kind: float) -> Row:
    _, edge, label, _ = CONTEXT[int(kind)]
    return {"edge": edge, "label": label, "id": node_id}


def _table(frame: pd.DataFrame, key: str, hidden: bool = False) -> RowTable:
    """The frame by node.

    Args:
        frame: the answers.
        key: the column that has the node which a row is of.
        hidden: whether the key is no column of the answer.
    """
    names = [name for name in frame.columns if not (hidden and name == key)]
    rows = zip(*(_plain(frame[name]) for name in names), strict=True)
    found: dict[str, tuple[tuple[object, ...], ...]] = {}
    for node, row in zip(_plain(frame[key]), rows, strict=True):
        found[str(node)] = (*found.get(str(node), ()), row)
    return RowTable(names, found)


def _plain(column: pd.Series) -> list[object]:
    """Plain values, None for what is missing; equal texts are one object."""
    if isinstance(column.dtype, pd.StringDtype):
        codes, names = pd.factorize(column)
        texts: list[object] = [*names, None]
        return [texts[code] for code in codes.tolist()]
    if column.dtype == object:
        return [None if each is None else list(each) for each in column]
    values: list[object] = column.astype(object).where(column.notna(), None).tolist()
    return values
