"""What a feed brings of the posts that were ranked: visible now, wanted, and each thing once.

Posts are copies of one thing if one shares the other, both share the same, or their media is the
same (`PostCard.same_as`). Copies are compared after the gate, so that a post which the viewer may
not see takes nobody's place, and makes no two of its shares one.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np

from feed.cards import visible_posts
from feed.foreseen import card_calls, foresee
from feed.gate import VisiblePost, wanted
from feed.sources import Ask
from feed.words import muted_posts


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
    earlier = copies(ask, posts.values(), before)
    keys = keys_of(ask, [*posts.values(), *earlier])
    met = {key for post in earlier for key in keys[post.card.post_id]}
    kept = []
    for post_id in ids:
        if post_id in posts and met.isdisjoint(keys[post_id]):
            kept.append(post_id)
            met.update(keys[post_id])
    return kept


def copies(ask: Ask, posts: Collection[VisiblePost], among: Sequence[str]) -> list[VisiblePost]:
    """Those `among` the ids that are visible, and a copy of one of the posts (or one itself)."""
    if not posts or not among:
        return []
    remembered = ask.remembered
    codes = remembered.codes({key for post in posts for key in post.card.same_as})
    same = np.isin(remembered.cards(remembered.places(among)).same, codes)
    likely = [among[at] for at in np.flatnonzero(same.any(axis=1)).tolist()]
    found = visible_posts(ask.store, ask.viewer, likely) if likely else []
    keys = keys_of(ask, [*posts, *found])
    wanted = {key for post in posts for key in keys[post.card.post_id]}
    return [post for post in found if not wanted.isdisjoint(keys[post.card.post_id])]


def keys_of(
    ask: Ask, posts: Collection[VisiblePost], every: bool = False
) -> dict[str, frozenset[str]]:
    """By post, what it is a copy of (`PostCard.same_as`), as far as the viewer may see that.

    Were two shares of a hidden post one thing, the one that is missing would tell that they are.

    Args:
        ask: who asks.
        posts: what passed the gate.
        every: whether also what is shared by one of them alone is looked at, which makes no copies
            among these.
    """
    times = Counter(post.card.shares_id for post in posts)
    here = {post.card.post_id for post in posts}
    asked = {each for each, many in times.items() if each and (every or many > 1)} - here
    seen = visible_posts(ask.store, ask.viewer, sorted(asked)) if asked else []
    hidden = asked.difference(post.card.post_id for post in seen)
    return {post.card.post_id: frozenset(post.card.same_as) - hidden for post in posts}
