"""Who is in a group, on both engines: every way in and out; many acts at once; late events."""

import json
import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from graph.actions import groups, memberships
from graph.errors import Contradiction, NotTheirs, NotThere
from graph.events.intake import EventIntake
from graph.queries.groups import StandingIn, group_pages, in_group_after, standing_in
from graph.queries.notices import notices
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN, CAT, DAN = (f"app:user:{name}" for name in ("ana", "ben", "cat", "dan"))
CHOIR = "app:group:choir"
FIELDS = {"name": "Choir", "description": "", "privacy": "public"}
OWNER, MODERATOR, MEMBER = (StandingIn(role) for role in ("owner", "moderator", "member"))


def found(store: GraphStore, joining: str, *others: str) -> GraphStore:
    """ana's choir, with those others in it."""
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    store.run("load_users", rows=[{"id": each, **empty} for each in (ANA, BEN, CAT, DAN)])
    fields = {**FIELDS, "joining": "open" if others else joining}
    assert groups.create(store, ANA, CHOIR, fields, NOW) == OWNER
    for each in others:
        memberships.join(store, each, CHOIR, NOW)
    groups.edit(store, ANA, CHOIR, {"joining": joining}, NOW)
    return store


def edges(store: GraphStore) -> dict[str, list[tuple[str, str | None]]]:
    files = ("member_of", "asked_to_join", "invited_to")
    return {
        file: [(row["source"], row.get("role")) for row in rows]
        for file in files
        if (rows := store.run(f"export_{file}"))
    }


def kinds(store: GraphStore, user_id: str) -> list[str]:
    return [each.kind for each in notices(store, user_id) if not each.gone]


def events(store: GraphStore, *told: dict[str, object]) -> None:
    intake = EventIntake(store, clock=lambda: float(NOW))
    lines = [json.dumps({"id": f"e{n}", **each}).encode() for n, each in enumerate(told)]
    assert intake.take(enumerate(lines)).refused == []


def test_who_makes_a_group_owns_it_and_making_it_again_changes_nothing(
    any_store: GraphStore,
) -> None:
    store = found(any_store, "open")
    again = groups.create(store, ANA, CHOIR, {**FIELDS, "name": "x", "joining": "open"}, NOW + 9)
    assert again == OWNER
    group = group_pages(store, [CHOIR])[CHOIR]
    assert (group.name, group.joins, group.created_at, group.deleted) == (
        "Choir",
        "open",
        NOW,
        False,
    )


def test_the_three_ways_to_join(any_store: GraphStore) -> None:
    store = found(any_store, "open")
    for _ in range(2):
        assert memberships.join(store, BEN, CHOIR, NOW) == MEMBER
    groups.edit(store, ANA, CHOIR, {"joining": "request"}, NOW)
    with pytest.raises(Contradiction, match="asks to join"):
        memberships.join(store, CAT, CHOIR, NOW)
    for later in (1, 2):
        assert memberships.ask(store, CAT, CHOIR, NOW + later) == StandingIn(asked=NOW + 1)
    assert memberships.accept(store, ANA, CAT, CHOIR, NOW + 3) == MEMBER
    groups.edit(store, ANA, CHOIR, {"joining": "invitation"}, NOW)
    for act in (memberships.join, memberships.ask):
        with pytest.raises(Contradiction, match="by invitation"):
            act(store, DAN, CHOIR, NOW)
    assert memberships.invite(store, ANA, DAN, CHOIR, NOW + 4) == StandingIn(invited=NOW + 4)
    assert memberships.join(store, DAN, CHOIR, NOW + 5) == MEMBER
    everybody = [(ANA, "owner"), (BEN, "member"), (CAT, "member"), (DAN, "member")]
    assert edges(store) == {"member_of": everybody}
    listed = in_group_after(store, "members", CHOIR, 2**62, "")
    assert [(each.user_id, each.role) for each in listed] == everybody


def test_who_asked_and_is_invited_is_in_and_so_is_who_is_invited_and_asks(
    any_store: GraphStore,
) -> None:
    store = found(any_store, "request")
    memberships.ask(store, BEN, CHOIR, NOW)
    assert memberships.invite(store, ANA, BEN, CHOIR, NOW) == MEMBER
    memberships.invite(store, ANA, CAT, CHOIR, NOW)
    assert memberships.ask(store, CAT, CHOIR, NOW) == MEMBER
    assert set(edges(store)) == {"member_of"}


def test_who_asks_to_join_a_group_that_opens_is_in_and_told(any_store: GraphStore) -> None:
    store = found(any_store, "request")
    memberships.invite(store, ANA, CAT, CHOIR, NOW)
    memberships.ask(store, BEN, CHOIR, NOW)
    memberships.ask(store, DAN, CHOIR, NOW)
    groups.edit(store, ANA, CHOIR, {"joining": "invitation"}, NOW)
    assert standing_in(store, BEN, CHOIR) == StandingIn(asked=NOW)
    for _ in range(2):
        groups.edit(store, ANA, CHOIR, {"joining": "open"}, NOW + 1)
    assert edges(store) == {
        "member_of": [(ANA, "owner"), (BEN, "member"), (DAN, "member")],
        "invited_to": [(CAT, None)],
    }
    assert kinds(store, BEN) == kinds(store, DAN) == ["group_accepted"]
    assert kinds(store, CAT) == ["group_invitation"] and kinds(store, ANA) == []


def test_requests_and_invitations_are_taken_back_from_both_sides(any_store: GraphStore) -> None:
    store = found(any_store, "request")
    for _ in range(2):
        memberships.ask(store, BEN, CHOIR, NOW)
        assert memberships.withdraw(store, BEN, CHOIR, NOW) == StandingIn()
        memberships.ask(store, BEN, CHOIR, NOW)
        assert memberships.decline(store, ANA, BEN, CHOIR, NOW) == StandingIn()
        with pytest.raises(Contradiction, match="do not ask"):
            memberships.accept(store, ANA, BEN, CHOIR, NOW)
        memberships.invite(store, ANA, BEN, CHOIR, NOW)
        assert memberships.refuse(store, BEN, CHOIR, NOW) == StandingIn()
        memberships.invite(store, ANA, BEN, CHOIR, NOW)
        assert memberships.uninvite(store, ANA, BEN, CHOIR, NOW) == StandingIn()
    assert edges(store) == {"member_of": [(ANA, "owner")]}


def test_roles_say_who_may_do_what(any_store: GraphStore) -> None:
    store = found(any_store, "request", BEN, CAT)
    memberships.ask(store, DAN, CHOIR, NOW)
    governing: tuple[Callable[[], object], ...] = (
        lambda: memberships.accept(store, BEN, DAN, CHOIR, NOW),
        lambda: memberships.decline(store, BEN, DAN, CHOIR, NOW),
        lambda: memberships.invite(store, BEN, DAN, CHOIR, NOW),
        lambda: memberships.uninvite(store, BEN, DAN, CHOIR, NOW),
        lambda: memberships.remove(store, BEN, CAT, CHOIR, NOW),
    )
    owning: tuple[Callable[[], object], ...] = (
        lambda: memberships.appoint(store, BEN, CAT, CHOIR, "moderator", NOW),
        lambda: memberships.hand_over(store, BEN, CAT, CHOIR, NOW),
        lambda: groups.edit(store, BEN, CHOIR, {"name": "Mine"}, NOW),
        lambda: groups.delete(store, BEN, CHOIR, NOW),
        lambda: memberships.remove(store, BEN, ANA, CHOIR, NOW),
    )
    for act in (*governing, *owning):
        with pytest.raises(NotTheirs):
            act()
    assert memberships.appoint(store, ANA, BEN, CHOIR, "moderator", NOW) == MODERATOR
    for act in owning:
        with pytest.raises(NotTheirs):
            act()
    for act in governing:
        act()
    assert edges(store) == {"member_of": [(ANA, "owner"), (BEN, "moderator"), (DAN, "member")]}


def test_a_group_never_loses_its_last_owner(any_store: GraphStore) -> None:
    store = found(any_store, "open", BEN)
    with pytest.raises(Contradiction, match="keeps an owner"):
        memberships.leave(store, ANA, CHOIR, NOW)
    with pytest.raises(Contradiction, match="keeps an owner"):
        memberships.appoint(store, ANA, ANA, CHOIR, "member", NOW)
    with pytest.raises(Contradiction, match="no member"):
        memberships.hand_over(store, ANA, CAT, CHOIR, NOW)
    with pytest.raises(Contradiction, match="own the group already"):
        memberships.hand_over(store, ANA, ANA, CHOIR, NOW)
    assert memberships.hand_over(store, ANA, BEN, CHOIR, NOW) == OWNER
    for _ in range(2):
        assert memberships.leave(store, ANA, CHOIR, NOW) == StandingIn()
    assert edges(store) == {"member_of": [(BEN, "owner")]}


def test_a_deleted_group_has_nobody_and_nobody_comes_back_by_a_late_event(
    any_store: GraphStore,
) -> None:
    store = found(any_store, "request", BEN)
    memberships.ask(store, CAT, CHOIR, NOW)
    memberships.invite(store, ANA, DAN, CHOIR, NOW)
    groups.delete(store, ANA, CHOIR, NOW)
    assert edges(store) == {}
    events(store, {"type": "join", "user": "ben", "group": "choir", "at": NOW - 1})
    assert edges(store) == {}
    assert group_pages(store, [CHOIR])[CHOIR].deleted
    for act in (memberships.join, memberships.ask, memberships.leave, groups.delete):
        with pytest.raises(NotThere):
            act(store, ANA, CHOIR, NOW)


def test_a_late_event_opens_no_group_that_was_closed_and_undoes_no_role(
    any_store: GraphStore,
) -> None:
    store = found(any_store, "open", BEN)
    groups.edit(store, ANA, CHOIR, {"privacy": "private"}, NOW)
    events(
        store,
        {"type": "group", "group": "choir", "privacy": "public", "at": NOW - 1},
        {"type": "leave", "user": "ben", "group": "choir", "at": NOW - 1},
        {"type": "join", "user": "ben", "group": "choir", "role": "owner", "at": NOW - 2},
    )
    assert group_pages(store, [CHOIR])[CHOIR].privacy == "private"
    assert edges(store) == {"member_of": [(ANA, "owner"), (BEN, "member")]}


def test_a_sources_words_for_roles_and_a_group_that_says_nothing(any_store: GraphStore) -> None:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": each, **empty} for each in (ANA, BEN, CAT)])
    any_store.run("load_groups", rows=[{"id": "g", **dict.fromkeys(groups.FIELDS)}])
    roles = ((ANA, "admin"), (BEN, None))
    rows = [{"source": user_id, "target": "g", "role": role} for user_id, role in roles]
    any_store.run("load_member_of", rows=rows)
    assert standing_in(any_store, ANA, "g") == OWNER
    assert standing_in(any_store, BEN, "g") == MEMBER
    with pytest.raises(Contradiction, match="by invitation"):
        memberships.join(any_store, CAT, "g", NOW)
    with pytest.raises(Contradiction, match="keeps an owner"):
        memberships.leave(any_store, ANA, "g", NOW)


def test_two_who_join_at_once_are_in_once_each(any_store: GraphStore) -> None:
    store = found(any_store, "open")
    with ThreadPoolExecutor(6) as crowd:
        acts = [(memberships.join, who) for who in (BEN, CAT, BEN, CAT, BEN, CAT)]
        done = [crowd.submit(act, store, who, CHOIR, NOW) for act, who in acts]
    assert {each.result() for each in done} == {MEMBER}
    assert edges(store) == {"member_of": [(ANA, "owner"), (BEN, "member"), (CAT, "member")]}


def test_an_acceptance_and_a_withdrawal_at_once_tell_both_the_truth(any_store: GraphStore) -> None:
    store = found(any_store, "request")
    for at in range(NOW, NOW + 6):
        memberships.ask(store, BEN, CHOIR, at)
        with ThreadPoolExecutor(2) as people:
            accepted = people.submit(memberships.accept, store, ANA, BEN, CHOIR, at)
            withdrawn = people.submit(memberships.withdraw, store, BEN, CHOIR, at)
            inside = withdrawn.result() == MEMBER
            assert inside == (accepted.exception() is None)
        assert set(edges(store)) == {"member_of"}
        assert (standing_in(store, BEN, CHOIR) == MEMBER) is inside
        memberships.leave(store, BEN, CHOIR, at)


def test_two_owners_who_leave_at_once_leave_one_behind(any_store: GraphStore) -> None:
    store = found(any_store, "open", BEN)
    for at in range(NOW, NOW + 6):
        memberships.appoint(store, ANA, BEN, CHOIR, "owner", at)
        with ThreadPoolExecutor(2) as people:
            left = [people.submit(memberships.leave, store, who, CHOIR, at) for who in (ANA, BEN)]
            refused = [who for who, each in zip((ANA, BEN), left, strict=True) if each.exception()]
        (owner,) = refused
        (gone,) = {ANA, BEN} - {owner}
        assert edges(store) == {"member_of": [(owner, "owner")]}
        memberships.join(store, gone, CHOIR, at)
        memberships.appoint(store, owner, ANA, CHOIR, "owner", at)


def test_whatever_several_do_at_once_a_group_has_an_owner_and_nobody_is_two_things(
    any_store: GraphStore,
) -> None:
    people = (ANA, BEN, CAT)
    store = found(any_store, "request", BEN)

    def acting(seed: int) -> None:
        chance = random.Random(seed)
        own = (memberships.join, memberships.ask, memberships.withdraw, memberships.leave)
        about = (memberships.accept, memberships.invite, memberships.remove, memberships.hand_over)
        for step in range(20):
            one, other = chance.sample(people, 2)
            try:
                if chance.random() < 0.4:
                    chance.choice(own)(store, one, CHOIR, NOW + step)
                elif chance.random() < 0.3:
                    memberships.appoint(store, one, other, CHOIR, "owner", NOW + step)
                else:
                    chance.choice(about)(store, one, other, CHOIR, NOW + step)
            except (Contradiction, NotTheirs):
                continue

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(acting, range(4)))
    there = edges(store)
    assert "owner" in {role for _, role in there["member_of"]}
    told = [who for rows in there.values() for who, _ in rows]
    assert len(set(there["member_of"])) == len({who for who, _ in there["member_of"]})
    members = {who for who, _ in there["member_of"]}
    assert not members & {
        who for file in ("asked_to_join", "invited_to") for who, _ in there.get(file, [])
    }
    assert len(told) == len(set(told))
