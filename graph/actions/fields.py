"""What an action says of a node that events speak of too: heard as the latest word.

As `graph.actions.facts` does for edges: an event of an earlier time, which comes late or again,
must not open what was closed since.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from graph.events.facts import Clock, NodeFact, Value
from graph.events.states import NodeState, as_text, heard, read_state
from graph.events.values import MICROSECONDS
from graph.store import Call, Runs

NOW: Clock = (0, "")
"""Stands for the moment in a fact, until it is known what was heard before."""


def hearing(file: str, node_id: str) -> Call:
    """What is asked before a node is told of: for `Runs.foresee`."""
    return "heard", {"ids": [NodeFact(file, node_id, NOW).key]}


def tell(graph: Runs, file: str, node_id: str, fields: Mapping[str, Value], at: int) -> None:
    """Have fields heard as told at `at`; the caller writes them to the node.

    Args:
        graph: the transaction. It holds the node, which is there when it ends.
        file: the node's kind, as `graph.model.KINDS` names it.
        node_id: which node.
        fields: those of them that events have, by name.
        at: Unix seconds.
    """
    tell_node(graph, NodeFact(file, node_id, NOW, fields), at)


def tell_node(graph: Runs, fact: NodeFact, at: int) -> None:
    """Have all of a fact heard likewise, a post's links too, whatever its clock."""
    rows = graph.run("heard", ids=[fact.key])
    before = read_state(rows[0]["state"]) if rows else None
    assert before is None or isinstance(before, NodeState)
    words = iter(()) if before is None else _before(before, fact)
    latest = max((clock[0] for clock in words), default=-1)
    clock = (max(at * MICROSECONDS, latest + 1), "")
    after = heard(before, replace(fact, clock=clock), known=True)
    row = {"id": fact.key, "at": after.latest // MICROSECONDS, "state": as_text(after)}
    graph.run("hear", rows=[row])


def _before(state: NodeState, fact: NodeFact) -> Iterator[Clock]:
    """When each part of the fact was told before."""
    yield from (clock for name, clock in state.fields.items() if name in fact.fields)
    for file in fact.whole:
        if links := state.links.get(file):
            yield links.whole
            yield from (clock for clock, _ in links.each.values())
