"""A server keeps everybody's lists in memory; it answers as one that reads them one by one."""

import threading
from typing import cast

import numpy as np
import pandas as pd
import pytest
from filled_graphs import Fill, Filled

from feed import filling
from feed.filling import SHARE, Filling
from feed.recommend import Recommender
from feed.remembered import CARD_SECONDS, DERIVED_SECONDS, PEOPLE_SECONDS, Remembered
from feed.request import FeedRequest
from graph.changes import Changes
from graph.errors import StoreUnavailable
from graph.frames import typed
from graph.kept import Kept, kept
from graph.model import KINDS, Row
from graph.queries import candidates as queries
from graph.queries.tables import TextTable
from graph.store import GraphStore
from village.world import NOW, World


class Clock:
    """Time that goes on when it is told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class Counting:
    """A store that counts what is asked of it, and can be broken."""

    def __init__(self, store: GraphStore):
        self.store = store
        self.changes = store.changes
        self.asked: list[str] = []
        self.rounds = 0
        self.broken = False
        self.unread = ""

    def __getattr__(self, name: str) -> object:
        if self.broken:
            raise StoreUnavailable("the graph is away")
        return getattr(self.store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        self.rounds += 1
        return self.store.run(name, **params)

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        if self.broken or name == self.unread:
            raise StoreUnavailable("the graph is away")
        return self.store.frame(name, **params)

    def load(self, file: str, frame: pd.DataFrame) -> None:
        self.store.load(file, frame)

    def run_all(self, calls: list[tuple[str, dict[str, object]]]) -> list[list[Row]]:
        self.rounds += 1
        self.asked += [name for name, _ in calls]
        return self.store.run_all(calls)


class Shared(Counting):
    """One that other processes may write to, as Neo4j."""

    def __init__(self, store: GraphStore):
        super().__init__(store)
        self.changes = Changes(alone=False)


@pytest.fixture
def shared(counting: "Counting") -> Shared:
    return Shared(counting.store)


@pytest.fixture
def counting(filled: Filled, derived_village: Fill) -> Counting:
    return Counting(filled(derived_village))


def test_the_feed_is_the_same_as_without_it(
    any_filled: Filled, derived_village: Fill, village: World
) -> None:
    store = any_filled(derived_village)
    kept, plain = Recommender(store), Recommender(store)
    kept.filling().fill()
    for name in village.tables["users"]["username"][::7]:
        request = FeedRequest(name, page_size=30)
        ours, theirs = kept.feed(request, NOW), plain.feed(request, NOW)
        assert ours.posts and ours.posts == theirs.posts, name


def test_a_page_asks_a_server_in_few_rounds(shared: Shared, village: World) -> None:
    """Who asks; what is around them; the cards; all that is shown; topics' owners; who stays."""
    recommender = Recommender(shared)  # type: ignore[arg-type]
    recommender.filling().fill()
    for name in village.tables["users"]["username"][:30]:
        shared.rounds = 0
        page = recommender.feed(FeedRequest(name, page_size=20), NOW)
        assert any(len(each.reasons) > 1 for each in page.posts)
        assert 3 <= shared.rounds <= 8, name


def test_the_cards_are_those_that_are_read_one_by_one(counting: Counting, village: World) -> None:
    ids = village.tables["posts"]["id"].tolist()
    one, all_at_once = Remembered(counting), Remembered(counting)  # type: ignore[arg-type]
    Filling(counting, lambda: all_at_once).fill()  # type: ignore[arg-type]
    counting.broken = True
    found = all_at_once.cards(all_at_once.places(ids))
    counting.broken = False
    wanted = one.cards(one.places(ids))
    for field in ("there", "popularity", "created_at"):
        np.testing.assert_array_equal(getattr(found, field), getattr(wanted, field))
    for field in ("author", "category", "topic", "project", "group", "tags", "same"):
        ours, theirs = getattr(found, field), getattr(wanted, field)
        assert names(all_at_once, ours) == names(one, theirs), field


def names(remembered: Remembered, codes: "np.ndarray[tuple[int, ...], np.dtype[np.int64]]") -> list:  # type: ignore[type-arg]
    rows = codes.reshape(len(codes), -1).tolist()
    return [sorted(remembered.names(code for code in row if code >= 0)) for row in rows]


def test_a_filled_memory_asks_for_nobodys_lists(counting: Counting, village: World) -> None:
    remembered = Remembered(counting)  # type: ignore[arg-type]
    Filling(counting, lambda: remembered).fill()  # type: ignore[arg-type]
    users = village.tables["users"]["id"].tolist()
    remembered.lists(queries.engaged_by, users)
    remembered.people(queries.friends_of, users)
    assert counting.asked == []
    remembered.lists(queries.engaged_by, [*users[:3], "sv:user:new"])
    assert counting.asked == ["engaged_by"]


def test_each_part_is_read_again_when_its_time_has_come(shared: Shared) -> None:
    clock = Clock()
    remembered = Remembered(shared, clock=clock)  # type: ignore[arg-type]
    keeping = Filling(shared, lambda: remembered, clock)  # type: ignore[arg-type]
    soonest = keeping.fill()
    assert 0.0 < soonest <= CARD_SECONDS / 2
    shared.broken = True
    assert keeping.fill() == soonest  # nothing is due
    clock.now += soonest
    with pytest.raises(StoreUnavailable):
        keeping.fill()


def test_lists_end_some_time_after_the_last_reading(shared: Shared, village: World) -> None:
    clock = Clock()
    remembered = Remembered(shared, clock=clock)  # type: ignore[arg-type]
    Filling(shared, lambda: remembered, clock).fill()  # type: ignore[arg-type]
    user = village.tables["users"]["id"][0]
    clock.now += PEOPLE_SECONDS - 1
    remembered.lists(queries.engaged_by, [user])
    assert shared.asked == []
    clock.now += 1
    remembered.lists(queries.engaged_by, [user])
    assert shared.asked == ["engaged_by"]


def test_where_every_write_is_known_a_list_ends_with_the_write_that_changes_it(
    counting: Counting, village: World
) -> None:
    clock = Clock()
    remembered = Remembered(counting, clock=clock)  # type: ignore[arg-type]
    Filling(counting, lambda: remembered, clock).fill()  # type: ignore[arg-type]
    one, other = village.tables["users"]["id"][:2]
    post = village.tables["posts"]["id"][0]
    clock.now += 1e9
    remembered.lists(queries.engaged_by, [one, other])
    assert counting.asked == []
    counting.run("load_liked", rows=[{"source": one, "target": post, "at": NOW}])
    for _ in range(2):
        found = remembered.lists(queries.engaged_by, [one, other])
        assert remembered.ids(found[0].places[:1]) == [post]
        assert counting.asked == ["engaged_by"]


def test_where_every_write_is_known_only_what_changed_much_is_read_again(
    counting: Counting, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MANY", 2)
    clock = Clock()
    remembered = Remembered(counting, clock=clock)  # type: ignore[arg-type]
    keeping = Filling(counting, lambda: remembered, clock)  # type: ignore[arg-type]
    post, users = village.tables["posts"]["id"][0], village.tables["users"]["id"]
    clock.now += keeping.fill()
    counting.broken = True
    clock.now += keeping.fill()  # nothing is read: nothing changed
    counting.broken = False
    counting.run("load_liked", rows=[{"source": users[0], "target": post, "at": NOW}])
    counting.broken = True
    with pytest.raises(StoreUnavailable):
        keeping.fill()


def test_a_card_that_was_written_to_is_read_again(counting: Counting, village: World) -> None:
    remembered = Remembered(counting)  # type: ignore[arg-type]
    Filling(counting, lambda: remembered).fill()  # type: ignore[arg-type]
    one, other = remembered.places(village.tables["posts"]["id"][:2])
    assert remembered.cards(np.array([one, other])).there.all()
    gone = typed(KINDS["posts"], pd.DataFrame({"id": village.tables["posts"]["id"][:1]}))
    counting.load("posts", gone.assign(deleted=True))
    assert remembered.cards(np.array([one, other])).there.tolist() == [False, True]


def test_a_slow_reading_is_paid_for_by_a_long_pause(shared: Shared) -> None:
    clock = Clock()
    remembered = Remembered(shared, clock=clock)  # type: ignore[arg-type]

    class Slow(Shared):
        def frame(self, name: str, /, **params: object) -> pd.DataFrame:
            clock.now += 2.0
            return self.store.frame(name, **params)

    slow = Slow(shared.store)
    keeping = Filling(slow, lambda: remembered, clock)  # type: ignore[arg-type]
    keeping.fill()
    began = clock.now
    clock.now += keeping.fill()
    assert clock.now - began > SHARE


def test_what_was_read_anew_leaves_nothing_free_behind(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = list[None]()
    monkeypatch.setattr(filling, "give_back", lambda: given.append(None))
    clock, remembered = Clock(), Remembered(counting)  # type: ignore[arg-type]
    keeping = Filling(counting, lambda: remembered, clock)  # type: ignore[arg-type]
    keeping.fill()
    assert len(given) == 1
    clock.now += DERIVED_SECONDS
    keeping.fill()
    assert len(given) == 1  # nobody wrote
    counting.changes.note_all()
    clock.now += DERIVED_SECONDS
    keeping.fill()
    assert len(given) == 2


def test_a_new_memory_is_filled_at_once(counting: Counting, village: World) -> None:
    held = [Remembered(counting)]  # type: ignore[arg-type]
    keeping = Filling(counting, lambda: held[0])  # type: ignore[arg-type]
    keeping.fill()
    held[0] = Remembered(counting)  # type: ignore[arg-type]
    keeping.fill()
    held[0].lists(queries.engaged_by, village.tables["users"]["id"].tolist())
    assert counting.asked == []


def filled_texts(counting: Counting) -> tuple[Kept, Remembered, Filling]:
    """What keeps what it reads, all of it filled, and by what."""
    ours = kept(cast(GraphStore, counting))
    remembered = Remembered(ours)
    keeping = Filling(ours, lambda: remembered)
    keeping.fill()
    return cast(Kept, ours), remembered, keeping


def test_what_pages_show_is_read_too(counting: Counting, village: World) -> None:
    ours, remembered, _ = filled_texts(counting)
    cards = counting.store.frame("whole_cards").query("available and not deleted")
    likeliest, authors = remembered.likeliest()
    assert sorted(likeliest) == sorted(cards["post_id"])
    first = cards.set_index("post_id")[["popularity", "created_at"]].idxmax().tolist()
    assert set(likeliest[:2]) == set(first) and len(set(first)) == 2
    assert set(authors) == set(cards["author_id"].dropna()) and len(authors) == len(set(authors))
    assert len(ours.run("post_contents", post_ids=likeliest)) == len(likeliest)
    assert len(ours.run("user_details", user_ids=authors)) == len(authors)
    assert counting.rounds == 0


def test_lists_do_not_wait_for_what_pages_show(counting: Counting, village: World) -> None:
    counting.unread = "post_contents"
    ours = kept(cast(GraphStore, counting))
    remembered = Remembered(ours)
    keeping = Filling(ours, lambda: remembered)
    with pytest.raises(StoreUnavailable):
        keeping.fill()
    assert keeping.done
    remembered.lists(queries.engaged_by, village.tables["users"]["id"].tolist())
    assert counting.asked == []


def test_words_that_were_written_to_leave_memory(counting: Counting, village: World) -> None:
    post = village.tables["posts"].query("available and not deleted")["id"].iloc[0]
    words = typed(KINDS["posts"], pd.DataFrame({"id": [post], "text": ["No other says this."]}))
    counting.load("posts", words)
    ours, _, keeping = filled_texts(counting)
    (_, table), (row,) = ours._tables["post_contents"], ours.run("post_contents", post_ids=[post])
    assert isinstance(table, TextTable) and b"No other" in table._texts
    assert row["text"] == "No other says this." and counting.rounds == 0
    counting.run("erase_post", post_id=post)
    (row,) = ours.run("post_contents", post_ids=[post])
    assert row["text"] == "" and counting.rounds == 2  # one of which erased it
    keeping.fill()
    assert b"No other" not in table._texts


def test_a_graph_that_is_too_large_is_not_read_whole(
    counting: Counting, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "MOST", 10)
    remembered = Remembered(counting)  # type: ignore[arg-type]
    assert Filling(counting, lambda: remembered).fill() > 0.0  # type: ignore[arg-type]
    remembered.lists(queries.engaged_by, village.tables["users"]["id"][:2].tolist())
    assert counting.asked == ["engaged_by", "engaged_by"]


def test_the_thread_survives_a_graph_that_is_away_and_ends_when_told(counting: Counting) -> None:
    counting.broken = True
    tried = threading.Event()

    def remembered() -> Remembered:
        tried.set()
        return Remembered(counting)  # type: ignore[arg-type]

    keeping = Filling(counting, remembered)  # type: ignore[arg-type]
    keeping.start()
    assert tried.wait(10.0)
    keeping.stop()
    assert "filling" not in {thread.name for thread in threading.enumerate()}
