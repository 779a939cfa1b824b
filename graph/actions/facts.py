"""What an action says of edges: told as an app's events tell it, so that the two never disagree.

What was heard of each fact is kept (`graph.events.states`). An action is heard as the latest word
of its moment, whatever was heard before; an event that is told later stands if it is of a later
time, and one of an earlier time, or told again, changes nothing. An edge and its state are written
in the caller's transaction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from graph.events.facts import Clock, EdgeFact, Value
from graph.events.states import EdgeState, as_text, read_state
from graph.events.values import MICROSECONDS
from graph.store import Call, Runs


@dataclass(frozen=True, slots=True)
class Said:
    """That an edge is there, with these properties, or that it is not there (None)."""

    file: str
    """The edge's kind, as `graph.model.KINDS` names it; no kind that counts its events."""
    source: str
    target: str
    values: Mapping[str, Value] | None
    already: bool = False
    """Whether the graph says so as it is: then only that it was said is written."""


def say(graph: Runs, said: Sequence[Said], at: int) -> None:
    """Write the edges, and that they were said.

    Args:
        graph: the transaction; it holds the people of the edges, so that nobody else speaks of
            the same fact at the same time.
        said: some, each edge once; the nodes at its ends are there.
        at: Unix seconds.
    """
    facts = [_fact(each, at) for each in said]
    rows = graph.run("heard", ids=[fact.key for fact in facts])
    before = {row["id"]: read_state(row["state"]).latest for row in rows}
    states = {fact.key: _state(fact, before.get(fact.key)) for fact in facts}
    graph.run(
        "hear",
        rows=[
            {"id": key, "at": state.latest // MICROSECONDS, "state": as_text(state)}
            for key, state in states.items()
        ],
    )
    for each in said:
        if not each.already:
            _write(graph, each)


def _write(graph: Runs, said: Said) -> None:
    ends = {"source": said.source, "target": said.target}
    if said.values is None:
        graph.run(f"drop_{said.file}", **ends)
    else:
        graph.run(f"load_{said.file}", rows=[{**ends, **said.values}])


def hearing(file: str, source: str, target: str) -> Call:
    """What is asked before an edge is said, or counted, by itself: for `Runs.foresee`."""
    return "heard", {"ids": [EdgeFact(file, source, target, (0, "")).key]}


def facts_there(graph: Runs, keys: Iterable[str]) -> Mapping[str, bool]:
    """Whether the latest word on facts (`EdgeFact.key`) is that the edge is there.

    Those of which nothing was heard are left out; an edge that counts is there.
    """
    rows = graph.run("heard", ids=sorted(set(keys)))
    states = {row["id"]: read_state(row["state"]) for row in rows}
    return {
        key: state.there if isinstance(state, EdgeState) else True for key, state in states.items()
    }


def _fact(said: Said, at: int) -> EdgeFact:
    clock: Clock = (at * MICROSECONDS, "")
    there, values = said.values is not None, said.values or {}
    return EdgeFact(said.file, said.source, said.target, clock, there, values)


def _state(fact: EdgeFact, before: int | None) -> EdgeState:
    """The fact as the latest word, also after events whose clock was ahead of ours."""
    latest = fact.clock[0] if before is None else max(fact.clock[0], before + 1)
    return EdgeState(clock=(latest, ""), there=fact.there, values=dict(fact.values))
