"""Authors whom a viewer may like to read: of their interests' champions, then of popular posts."""

import logging
from collections import Counter
from collections.abc import Container, Iterator

from feed.chosen import gated
from feed.gate import VisiblePost, admit_people
from feed.people_reasons import Acquaintance, Authored
from feed.remembered import ReadLists
from feed.sources import INTERESTS, POPULAR, Ask
from graph.errors import StoreError
from graph.queries import candidates

log = logging.getLogger(__name__)

PER_TAG, PER_CHART = 5, 50
"""Champions whose authors are looked at."""


def authors(ask: Ask, but: Container[str], most: int) -> list[Acquaintance]:
    """At most `most` authors, none of `but`.

    First those of champions of the viewer's tags, who champion most of them first and ties to the
    lower user id; then those of the popular chart, in its order.
    """
    written = [*_by_interest(ask), *_popular(ask)]
    found: dict[str, Acquaintance] = {}
    for tag, post in written:
        people = admit_people(ask.viewer, [post.author] if post.author is not None else [])
        for person in people:
            user_id = person.card.user_id
            if user_id not in but and user_id not in found and person.card.username:
                found[user_id] = Acquaintance(person, authored=Authored(post, tag))
    return list(found.values())[:most]


def _by_interest(ask: Ask) -> list[tuple[str | None, VisiblePost]]:
    tags = sorted(ask.viewer.interests - ask.viewer.muted_tags)[:INTERESTS]
    champions = _champions(ask, candidates.by_tag, tags, PER_TAG)
    posts = _visible(ask, [post_id for ids in champions.values() for post_id in ids])
    written = [
        (tag, posts[post_id])
        for tag, ids in champions.items()
        for post_id in ids
        if post_id in posts and tag in posts[post_id].card.tags
    ]
    tags_of = Counter(author for author, _ in {(p.card.author_id, tag) for tag, p in written})
    return sorted(
        written, key=lambda each: (-tags_of[each[1].card.author_id], each[1].card.author_id or "")
    )


def _popular(ask: Ask) -> Iterator[tuple[None, VisiblePost]]:
    ids = _champions(ask, candidates.by_chart, [POPULAR], PER_CHART).get(POPULAR, [])
    posts = _visible(ask, ids)
    # A chart is older than a card: what nobody engages with any more is not popular.
    there = [posts[each] for each in ids if each in posts and posts[each].card.popularity > 0.0]
    return ((None, post) for post in there)


def _champions(ask: Ask, read: ReadLists, keys: list[str], most: int) -> dict[str, list[str]]:
    """The best posts of each key's list; nothing where they cannot be read."""
    try:
        lists = ask.remembered.lists(read, keys)
    except StoreError as error:
        log.warning("authors are left out: %s", error)
        return {}
    best = lists.first(most)
    return {key: ask.remembered.ids(best[at].places) for at, key in enumerate(keys)}


def _visible(ask: Ask, post_ids: list[str]) -> dict[str, VisiblePost]:
    return gated(ask, post_ids)
