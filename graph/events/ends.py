"""Whether the nodes that events speak of are there: an edge to a stranger is refused.

What is taken back needs nobody to be there: it is remembered, so that an older event cannot bring
it about when its ends come later.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

import pandas as pd

from graph.events.facts import EdgeFact, Fact, NodeFact
from graph.model import KINDS, NODES, EdgeKind, NodeKind
from graph.store import GraphStore
from graph.stored import FEW, Stored

Facts = tuple[Fact, ...]
End = tuple[NodeKind, str]

MANY = 5_000
"""Ids beyond which a whole table is read."""
_NODE_OF = {kind.label: kind for kind in NODES}
_FREE = frozenset({"tags", "words"})
"""Tags and words need no event of their own."""


def known_nodes(store: GraphStore, facts: Iterable[Fact]) -> set[str]:
    """The ids of the nodes that `facts` speak of and the graph has."""
    asked: dict[NodeKind, set[str]] = defaultdict(set)
    for fact in facts:
        for kind, node_id in _ends(fact):
            asked[kind].add(node_id)
        if isinstance(fact, NodeFact):
            asked[_file_kind(fact)].add(fact.node_id)
    return {
        node_id
        for kind, ids in asked.items()
        for part in _parts(pd.Series(sorted(ids), dtype="str"))
        for node_id in Stored(store).ids(kind, part)
        if node_id in ids
    }


def _parts(ids: pd.Series) -> Iterator[pd.Series]:
    """In parts that are looked up one by one, unless they are so many that a table is quicker."""
    size = FEW if len(ids) <= MANY else len(ids)
    for start in range(0, len(ids), size):
        yield ids.iloc[start : start + size]


def without_strangers(events: Sequence[Facts], known: set[str]) -> list[str | None]:
    """Why each event is refused, or None; what one brings the others may speak of.

    A node that is brought by a refused event is a stranger too.
    """
    waiting = dict(enumerate(events))
    there = set(known)
    while True:
        taken = {at for at, facts in waiting.items() if _stranger(facts, there) is None}
        there |= {
            fact.node_id
            for at in taken
            for fact in waiting[at]
            if isinstance(fact, NodeFact) and fact.brings
        }
        if not taken:
            break
        waiting = {at: facts for at, facts in waiting.items() if at not in taken}
    reasons: list[str | None] = [None] * len(events)
    for at, facts in waiting.items():
        reasons[at] = _stranger(facts, there)
    return reasons


def _stranger(facts: Facts, there: set[str]) -> str | None:
    for fact in facts:
        for kind, node_id in _ends(fact):
            if node_id not in there:
                return f"unknown {kind.label.lower()}"
    return None


def _ends(fact: Fact) -> Iterator[End]:
    """The nodes that must be there for the fact to hold."""
    if isinstance(fact, EdgeFact):
        kind = KINDS[fact.file]
        assert isinstance(kind, EdgeKind)
        if fact.there:
            yield _NODE_OF[kind.source], fact.source
            yield from _unless_free(_NODE_OF[kind.target], fact.target)
        return
    if fact.tag is not None and fact.tag[1]:
        yield _file_kind(fact), fact.node_id
    for file, ids in fact.whole.items():
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        other = _NODE_OF[kind.source if file == "authored" else kind.target]
        for node_id in ids:
            yield from _unless_free(other, node_id)


def _unless_free(kind: NodeKind, node_id: str) -> Iterator[End]:
    if kind.file not in _FREE:
        yield kind, node_id


def _file_kind(fact: NodeFact) -> NodeKind:
    kind = KINDS[fact.file]
    assert isinstance(kind, NodeKind)
    return kind
