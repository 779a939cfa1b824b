"""Whole tables that look-ups are answered from (`graph.kept`): a row is made when it is asked for.

They hold values and codes, not rows with names: some hundred bytes a post, four or, with a score,
twelve an engagement in each table of engagements, and what is shown as it is written, as far as
there is room (`POSTS_TEXT`, `PEOPLE_TEXT`). What is of all nodes tells of those that are not there,
too: that they have no rows.
"""

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
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

POSTS_TEXT, PEOPLE_TEXT = 48 << 20, 16 << 20
"""Bytes for the texts of posts, and for what sources say of people."""
A_NODE = 200
"""Bytes that a node's id takes where it is looked up, about."""
AT_ONCE = 1_000
"""Nodes of which texts are read at a time: some milliseconds each, for which others wait."""

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

    def __init__(self, key: str, names: Sequence[str]):
        """Hold nothing yet.

        Args:
            key: the answer's column that has the node which a row is of.
            names: the others, all of texts.
        """
        self._key, self._names = key, names
        self._at: dict[str, int] = {}
        self._texts, self._ends = bytearray(), array("Q", [0])
        self._there = bytearray()

    @property
    def size(self) -> int:
        """Bytes that it takes, about."""
        return len(self._texts) + (A_NODE + 9 * len(self._names)) * len(self._at)

    def add(self, frame: pd.DataFrame) -> None:
        """Take rows of further nodes; before anybody else has the table."""
        texts = zip(*(_plain(frame[name]) for name in self._names), strict=True)
        for node, row in zip(whole.shared(frame[self._key]), texts, strict=True):
            self._at[node] = len(self._at)
            for text in row:
                self._texts += b"" if text is None else str(text).encode()
                self._ends.append(len(self._texts))
                self._there.append(text is not None)

    def rows(self, key: str) -> list[Row] | None:
        """The rows of this node; None where it is not known whether it has any."""
        at = self._at.get(key)
        if at is None:
            return None
        first = at * len(self._names)
        row: Row = {self._key: key}
        for place, name in enumerate(self._names, first):
            own = self._texts[self._ends[place] : self._ends[place + 1]]
            row[name] = own.decode() if self._there[place] else None
        return [row]

    def blank(self, keys: Iterable[str]) -> None:
        """Have no word of these nodes any more.

        Who reads one meanwhile may get half of it: look afterwards whether it still held.
        """
        for key in keys:
            at = self._at.pop(key, None)
            if at is not None:
                first, last = at * len(self._names), (at + 1) * len(self._names)
                start, end = self._ends[first], self._ends[last]
                self._texts[start:end] = bytes(end - start)


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


def of_texts(
    store: GraphStore, post_ids: Sequence[str], author_ids: Sequence[str]
) -> dict[str, TextTable]:
    """The tables of what pages show of posts, and of people, as far as there is room.

    Args:
        store: where they are read.
        post_ids: of posts, those first that are shown most.
        author_ids: of people, likewise.
    """
    contents = TextTable("post_id", ("title", "text", "url", "details"))
    details = TextTable("user_id", ("details",))
    _add(contents, POSTS_TEXT, store, "post_contents", "post_ids", post_ids)
    _add(details, PEOPLE_TEXT, store, "user_details", "user_ids", author_ids)
    return {"post_contents": contents, "user_details": details}


def _add(
    table: TextTable, most: int, store: GraphStore, name: str, of: str, ids: Sequence[str]
) -> None:
    """Have a look-up's answers for many nodes, some at a time, until there is no room."""
    for start in range(0, len(ids), AT_ONCE):
        if table.size >= most:
            return
        table.add(store.frame(name, **{of: list(ids[start : start + AT_ONCE])}))


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
    for node, row in zip(whole.shared(frame[key]), rows, strict=True):
        found[node] = (*found.get(node, ()), row)
    return RowTable(names, found)


def _plain(column: pd.Series) -> list[object]:
    """Plain values, None for what is missing; equal texts are one object."""
    if isinstance(column.dtype, pd.StringDtype):
        codes, names = pd.factorize(column)
        texts: list[object] = [*names, None]
        return [texts[code] for code in codes.tolist()]
    if column.dtype == object:
        return [None if each is None else whole.shared(each) for each in column]
    values: list[object] = column.astype(object).where(column.notna(), None).tolist()
    return values
