"""What people are told, on both engines: once, in order, bounded, taken back and forgotten."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from graph.actions import friendships, mutes, notices, places
from graph.actions.notices import AGAIN, STEP, News
from graph.events.values import MICROSECONDS
from graph.queries.notices import KEPT, KINDS, Inbox, Kind, inbox, inbox_id, who_want
from graph.queries.notices import notices as kept
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN, CAT = (f"app:user:{name}" for name in ("ana", "ben", "cat"))


@pytest.fixture
def three(any_store: GraphStore) -> GraphStore:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": each, **empty} for each in (ANA, BEN, CAT)])
    return any_store


def tell(store: GraphStore, *news: News, at: int = NOW) -> None:
    store.transact(lambda graph: notices.tell(graph, news, at))


def take_back(store: GraphStore, *news: News) -> None:
    store.transact(lambda graph: notices.take_back(graph, news))


def liked(by: str = BEN, post: str = "p1") -> News:
    return News(ANA, "reaction", by, post_id=post)


def said(by: str, comment_id: str) -> News:
    return News(ANA, "comment", by, post_id="p1", comment_id=comment_id)


def told(store: GraphStore, user_id: str = ANA) -> list[tuple[Kind, str]]:
    return [(each.kind, each.actor_id) for each in kept(store, user_id) if not each.gone]


def test_the_same_news_is_one_notice_and_later_news_has_a_greater_number(three: GraphStore) -> None:
    tell(three, liked(), liked(CAT))
    first = kept(three, ANA)
    tell(three, liked(), at=NOW + 5)
    assert kept(three, ANA) == first
    tell(three, News(ANA, "comment", CAT, post_id="p1", comment_id="c1"))
    assert [each.comment_id for each in kept(three, ANA)] == ["c1", "", ""]
    assert inbox(three, ANA).seq == kept(three, ANA)[0].seq
    assert {len(str(each.seq)) for each in kept(three, ANA)} == {16}


def test_numbers_grow_also_when_a_clock_is_behind_and_gaps_say_nothing(three: GraphStore) -> None:
    for number in range(12):
        tell(three, liked(post=f"p{number}"), at=NOW - number)
    numbers = [each.seq for each in reversed(kept(three, ANA))]
    assert [each.post_id for each in reversed(kept(three, ANA))] == [f"p{n}" for n in range(12)]
    gaps = {later - earlier for earlier, later in zip(numbers, numbers[1:], strict=False)}
    assert len(gaps) > 3 and min(gaps) >= 1


def test_the_first_number_of_a_second_is_anywhere_in_its_first_half(
    three: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its distance from the second would tell how much came there that is not told."""
    second = NOW * MICROSECONDS
    for post, at, drawn in (("p1", NOW, 0.0), ("p2", NOW + 1, 1.0), ("p3", NOW + 1, 0.0)):
        monkeypatch.setattr(notices, "randbelow", lambda n, drawn=drawn: int((n - 1) * drawn))
        tell(three, liked(post=post), at=at)
    numbers = {each.post_id: each.seq - second for each in kept(three, ANA)}
    last = MICROSECONDS * 3 // 2 - 1 + STEP - 1
    assert numbers == {"p1": 1, "p2": last, "p3": last + 1}


def test_nobody_is_told_of_their_own_doing_nor_by_whom_they_mute(three: GraphStore) -> None:
    mutes.mute_person(three, ANA, BEN, NOW)
    tell(three, liked(), liked(ANA), News("", "reaction", BEN), liked(CAT))
    assert told(three) == [("reaction", CAT)]


def test_kinds_that_are_not_wanted_are_not_kept(three: GraphStore) -> None:
    in_group = News(ANA, "group_post", BEN, post_id="p1", group_id="g")
    tell(three, liked(), in_group)
    assert told(three) == [("reaction", BEN)]
    after = notices.want(three, ANA, {"reaction": False, "group_post": True}, NOW)
    assert after.settings == inbox(three, ANA).settings == {"reaction": False, "group_post": True}
    tell(three, liked(CAT), in_group)
    assert told(three) == [("group_post", BEN), ("reaction", BEN)]
    assert who_want(three, "group_post", [BEN, ANA, CAT]) == [ANA]
    assert who_want(three, "reaction", [BEN, ANA, CAT]) == [BEN, CAT]
    assert {kind for kind in KINDS if not Inbox().wants(kind)} == {"group_post"}


def test_what_is_done_again_soon_stands_where_it_stood_and_later_is_news(three: GraphStore) -> None:
    tell(three, liked())
    tell(three, liked(CAT))
    (_, before) = kept(three, ANA)
    take_back(three, liked())
    assert told(three) == [("reaction", CAT)]
    tell(three, liked(), at=NOW + 60)
    assert kept(three, ANA)[1] == before
    take_back(three, liked(), liked(post="never told"))
    tell(three, liked(), at=NOW + AGAIN)
    assert told(three) == [("reaction", BEN), ("reaction", CAT)]
    assert inbox(three, ANA).kept == 2


@pytest.fixture
def six(three: GraphStore, monkeypatch: pytest.MonkeyPatch) -> GraphStore:
    """Inboxes of six notices."""
    monkeypatch.setattr(notices, "MOST", 6)
    monkeypatch.setattr(notices, "SPARE", 0)
    monkeypatch.setattr(places, "MOST_REACTIONS", 3)
    monkeypatch.setattr(places, "MOST_REQUESTS", 3)
    return three


def test_an_inbox_is_bounded_and_reactions_displace_no_others(six: GraphStore) -> None:
    tell(six, News(ANA, "friend_request", CAT))
    for number in range(9):
        tell(six, liked(post=f"p{number}"))
    assert told(six)[-1] == ("friend_request", CAT)
    assert [each.post_id for each in kept(six, ANA)][:5] == ["p8", "p7", "p6", "p5", "p4"]
    for number in range(5):
        tell(six, said(CAT, f"c{number}"))
    found = inbox(six, ANA)
    assert (len(kept(six, ANA)), found.kept, found.reactions) == (6, 6, 2)
    assert told(six) == [("comment", CAT)] * 3 + [("reaction", BEN)] * 2 + [("friend_request", CAT)]


def test_who_says_much_displaces_themself_alone(six: GraphStore) -> None:
    tell(six, said(CAT, "c"), liked(CAT), News(ANA, "friend_request", CAT))
    others = kept(six, ANA)
    for number in range(20):
        tell(six, said(BEN, f"b{number}"), at=NOW + number)
    assert kept(six, ANA)[3:] == others
    assert [each.comment_id for each in kept(six, ANA)[:3]] == ["b19", "b18", "b17"]


def test_what_was_taken_back_or_nobody_is_told_any_more_takes_no_place(six: GraphStore) -> None:
    tell(six, said(CAT, "old"), at=NOW - KEPT)
    tell(six, *(said(BEN, f"b{number}") for number in range(4)))
    for number in range(20):
        passing = said(CAT, f"c{number}")
        tell(six, passing, at=NOW + number)
        take_back(six, passing)
    assert sorted(each.comment_id for each in kept(six, ANA) if not each.gone) == [
        f"b{number}" for number in range(4)
    ]
    found = inbox(six, ANA)
    assert (found.kept, found.reactions, len(kept(six, ANA))) == (6, 0, 6)


def test_several_together_displace_no_request_that_waits(six: GraphStore) -> None:
    tell(six, News(ANA, "friend_request", CAT), liked(CAT))
    for number in range(20):
        tell(six, said(f"app:user:other {number}", f"o{number}"), at=NOW + 1 + number)
        tell(six, News(ANA, "friend_request", f"app:user:{number}"), at=NOW + 1 + number)
    assert told(six)[-1] == ("friend_request", CAT)
    assert len(kept(six, ANA)) == 6
    # Nor do requests push out all else.
    assert ("comment", "app:user:other 19") in told(six)


def test_places_come_free_several_at_a_time(
    three: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "MOST", 6)
    monkeypatch.setattr(notices, "SPARE", 3)
    tell(three, *(said(BEN, f"b{number}") for number in range(6)))
    tell(three, liked(CAT), at=NOW + 1)
    assert told(three) == [("reaction", CAT)] + [("comment", BEN)] * 2
    assert (inbox(three, ANA).kept, inbox(three, ANA).seq) == (3, kept(three, ANA)[0].seq)


def test_reading_moves_forward_only_and_not_beyond_what_was_told(three: GraphStore) -> None:
    tell(three, liked(), liked(CAT))
    later, earlier = kept(three, ANA)
    notices.read_up_to(three, ANA, earlier.seq, NOW)
    notices.read_up_to(three, ANA, 1, NOW)
    assert inbox(three, ANA).read_to == earlier.seq
    notices.read_up_to(three, ANA, 2**53, NOW)
    assert inbox(three, ANA).read_to == later.seq
    notices.read(three, ANA, [earlier.id], NOW)
    assert [each.read for each in kept(three, ANA)] == [False, True]


def test_friends_are_told_in_the_very_transaction(three: GraphStore) -> None:
    friendships.ask(three, BEN, ANA, NOW)
    assert told(three) == [("friend_request", BEN)]
    friendships.withdraw(three, BEN, ANA, NOW)
    assert told(three) == []
    friendships.ask(three, BEN, ANA, NOW)
    friendships.accept(three, ANA, BEN, NOW)
    assert (told(three), told(three, BEN)) == ([], [("friend_accepted", ANA)])
    friendships.unfriend(three, BEN, ANA, NOW)
    assert (told(three), told(three, BEN)) == ([], [])
    friendships.ask(three, ANA, BEN, NOW)
    friendships.ask(three, BEN, ANA, NOW)
    assert (told(three), told(three, BEN)) == ([("friend_accepted", BEN)], [])
    friendships.block(three, ANA, BEN, NOW)
    assert (told(three), told(three, BEN)) == ([], [])


def test_what_many_tell_at_once_is_all_there_in_one_order(three: GraphStore) -> None:
    news = [News(who, "reaction", CAT, post_id=f"p{n}") for n in range(15) for who in (ANA, BEN)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(partial(tell, three), news[::2], news[1::2]))
    for who in (ANA, BEN):
        there = kept(three, who)
        assert len({each.seq for each in there}) == len(there) == inbox(three, who).kept == 15


def test_telling_changes_no_feed_of_the_receiver_and_wakes_who_watches(three: GraphStore) -> None:
    mark = three.changes.mark()
    with three.changes.watching(inbox_id(ANA)) as woken:
        tell(three, News(BEN, "reaction", CAT))
        assert not woken.is_set()
        tell(three, liked())
        assert woken.is_set()
        woken.clear()
        three.changes.note_all()
        assert woken.is_set()
    assert three.changes.holds(three.changes.mark(), ANA)
    assert not three.changes.holds(mark, inbox_id(ANA))


def test_who_leaves_leaves_no_notice_behind(three: GraphStore) -> None:
    tell(three, liked(), liked(CAT, "p2"), News(CAT, "reaction", BEN), News(BEN, "reaction", CAT))
    notices.forget(three, BEN, ["p2"], NOW)
    assert [told(three, who) for who in (ANA, BEN, CAT)] == [[], [], []]
    assert inbox(three, BEN) == Inbox()
    tell(three, liked(CAT))
    assert told(three) == [("reaction", CAT)]
