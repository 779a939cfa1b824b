"""What a viewer does with a post that they may see, and what they take back of it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from feed.profiles import Profile, profiles
from graph.actions import reactions as actions
from graph.actions.reactions import Change
from graph.errors import NotThere
from graph.queries.people import ViewerContext
from graph.queries.posts import post_cards
from graph.queries.responses import Did, Listed, Response, did, responses_after
from graph.store import GraphStore
from social.pages import Page, Place, page_of
from social.seeing import seen_post

REACTIONS = actions.REACTIONS


@dataclass(frozen=True, slots=True)
class Reacted:
    """What a viewer did with a post."""

    post_id: str
    author_id: str | None
    """Whose post it is."""
    before: Did
    now: Did
    """The same as before where nothing changed."""


def like(store: GraphStore, viewer: ViewerContext, post_id: str, now: int) -> Reacted:
    """Like a post.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        post_id: which post.
        now: Unix seconds.

    Raises:
        NotThere: it is not there, or not for this viewer; so with all that is not taken back.
    """
    return _done(store, viewer, post_id, lambda who: actions.like(store, who, post_id, now))


def unlike(store: GraphStore, viewer: ViewerContext, post_id: str, now: int) -> Reacted:
    """Take a like back.

    Raises:
        NotThere: the viewer may not see the post, and does not like it; likewise for what else is
            taken back: what is the viewer's own they may always end.
    """
    return _undone(
        store, viewer, post_id, "liked", lambda w: actions.unlike(store, w, post_id, now)
    )


def rate(store: GraphStore, viewer: ViewerContext, post_id: str, percent: int, now: int) -> Reacted:
    """Rate a post, 0 to 100; the latest rating stands. Nobody else is told."""
    return _done(
        store, viewer, post_id, lambda who: actions.rate(store, who, post_id, percent, now)
    )


def unrate(store: GraphStore, viewer: ViewerContext, post_id: str, now: int) -> Reacted:
    """Take a rating back."""
    return _undone(
        store, viewer, post_id, "rated", lambda w: actions.unrate(store, w, post_id, now)
    )


def react(store: GraphStore, viewer: ViewerContext, post_id: str, kind: str, now: int) -> Reacted:
    """React to a post by one of `REACTIONS`; the latest stands."""
    return _done(store, viewer, post_id, lambda who: actions.react(store, who, post_id, kind, now))


def unreact(store: GraphStore, viewer: ViewerContext, post_id: str, now: int) -> Reacted:
    """Take a reaction back."""
    return _undone(
        store, viewer, post_id, "reacted", lambda who: actions.unreact(store, who, post_id, now)
    )


def hide(store: GraphStore, viewer: ViewerContext, post_id: str, less: bool, now: int) -> Reacted:
    """Keep a post out of the viewer's feeds; with `less` also show less that is like it."""
    return _done(store, viewer, post_id, lambda who: actions.hide(store, who, post_id, less, now))


def unhide(store: GraphStore, viewer: ViewerContext, post_id: str, now: int) -> Reacted:
    """Let a post come again, and those that are like it."""
    return _undone(store, viewer, post_id, "hid", lambda w: actions.unhide(store, w, post_id, now))


def view(store: GraphStore, viewer: ViewerContext, post_id: str, mark: str, now: int) -> Reacted:
    """View a post once more; `mark` names this view alone. Nobody else is told."""
    return _done(store, viewer, post_id, lambda who: actions.view(store, who, post_id, mark, now))


def inspire(store: GraphStore, viewer: ViewerContext, post_id: str, mark: str, now: int) -> Reacted:
    """Be inspired by a post once more; `mark` likewise."""
    return _done(
        store, viewer, post_id, lambda who: actions.inspire(store, who, post_id, mark, now)
    )


@dataclass(frozen=True, slots=True)
class Responder:
    """Who openly responded to a post, when, and of a reaction which."""

    profile: Profile
    at: int
    word: str


def responders(
    store: GraphStore,
    viewer: ViewerContext,
    kind: Listed,
    post_id: str,
    after: Place | None,
    size: int,
) -> Page[Responder]:
    """Who likes a post, or reacted to it, of those whom the viewer may see; the latest first."""
    seen_post(store, viewer, post_id)
    told: dict[str, Response] = {}

    def read(place: Place) -> Sequence[Place]:
        found = responses_after(store, kind, post_id, place.at, place.id)
        told.update({each.id: each for each in found})
        return [Place(each.at, each.id) for each in found]

    def show(entries: Sequence[Place]) -> Mapping[str, Responder]:
        seen = profiles(store, viewer, [each.id for each in entries])
        return {each: Responder(seen[each], told[each].at, told[each].word) for each in seen}

    return page_of(read, show, after, size)


def _done(
    store: GraphStore, viewer: ViewerContext, post_id: str, act: Callable[[str], Change]
) -> Reacted:
    post = seen_post(store, viewer, post_id)
    change = act(viewer.user_id or "")
    return Reacted(post_id, post.card.author_id, change.before, change.now)


def _undone(
    store: GraphStore,
    viewer: ViewerContext,
    post_id: str,
    what: str,
    act: Callable[[str], Change],
) -> Reacted:
    # Asked of every post, so that one that is hidden takes as long as one that is not there.
    mine = getattr(did(store, viewer.user_id or "", post_id), what) is not None
    if not mine:
        seen_post(store, viewer, post_id)
    card = post_cards(store, [post_id]).get(post_id)
    if card is None:
        raise NotThere(f"{post_id} is not there")
    change = act(viewer.user_id or "")
    return Reacted(post_id, card.author_id, change.before, change.now)
