"""More posts for a page that the sources could not fill: champions around what they found."""

import logging
from collections import Counter
from collections.abc import Iterable, Sequence

from feed.gate import VisiblePost
from graph.errors import StoreError
from graph.queries.candidates import by_category, by_tag
from graph.store import GraphStore

log = logging.getLogger(__name__)

NODES = 20
"""Categories, and tags, that are looked at: 40 bounded queries at most, for a page that lacks
posts only; 8,000 posts."""


def more_posts(store: GraphStore, posts: Sequence[VisiblePost]) -> tuple[set[str], tuple[str, ...]]:
    """The champions of the commonest categories and tags among `posts`, and what failed."""
    categories = _commonest(post.card.category_id for post in posts if post.card.category_id)
    tags = _commonest(tag for post in posts for tag in post.card.tags)
    try:
        found = [each for some in categories for each in by_category(store, some)]
        found += [each for some in tags for each in by_tag(store, some)]
    except StoreError as error:
        log.warning("more posts are left out: %s", error)
        return set(), ("more",)
    return {each.post_id for each in found}, ()


def _commonest(ids: Iterable[str]) -> list[str]:
    counted = Counter(ids)
    return sorted(counted, key=lambda some: (-counted[some], some))[:NODES]
