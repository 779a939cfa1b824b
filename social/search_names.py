"""Groups and tags by their names.

A tag is found by who picked it, and by who may see a post with it (of 200 that are looked at): a
private post's own tag would give it away. A group is found by whoever may know of it (`feed.gate`).

In order: names that say every word as it is or begin with it; the viewer's own; how well they
answer; the shorter; tags with more posts; then by id.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import admit_groups
from graph.queries.friendships import entries_after
from graph.queries.groups import group_pages
from graph.queries.people import ViewerContext
from graph.queries.posts import tag_names
from graph.queries.searched import tagged_with
from graph.search.index import SearchIndex
from graph.search.matching import NOT, PLAIN, match
from graph.search.terms import Asked, said
from graph.store import GraphStore
from social.pages import BEGIN

GROUPS = 200
"""Groups that one search finds at most."""
TAGS = 40
"""Tags likewise: each of them is asked for its posts."""

Order = tuple[bool, bool, float, int]


@dataclass(frozen=True, slots=True)
class TagHit:
    """A tag that answers, and that the viewer may know of."""

    tag_id: str
    name: str
    posts: int
    """Posts with it that the viewer may see, of 200 that were looked at."""


def found_groups(
    store: GraphStore, index: SearchIndex, viewer: ViewerContext, asked: Asked
) -> tuple[str, ...]:
    """The ids of the groups found, best first."""
    invited = invited_to(store, viewer)
    pages = group_pages(store, index.find("groups", asked, viewer.groups | invited)).values()
    ranked = []
    for each in admit_groups(viewer, pages, invited):
        group_id = each.group.group_id
        order = _order(asked, each.group.name or "", own=group_id in viewer.groups)
        if order is not None:
            ranked.append((order, group_id))
    return tuple(group_id for _, group_id in sorted(ranked)[:GROUPS])


def invited_to(store: GraphStore, viewer: ViewerContext) -> frozenset[str]:
    """The latest hundred groups that invited the viewer: of these they may know."""
    found = entries_after(store, "group_invitations", viewer.user_id or "", BEGIN.at, BEGIN.id)
    return frozenset(each.id for each in found)


def found_tags(
    store: GraphStore, index: SearchIndex, viewer: ViewerContext, asked: Asked
) -> tuple[TagHit, ...]:
    """The tags found, best first."""
    names = {id: name or id for id, name in tag_names(store, index.find("tags", asked)).items()}
    ranked = []
    for tag_id, name in names.items():
        order = _order(asked, name, own=tag_id in viewer.interests)
        if order is not None:
            ranked.append((order, tag_id))
    likely = [tag_id for _, tag_id in sorted(ranked)]
    hits = _known(store, viewer, {tag_id: names[tag_id] for tag_id in likely})
    orders = {tag_id: order for order, tag_id in ranked}
    return tuple(sorted(hits, key=lambda hit: (orders[hit.tag_id], -hit.posts, hit.tag_id))[:TAGS])


def tags_known(
    store: GraphStore, viewer: ViewerContext, tag_ids: tuple[str, ...]
) -> tuple[TagHit, ...]:
    """Those of the tags that the viewer may know of, in the order given."""
    names = tag_names(store, tag_ids)
    return _known(store, viewer, {each: names[each] or each for each in tag_ids if each in names})


def _known(
    store: GraphStore, viewer: ViewerContext, names: Mapping[str, str]
) -> tuple[TagHit, ...]:
    found: list[TagHit] = []
    ids = list(names)
    for start in range(0, len(ids), TAGS):
        if len(found) >= TAGS:
            break
        part = ids[start : start + TAGS]
        posts = tagged_with(store, part)
        visible = {
            post.card.post_id
            for post in visible_posts(store, viewer, {each for some in posts for each in some})
        }
        for tag_id, some in zip(part, posts, strict=True):
            count = len(visible.intersection(some))
            if count or tag_id in viewer.interests:
                found.append(TagHit(tag_id, names[tag_id], count))
    return tuple(found)


def _order(asked: Asked, name: str, *, own: bool) -> Order | None:
    """Where a name stands among others; None: it does not answer."""
    words = said(name)
    matches = [match(term, words) for term in asked.terms]
    if not matches or NOT in matches:
        return None
    fit = round(math.fsum(matches) / len(matches), 6)
    return min(matches) < PLAIN, not own, -fit, len(words)
