"""What a server is asked for sources: all that is not remembered, in one round and in one way."""

import logging
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from filled_graphs import Fill, Filled

from feed.recommend import Recommender
from feed.remembered import Remembered
from feed.request import FeedRequest
from feed.sources import Ask, beginnings, gather
from feed.viewer import viewer_named
from graph.changes import Changes
from graph.errors import StoreUnavailable
from graph.model import Row
from graph.queries import candidates as queries
from graph.store import Call, GraphStore
from village.world import NOW, World


class Far:
    """A store as on a server, which others may write to, and how it is asked."""

    def __init__(self, store: GraphStore):
        self._store = store
        self.changes = Changes(alone=False)
        self.asked: list[tuple[str, ...]] = []
        self.before: Callable[[Sequence[Call]], object] = len

    def __getattr__(self, name: str) -> object:
        return getattr(self._store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        (rows,) = self.run_all([(name, params)])
        return rows

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        if not calls:
            return []
        self.before(calls)
        self.asked.append(tuple(dict.fromkeys(name for name, _ in calls)))
        return self._store.run_all(calls)


@pytest.fixture
def far(filled: Filled, derived_village: Fill) -> Far:
    return Far(filled(derived_village))


@pytest.fixture
def asks(far: Far, village: World) -> Iterator[Callable[[str], Ask]]:
    """What somebody asks; all share what is remembered."""
    remembered = Remembered(far)  # type: ignore[arg-type]

    def ask(name: str) -> Ask:
        store: GraphStore = far  # type: ignore[assignment]
        viewer = viewer_named(store, name)
        far.asked.clear()
        return Ask(store, remembered, viewer, FeedRequest(name, mood="happy"), None, NOW)

    yield ask


@pytest.fixture
def names(village: World) -> list[str]:
    users = village.tables["users"]
    found: list[str] = users.loc[users["active"], "username"].tolist()
    return found[::9]


def found(ask: Ask) -> object:
    with ThreadPoolExecutor(1) as workers:
        gathered = gather(ask, workers)
    assert not gathered.degraded
    return {
        name: dict(zip(ask.remembered.ids(hits.places), hits.scores.tolist(), strict=True))
        for name, hits in gathered.by_source.items()
    }


def test_sources_find_what_they_find_alone_in_fewer_rounds(
    far: Far, asks: Callable[[str], Ask], names: list[str]
) -> None:
    fewer = 0
    for name in names:
        ask = asks(name)
        told, rounds = found(ask), len(far.asked)
        forgetful = Remembered(far, patience=0.0)  # type: ignore[arg-type]
        far.asked.clear()
        assert found(replace(ask, remembered=forgetful, joined={})) == told
        fewer += rounds < len(far.asked)
    assert fewer > len(names) / 2


def test_a_round_is_put_together_the_same_way_whatever_is_lacking(
    far: Far, asks: Callable[[str], Ask], names: list[str]
) -> None:
    """A server makes a plan for each way."""
    ways = set()
    for name in names:
        ask = asks(name)
        ask.remembered.read_ahead(beginnings(ask), ask.history)
        ways.update(far.asked)
        far.asked.clear()
        ask.remembered.read_ahead(beginnings(ask), ask.history)
        assert far.asked == []  # all of it is remembered
        far.changes.note([str(ask.viewer.user_id)])
        ask.remembered.read_ahead(beginnings(ask), ask.history)
    assert len(ways) == 1
    (way,) = ways
    assert {"near_people", "similar_posts", "by_tag", "by_chart", "post_cards"} <= set(way)


def test_after_a_like_only_what_it_may_have_changed_is_asked_for(
    far: Far, asks: Callable[[str], Ask], names: list[str]
) -> None:
    ask = next(each for each in map(asks, names) if each.history)
    liked, before = ask.history[0], found(ask)
    seen: list[Call] = []
    far.before = seen.extend
    far.asked.clear()
    far.changes.note([str(ask.viewer.user_id), liked])
    assert found(replace(ask, joined={})) == before
    assert len(far.asked) == 1
    real = {(name, *map(str, params.values())) for name, params in seen}
    assert ("near_people", str(ask.viewer.user_id)) in real and ("similar_posts", liked) in real
    assert ("post_cards", str([liked])) in real
    assert {name for name, key in real if key not in ("", "[]")} <= {
        "near_people",
        "similar_posts",
        "post_cards",
        "friends_of",
    }


def test_what_is_written_while_it_is_read_is_read_again(
    far: Far, asks: Callable[[str], Ask], names: list[str]
) -> None:
    ask = asks(names[0])
    user_id = str(ask.viewer.user_id)
    far.before = lambda calls: far.changes.note([user_id])
    ask.remembered.read_ahead(beginnings(ask), ask.history)
    far.before, before = len, len(far.asked)
    ask.remembered.weighed(queries.near_people, [user_id])
    assert far.asked[before:] == [("near_people",)]


def test_where_the_round_fails_each_source_asks_and_fails_by_itself(
    far: Far, asks: Callable[[str], Ask], names: list[str], caplog: pytest.LogCaptureFixture
) -> None:
    def fails(calls: Sequence[Call]) -> None:
        if any(name == "near_people" for name, _ in calls):
            raise StoreUnavailable("the graph is away")

    ask = asks(names[0])
    far.before = fails
    with caplog.at_level(logging.INFO), ThreadPoolExecutor(1) as workers:
        gathered = gather(ask, workers)
    assert gathered.degraded == ("near",) and len(gathered.hits("popular").places)
    assert "nothing is read ahead, each source asks by itself" in caplog.text


def test_an_engine_in_this_process_is_asked_as_ever(
    filled: Filled, derived_village: Fill, village: World
) -> None:
    counted = Far(filled(derived_village))
    counted.changes = Changes(alone=True)
    remembered = Remembered(counted)  # type: ignore[arg-type]
    user_id = village.tables["users"]["id"][0]
    wanted = [(queries.near_people, [user_id]), (queries.friends_of, [user_id])]
    remembered.read_ahead(wanted, [])
    assert counted.asked == []


def test_every_way_in_which_sources_ask_was_rehearsed(
    far: Far, asks: Callable[[str], Ask], names: list[str]
) -> None:
    """So that no request waits for a plan of it."""
    Remembered(far).rehearse()  # type: ignore[arg-type]
    rehearsed, ways = set(far.asked), set[tuple[str, ...]]()
    for name in [*names, "somebody new"]:
        ask = asks(name)
        found(ask)
        far.changes.note([str(ask.viewer.user_id), *ask.history[:1]])
        found(replace(ask, joined={}))
        ways.update(far.asked)
    assert ways <= rehearsed and len(ways) > 3


def test_a_server_that_cannot_be_asked_is_served_from_without_a_rehearsal(
    far: Far, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(calls: Sequence[Call]) -> None:
        raise StoreUnavailable("the graph is away")

    recommender = Recommender(far)  # type: ignore[arg-type]
    far.before = fails
    recommender.rehearse()
    assert "lists are not rehearsed, so the first pages will take longer" in caplog.text
