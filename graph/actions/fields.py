"""What an action says of a node's fields that events speak of too: heard as the latest word.

As `graph.actions.facts` does for edges: an event of an earlier time, which comes late or again,
must not open what was closed since.
"""

from collections.abc import Mapping

from graph.events.facts import NodeFact, Value
from graph.events.states import NodeState, as_text, heard, read_state
from graph.events.values import MICROSECONDS
from graph.store import Runs


def tell(graph: Runs, file: str, node_id: str, fields: Mapping[str, Value], at: int) -> None:
    """Have fields heard as told at `at`; the caller writes them to the node.

    Args:
        graph: the transaction. It holds the node, which is there when it ends.
        file: the node's kind, as `graph.model.KINDS` names it.
        node_id: which node.
        fields: those of them that events have, by name.
        at: Unix seconds.
    """
    rows = graph.run("heard", ids=[f"{file} {node_id}"])
    before = read_state(rows[0]["state"]) if rows else None
    assert before is None or isinstance(before, NodeState)
    told = {} if before is None else before.fields
    latest = max((told[name][0] for name in fields if name in told), default=-1)
    fact = NodeFact(file, node_id, (max(at * MICROSECONDS, latest + 1), ""), fields)
    after = heard(before, fact, known=True)
    row = {"id": fact.key, "at": after.latest // MICROSECONDS, "state": as_text(after)}
    graph.run("hear", rows=[row])
