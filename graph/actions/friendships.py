"""Friendships, requests and blocks: what is between two people, changed by one of them.

Two people are at most one of these to each other: friends; the one asked, or the other; one blocks
the other, or both do. Each function decides and writes in one transaction that holds both, and
returns what is between them then; where that is what it was to bring about, it changes nothing.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace

from graph.actions.facts import Said, say
from graph.actions.notices import News, take_back, tell
from graph.errors import Contradiction, NotThere
from graph.queries.friendships import Between, between
from graph.store import Call, GraphStore, Runs

Change = Callable[[Between], Between]
"""What shall be between the two, by what is."""


def ask(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user asks the other to be friends; who was asked by them becomes their friend.

    Raises:
        NotThere: the other is not there, or blocks the user.
        Contradiction: the two are one; or the user blocks the other.
    """

    def change(now: Between) -> Between:
        _open(now)
        if now.friends is not None or now.asked is not None:
            return now
        return replace(now, asked=at) if now.asking is None else _befriended(now, at)

    return _changed(store, user_id, other_id, at, change)


def accept(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user, whom the other asked, becomes their friend.

    Raises:
        NotThere: the other is not there, or blocks the user.
        Contradiction: the other did not ask, or took it back; or the user blocks them.
    """

    def change(now: Between) -> Between:
        _open(now)
        if now.friends is not None:
            return now
        if now.asking is None:
            raise Contradiction("They have not asked you to be friends, or have taken it back.")
        return _befriended(now, at)

    return _changed(store, user_id, other_id, at, change)


def withdraw(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user's request is taken back."""
    return _changed(store, user_id, other_id, at, lambda now: replace(now, asked=None))


def decline(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The other's request is turned down; they may ask again."""
    return _changed(store, user_id, other_id, at, lambda now: replace(now, asking=None))


def unfriend(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The two are friends no more."""
    return _changed(store, user_id, other_id, at, lambda now: replace(now, friends=None))


def block(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user blocks the other: they are not friends any more, and neither asks the other.

    Raises:
        NotThere: the other is not there.
        Contradiction: the two are one.
    """

    def change(now: Between) -> Between:
        blocks = at if now.blocks is None else now.blocks
        return replace(now, friends=None, asked=None, asking=None, blocks=blocks)

    return _changed(store, user_id, other_id, at, change)


def unblock(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user blocks the other no more; what the block ended does not come back."""
    return _changed(store, user_id, other_id, at, lambda now: replace(now, blocks=None))


def _changed(store: GraphStore, user_id: str, other_id: str, at: int, change: Change) -> Between:
    if user_id == other_id:
        raise Contradiction("This is about two people, and you are one.")

    def work(graph: Runs) -> Between:
        pair = {"user_id": user_id, "other_id": other_id}
        people: Call = "hold_people", {"user_ids": sorted(pair.values())}
        graph.foresee([people, ("between", pair)])
        held = graph.run("hold_people", user_ids=sorted((user_id, other_id)))
        if len(held) < 2:
            raise NotThere(f"{user_id} or {other_id} is not there")
        now = between(graph, user_id, other_id)
        after = change(now)
        if after != now:
            say(graph, list(_said(user_id, other_id, now, after)), at)
            _told(graph, (user_id, other_id), now, after, at)
        return after

    return store.transact(work)


def _told(graph: Runs, pair: tuple[str, str], before: Between, after: Between, at: int) -> None:
    """Tell the other of what is new between the two, and nobody of what ended."""
    user_id, other_id = pair
    asked = News(other_id, "friend_request", user_id)
    was_asked = News(user_id, "friend_request", other_id)
    accepted = News(other_id, "friend_accepted", user_id)
    had_accepted = News(user_id, "friend_accepted", other_id)
    changes = [
        (asked, before.asked, after.asked),
        (was_asked, before.asking, after.asking),
        (accepted, before.friends, after.friends),
    ]
    # Who had asked hears of a friendship: whoever made it one just now is not told of it.
    begun = [news for news, was, now in changes if was is None and now is not None]
    over = [news for news, was, now in changes if was is not None and now is None]
    tell(graph, begun, at)
    take_back(graph, [*over, had_accepted] if accepted in over else over)


def _open(now: Between) -> None:
    """Whether the two may come nearer: who is blocked is told as if nobody were there."""
    if now.blocked is not None:
        raise NotThere("they block the user")
    if now.blocks is not None:
        raise Contradiction("You block them; unblock them first.")


def _befriended(now: Between, at: int) -> Between:
    return replace(now, friends=at, asked=None, asking=None)


def _said(user_id: str, other_id: str, now: Between, after: Between) -> Iterator[Said]:
    """The edges that change; and of those that a new one rules out, that they are not there.

    The latter are said though they are not there as it is: an event of an earlier time that speaks
    of them may still come.
    """
    # A friendship is stored once, from the smaller id to the larger.
    first, second = sorted((user_id, other_id))
    befriended = now.friends is None and after.friends is not None
    blocked = now.blocks is None and after.blocks is not None
    for file, source, target, before, since in (
        ("friend", first, second, now.friends, after.friends),
        ("asked", user_id, other_id, now.asked, after.asked),
        ("asked", other_id, user_id, now.asking, after.asking),
        ("blocks", user_id, other_id, now.blocks, after.blocks),
    ):
        ruled_out = since is None and (blocked or (befriended and file == "asked"))
        if before != since or ruled_out:
            name = "since" if file == "friend" else "at"
            values = None if since is None else {name: since}
            yield Said(file, source, target, values, already=before == since)
