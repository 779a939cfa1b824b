"""One process keeps derived lists up, or another once it is gone; no other changes any."""

from collections.abc import Callable

import pandas as pd
import pytest

from graph.derive.fresh import Fresh
from graph.derive.held import Source
from graph.derive.lease import BEAT, LAPSE, Lease, Lost
from graph.derive.rebuild import derive
from graph.derive.swap import drop, swap
from graph.ingest import ingest_tables
from graph.queries.derivation import derivation
from graph.store import GraphStore, Runs


class Hosts:
    """Processes over one graph, each with a count of seconds of its own."""

    def __init__(self, store: GraphStore):
        self.now, self._store = 0.0, store

    def lease(self, begun: float) -> Lease:
        return Lease(self._store, lambda: begun + self.now)


@pytest.fixture
def hosts(any_store: GraphStore) -> Hosts:
    return Hosts(any_store)


def test_one_has_it_while_it_lives_and_another_once_nothing_was_heard_of_it(hosts: Hosts) -> None:
    one, other = hosts.lease(1e9), hosts.lease(-5e6)
    assert one.look() and not other.look()
    for _ in range(20):
        hosts.now += BEAT
        assert one.look() and not other.look()
    for _ in range(int(LAPSE / BEAT) - 1):  # it is dead from here on
        hosts.now += BEAT
        assert not other.look()
    hosts.now += BEAT
    assert other.look()
    assert one.held and not one.look(), "it only slept, and finds out"
    hosts.now += BEAT
    assert other.look() and not one.look()


def test_who_comes_later_waits_as_long_and_who_lets_it_go_is_waited_for_by_nobody(
    hosts: Hosts,
) -> None:
    one, other, late = (hosts.lease(begun) for begun in (0.0, 100.0, 200.0))
    assert one.look() and not other.look()
    hosts.now += LAPSE - 1
    assert not late.look()
    hosts.now += 1
    assert not late.look() and other.look()
    other.let_go()
    assert not other.held and late.look()
    one.lose()
    one.let_go()
    assert not one.look() and late.look(), "who has it not lets nothing go"


def test_of_two_who_find_it_free_at_once_one_has_it(
    hosts: Hosts, any_store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = hosts.lease(0.0), hosts.lease(0.0)
    transact = type(any_store).transact

    def later(store: GraphStore, work: Callable[[Runs], bool]) -> bool:
        monkeypatch.setattr(type(any_store), "transact", transact)
        assert one.look()
        return bool(transact(store, work))

    monkeypatch.setattr(type(any_store), "transact", later)
    assert not other.look() and one.look()


def test_who_lost_it_changes_no_list_any_more(any_store: GraphStore) -> None:
    tables = {
        "users": pd.DataFrame({"id": ["ann", "ben"]}),
        "posts": pd.DataFrame({"id": ["rye", "oat"], "created_at": 1_000}),
        "liked": pd.DataFrame({"source": ["ann", "ben"], "target": "rye", "at": 2_000}),
    }
    ingest_tables(any_store, tables)
    derive(any_store)
    hosts = Hosts(any_store)
    one, other = hosts.lease(0.0), hosts.lease(0.0)
    assert one.look() and not other.look()
    fresh = Fresh(any_store, keeper=one.name)
    fresh.look()
    any_store.run("load_liked", rows=[{"source": "ann", "target": "oat", "at": 3_000}])
    assert fresh.look()
    hosts.now += LAPSE
    assert other.look()
    with pytest.raises(Lost):
        while fresh.step():
            pass
    assert fresh.changed == 0
    known = derivation(any_store)
    assert known is not None
    chart, run = Source("TOP", "Chart", "popular"), known.run
    before = any_store.run("derived_top_chart", source="popular")
    other_list = [("oat", 5.0)]
    for keeper in (one.name, ""):
        with pytest.raises(Lost):
            swap(any_store, {chart: other_list}, run, keeper)
        with pytest.raises(Lost):
            drop(any_store, {chart: ["rye"]}, run, keeper)
    assert any_store.run("derived_top_chart", source="popular") == before
    taken_over = Fresh(any_store, keeper=other.name)
    taken_over.look()
    while taken_over.step():
        pass
    assert taken_over.changed
    assert swap(any_store, {chart: other_list}, run, other.name).writes == 1
