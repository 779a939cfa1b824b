"""What a viewer asked to see less of: posts like those that they hid, for as long as that lasts.

The numbers are those of `feed.fatigue.reluctance`. Only posts that the viewer may see at this
moment count, for what speaks against others tells of their authors and tags. What friends brought
is a part of its own: it rests on their views and ratings, which are not the viewer's to know.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from feed.card_columns import Cards
from feed.cards import visible_posts
from feed.fatigue import Hidden, Reluctance, reluctance
from feed.hits import Floats, Places
from feed.numbers import Ints
from feed.remembered import Remembered
from graph.queries import candidates as queries
from graph.queries.people import ViewerContext
from graph.store import GraphStore


def less_wanted(
    store: GraphStore, remembered: Remembered, viewer: ViewerContext, now: int
) -> Reluctance:
    """What speaks against whom and what; nothing is read for a viewer who hid nothing.

    Raises:
        StoreError: a look-up failed.
    """
    if not viewer.hidden_at:
        return Reluctance()
    cards = {
        post.card.post_id: post.card for post in visible_posts(store, viewer, viewer.hidden_at)
    }
    friends = sorted(viewer.friends)
    brought = _brought(remembered, friends, list(cards))
    hidden = (
        Hidden(card.author_id, card.tags, brought.get(post_id, ()), viewer.hidden_at[post_id])
        for post_id, card in cards.items()
    )
    return reluctance(hidden, now)


def against_posts(less: Reluctance, remembered: Remembered, cards: Cards) -> Floats:
    """What speaks against each post for its author and its least wanted tag; shape ``(n,)``."""
    tags: Floats = _found(cards.tags, less.tags, remembered).min(axis=1)
    return _found(cards.author, less.authors, remembered) + tags


def against_friends(
    less: Reluctance, remembered: Remembered, viewer: ViewerContext, posts: Places
) -> Floats:
    """What speaks against each post for the friends who brought it; shape ``(n,)``.

    Of several friends the one least held against counts.
    """
    mildest = np.full(len(posts), -np.inf)
    if less.friends and len(posts):
        friends = sorted(viewer.friends)
        held = np.array([less.friends.get(each, 0.0) for each in friends])
        which, places = _parts(remembered, friends)
        order = np.argsort(posts)
        at = order[np.minimum(np.searchsorted(posts[order], places), len(posts) - 1)]
        there = posts[at] == places
        np.maximum.at(mildest, at[there], held[which[there]])
    return np.where(np.isinf(mildest), 0.0, mildest)


def _brought(
    remembered: Remembered, friends: Sequence[str], ids: Sequence[str]
) -> dict[str, list[str]]:
    """The friends who wrote each post, or did anything with it lately."""
    if not friends or not ids:
        return {}
    which, places = _parts(remembered, friends)
    post_id = dict(zip(remembered.places(ids).tolist(), ids, strict=True))
    there = np.isin(places, list(post_id))
    found: dict[str, list[str]] = {}
    for place, friend in zip(places[there].tolist(), which[there].tolist(), strict=True):
        found.setdefault(post_id[place], []).append(friends[friend])
    return found


def _parts(remembered: Remembered, friends: Sequence[str]) -> tuple[Ints, Places]:
    """Which friend (by position), and which post they wrote or did anything with, a row a post."""
    did = remembered.lists(queries.engaged_by, friends)
    wrote = remembered.lists(queries.written_by, friends)
    which = np.concatenate([did.which, wrote.which])
    return which, np.concatenate([did.places, wrote.places])


def _found(codes: Ints, numbers: Mapping[str, float], remembered: Remembered) -> Floats:
    """The number of what each code stands for, 0 where it has none; of the codes' shape."""
    if not numbers:
        return np.zeros(codes.shape)
    known = remembered.codes(numbers)
    order = np.argsort(known)
    values = np.fromiter(numbers.values(), np.float64)[order]
    at = np.minimum(np.searchsorted(known[order], codes), len(known) - 1)
    return np.where(known[order][at] == codes, values[at], 0.0)
