"""Friendships, requests and blocks: what is between two people, changed by one of them.

Two people are at most one of these to each other: friends; the one asked, or the other; one blocks
the other, or both do. Each function decides and writes in one transaction that holds both, and
returns what is between them then; where that is what it was to bring about, it changes nothing.
"""

from collections.abc import Callable

from graph.actions.facts import Said, say
from graph.actions.notices import News, take_back, tell
from graph.errors import Contradiction, NotThere
from graph.queries.friendships import Between, between
from graph.store import GraphStore, Runs

Change = Callable[[Between], list[Said]]
"""What is to be said, by what is between the two."""


def ask(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user asks the other to be friends; who was asked by them becomes their friend.

    Raises:
        NotThere: the other is not there, or blocks the user.
        Contradiction: the two are one; or the user blocks the other.
    """

    def change(now: Between) -> list[Said]:
        _open(now)
        if now.friends is not None or now.asked is not None:
            return []
        if now.asking is not None:
            return _befriended(user_id, other_id, at)
        return [Said("asked", user_id, other_id, {"at": at})]

    return _changed(store, user_id, other_id, at, change)


def accept(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user, whom the other asked, becomes their friend.

    Raises:
        NotThere: the other is not there, or blocks the user.
        Contradiction: the other did not ask, or took it back; or the user blocks them.
    """

    def change(now: Between) -> list[Said]:
        _open(now)
        if now.friends is not None:
            return []
        if now.asking is None:
            raise Contradiction("They have not asked you to be friends, or have taken it back.")
        return _befriended(user_id, other_id, at)

    return _changed(store, user_id, other_id, at, change)


def withdraw(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user's request is taken back."""

    def change(now: Between) -> list[Said]:
        return [] if now.asked is None else [Said("asked", user_id, other_id, None)]

    return _changed(store, user_id, other_id, at, change)


def decline(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The other's request is turned down; they may ask again."""

    def change(now: Between) -> list[Said]:
        return [] if now.asking is None else [Said("asked", other_id, user_id, None)]

    return _changed(store, user_id, other_id, at, change)


def unfriend(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The two are friends no more."""

    def change(now: Between) -> list[Said]:
        return [] if now.friends is None else [Said("friend", *_pair(user_id, other_id), None)]

    return _changed(store, user_id, other_id, at, change)


def block(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user blocks the other: they are not friends any more, and neither asks the other.

    Raises:
        NotThere: the other is not there.
        Contradiction: the two are one.
    """

    def change(now: Between) -> list[Said]:
        nearer = now.friends, now.asked, now.asking
        if now.blocks is not None and nearer == (None, None, None):
            return []
        return [
            # Also what is not there is said to be gone: an event of an earlier time may still come.
            Said("friend", *_pair(user_id, other_id), None),
            Said("asked", user_id, other_id, None),
            Said("asked", other_id, user_id, None),
            Said("blocks", user_id, other_id, {"at": at if now.blocks is None else now.blocks}),
        ]

    return _changed(store, user_id, other_id, at, change)


def unblock(store: GraphStore, user_id: str, other_id: str, at: int) -> Between:
    """The user blocks the other no more; what the block ended does not come back."""

    def change(now: Between) -> list[Said]:
        return [] if now.blocks is None else [Said("blocks", user_id, other_id, None)]

    return _changed(store, user_id, other_id, at, change)


def _changed(store: GraphStore, user_id: str, other_id: str, at: int, change: Change) -> Between:
    if user_id == other_id:
        raise Contradiction("This is about two people, and you are one.")

    def work(graph: Runs) -> Between:
        held = graph.run("hold_people", user_ids=sorted((user_id, other_id)))
        if len(held) < 2:
            raise NotThere(f"{user_id} or {other_id} is not there")
        now = between(graph, user_id, other_id)
        said = change(now)
        if not said:
            return now
        say(graph, said, at)
        after = between(graph, user_id, other_id)
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


def _befriended(user_id: str, other_id: str, at: int) -> list[Said]:
    return [
        Said("friend", *_pair(user_id, other_id), {"since": at}),
        Said("asked", user_id, other_id, None),
        Said("asked", other_id, user_id, None),
    ]


def _pair(user_id: str, other_id: str) -> tuple[str, str]:
    """A friendship is stored once, from the smaller id to the larger."""
    first, second = sorted((user_id, other_id))
    return first, second
