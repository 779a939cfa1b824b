"""What people do, done once before anybody waits for it, and taken back.

An engine plans a text when it is first asked to run it, which takes ten or a hundred times as long
as to run it: whoever was the first to like, post or comment after a start waited for the plans of
ten to twenty texts. So two who are nobody do it all, in one transaction that is never committed.
Ladybug keeps plans by the types of the values too, so these are as they will be.
"""

import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import cast
from uuid import uuid4

from graph.actions import comments, friendships, mutes, posts, profiles, reactions
from graph.actions.posts import Told, Where
from graph.errors import StoreError
from graph.model import Row
from graph.store import Call, Done, GraphStore, Runs

log = logging.getLogger(__name__)


class _Over(Exception):
    """Ends the transaction without anything of it being written."""


class _Stage:
    """What an action needs of a store, within one transaction."""

    def __init__(self, runs: Runs):
        self._runs = runs

    def run(self, name: str, /, **params: object) -> list[Row]:
        return self._runs.run(name, **params)

    def foresee(self, calls: Sequence[Call]) -> None:
        self._runs.foresee(calls)

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        return [self._runs.run(name, **params) for name, params in calls]

    def transact(self, work: Callable[[Runs], Done]) -> Done:
        done = work(self._runs)
        self._runs.foresee(())  # has the last words of one action sent before the next
        return done


def rehearse(store: GraphStore, at: int) -> None:
    """Have the engine plan what actions run; the graph is as it was.

    If it fails, the first who act wait as long as they would have without it.

    Args:
        store: the graph.
        at: Unix seconds, the present time.
    """

    def work(graph: Runs) -> None:
        _play(cast(GraphStore, _Stage(graph)), at)
        raise _Over

    try:
        with suppress(_Over):
            store.transact(work)
    except StoreError as error:
        log.warning("actions are not rehearsed, so the first ones will take longer: %s", error)


def _play(store: GraphStore, at: int) -> None:
    """Everything that is done often, by people and to posts that nobody else can name."""
    one, other, post, share = (f"rehearsal:{uuid4()}" for _ in range(4))
    blank = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    store.run("load_users", rows=[{"id": each, **blank} for each in (one, other)])
    _meet(store, one, other, at)
    tag = f"rehearsal {post}"
    tags = {tag: 1.0}
    told = Told(title="A title", text="A text", privacy="public", tags=tags)
    posts.create(store, post, one, told, Where(), at)
    posts.edit(store, post, one, Told(text="Another text", tags=tags), at)
    _respond(store, other, post, at)
    _discuss(store, (one, other), post, at)
    look = Told(text="Look", privacy="public")
    posts.create(store, share, other, replace(look, tags=tags), Where(None, post), at)
    posts.delete(store, share, other, at)
    posts.create(store, f"{share}:2", other, look, Where(None, post), at)
    posts.delete(store, f"{share}:2", other, at)
    posts.delete(store, post, one, at)
    _say(store, one, tag, at)


def _meet(store: GraphStore, one: str, other: str, at: int) -> None:
    friendships.ask(store, one, other, at)
    friendships.withdraw(store, one, other, at)
    friendships.ask(store, one, other, at)
    friendships.accept(store, other, one, at)
    friendships.unfriend(store, one, other, at)
    friendships.block(store, one, other, at)
    friendships.unblock(store, one, other, at)
    friendships.ask(store, one, other, at)
    friendships.block(store, one, other, at)
    mutes.mute_person(store, one, other, at)
    mutes.unmute_person(store, one, other, at)


def _respond(store: GraphStore, who: str, post: str, at: int) -> None:
    reactions.view(store, who, post, "mark", at)
    reactions.rate(store, who, post, 50, at)
    reactions.unrate(store, who, post, at)
    # The first of several responses tells the author, the last that goes takes it back.
    for _ in range(2):
        reactions.like(store, who, post, at)
        reactions.unlike(store, who, post, at)
        reactions.react(store, who, post, "love", at)
        reactions.unreact(store, who, post, at)
        reactions.inspire(store, who, post, "mark", at)
    reactions.inspire(store, who, post, "another", at)
    reactions.hide(store, who, post, True, at)
    reactions.unhide(store, who, post, at)


def _discuss(store: GraphStore, people: tuple[str, str], post: str, at: int) -> None:
    one, other = people
    said, answer = (f"rehearsal:{uuid4()}" for _ in range(2))
    comments.create(store, said, other, post, None, "Said", at)
    comments.create(store, answer, one, post, said, "Answered", at)
    comments.create(store, f"{said}:2", one, post, None, "Said too", at)
    comments.edit(store, answer, "Changed", at)
    comments.delete(store, said)
    comments.delete(store, answer)


def _say(store: GraphStore, who: str, tag: str, at: int) -> None:
    profiles.pick(store, who, tag, at)
    profiles.drop(store, who, tag, at)
    mutes.mute_tag(store, who, tag, at)
    mutes.unmute_tag(store, who, tag, at)
    profiles.feel(store, who, tag, at)
    profiles.edit(store, who, {"bio": "About me"}, None, at)
