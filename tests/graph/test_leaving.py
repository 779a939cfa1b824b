"""Somebody leaves the graph, on both engines: no trace of them, and nothing else is lost."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from traces import traces_in

from graph.actions import (
    comments,
    friendships,
    groups,
    happenings,
    leaving,
    memberships,
    mutes,
    notices,
    posts,
    profiles,
    reactions,
)
from graph.actions.posts import Told, Where
from graph.derive.rebuild import derive
from graph.errors import ActionRefused, NotThere
from graph.events.intake import EventIntake
from graph.ingest import ingest_tables
from graph.queries.comments import comment, comments_after
from graph.queries.groups import group_pages, standing_in
from graph.queries.happenings import Happening
from graph.queries.notices import inbox
from graph.queries.notices import notices as kept
from graph.queries.people import ViewerContext, user_cards, users_named
from graph.queries.posts import post_cards
from graph.queries.responses import responses
from graph.store import GraphStore, open_store
from social.leaving import Leaver, Leaving

NOW = 1_760_000_000
LEA, BEN, CAT, DAN = (f"app:user:{name}" for name in ("lea-1", "ben", "cat", "dan"))
NEXT = "app:user:lea-12"
"""An id of which the leaver's is the beginning."""
NAME = "leavername"
HERS, HERS2, SHARED = "app:post:lea", "app:post:lea2", "app:post:mine"
"""The leaver's."""
BENS, NEXTS, SHARE = "app:post:ben", "app:post:next", "app:post:share"
PEOPLE = {LEA: NAME, BEN: "ben", CAT: "cat", DAN: "dan", NEXT: "next"}


def event(number: int, kind: str, **told: object) -> bytes:
    return json.dumps({"id": f"e{number}", "at": NOW - 50, "type": kind, **told}).encode()


def live(store: GraphStore) -> None:
    """Everybody does all that there is to do, with the leaver and without."""
    tables = {
        "users": pd.DataFrame({"id": list(PEOPLE), "username": list(PEOPLE.values())}),
        "topics": pd.DataFrame(
            {"id": ["t"], "name": ["Bread"], "details": [f'{{"owner": {{"username": "{NAME}"}}}}']}
        ),
    }
    ingest_tables(store, tables)
    for post, author in (
        (HERS, LEA),
        (HERS2, LEA),
        (BENS, BEN),
        (NEXTS, NEXT),
    ):
        told = Told(title=post, tags={"bread": 1.0}, moods={"happy": 1.0})
        posts.create(store, post, author, told, Where(), NOW)
    posts.create(store, SHARE, BEN, Told(title="look"), Where(shares_id=HERS), NOW)
    posts.create(store, SHARED, LEA, Told(title="look"), Where(shares_id=BENS), NOW)
    comments.create(store, "c:lea", LEA, BENS, None, "first", NOW)
    comments.create(store, "c:cat", CAT, BENS, "c:lea", "second", NOW)
    comments.create(store, "c:dan", DAN, BENS, "c:cat", "third", NOW)
    comments.create(store, "c:last", LEA, BENS, "c:dan", "fourth", NOW)
    comments.create(store, "c:under", CAT, HERS, None, "on hers", NOW)
    for who, post in (
        (LEA, BENS),
        (CAT, BENS),
        (LEA, NEXTS),
        (BEN, HERS),
    ):
        reactions.like(store, who, post, NOW)
        reactions.view(store, who, post, f"{who}{post}", NOW)
        reactions.inspire(store, who, post, f"{who}{post}", NOW)
        reactions.rate(store, who, post, 80, NOW)
        reactions.react(store, who, post, "love", NOW)
        reactions.hide(store, who, post, True, NOW)
    friendships.ask(store, LEA, BEN, NOW)
    friendships.accept(store, BEN, LEA, NOW)
    friendships.ask(store, CAT, LEA, NOW)
    friendships.ask(store, LEA, NEXT, NOW)
    friendships.block(store, DAN, LEA, NOW)
    mutes.mute_person(store, CAT, LEA, NOW)
    mutes.mute_person(store, NEXT, LEA, NOW)
    mutes.unmute_person(store, NEXT, LEA, NOW)
    mutes.mute_word(store, LEA, "war", NOW)
    mutes.mute_tag(store, LEA, "cars", NOW)
    profiles.pick(store, LEA, "bread", NOW)
    profiles.feel(store, LEA, "happy", NOW)
    profiles.edit(store, LEA, {"bio": "x"}, "public", NOW)
    fields = {"name": "G", "privacy": "public", "joining": "open", "description": "d"}
    for group in ("g:alone", "g:moderated", "g:shared", "g:members"):
        groups.create(store, LEA, group, fields, NOW)
    for late, who in enumerate((CAT, BEN, NEXT)):
        for group in ("g:moderated", "g:shared", "g:members"):
            memberships.join(store, who, group, NOW + late)
    memberships.appoint(store, LEA, NEXT, "g:moderated", "moderator", NOW)
    memberships.appoint(store, LEA, BEN, "g:shared", "owner", NOW)
    memberships.invite(store, LEA, DAN, "g:alone", NOW)
    empty = dict.fromkeys(("description", "until", "place", "created_at", "group_id"))
    for host, at in ((LEA, "h:lea"), (BEN, "h:ben")):
        ball = {"event_id": at, "name": "Ball", "privacy": "public", "at": NOW + 100}
        told_of: dict[str, Any] = {**empty, **ball, "cancelled": False, "host_id": host}
        happenings.create(store, Happening(**told_of))
        happenings.answer(store, CAT, at, "going")
    happenings.answer(store, LEA, "h:ben", "maybe")
    notices.want(store, LEA, {"reaction": True}, NOW)
    lines = [
        event(1, "ask", user=LEA, other=DAN),
        event(2, "unask", user=DAN, other=LEA),
        event(3, "post", post=NEXTS, author=LEA),
        event(4, "post", post=NEXTS, author=NEXT),
        event(5, "view", user=LEA, post=BENS),
    ]
    assert EventIntake(store, clock=lambda: float(NOW)).take(enumerate(lines, 1)).refused == []
    posts.edit(store, NEXTS, NEXT, Told(title="still"), NOW)
    derive(store)


def leave(store: GraphStore) -> None:
    leaving.mark(store, LEA)
    leaving.erase(store, LEA, NOW)
    leaving.remove(store, LEA, NOW)


def left(store: GraphStore) -> list[str]:
    """What still names the leaver; of one whose id begins as theirs nothing is said by that."""
    found = traces_in(store, LEA, NAME)
    return [each for each in found if LEA in each.replace(NEXT, "") or NAME in each]


def test_no_node_and_no_edge_names_who_left_and_others_keep_all_of_theirs(
    any_filled: Filled,
) -> None:
    store = any_filled(live)
    assert len(left(store)) > 60
    before = {who: kept(store, who) for who in (BEN, CAT, DAN, NEXT)}
    leave(store)
    assert left(store) == []
    assert leaving.leavers(store) == [] and users_named(store, NAME) == []
    assert post_cards(store, [HERS, HERS2, SHARED]) == {}
    assert set(post_cards(store, [BENS, NEXTS, SHARE])) == {
        BENS,
        NEXTS,
        SHARE,
    }
    # An answered comment stays as a deleted one that is nobody's, and what answers it stays.
    first = comment(store, "c:lea")
    assert first is not None and (first.deleted, first.text, first.author_id) == (True, "", None)
    second, third = comment(store, "c:cat"), comment(store, "c:dan")
    assert second is not None and (second.text, second.answers_id) == ("second", "c:lea")
    assert third is not None and third.text == "third"
    assert comment(store, "c:last") is None and comment(store, "c:under") is None
    stranger = ViewerContext(None, "")
    listed = comments_after(store, stranger, "comments", BENS, 2**53, "")
    assert [each.comment_id for each in listed] == ["c:lea"]
    # The likes of others are there, and only these.
    assert responses(store, BENS)["likers"] == [(CAT, "")]
    # The moderator before members, then who is in it longest; none is left without an owner.
    roles = {
        group: {who: standing_in(store, who, group).role for who in (BEN, CAT, NEXT)}
        for group in ("g:moderated", "g:shared", "g:members")
    }
    assert roles == {
        "g:moderated": {BEN: "member", CAT: "member", NEXT: "owner"},
        "g:shared": {BEN: "owner", CAT: "member", NEXT: "member"},
        "g:members": {BEN: "member", CAT: "owner", NEXT: "member"},
    }
    ended = group_pages(store, ["g:alone"])["g:alone"]
    assert (ended.deleted, ended.name, ended.description) == (True, "", "")
    assert store.run("happening_pages", event_ids=["h:lea"]) == []
    # Notices by others stand, and inboxes count what they keep.
    for who, notes in before.items():
        stand = [
            each for each in notes if each.actor_id != LEA and each.post_id not in (HERS, HERS2)
        ]
        assert [each.id for each in kept(store, who)] == [each.id for each in stand], who
        assert inbox(store, who).kept == len(stand)
    assert all(LEA not in each.above for each in kept(store, CAT))


def test_whoever_dies_on_the_way_is_gone_through_again_to_the_end(
    any_filled: Filled,
) -> None:
    store = any_filled(live)

    class Dies(Exception):
        """Stands for a kill: what was committed is there, and nothing after it."""

    def killed(after: int) -> bool:
        done = 0
        run = store.run

        def counting(name: str, /, **params: object) -> list[dict[str, object]]:
            nonlocal done
            done += name.startswith(("erase_", "drop_", "set_", "load_"))
            if done > after:
                raise Dies
            return run(name, **params)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(store, "run", counting)
            with suppress(Dies):
                leaving.erase(store, LEA, NOW)
                leaving.remove(store, LEA, NOW)
                return False
        return True

    leaving.mark(store, LEA)
    card = user_cards(store, [LEA])[LEA]
    assert card.active is False  # the gate hides them from now on
    steps = 0
    while killed(after=steps * 9):
        steps += 1
        assert leaving.leavers(store) == [LEA]
        for who in (BEN, LEA):
            with pytest.raises(NotThere):
                friendships.ask(store, who, LEA if who == BEN else BEN, NOW)
    assert steps > 1 and left(store) == []
    assert leaving.leavers(store) == []


def test_nothing_that_is_done_meanwhile_leaves_a_trace(
    any_filled: Filled,
) -> None:
    store = any_filled(live)
    alone = post_cards(store, [BENS])
    assert alone

    def acts(turn: int) -> Iterator[Callable[[], object]]:
        yield partial(reactions.like, store, BEN, HERS, NOW)
        yield partial(reactions.unlike, store, BEN, HERS, NOW)
        yield partial(reactions.view, store, LEA, BENS, f"v{turn}", NOW)
        yield partial(friendships.ask, store, BEN, LEA, NOW)
        yield partial(friendships.unfriend, store, LEA, BEN, NOW)
        yield partial(comments.create, store, f"m{turn}", CAT, HERS, None, "x", NOW)
        yield partial(comments.create, store, f"n{turn}", DAN, BENS, "c:lea", "x", NOW)
        told = Told(title="late")
        yield partial(posts.create, store, f"app:post:late{turn}", LEA, told, Where(), NOW)
        yield partial(notices.read_up_to, store, LEA, 2**50, NOW)
        yield partial(mutes.mute_person, store, CAT, LEA, NOW)

    def busy(start: int) -> None:
        for turn in range(start, 10_000, 3):
            for act in acts(turn):
                with suppress(ActionRefused):
                    act()
            if ended:
                return

    ended: list[bool] = []
    with ThreadPoolExecutor(3) as pool:
        running = [pool.submit(busy, start) for start in range(3)]
        leave(store)
        ended.append(True)
        for each in running:
            each.result()
    assert left(store) == []


def test_a_new_person_of_the_same_name_or_id_inherits_nothing(filled: Filled) -> None:
    store = filled(live)
    leave(store)
    with pytest.raises(NotThere):
        leaving.mark(store, LEA)
    again = pd.DataFrame({"id": [LEA], "username": [NAME]})
    ingest_tables(store, {"users": again})
    card = user_cards(store, [LEA])[LEA]
    assert (card.username, card.active, card.privacy) == (NAME, None, None)
    assert store.run("viewer_context", user_id=LEA) == []
    assert store.run("engaged_with", user_id=LEA) == []
    assert kept(store, LEA) == [] and inbox(store, LEA).seq == 0
    assert all(each.startswith(("User", "Name", "NAMES")) for each in left(store))
    friendships.ask(store, BEN, LEA, NOW)  # and nothing is in the way of a beginning


KILLED = """
import os, signal, sys
from pathlib import Path
from graph.actions import leaving
from graph.ladybug_store import LadybugStore

store, writes = LadybugStore(Path(sys.argv[1])), 0
run = store.run
def dies(name, /, **params):
    global writes
    writes += name.startswith(("erase_", "drop_", "set_", "load_"))
    if writes > 15:
        os.kill(os.getpid(), signal.SIGKILL)
    return run(name, **params)
store.run = dies
leaving.mark(store, sys.argv[2])
leaving.erase(store, sys.argv[2], 0)
"""


def test_a_process_that_is_killed_leaves_nobody_half_there(tmp_path: Path) -> None:
    path = tmp_path / "graph"
    with open_store(f"ladybug:{path}") as store:
        live(store)
    died = subprocess.run([sys.executable, "-c", KILLED, str(path), LEA], timeout=120)
    assert died.returncode == -signal.SIGKILL
    with open_store(f"ladybug:{path}") as store:
        assert user_cards(store, [LEA])[LEA].active is False
        assert len(left(store)) > 10
        forgotten: list[Leaver] = []
        assert Leaving(store, [forgotten.append]).finish(NOW) == 1
        assert left(store) == [] and forgotten[0].user_id == LEA
        assert Leaving(store).finish(NOW) == 0
