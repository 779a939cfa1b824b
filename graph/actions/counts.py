"""Edges that count: told as an app's events tell them, so that the two add up to one number.

Each act has a mark of its own, as an event has its id: an act that is told again counts once, also
if its process was killed before it could answer. Marks are kept of as many acts of one person on
one post as `graph.events.states.MOST_TIMES`.
"""

from graph.events.facts import EdgeFact
from graph.events.states import MOST_TIMES, CountState, as_text, digest_of, read_state
from graph.events.values import MICROSECONDS
from graph.store import Runs


def count(
    graph: Runs, file: str, user_id: str, post_id: str, mark: str, at: int, times: int
) -> int:
    """Count one more act; how many there are then.

    Args:
        graph: a transaction that holds the user.
        file: an edge's kind that counts: ``viewed``, ``inspired`` or ``commented``.
        user_id: whose act.
        post_id: on what; both are there.
        mark: the act's own name, as `made_id` makes one.
        at: Unix seconds.
        times: how many there were, as read in the transaction.
    """
    key = _key(file, user_id, post_id)
    state, digest = _state(graph, key), digest_of(mark)
    if digest in state.heard:
        return times
    kept = sorted([*state.heard, digest])[:MOST_TIMES]
    latest = max(state.at, at * MICROSECONDS)
    _keep(graph, key, CountState(at=latest, heard=kept))
    row = {"source": user_id, "target": post_id, "at": latest // MICROSECONDS, "times": times + 1}
    graph.run(f"load_{file}", rows=[row])
    return times + 1


def discount(graph: Runs, file: str, user_id: str, post_id: str, mark: str, times: int) -> int:
    """Take one act back; how many there are then. Arguments as of `count`.

    The edge is gone with the last of them.
    """
    key = _key(file, user_id, post_id)
    state, digest = _state(graph, key), digest_of(mark)
    if digest in state.heard:
        kept = [each for each in state.heard if each != digest]
        _keep(graph, key, CountState(at=state.at, heard=kept))
    if times <= 1:
        graph.run(f"drop_{file}", source=user_id, target=post_id)
        return 0
    row = {"source": user_id, "target": post_id, "at": None, "times": times - 1}
    graph.run(f"load_{file}", rows=[row])
    return times - 1


def _key(file: str, user_id: str, post_id: str) -> str:
    return EdgeFact(file, user_id, post_id, (0, "")).key


def _state(graph: Runs, key: str) -> CountState:
    rows = graph.run("heard", ids=[key])
    found = read_state(rows[0]["state"]) if rows else CountState(at=-1, heard=[])
    assert isinstance(found, CountState)
    return found


def _keep(graph: Runs, key: str, state: CountState) -> None:
    graph.run("hear", rows=[{"id": key, "at": state.at // MICROSECONDS, "state": as_text(state)}])
