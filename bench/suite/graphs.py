"""What is measured of an open graph: its load, what is derived, our feed, and the naive Cypher."""

import time
from collections.abc import Callable, Iterator, Mapping

from bench.feed import pages, recommending
from bench.load import timed
from bench.suite.asking import Asking, asked
from bench.suite.modelled import modelled
from bench.suite.results import DERIVE, FEED, LOAD, NAIVE, NAIVE_OF_ALL, Amount, Figure, Times
from bench.suite.villages import Village
from graph.derive.rebuild import derive
from graph.store import GraphStore

Part = Callable[[GraphStore, Village, Asking], Iterator[Figure]]


def loading(store: GraphStore, place: Village, asking: Asking) -> Iterator[Figure]:
    """A first load of the whole village: checked, compared, written."""
    seconds, written = timed(store, place.world.tables)
    rows = sum(len(frame) for frame in place.world.tables.values())
    yield Amount(LOAD, store.engine, place.size, seconds, "s")
    yield Amount(f"{LOAD}, its writing alone", store.engine, place.size, sum(written.values()), "s")
    yield Amount("rows loaded", store.engine, place.size, rows / seconds, "rows/s")


def deriving(store: GraphStore, place: Village, asking: Asking) -> Iterator[Figure]:
    """All that is derived, made anew."""
    began = time.perf_counter()
    derive(store)
    yield Amount(DERIVE, store.engine, place.size, time.perf_counter() - began, "s")


def feeds(store: GraphStore, place: Village, asking: Asking) -> Iterator[Figure]:
    """Whole requests of our feed: viewer, sources, ranking, gate, diversity, contents, reasons."""
    began = time.perf_counter()
    with recommending(store) as recommender:
        reading = time.perf_counter() - began
        yield Amount("lists of everybody read", store.engine, place.size, reading, "s")
        took = asked(pages(recommender, place.world), asking, f"{FEED}, {store.engine}")
    yield Times(FEED, store.engine, place.size, took)


def naive(store: GraphStore, place: Village, asking: Asking) -> Iterator[Figure]:
    """The recommender of the usual tutorial: who liked what I liked also liked.

    As it is written, over likes; and over all signals, which is what our feed rests on. The peer
    lacks the gate (it shows what its viewer may not see), reasons, diversity, contents but for the
    title, and whoever did nothing gets nothing.
    """
    for what, query in ((NAIVE, "naive_of_likes"), (NAIVE_OF_ALL, "naive_of_engagements")):

        def recommendations(user_id: str, query: str = query) -> object:
            return store.run(query, user_id=user_id)

        took = asked(recommendations, asking, f"{what}, {store.engine}")
        yield Times(what, store.engine, place.size, took)


PARTS: Mapping[str, Part] = {
    "load": loading,
    "derive": deriving,
    "feed": feeds,
    "model": modelled,
    "naive": naive,
}
