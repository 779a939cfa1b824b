"""Whom a viewer may ask, block and see in lists; and what nobody is told of who hides."""

from collections.abc import Callable

import pytest
from circle import id_of, viewer

from graph.errors import Contradiction, NotThere
from graph.queries.friendships import Between
from graph.store import GraphStore
from social import acquaintances, friendships
from social.acquaintances import Acquaintance
from social.friendships import Standing

NOW = 1_760_000_000
Act = Callable[..., Standing]
EVERY: tuple[Act, ...] = (
    friendships.ask,
    friendships.accept,
    friendships.decline,
    friendships.withdraw,
    friendships.unfriend,
    friendships.block,
    friendships.unblock,
)
UNDO = (friendships.decline, friendships.withdraw, friendships.unfriend, friendships.unblock)


def do(store: GraphStore, name: str, act: Act, told: str, now: int = NOW) -> Standing:
    return act(store, viewer(store, name), told, now)


def befriend(store: GraphStore, one: str, other: str) -> None:
    do(store, one, friendships.ask, other)
    do(store, other, friendships.accept, one)


def names(shown: tuple[Acquaintance, ...]) -> list[str | None]:
    return [each.profile.person.card.username if each.profile else None for each in shown]


@pytest.mark.parametrize("act", EVERY)
@pytest.mark.parametrize(
    "told", ["nobody", "app:user:99", "gus", id_of("gus"), id_of("eve"), id_of("fay"), "ben"]
)
def test_nobody_the_inactive_the_hidden_by_id_and_a_blocker_look_alike(
    people: GraphStore, act: Act, told: str
) -> None:
    if told == "ben":
        do(people, "ben", friendships.block, "ana")
    with pytest.raises(NotThere):
        do(people, "ana", act, told)
    with pytest.raises(NotThere):
        friendships.standing(people, viewer(people, "ana"), told)


def test_who_hides_may_be_asked_by_their_exact_name_and_stays_hidden(people: GraphStore) -> None:
    for name in ("eve", "fay"):
        done = do(people, "ana", friendships.ask, name)
        assert (done.profile, done.between) == (None, Between(asked=NOW))
        again = do(people, "ana", friendships.withdraw, id_of(name))
        assert again.between == Between()
        with pytest.raises(NotThere):
            do(people, "ana", friendships.withdraw, id_of(name))


def test_who_asks_shows_themself_to_whom_they_ask_until_that_ends(people: GraphStore) -> None:
    for name in ("eve", "fay"):
        do(people, name, friendships.ask, "ana")
        shown = friendships.standing(people, viewer(people, "ana"), id_of(name)).profile
        assert shown is not None and shown.person.card.username == name
        do(people, name, friendships.withdraw, "ana")
        with pytest.raises(NotThere):
            friendships.standing(people, viewer(people, "ana"), id_of(name))


def test_a_friend_sees_a_profile_for_friends_at_once_and_a_private_one_never(
    people: GraphStore,
) -> None:
    for name, seen in (("fay", True), ("eve", False)):
        do(people, "ana", friendships.ask, name)
        do(people, name, friendships.accept, "ana")
        now = friendships.standing(people, viewer(people, "ana"), name)
        assert (now.profile is not None) is seen
        assert now.between == Between(friends=NOW)
    page = acquaintances.friends(people, viewer(people, "ana"), None, None, 10)
    assert sorted(map(str, names(page.shown))) == ["None", "fay"]
    assert do(people, "ana", friendships.unfriend, id_of("eve")).between == Between()


def test_accepting_tells_at_once_what_a_friend_sees(people: GraphStore) -> None:
    do(people, "fay", friendships.ask, "ana")
    done = do(people, "ana", friendships.accept, "fay")
    assert done.profile is not None and done.before == Between(asking=NOW)


@pytest.mark.parametrize("act", [friendships.ask, friendships.accept, friendships.block])
@pytest.mark.parametrize("told", ["ana", id_of("ana")])
def test_nobody_does_this_to_themself(people: GraphStore, act: Act, told: str) -> None:
    with pytest.raises(Contradiction, match="you are one"):
        do(people, "ana", act, told)


def test_asking_whom_one_blocks_is_refused_with_the_way_out(people: GraphStore) -> None:
    do(people, "ana", friendships.block, "ben")
    with pytest.raises(Contradiction, match="unblock them first"):
        do(people, "ana", friendships.ask, "ben")


def test_accepting_who_did_not_ask_is_refused_where_they_may_be_seen(people: GraphStore) -> None:
    with pytest.raises(Contradiction, match="have not asked you"):
        do(people, "ana", friendships.accept, "ben")


def test_a_block_hides_both_and_the_blocker_may_always_take_it_back(people: GraphStore) -> None:
    befriend(people, "ana", "ben")
    done = do(people, "ana", friendships.block, "ben")
    assert done.between == Between(blocks=NOW)
    assert done.profile is not None  # one's own block hides nobody from oneself
    page = acquaintances.blocked(people, viewer(people, "ana"), None, 10)
    assert names(page.shown) == ["ben"]
    with pytest.raises(NotThere):
        acquaintances.friends(people, viewer(people, "ana"), "ben", None, 10)
    assert do(people, "ana", friendships.unblock, "ben").between == Between()
    assert names(acquaintances.friends(people, viewer(people, "ana"), None, None, 10).shown) == []


def test_whom_one_blocks_and_who_blocks_back_has_no_name_in_the_list(people: GraphStore) -> None:
    do(people, "ana", friendships.block, "ben")
    people.run("load_blocks", rows=[{"source": id_of("ben"), "target": id_of("ana"), "at": NOW}])
    (entry,) = acquaintances.blocked(people, viewer(people, "ana"), None, 10).shown
    assert (entry.user_id, entry.profile) == (id_of("ben"), None)
    assert do(people, "ana", friendships.unblock, id_of("ben")).profile is None
    with pytest.raises(NotThere):
        do(people, "ana", friendships.unblock, "ben")


@pytest.mark.parametrize("act", UNDO)
def test_taking_back_what_is_not_there_changes_nothing(people: GraphStore, act: Act) -> None:
    assert do(people, "ana", act, "ben").between == Between()


def test_a_friend_who_left_may_be_unfriended(people: GraphStore) -> None:
    befriend(people, "ana", "ben")
    row = dict.fromkeys(("username", "joined_at", "privacy", "details"))
    people.run("load_users", rows=[{"id": id_of("ben"), "active": False, **row}])
    (entry,) = acquaintances.friends(people, viewer(people, "ana"), None, None, 10).shown
    assert entry.profile is None
    assert do(people, "ana", friendships.unfriend, entry.user_id).between == Between()


def test_anothers_friends_are_those_whom_the_viewer_may_see(people: GraphStore) -> None:
    for name in ("ana", "cat", "dan", "eve", "fay"):
        befriend(people, "ben", name)
    do(people, "cat", friendships.block, "ana")
    page = acquaintances.friends(people, viewer(people, "ana"), "ben", None, 10)
    assert sorted(map(str, names(page.shown))) == ["ana", "dan"]
    assert {each.at for each in page.shown} == {0}
    befriend(people, "ana", "fay")
    page = acquaintances.friends(people, viewer(people, "ana"), "ben", None, 10)
    assert sorted(map(str, names(page.shown))) == ["ana", "dan", "fay"]
    with pytest.raises(NotThere):
        acquaintances.friends(people, viewer(people, "dan"), "eve", None, 10)


def test_mutual_friends_are_friends_of_both_whom_the_viewer_may_see(people: GraphStore) -> None:
    for name in ("ben", "dan", "eve", "fay"):
        befriend(people, "ana", name)
        befriend(people, "cat", name)
    page = acquaintances.mutual(people, viewer(people, "ana"), "cat", None, 10)
    assert sorted(map(str, names(page.shown))) == ["ben", "dan", "fay"]
    do(people, "ana", friendships.unfriend, "dan")
    page = acquaintances.mutual(people, viewer(people, "ana"), "cat", None, 10)
    assert sorted(map(str, names(page.shown))) == ["ben", "fay"]


def test_requests_are_listed_to_both_and_only_the_asker_is_named(people: GraphStore) -> None:
    for at, name in enumerate(("ben", "eve", "fay")):
        do(people, "ana", friendships.ask, name, NOW + at)
    page = acquaintances.asked(people, viewer(people, "ana"), None, 10)
    assert names(page.shown) == [None, None, "ben"]
    assert [each.at for each in page.shown] == [NOW + 2, NOW + 1, NOW]
    for name in ("ben", "eve", "fay"):
        assert names(acquaintances.asking(people, viewer(people, name), None, 10).shown) == ["ana"]


def test_of_several_of_one_name_nobody_is_chosen(people: GraphStore) -> None:
    row = dict.fromkeys(("joined_at", "privacy", "active", "details"))
    people.run("load_users", rows=[{"id": "sv:user:1", "username": "ben", **row}])
    people.run("load_naming", rows=[{"source": "ben", "target": "sv:user:1"}])
    with pytest.raises(Contradiction, match="Several people are of that name"):
        do(people, "ana", friendships.ask, "ben")
    assert do(people, "ana", friendships.ask, id_of("ben")).user_id == id_of("ben")
    do(people, "ben", friendships.block, "ana")
    assert do(people, "ana", friendships.ask, "ben").user_id == "sv:user:1"


def test_a_name_that_is_anothers_id_comes_after_that_one(people: GraphStore) -> None:
    """Who calls themself by another's id gets nothing that was meant for them."""
    row = dict.fromkeys(("joined_at", "privacy", "active", "details"))
    people.run("load_users", rows=[{"id": "app:user:x", "username": id_of("ben"), **row}])
    people.run("load_names", rows=[{"id": id_of("ben")}])
    people.run("load_naming", rows=[{"source": id_of("ben"), "target": "app:user:x"}])
    assert do(people, "ana", friendships.ask, id_of("ben")).user_id == id_of("ben")
