"""What is kept up between rebuilds fades as in a rebuild, however long there is none."""

import contextlib
from collections import Counter
from collections.abc import Callable

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from test_derive_lists import Town, acts, every_source
from test_fresh import brought_up, every_top, kept_up, like, rounded, stored, truth

from graph.derive.champions import RECENT
from graph.derive.clock import Clock, begin
from graph.derive.fresh import LISTS, Fresh
from graph.derive.held import Held, Source
from graph.derive.popularity import HALF_LIFE, popularity
from graph.derive.rebuild import derive, derived
from graph.derive.unheard import unheard
from graph.errors import StoreUnavailable
from graph.ingest import ingest_tables
from graph.queries.derivation import derivation
from graph.queries.export import read_tables
from graph.store import GraphStore, Runs
from village.world import NOW, World

LATER = NOW + HALF_LIFE + 3 * 86_400
"""Than what is derived is as of, by more than a half-life."""
DAY = 86_400


@pytest.fixture(autouse=True)
def one_list_a_transaction(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that there are more moments to end in."""
    monkeypatch.setattr("graph.derive.swap.ROWS", 1)


def keeper(store: GraphStore, now: int = LATER + DAY) -> Fresh:
    """Who keeps derived edges up, at that time."""
    return Fresh(store, wall=lambda: float(now))


def fade(store: GraphStore, village: World) -> tuple[str, str]:
    """The village, derived, and then a like by which all before it is to fade."""
    ingest_tables(store, village.tables)
    derive(store)
    user, post = village.tables["users"]["id"][5], village.tables["posts"]["id"][7]
    like(store, user, post, LATER)
    return user, post


def known_clock(store: GraphStore) -> Clock:
    known = derivation(store)
    assert known is not None
    return Clock(known.engaged_at, known.created_at)


def check_all(store: GraphStore) -> None:
    """Popularity and champions are those of a rebuild as of the moment that the graph tells."""
    wanted = truth(store)
    assert rounded(stored(store, every_top(wanted))) == rounded(every_top(wanted))
    tables = read_tables(store)
    popular = derived(tables, known_clock(store)).popular
    cards = store.run("post_cards", post_ids=tables["posts"]["id"].tolist())
    found = {row["post_id"]: row["popularity"] or 0.0 for row in cards}
    assert found == pytest.approx({each: popular.get(each, 0.0) for each in found}, rel=1e-9)


@settings(max_examples=settings().max_examples // 4)
@given(
    before=st.lists(acts, max_size=15),
    days=st.tuples(st.integers(0, 400), st.integers(0, 400)),
)
def test_what_is_held_and_counted_from_later_is_what_is_read_as_of_then(
    before: list[tuple[object, ...]], days: tuple[int, int]
) -> None:
    town, clock = Town(), Clock(60 * DAY, 60 * DAY)
    for act in before:
        town.do(act)
    held = Held(town.tables(), clock)
    earlier = held.popularity_of(held.posts.names)
    sources, posts = held.count_from(Clock(*(60 * DAY + each * DAY for each in days)))
    assert unheard(held, Held(town.tables(), held.clock)) == set()
    later = held.popularity_of(held.posts.names)
    assert held.posts.some(posts) == [each for each in later if later[each] != earlier[each]]
    assert sources >= {each for each in every_source(town.tables()) if _ranked(each)}


def _ranked(source: Source) -> bool:
    """By scores; new posts are by when they were made."""
    return source.edge == "TOP" and source.id != RECENT


@pytest.mark.parametrize(
    ("latest", "now", "wanted"),
    [
        (Clock(HALF_LIFE - 1, 10), 10**9, Clock(0, 0)),
        (Clock(HALF_LIFE, 10), 10**9, Clock(HALF_LIFE, 10)),
        (Clock(10, HALF_LIFE), 10**9, Clock(10, HALF_LIFE)),
        (Clock(10**9, None), HALF_LIFE + 5, Clock(HALF_LIFE + 5, 0)),
        (Clock(10**9, 10**9), HALF_LIFE - 5, Clock(0, 0)),
        (Clock(None, None), 10**9, Clock(0, 0)),
    ],
)
def test_a_clock_moves_once_something_counts_double_and_to_no_time_to_come(
    latest: Clock, now: int, wanted: Clock
) -> None:
    assert Clock(0, 0).moved(latest, now) == wanted


def test_what_nobody_derived_with_a_time_moves_with_what_has_one() -> None:
    moved = Clock(None, 0).moved(Clock(HALF_LIFE + 1, HALF_LIFE), 10**9)
    assert moved == Clock(HALF_LIFE + 1, HALF_LIFE)
    assert Clock(None, None).moved(Clock(9, 9), 10**9) == Clock(None, None)


def test_who_engages_twenty_years_later_counts_more_than_anybody_and_still_a_number() -> None:
    ids = [str(number) for number in range(5_000)]
    pairs = pd.DataFrame({"user_id": ids, "post_id": "rye", "at": 30 * 365 * DAY})
    (found,) = popularity(pairs.astype({"at": "Int64"}), now=0)
    assert 1e270 < found < 1e300


def test_a_half_life_later_all_of_it_is_as_of_then_and_the_graph_knows(
    any_store: GraphStore, village: World
) -> None:
    _, post = fade(any_store, village)
    fresh = keeper(any_store)
    brought_up(any_store, fresh)
    assert known_clock(any_store).engaged_at == LATER
    check_all(any_store)
    (card,) = any_store.run("post_cards", post_ids=[post])
    assert 1.0 <= card["popularity"] < 20.0
    assert not fresh.look() and fresh.waiting == 0 and fresh.age == 0.0


def test_an_end_at_any_step_is_made_up_for_by_whoever_comes_next(
    store: GraphStore, village: World
) -> None:
    user, _ = fade(store, village)
    for steps in (1, 7, 30):
        fresh = keeper(store)
        assert fresh.look()
        assert all(fresh.step() for _ in range(steps))
        assert known_clock(store).engaged_at != LATER
    like(store, user, village.tables["posts"]["id"][9], LATER - DAY)
    brought_up(store, keeper(store))
    assert known_clock(store).engaged_at == LATER
    check_all(store)


def test_it_comes_to_its_end_beside_writers_who_leave_no_moment_for_it(
    store: GraphStore, village: World
) -> None:
    fade(store, village)
    users, posts = (village.tables[file]["id"].tolist() for file in ("users", "posts"))
    fresh = keeper(store)
    popular_ids = derived(read_tables(store)).popular.index
    untouched = [each for each in posts if each in popular_ids][-1]  # among the last to fade

    def popular() -> float:
        (card,) = store.run("post_cards", post_ids=[untouched])
        return float(card["popularity"])

    before, number = popular(), 0
    while popular() == before:
        like(store, users[number % len(users)], posts[number // len(users)], LATER)
        assert fresh.look() and fresh.step() and fresh.waiting > 0
        number += 1
        assert number < 2_000
    assert popular() == pytest.approx(derived(read_tables(store)).popular[untouched])
    while known_clock(store).engaged_at != LATER:
        like(store, users[number % len(users)], posts[number // len(users)], LATER)
        assert fresh.look() and fresh.step() and fresh.waiting > 0
        number += 1
        assert number < 4_000


def rebuilt(store: GraphStore) -> None:
    derive(store)


def begun(store: GraphStore) -> None:
    begin(store)
    derive(store)


@pytest.mark.parametrize("how", [rebuilt, begun])
def test_a_rebuild_meanwhile_has_the_last_word(
    store: GraphStore, village: World, how: Callable[[GraphStore], None]
) -> None:
    fade(store, village)
    fresh = keeper(store)
    assert fresh.look() and all(fresh.step() for _ in range(5))
    how(store)
    known = derivation(store)
    brought_up(store, fresh)
    assert derivation(store) == known
    check_all(store)


def test_a_second_moment_before_all_is_as_of_the_first_loses_nothing(
    store: GraphStore, village: World
) -> None:
    """A post that came later moves the moment of posts alone: nobody's popularity differs by it."""
    fade(store, village)
    now = [float(LATER + DAY)]
    fresh = Fresh(store, wall=lambda: now[0])
    assert fresh.look()
    while fresh.waiting:
        assert fresh.step()
    assert known_clock(store).engaged_at != LATER, "posts wait still"
    later = LATER + 2 * HALF_LIFE
    ingest_tables(store, {"posts": pd.DataFrame({"id": ["new"], "created_at": [later]})})
    now[0] = float(later + DAY)
    brought_up(store, fresh)
    assert known_clock(store) == Clock(LATER, later)
    check_all(store)


@pytest.mark.parametrize("how", ["ended", "forgot"])
def test_what_was_begun_is_done_also_where_what_began_it_was_taken_back(
    store: GraphStore, village: World, how: str
) -> None:
    user, post = fade(store, village)
    fresh = keeper(store)
    assert fresh.look() and all(fresh.step() for _ in range(30))
    store.run("drop_liked", source=user, target=post)
    if how == "ended":
        fresh = keeper(store)
    else:
        store.changes.note_all()
    brought_up(store, fresh)
    assert known_clock(store).engaged_at == LATER
    check_all(store)
    assert not keeper(store).look()


def test_what_could_not_be_stored_waits_still(
    store: GraphStore, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    fade(store, village)
    fresh, transact, run, calls = keeper(store), store.transact, store.run, Counter[str]()

    def once(name: str) -> None:
        calls[name] += 1
        if calls[name] % 2:
            raise StoreUnavailable("for once")

    def sometimes(work: Callable[[Runs], object]) -> object:
        once("transact")
        return transact(work)

    def asked(name: str, /, **params: object) -> object:
        if name == "fading":
            once(name)
        return run(name, **params)

    monkeypatch.setattr(store, "transact", sometimes)
    monkeypatch.setattr(store, "run", asked)
    able, tries = True, 0
    while able:
        tries += 1
        assert tries < 1_000
        with contextlib.suppress(StoreUnavailable):
            able = fresh.look() and fresh.step()
    monkeypatch.undo()
    assert calls["transact"] > 50 and calls["fading"] == 2
    assert known_clock(store).engaged_at == LATER
    check_all(store)


def test_what_only_faded_is_late_for_nobody(store: GraphStore, village: World) -> None:
    fade(store, village)
    now, ages = [0.0], list[float]()
    fresh = Fresh(store, lambda: now[0], wall=lambda: float(LATER + DAY))
    able = fresh.look()
    while able:
        now[0] += 1.0
        able = fresh.step()
        ages.append(fresh.age)
    assert len(ages) > 3 * LISTS and max(ages[LISTS:]) < 2 * LISTS


def test_what_was_done_in_a_time_to_come_makes_nothing_fade_before_it(
    store: GraphStore, village: World
) -> None:
    fresh = kept_up(store, village)
    clock = known_clock(store)
    fresh = keeper(store, now=NOW + DAY)
    like(store, village.tables["users"]["id"][5], village.tables["posts"]["id"][7], 2 * NOW)
    brought_up(store, fresh)
    assert known_clock(store) == clock
    check_all(store)


def test_what_has_no_time_does_not_fade(store: GraphStore) -> None:
    """And of a graph that has none at all is kept when it was first kept up."""
    now = [1_000_000.0]
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["ann", "ben"]}),
            "posts": pd.DataFrame({"id": ["rye", "oats"]}),
            "tags": pd.DataFrame({"id": ["bread"]}),
            "tagged": pd.DataFrame({"source": ["rye", "oats"], "target": "bread"}),
            "liked": pd.DataFrame({"source": ["ann", "ben"], "target": "rye"}),
        },
    )
    derive(store)
    assert known_clock(store) == Clock(None, None)
    fresh = Fresh(store, wall=lambda: now[0])
    brought_up(store, fresh)
    assert known_clock(store) == Clock(1_000_000, 1_000_000)
    now[0] += 10 * HALF_LIFE
    like(store, "ann", "oats", 1_000_000)
    like(store, "ben", "oats", 1_000_000 + HALF_LIFE)
    for server in (fresh, Fresh(store, wall=lambda: now[0])):
        brought_up(store, server)
        assert known_clock(store) == Clock(1_000_000 + HALF_LIFE, 1_000_000)
        found = store.run("by_tag", tag_id="bread")
        assert [(row["post_id"], row["score"]) for row in found] == [("rye", 2.0), ("oats", 1.5)]
