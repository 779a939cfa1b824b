"""Several people act and read at once over HTTP: the graph is what an oracle says.

The load is that of `make bench-mixed`, in small; what it takes is measured there.
"""

from contextlib import closing

import pytest
from filled_graphs import Fill, Filled

from bench.crowd.agree import disagreements
from bench.crowd.client import Client
from bench.crowd.load import Load, Size
from bench.crowd.pairs import Act, Between, ends
from graph.actions.notices import News, tell
from graph.store import GraphStore
from village.world import World
from web.app import create_app
from web.serve import serving


def test_a_mixed_load_loses_nothing_doubles_nothing_and_shows_in_the_next_feed(
    any_filled: Filled, derived_village: Fill, village: World
) -> None:
    store = any_filled(derived_village)
    with serving(create_app(store)) as base:
        load = Load(village, base, Size(writes=100, reads=100, clients=4))
        assert load.run(watched=1) == []
        lists = load.lists()
    assert disagreements(load.ledger, store, lists) == []
    assert [each.kind for each in load.beside if each.looks > 1] == []
    assert len(load.samples) == 200 and {each.status // 100 for each in load.samples} <= {2, 4}


def test_the_oracle_sees_what_nobody_did(
    filled: Filled, derived_village: Fill, village: World
) -> None:
    store = filled(derived_village)
    with serving(create_app(store)) as base:
        load = Load(village, base, Size(writes=0, reads=0, clients=2))
        load.run()
        lists = load.lists()
    assert disagreements(load.ledger, store, lists) == []
    author, post = load.hot[0]
    known = {author, *(actor for actor, responded in load.ledger.known if responded == post)}
    who = next(each for each in load.actors if each not in known)
    store.run("load_liked", rows=[{"source": who, "target": post, "at": 1}])
    store.transact(lambda graph: tell(graph, [News(author, "reaction", who, post)], 1))
    store.run("load_blocks", rows=[{"source": who, "target": author, "at": 1}])
    found = "\n".join(disagreements(load.ledger, store, lists))
    for said in ("liked", "likers of", "is told", "and may be", "blocks of"):
        assert said in found, found


def act(who: str, what: str, status: int, state: str | None, began: float, ended: float) -> Act:
    return Act(who, what, status, state, began, ended)


def test_two_who_ask_each_other_at_once_may_come_first_in_either_order() -> None:
    ones = [act("a", "ask", 201, "asked", 0, 2)]
    others = [act("b", "ask", 201, "friends", 1, 3)]
    assert ends(Between(), ones, others) == {Between(friends=True)}
    assert ends(Between(), [act("a", "ask", 201, "asked", 0, 2)], []) == {
        Between(asks=frozenset("a"))
    }


def test_an_answer_that_no_order_explains_leaves_no_end() -> None:
    ones = [act("a", "ask", 201, "asked", 0, 1)]
    assert not ends(Between(), ones, [act("b", "ask", 201, "asks_you", 2, 3)])
    assert not ends(Between(), ones, [act("b", "accept", 409, None, 2, 3)])
    assert not ends(Between(friends=True), [act("a", "unfriend", 404, None, 0, 1)], [])
    early = [act("b", "block", 201, "blocked", 0, 1)]
    assert not ends(Between(), [act("a", "ask", 201, "asked", 2, 3)], early)
    assert ends(Between(), [act("a", "ask", 404, None, 2, 3)], early)


def test_an_action_that_is_refused_for_no_reason_is_a_fault(
    village: World, store: GraphStore
) -> None:
    with serving(create_app(store)) as base:
        load = Load(village, base, Size(clients=2))
        client = Client(load.square, base, load.actors[:1], (0,))
        with closing(client.wire) as wire:
            heard = wire.ask("GET", "/people", {"username": "nobody", "page_size": "x"})
        assert client.refused(heard, {404: True}, "somebody reads")
    assert load.ledger.faults and "for no reason" in load.ledger.faults[0]


@pytest.mark.parametrize("what", ["decline", "withdraw", "unfriend", "unblock", "unmute"])
def test_what_is_taken_back_is_gone(what: str) -> None:
    before = Between(True, frozenset("ab"), frozenset("a"), frozenset("a"))
    (after,) = ends(before, [act("a", what, 200, None, 0, 1)], [])
    assert after != before
