"""Whole tables that look-ups are answered from (`graph.kept`): a row is made when it is asked for.

They hold columns and codes, not rows: some hundred bytes a post and sixteen an engagement.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from graph.model import Row
from graph.queries import whole
from graph.queries.whole import Lists
from graph.store import GraphStore

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

    def rows(self, key: str) -> list[Row] | None:
        """The rows of this node; None where it was not there."""
        at = self._at.get(key)
        if at is None:
            return None
        start, end = self.lists.starts[at : at + 2].tolist()
        ids, codes = self.lists.targets, self.lists.codes[start:end].tolist()
        scores = self.lists.scores[start:end].tolist()
        return [self.row(ids[code], score) for code, score in zip(codes, scores, strict=True)]


@dataclass(frozen=True)
class RowTable:
    """A query's answers as columns; `key` has the node that a row is of."""

    columns: Mapping[str, Sequence[object]]
    key: str
    hidden: bool = False
    """Whether the key is no column of the answer."""

    @cached_property
    def _at(self) -> Mapping[str, list[int]]:
        found: dict[str, list[int]] = {}
        for at, key in enumerate(self.columns[self.key]):
            found.setdefault(str(key), []).append(at)
        return found

    def rows(self, key: str) -> list[Row] | None:
        """The rows of this node; None where it was not there."""
        at = self._at.get(key)
        return (
            None if at is None else [{name: each[row] for name, each in self._told} for row in at]
        )

    @cached_property
    def _told(self) -> Sequence[tuple[str, Sequence[object]]]:
        return [
            (name, each)
            for name, each in self.columns.items()
            if not (self.hidden and name == self.key)
        ]


Table = ListTable | RowTable


def of_people(store: GraphStore, friends: Lists, engaged: Lists) -> dict[str, Table]:
    """The tables of what people did and whom they know; two lists were read already."""
    return {
        "friends_of": ListTable(friends, lambda user_id, _: {"user_id": user_id}),
        "engaged_with": ListTable(engaged, lambda post_id, at: {"post_id": post_id, "at": int(at)}),
        "responded_to": ListTable(whole.responded(store), lambda post_id, _: {"post_id": post_id}),
        "viewer_context": ListTable(_contexts(store), _context_row),
        "user_cards": _table(store.frame("whole_people"), "user_id"),
        "users_named": _table(store.frame("whole_names"), "name", hidden=True),
    }


def of_posts(cards: pd.DataFrame) -> dict[str, Table]:
    """The table of all posts' cards, as `graph.queries.whole.cards` reads them."""
    return {"post_cards": _table(cards, "post_id")}


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
    return RowTable({name: _plain(frame[name]) for name in frame.columns}, key, hidden)


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
