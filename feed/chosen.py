"""What a feed brings of the posts that were ranked: visible now, wanted, and each thing once.

Posts are copies of one thing if one shares the other, both share the same, or their media is the
same (`PostCard.same_as`). Copies are compared after the gate, so that a post which the viewer may
not see takes nobody's place.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from feed.cards import visible_posts
from feed.foreseen import card_calls, foresee
from feed.gate import VisiblePost, wanted
from feed.sources import Ask
from feed.words import muted_posts
from graph.queries.posts import PostCard


def gated(ask: Ask, ids: Iterable[str]) -> dict[str, VisiblePost]:
    """Those of the posts that the viewer may see at this moment, and wants; by ascending id."""
    ids = list(ids)
    foresee(ask.store, lambda: card_calls(ask, ids))
    posts = [post for post in visible_posts(ask.store, ask.viewer, ids) if wanted(ask.viewer, post)]
    muted = muted_posts(ask.store, ask.viewer, posts)
    return {post.card.post_id: post for post in posts if post.card.post_id not in muted}


def once(
    ask: Ask, ids: Iterable[str], posts: Mapping[str, VisiblePost], before: Sequence[str] = ()
) -> list[str]:
    """The `ids` that are among `posts`, without copies of those before them.

    Args:
        ask: who asks.
        ids: in the order of the feed.
        posts: what passed the gate.
        before: ids that come earlier in the feed; those that the viewer may see no more, or never
            might, stand in nobody's way.
    """
    met = {key for post in copies(ask, posts.values(), before) for key in post.card.same_as}
    kept = []
    for post_id in ids:
        if post_id in posts and met.isdisjoint(keys := posts[post_id].card.same_as):
            kept.append(post_id)
            met.update(keys)
    return kept


def copies(ask: Ask, posts: Collection[VisiblePost], among: Sequence[str]) -> list[VisiblePost]:
    """Those `among` the ids that are visible, and a copy of one of the posts (or one itself)."""
    if not posts or not among:
        return []
    remembered = ask.remembered
    keys = remembered.codes({key for post in posts for key in post.card.same_as})
    same = np.isin(remembered.cards(remembered.places(among)).same, keys)
    likely = [among[at] for at in np.flatnonzero(same.any(axis=1)).tolist()]
    return visible_posts(ask.store, ask.viewer, likely) if likely else []


def plainly_same(one: PostCard, other: PostCard) -> bool:
    """Whether the two posts themselves show that they are one thing.

    Two shares of one post do not: to tell of it would tell that there is that post.
    """
    address = (one.url or "").strip()
    return (
        one.shares_id == other.post_id
        or other.shares_id == one.post_id
        or (bool(address) and address == (other.url or "").strip())
    )
