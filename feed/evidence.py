"""What may be told of why posts are on a page: people and posts that the viewer may see.

All of it has passed the gate. A friend who is hidden, blocking, blocked or inactive is not in it;
nor is anybody's view or rating, which are nobody else's business; nor a post of the viewer's
history that they may see no more.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from feed.candidates import Gathered
from feed.cards import visible_posts
from feed.gate import VisiblePerson, VisiblePost, admit_people
from feed.score import Scored
from graph.errors import StoreError
from graph.queries.candidates import Found, friends_of_friends_openly, friends_openly
from graph.queries.people import ViewerContext, user_cards
from graph.queries.posts import PostContent, post_contents
from graph.store import GraphStore

log = logging.getLogger(__name__)

VIAS = 5
"""People or posts tried for one reason, the strongest first, until one may be named."""

Gestures = Mapping[str, Sequence[Found]]
"""Post id to who responded to it openly, the strongest first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who and what may be named for the posts of one page."""

    viewer: ViewerContext
    people: Mapping[str, VisiblePerson] = field(default_factory=dict)
    history: Mapping[str, VisiblePost] = field(default_factory=dict)
    """Posts that the viewer engaged with and may still see."""
    friends: Gestures = field(default_factory=dict)
    second_circle: Gestures = field(default_factory=dict)
    """Of friends of friends; `Found.friend_id` is whom the viewer knows."""
    titles: Mapping[str, PostContent] = field(default_factory=dict)
    """The contents of `history`."""


def collect(
    store: GraphStore, viewer: ViewerContext, page: Sequence[Scored], found: Gathered
) -> tuple[Evidence, tuple[str, ...]]:
    """Read what the reasons of a page need, and name what failed.

    A look-up that fails costs the reasons that rest on it, never the page.
    """
    try:
        return _collected(store, viewer, page, found), ()
    except StoreError as error:
        log.warning("reasons that need a look-up are left out: %s", error)
        authors = [each.post.author for each in page if each.post.author is not None]
        people = {each.card.user_id: each for each in admit_people(viewer, authors)}
        return Evidence(viewer, people), ("reasons",)


def _collected(
    store: GraphStore, viewer: ViewerContext, page: Sequence[Scored], found: Gathered
) -> Evidence:
    friends, second_circle = _gestures(store, viewer, page)
    named = [found for some in (friends, second_circle) for each in some.values() for found in each]
    ids = {name for each in named for name in (each.via, each.friend_id) if name}
    ids |= {each.post.author.user_id for each in page if each.post.author is not None}
    people = admit_people(viewer, user_cards(store, ids).values())
    vias = found.vias("similar")
    past = {via for each in page for via in vias.get(each.post_id, ())[:VIAS]}
    history = {post.card.post_id: post for post in visible_posts(store, viewer, past)}
    return Evidence(
        viewer,
        {person.card.user_id: person for person in people},
        history,
        friends,
        second_circle,
        post_contents(store, history),
    )


def _gestures(
    store: GraphStore, viewer: ViewerContext, page: Sequence[Scored]
) -> tuple[Gestures, Gestures]:
    """Friends' and friends of friends' open gestures, read only if a post has that part."""
    if viewer.user_id is None:
        return {}, {}
    near = {each.post_id for each in page if each.has("friends_engaged")}
    far = {each.post_id for each in page if each.has("friends_of_friends")}
    friends = friends_openly(store, viewer.user_id) if near else []
    second = friends_of_friends_openly(store, viewer.user_id, viewer.friends) if far else []
    return _by_post(friends, near), _by_post(second, far)


def _by_post(gestures: Iterable[Found], post_ids: set[str]) -> Gestures:
    by_post: dict[str, list[Found]] = {}
    for gesture in gestures:
        if gesture.post_id in post_ids:
            by_post.setdefault(gesture.post_id, []).append(gesture)
    return {post_id: some[:VIAS] for post_id, some in by_post.items()}
