"""What the graph shall say after some events: the rows of the facts that they touched."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from graph.events.facts import FIRST, Clock, EdgeFact, Fact, NodeFact
from graph.events.states import CountState, EdgeState, NodeState, State
from graph.events.values import MICROSECONDS
from graph.model import KINDS, Batch, Kind, NodeKind, key_columns

Key = tuple[str, ...]


class Rows:
    """Collects the rows, there and gone, of each kind."""

    def __init__(self) -> None:
        self._there: dict[str, dict[Key, dict[str, Any]]] = defaultdict(dict)
        self._gone: dict[str, set[Key]] = defaultdict(set)

    def batches(self) -> Iterator[Batch]:
        """One batch a kind of what is there, and one of what is gone."""
        for file, kind in KINDS.items():
            if file in self._there:
                yield Batch(kind, _frame(kind, self._there[file].values()))
            if file in self._gone:
                keys = [dict(zip(key_columns(kind), key, strict=True)) for key in self._gone[file]]
                yield Batch(kind, _frame(kind, keys), removed=True)

    def take(self, facts: Iterable[Fact], states: Mapping[str, State], known: set[str]) -> None:
        """Add what `facts` touched, as their `states` have it in the end.

        Args:
            facts: in any order.
            states: by `Fact.key`, after all of the facts were heard.
            known: ids of nodes that are in the graph.
        """
        for fact in facts:
            state = states[fact.key]
            if isinstance(fact, EdgeFact):
                assert not isinstance(state, NodeState)
                self._edge(fact.file, (fact.source, fact.target), state)
            elif isinstance(state, NodeState) and (state.first or fact.node_id in known):
                self._node(fact, state, fact.node_id in known)

    def _edge(self, file: str, key: Key, state: EdgeState | CountState) -> None:
        if isinstance(state, CountState):
            at, times = state.at // MICROSECONDS, len(state.heard)
            self._put(file, key, {"at": at, "times": times})
        elif state.there:
            self._put(file, key, state.values)
        else:
            self._gone[file].add(key)
        if file in ("interested_in", "mutes_tags") and key in self._there[file]:
            self._tag(key[1])
        if file == "mutes_words" and key in self._there[file]:
            self._put("words", (key[1],), {})

    def _node(self, fact: NodeFact, state: NodeState, known: bool) -> None:
        said = {name: fact.fields[name] for name in fact.fields if _latest(fact, name, state)}
        said |= {
            name: state.marks[name] for name in state.marks if not known or name in fact.fields
        }
        column = FIRST.get(fact.file)
        if column and column not in state.fields and state.ours and state.first is not None:
            said[column] = state.first // MICROSECONDS
        key = (fact.node_id,)
        self._put(fact.file, key, self._there[fact.file].get(key, {}) | said)
        for file, links in state.links.items():
            for target in links.each:
                turned = (target, fact.node_id) if file == "authored" else (fact.node_id, target)
                if links.there(target):
                    self._put(file, turned, {})
                    if file == "tagged":
                        self._tag(target)
                else:
                    self._gone[file].add(turned)

    def _tag(self, tag: str) -> None:
        self._put("tags", (tag,), {"name": tag})

    def _put(self, file: str, key: Key, values: Mapping[str, object]) -> None:
        kind = KINDS[file]
        self._there[file][key] = dict(zip(key_columns(kind), key, strict=True)) | dict(values)


def _latest(fact: NodeFact, name: str, state: NodeState) -> bool:
    latest: Clock = state.fields[name]
    return fact.clock == latest


def _frame(kind: Kind, rows: Iterable[Mapping[str, object]]) -> pd.DataFrame:
    keys = key_columns(kind)
    names = [*keys, *(column.name for column in kind.columns)]
    frame = pd.DataFrame(list(rows), columns=names)
    return frame if isinstance(kind, NodeKind) else frame.sort_values(list(keys))
