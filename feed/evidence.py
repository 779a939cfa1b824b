"""What may be told of why posts are on a page: people and posts that the viewer may see.

All of it has passed the gate, and all of it was read for this request: that people are friends,
that they responded, that the post of the viewer's past is still theirs to see. A friend who is
hidden, blocking, blocked or inactive is not in it, nor one whom a block keeps apart from the post's
author: a page does not bring together who will not meet. Nor is anybody's view or rating, which are
nobody else's business, nor a comment, which may hang under one that the viewer may not see.
"""

import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from feed.cards import cards_of_people, visible_posts
from feed.crowd import FEWEST, told_alike
from feed.foreseen import card_calls, foresee
from feed.gate import VisiblePerson, VisiblePost, admit_people, merely_private
from feed.hits import Joined
from feed.scored import Scored
from feed.sources import PER_INTEREST, Ask, parts_in, people_near
from gnn.features import CIRCLE_FRIENDS
from graph.errors import StoreError
from graph.queries import candidates as queries
from graph.queries.people import UserCard, ViewerContext, blocks_around
from graph.queries.posts import NodeCard, PostContent, group_cards, post_contents, tag_names
from graph.store import Call

log = logging.getLogger(__name__)

VIAS = 3
"""People or posts of which one is chosen to stand for a post: the strongest."""
FRIENDS, DISTANT, PAST = 5, 3, 10
"""Friends, friends of friends, and posts of the viewer's past that are read anew for one page:
those that stand for most of its posts."""

Named = Mapping[str, Sequence[str]]
"""Post id to the people who may be named for it, the strongest first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """Who and what may be named for the posts of one page."""

    viewer: ViewerContext
    people: Mapping[str, VisiblePerson] = field(default_factory=dict)
    friends: Named = field(default_factory=dict)
    """Friends who openly responded."""
    unnamed: Mapping[str, int] = field(default_factory=dict)
    """By post: friends who openly responded, and whose profile is not for the viewer to see."""
    hiding: int = 0
    """Of all the viewer's friends, those whom nothing but their privacy hides; 0 where no post has
    several such responders."""
    second_circle: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    """Pairs of a friend and a friend of theirs who wrote the post or openly responded."""
    similar: Named = field(default_factory=dict)
    """Posts that the viewer engaged with, and that lead to the post, as far as that may be told."""
    history: Mapping[str, VisiblePost] = field(default_factory=dict)
    """Posts that the viewer engaged with and may still see."""
    contents: Mapping[str, PostContent] = field(default_factory=dict)
    """Of the page's posts and of `history`."""
    alike: frozenset[str] = frozenset()
    """Posts that several people of a like taste did anything with and several did not, so that
    none of them is told of: who likes what one other person likes may have that person alone."""
    interests: Named = field(default_factory=dict)
    """The viewer's tags whose champion the post is."""
    tags: Mapping[str, str | None] = field(default_factory=dict)
    """The names of tags that reasons may call."""
    groups: Mapping[str, NodeCard] = field(default_factory=dict)
    """The viewer's groups that posts of the page are in."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """Who and what may stand for the posts of a page, as far as that is remembered: to be asked."""

    ways: Named
    """By post: few posts of the viewer's past that lead to it."""
    near: Named
    """By post: few friends who did anything with it."""
    far: Named
    """By post: few people of the second circle who had a part in it."""


def collect(
    ask: Ask,
    page: Sequence[Scored],
    sources: Mapping[str, Collection[str]],
    beside: Sequence[Call] = (),
) -> tuple[Evidence, tuple[str, ...]]:
    """Read what a page and its reasons need, and name what failed.

    A look-up that fails costs the reasons that rest on it, never the page.

    Args:
        ask: who asks.
        page: the posts, in any order.
        sources: by post, those that found it.
        beside: look-ups to be asked in the same round, which the caller will need.

    Raises:
        StoreError: the page's contents cannot be read.
    """
    posts = [each.post_id for each in page]
    try:
        tried = _Tried(
            ways=_few(_ways(ask, page), PAST),
            near=_few(_responders(ask, page), FRIENDS, others=True),
            far=_few(_distant(ask, page), DISTANT),
        )
        foresee(ask.store, lambda: [*beside, *_calls(ask, page, tried)])
        past = _all(tried.ways)
        history = {post.card.post_id: post for post in visible_posts(ask.store, ask.viewer, past)}
        contents = post_contents(ask.store, [*posts, *history])
        alike = _alike(ask, [each for each in posts if "near" in sources[each]])
        return replace(_collected(ask, page, tried, history, contents), alike=alike), ()
    except StoreError as error:
        log.warning("reasons that need a look-up are left out: %s", error)
        authors = [each.post.author for each in page if each.post.author is not None]
        people = {each.card.user_id: each for each in admit_people(ask.viewer, authors)}
        read = post_contents(ask.store, posts)
        return Evidence(ask.viewer, people, contents=read), ("reasons",)


def _calls(ask: Ask, page: Sequence[Scored], tried: _Tried) -> list[Call]:
    """What will be asked of the page, and of what stands for its posts."""
    past, near, far = (sorted(_all(each)) for each in (tried.ways, tried.near, tried.far))
    people = {*near, *far, *_between(ask, far), *_authors(page)}
    return [
        *card_calls(ask, past, people),
        ("post_contents", {"post_ids": sorted({*past, *(each.post_id for each in page)})}),
        ("tag_names", {"tag_ids": _called(ask, page)}),
        ("group_cards", {"group_ids": sorted(filter(None, {e.post.card.group_id for e in page}))}),
        *(
            (asked, {"user_id": name})
            for name in sorted({*near, *far})
            for asked in ("responded_to", "blocks_around")
        ),
        *(("engagers", {"post_id": each}) for each in past),
        *(("friends_of", {"user_id": name}) for name in far),
    ]


def _between(ask: Ask, far: Sequence[str]) -> set[str]:
    """The friends by whom the viewer knows people of the second circle, as it is remembered."""
    friends = ask.friends[:CIRCLE_FRIENDS] if far else []
    theirs = zip(friends, ask.remembered.people(queries.friends_of, friends), strict=True)
    found: dict[str, list[str]] = {person: [] for person in far}
    for friend, people in theirs:
        for person in found.keys() & set(people):
            found[person].append(friend)
    return {friend for some in found.values() for friend in some[:VIAS]}


def _collected(
    ask: Ask,
    page: Sequence[Scored],
    tried: _Tried,
    history: Mapping[str, VisiblePost],
    contents: Mapping[str, PostContent],
) -> Evidence:
    near = _openly(ask, page, tried.near)
    far = _second_circle(ask, page, tried.far)
    names = _all(near) | {name for pairs in far.values() for pair in pairs for name in pair}
    cards = cards_of_people(ask.store, names | _authors(page))
    people = {each.card.user_id: each for each in admit_people(ask.viewer, cards.values())}
    groups = [each.post.card.group_id for each in page if each.post.card.group_id]
    unnamed = {post: _unnamed(ask.viewer, some, cards) for post, some in near.items()}
    several = any(number > 1 for number in unnamed.values())
    all_friends = cards_of_people(ask.store, ask.viewer.friends) if several else {}
    return Evidence(
        viewer=ask.viewer,
        people=people,
        friends={post: [name for name in some if name in people] for post, some in near.items()},
        unnamed=unnamed,
        hiding=_unnamed(ask.viewer, all_friends, all_friends),
        second_circle={
            post: [pair for pair in pairs if people.keys() >= set(pair)]
            for post, pairs in far.items()
        },
        similar=_told(ask, tried.ways),
        history=history,
        contents=contents,
        interests=_interests(ask, page),
        tags=tag_names(ask.store, called) if (called := _called(ask, page)) else {},
        groups=group_cards(ask.store, groups) if groups else {},
    )


def _told(ask: Ask, ways: Named) -> dict[str, list[str]]:
    """Of the posts that lead to each post, those of which the viewer may be told so."""
    alike: dict[str, list[str]] = {}
    for post, some in ways.items():
        for way in some:
            alike.setdefault(way, []).append(post)
    told = told_alike(ask, alike)
    return {post: [way for way in some if post in told[way]] for post, some in ways.items()}


def _called(ask: Ask, page: Sequence[Scored]) -> list[str]:
    """The tags that a reason may call: the viewer's, and the one that is asked for."""
    asked = {ask.request.tag} if ask.request.tag is not None else set[str]()
    bears = {tag for each in page for tag in each.post.card.tags}
    return sorted(bears & (ask.viewer.interests | asked))


def _all(named: Named) -> set[str]:
    return {name for some in named.values() for name in some}


def _authors(page: Sequence[Scored]) -> set[str]:
    return {each.post.author.user_id for each in page if each.post.author is not None}


def _author(page: Sequence[Scored]) -> dict[str, str | None]:
    """By post, who wrote it."""
    return {each.post_id: each.post.card.author_id for each in page}


def _common(ask: Ask, theirs: Iterable[str]) -> list[str]:
    """Of somebody's friends, few of the viewer's."""
    return [name for name in theirs if name in ask.viewer.friends][:VIAS]


def _unnamed(viewer: ViewerContext, names: Iterable[str], cards: Mapping[str, UserCard]) -> int:
    return sum(name in cards and merely_private(viewer, cards[name]) for name in names)


def _responders(ask: Ask, page: Sequence[Scored]) -> dict[str, list[str]]:
    """Friends who did anything with each post, the latest first."""
    posts = [each.post_id for each in page if each.has("friends_engaged")]
    friends = ask.friends
    if not posts or not friends:
        return {}
    return _who(ask, posts, friends, [ask.lists(queries.engaged_by, friends)])


def _few(
    tried: Mapping[str, Sequence[str]], most: int, others: bool = False
) -> dict[str, list[str]]:
    """Of what is tried for each post, few that stand for as many posts as possible.

    One after the other, the one that is tried for most posts without any yet; ties to the lower id.

    Args:
        tried: by post, the strongest first.
        most: so many at most.
        others: further ones where each post has one and there is room: the first may turn out to be
            nobody who may be named, and then would hide who may.
    """
    chosen: set[str] = set()
    every = {post: some[:VIAS] for post, some in tried.items() if some}
    left = dict(every)
    while len(chosen) < most:
        open_to = left or (every if others else {})
        counted = Counter(n for some in open_to.values() for n in some if n not in chosen)
        if not counted:
            break
        name = min(counted, key=lambda each: (-counted[each], each))
        chosen.add(name)
        left = {post: some for post, some in left.items() if name not in some}
    return {post: [name for name in some if name in chosen] for post, some in tried.items()}


def _openly(ask: Ask, page: Sequence[Scored], tried: Named) -> dict[str, list[str]]:
    """Those of the people tried for each post who openly responded to it, as it is now.

    None whom a block keeps apart from its author.
    """
    people = sorted(_all(tried))
    gestures = dict(zip(people, queries.responded_to(ask.store, people), strict=True))
    apart, author = blocks_around(ask.store, people), _author(page)
    return {
        post: [n for n in some if post in gestures[n] and author[post] not in apart[n]]
        for post, some in tried.items()
    }


def _distant(ask: Ask, page: Sequence[Scored]) -> dict[str, list[str]]:
    """People of the second circle who had a part in each post, the latest first."""
    posts = [each.post_id for each in page if each.has("friends_of_friends")]
    circle = ask.second_circle if posts else []
    return _who(ask, posts, circle, parts_in(ask, circle)) if circle else {}


def _second_circle(
    ask: Ask, page: Sequence[Scored], tried: Named
) -> dict[str, list[tuple[str, str]]]:
    """A friend, and a friend of theirs who had a part in the post, as it is at this moment."""
    people = sorted(_all(tried))
    theirs = dict(zip(people, queries.friends_of(ask.store, people), strict=True))
    openly, author = _openly(ask, page, tried), _author(page)
    found: dict[str, list[tuple[str, str]]] = {}
    for post, some in tried.items():
        for name in some:
            if name in openly[post] or name == author[post]:
                pairs = [(friend, name) for friend in _common(ask, theirs[name])]
                found.setdefault(post, []).extend(pairs)
    return found


def _who(
    ask: Ask, posts: Sequence[str], people: Sequence[str], parts: Iterable[Joined]
) -> dict[str, list[str]]:
    """The people whose lists have each post, the latest first; `parts` has a list of each.

    Of equals, who comes first in `people`.
    """
    places = ask.remembered.places(posts)
    post_at = dict(zip(places.tolist(), posts, strict=True))
    columns = zip(*(lists.having(places) for lists in parts), strict=True)
    which, at, when = (np.concatenate(each) for each in columns)
    order = np.lexsort((which, -when, at))
    found: dict[int, list[str]] = {}
    for place, person in zip(at[order].tolist(), which[order].tolist(), strict=True):
        found.setdefault(place, []).append(people[person])
    return {post_at[place]: list(dict.fromkeys(some)) for place, some in found.items()}


def _ways(ask: Ask, page: Sequence[Scored]) -> dict[str, list[str]]:
    """Posts of the viewer's history that lead to each post, the strongest first."""
    posts, history = [each.post_id for each in page if each.has("similar")], ask.history
    if not posts:
        return {}
    lists = ask.lists(queries.similar_to, history)
    return _who(ask, posts, history, [lists])


def _alike(ask: Ask, posts: Sequence[str]) -> frozenset[str]:
    """Those of the posts that several people of a like taste did anything with, and several not."""
    if not posts:
        return frozenset()
    people = people_near(ask).ids
    who = _who(ask, posts, people, [ask.lists(queries.engaged_by, people)])
    most = len(people) - FEWEST
    return frozenset(post for post, some in who.items() if FEWEST <= len(some) <= most)


def _interests(ask: Ask, page: Sequence[Scored]) -> dict[str, list[str]]:
    tags = ask.interests
    lists = [ask.lists(queries.by_tag, tags).first(PER_INTEREST)]
    return _who(ask, [each.post_id for each in page], tags, lists)
