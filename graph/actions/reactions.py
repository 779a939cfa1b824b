"""What one person does with a post: views, likes, inspirations, ratings, reactions, hides.

Each function decides and writes in one transaction that holds the person, and returns what they
did with the post before and now; what is so already stays. What one did may be taken back from a
post that is deleted, too.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from graph.actions.counts import count
from graph.actions.facts import Said, hearing, say
from graph.actions.notices import News, take_back, tell
from graph.errors import NotThere
from graph.events.facts import Value
from graph.queries.posts import PostCard, post_cards
from graph.queries.responses import Did, did
from graph.store import Call, GraphStore, Runs

REACTIONS = ("like", "love", "haha", "wow", "sad", "angry")

Values = dict[str, Value]
State = Literal["liked", "rated", "reacted", "hid"]
"""Edges that are there or not, and count nothing."""
Counted = Literal["viewed", "inspired"]


@dataclass(frozen=True, slots=True)
class Change:
    """What somebody did with a post before an act, and with it."""

    before: Did
    now: Did


def like(store: GraphStore, user_id: str, post_id: str, at: int) -> Change:
    """The user likes the post.

    Raises:
        NotThere: no such user or post, or it is deleted; so with all that is not taken back.
    """
    return _done(store, user_id, post_id, at, "liked", lambda now: now.liked is None, {})


def unlike(store: GraphStore, user_id: str, post_id: str, at: int) -> Change:
    """The user does not like the post any more."""
    return _undone(store, user_id, post_id, at, "liked", lambda now: now.liked is not None)


def rate(store: GraphStore, user_id: str, post_id: str, percent: int, at: int) -> Change:
    """The user rates the post, 0 to 100; the latest rating stands."""
    told: Values = {"percent": percent}
    return _done(store, user_id, post_id, at, "rated", lambda now: now.rated != percent, told)


def unrate(store: GraphStore, user_id: str, post_id: str, at: int) -> Change:
    """The user's rating is taken back."""
    return _undone(store, user_id, post_id, at, "rated", lambda now: now.rated is not None)


def react(store: GraphStore, user_id: str, post_id: str, kind: str, at: int) -> Change:
    """The user reacts to the post, by one of `REACTIONS`; the latest stands."""
    told: Values = {"kind": kind}
    return _done(store, user_id, post_id, at, "reacted", lambda now: now.reacted != kind, told)


def unreact(store: GraphStore, user_id: str, post_id: str, at: int) -> Change:
    """The user's reaction is taken back."""
    return _undone(store, user_id, post_id, at, "reacted", lambda now: now.reacted is not None)


def hide(store: GraphStore, user_id: str, post_id: str, less: bool, at: int) -> Change:
    """The user does not want to see the post in feeds; with `less` nor much that is like it.

    A hide without a time says nothing of posts that are like it (`feed.less`), which is how the
    two are told apart.
    """
    since = at if less else 0

    def wanted(now: Did) -> bool:
        return now.hid is None or bool(now.hid) is not less

    return _done(store, user_id, post_id, at, "hid", wanted, {"at": since})


def unhide(store: GraphStore, user_id: str, post_id: str, at: int) -> Change:
    """The post may come again, and speaks against no other."""
    return _undone(store, user_id, post_id, at, "hid", lambda now: now.hid is not None)


def view(store: GraphStore, user_id: str, post_id: str, mark: str, at: int) -> Change:
    """The user viewed the post once more; `mark` names this view alone (`graph.actions.counts`)."""

    def counted(graph: Runs, now: Did) -> Did:
        times = count(graph, "viewed", user_id, post_id, mark, at, now.viewed)
        return replace(now, viewed=times)

    return _changed(store, user_id, post_id, at, "viewed", counted)


def inspire(store: GraphStore, user_id: str, post_id: str, mark: str, at: int) -> Change:
    """The post inspired the user once more; `mark` likewise."""

    def counted(graph: Runs, now: Did) -> Did:
        times = count(graph, "inspired", user_id, post_id, mark, at, now.inspired)
        return replace(now, inspired=times)

    return _changed(store, user_id, post_id, at, "inspired", counted)


def _done(
    store: GraphStore,
    user_id: str,
    post_id: str,
    at: int,
    file: State,
    wanted: Callable[[Did], bool],
    told: Values,
) -> Change:
    values: Values = {"at": at, **told}

    def said(graph: Runs, now: Did) -> Did:
        if not wanted(now):
            return now
        say(graph, [Said(file, user_id, post_id, values)], at)
        return _with(now, file, values[_TOLD[file]])

    return _changed(store, user_id, post_id, at, file, said)


def _undone(
    store: GraphStore,
    user_id: str,
    post_id: str,
    at: int,
    file: State,
    there: Callable[[Did], bool],
) -> Change:
    def said(graph: Runs, now: Did) -> Did:
        if not there(now):
            return now
        say(graph, [Said(file, user_id, post_id, None)], at)
        return _with(now, file, None)

    return _changed(store, user_id, post_id, at, file, said, undo=True)


_TOLD: Mapping[State, str] = {"liked": "at", "rated": "percent", "reacted": "kind", "hid": "at"}
"""What `Did` says of an edge."""


def _with(now: Did, file: State, value: Value | None) -> Did:
    """What somebody did once an edge of theirs is there, or (None) is not: no need to read it."""
    changed: dict[str, Any] = {file: value}
    return replace(now, **changed)


def _changed(
    store: GraphStore,
    user_id: str,
    post_id: str,
    at: int,
    file: State | Counted,
    act: Callable[[Runs, Did], Did],
    undo: bool = False,
) -> Change:
    def work(graph: Runs) -> Change:
        who: Call = "hold_people", {"user_ids": [user_id]}
        what: Call = "did", {"user_id": user_id, "post_id": post_id}
        card_call: Call = "post_cards", {"post_ids": [post_id]}
        graph.foresee([who, card_call, what, hearing(file, user_id, post_id)])
        # The post is not held: many people respond to one at once, each by an edge of their own.
        there = graph.run("hold_people", user_ids=[user_id])
        card = post_cards(graph, [post_id]).get(post_id)
        if not there or card is None or (card.deleted and not undo):
            raise NotThere(f"{user_id} or {post_id} is not there")
        now = did(graph, user_id, post_id)
        change = Change(now, act(graph, now))
        _tell(graph, user_id, card, change, at)
        return change

    return store.transact(work)


def _tell(graph: Runs, user_id: str, card: PostCard, change: Change, at: int) -> None:
    """Tell the post's author of who openly responds to it, once for all that they do."""
    before, now = change.before.openly, change.now.openly
    facts = tuple(f"{file} {user_id} {card.post_id}" for file in ("liked", "inspired", "reacted"))
    news = News(card.author_id or "", "reaction", user_id, card.post_id, facts=facts)
    if now and not before:
        tell(graph, [news], at)
    if before and not now:
        take_back(graph, [news])
