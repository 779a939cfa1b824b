"""Why a post is here: paths that exist in the graph, named by what the viewer may see.

A reason comes from a part of the score (`gnn.features.PARTS`) or from what was asked for. Its
share is what it adds to the log-odds, of all that the post's reasons add; reasons that add nothing
measurable (an asked category, newness) share nothing unless they are all there is. How much a part
adds that counts what people never shared is not told (`feed.told`), not by a share either, nor by
the order of reasons: such a reason counts as the mean of the others that speak for the post.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import NamedTuple

from feed.evidence import Evidence
from feed.gate import VisiblePerson, VisiblePost
from feed.request import FeedRequest, PathNode, Reason
from feed.scored import Scored
from gnn.embeddings import PRODUCTS
from graph.queries.people import ViewerContext
from graph.queries.posts import NodeCard, PostContent

REASONS = 3
"""A post's reasons: what a person reads."""
FEWEST_UNNAMED = 2
"""Friends who are told of as a number: one would be known, and so would all that one has."""
TITLE = 60
"""Characters of a title inside a sentence."""

_first = itemgetter(0)
_BEHIND: Mapping[str, tuple[str, ...]] = {"nearest": PRODUCTS}
"""The parts of the score behind a source, where they are not of the same name; many have none."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A post on the page, with what its reasons may refer to."""

    you: PathNode
    """The viewer."""
    this: PathNode
    """The post."""
    scored: Scored
    untold: frozenset[str]
    """The sources, and parts of its score, that are not told (`feed.told`)."""
    category: NodeCard | None
    request: FeedRequest
    sources: frozenset[str]
    """All that found the post."""
    evidence: Evidence


class FoundReason(NamedTuple):
    """A reason as it is found, before its share is known."""

    source: str
    sentence: str
    path: tuple[PathNode, ...]


Explain = Callable[[Shown], FoundReason | None]


def reasons(shown: Shown) -> tuple[Reason, ...]:
    """The post's reasons, the weightiest first; always at least one."""
    told = [reason for explain in EXPLANATIONS if (reason := explain(shown)) is not None]
    if not told:
        return (_discovery(shown),)
    hidden, gains = shown.untold, shown.scored.gains
    weights = [None if each.source in hidden else _weight(gains, each.source) for each in told]
    weighed = list(zip(_filled(weights), told, strict=True))
    weighed.sort(key=_first, reverse=True)
    return _shared(weighed[:REASONS])


def _weight(gains: Mapping[str, float], source: str) -> float:
    parts = _BEHIND.get(source, (source,))
    return max(sum([gains.get(part, 0.0) for part in parts]), 0.0)


def _filled(weights: Sequence[float | None]) -> list[float]:
    """The weights; what is not told weighs as the mean of what speaks for the post and is."""
    known = [weight for weight in weights if weight]
    mean = sum(known) / len(known) if known else 1.0
    return [mean if weight is None else weight for weight in weights]


def _shared(weighed: list[tuple[float, FoundReason]]) -> tuple[Reason, ...]:
    """The reasons with the share of each; equal ones where nothing measurable speaks for any."""
    total, equal = sum(map(_first, weighed)), 1.0 / len(weighed)
    shares = [weight / total if total > 0.0 else equal for weight, _ in weighed]
    return tuple(
        [Reason(*why, round(share, 4)) for share, (_, why) in zip(shares, weighed, strict=True)]
    )


def _similar(shown: Shown) -> FoundReason | None:
    vias = shown.evidence.similar.get(shown.scored.post_id, ())
    known = next((via for via in vias if via in shown.evidence.history), None)
    if known is None:
        return None
    liked = post_node(shown.evidence.history[known], shown.evidence.contents.get(known))
    sentence = (
        f"Like \u201c{short(liked.name)}\u201d, which you engaged with."
        if liked.name
        else "Like a post that you engaged with."
    )
    return FoundReason("similar", sentence, (shown.you, liked, shown.this))


def _interests(shown: Shown) -> FoundReason | None:
    tags = sorted(shown.evidence.viewer.interests.intersection(shown.scored.post.card.tags))
    if not tags:
        return None
    ways = shown.evidence.interests.get(shown.scored.post_id, ())
    tag = next((way for way in ways if way in tags), tags[0])
    named = _tag_node(shown, tag)
    path = (shown.you, named, shown.this)
    return FoundReason("interests", f"About {named.name}, one of your interests.", path)


def _friends(shown: Shown) -> FoundReason | None:
    author = shown.scored.post.card.author_id
    person = _named(shown, author if author in shown.evidence.viewer.friends else None)
    if person is None:
        return None
    path = (shown.you, person, shown.this)
    return FoundReason("friends", f"By your friend {person.name}.", path)


def _friends_engaged(shown: Shown) -> FoundReason | None:
    post_id = shown.scored.post_id
    for name in shown.evidence.friends.get(post_id, ()):
        person = _named(shown, name)
        if person is not None:
            path = (shown.you, person, shown.this)
            sentence = f"Your friend {person.name} responded to it."
            return FoundReason("friends_engaged", sentence, path)
    people = shown.evidence.unnamed.get(post_id, 0)
    # The viewer can tell which friends hide: as many of those must be left that did not respond.
    if people < FEWEST_UNNAMED or shown.evidence.hiding < people + FEWEST_UNNAMED:
        return None
    told = f"{people} people you know responded to it."
    return FoundReason("friends_engaged", told, (shown.you, shown.this))


def _friends_of_friends(shown: Shown) -> FoundReason | None:
    for pair in shown.evidence.second_circle.get(shown.scored.post_id, ()):
        friend, person = (_named(shown, name) for name in pair)
        if friend is not None and person is not None:
            path = (shown.you, friend, person, shown.this)
            sentence = f"{person.name}, a friend of your friend {friend.name}, had a part in it."
            return FoundReason("friends_of_friends", sentence, path)
    return None


def _near(shown: Shown) -> FoundReason | None:
    if shown.scored.post_id not in shown.evidence.alike:
        return None
    sentence = "People whose taste is like yours engaged with it."
    return FoundReason("near", sentence, (shown.you, shown.this))


def _group(shown: Shown) -> FoundReason | None:
    group = shown.evidence.groups.get(shown.scored.post.card.group_id or "")
    if group is None:
        return None
    node = PathNode("group", group.id, group.name or group.id)
    return FoundReason("groups", f"In your group {node.name}.", (shown.you, node, shown.this))


def _tag(shown: Shown) -> FoundReason | None:
    asked = shown.request.tag
    if asked is None or asked not in shown.scored.post.card.tags:
        return None
    named = _tag_node(shown, asked)
    sentence = f"About the tag that you asked for: {named.name}."
    return FoundReason("tag", sentence, (named, shown.this))


def _tag_node(shown: Shown, tag: str) -> PathNode:
    return PathNode("tag", tag, shown.evidence.tags.get(tag) or tag)


def _alike(shown: Shown) -> FoundReason | None:
    if shown.request.kind != "similar" or shown.request.similar_to is None:
        return None
    sentence = "The same people engage with it as with the post that you asked about."
    return FoundReason("alike", sentence, (shown.this,))


def _nearest(shown: Shown) -> FoundReason | None:
    # Whether it is near hangs on whoever viewed it, too.
    if "nearest" in shown.untold or not _from(shown, "nearest"):
        return None
    sentence = "Near to your taste, as learnt from what people engage with."
    return FoundReason("nearest", sentence, (shown.you, shown.this))


def _mood(shown: Shown) -> FoundReason | None:
    if not _from(shown, "mood") or shown.request.mood is None:
        return None
    mood = PathNode("mood", shown.request.mood, shown.request.mood)
    told = "you feel" if shown.request.mood_now else "you asked for"
    sentence = f"Evokes the mood that {told}: {mood.name}."
    return FoundReason("mood", sentence, (mood, shown.this))


def _category(shown: Shown) -> FoundReason | None:
    asked, category = shown.request.category_id, shown.category
    if asked is None or category is None or category.id != asked:
        return None
    node = PathNode("category", category.id, category.name or category.id)
    sentence = f"In the category that you asked for: {node.name}."
    return FoundReason("category", sentence, (node, shown.this))


def _project(shown: Shown) -> FoundReason | None:
    code = shown.request.project_code
    if code is None or shown.scored.post.card.project_code != code:
        return None
    topic = PathNode("topic", shown.scored.post.card.topic_id or code, code)
    sentence = f"In the project that you asked for: {code}."
    return FoundReason("project", sentence, (topic, shown.this))


def _popular(shown: Shown) -> FoundReason | None:
    if not _from(shown, "popular") or shown.scored.post.card.popularity <= 0.0:
        return None
    chart = PathNode("chart", "popular", "popular")
    return FoundReason("popular", "Among the most popular posts.", (chart, shown.this))


def _recent(shown: Shown) -> FoundReason | None:
    if not _from(shown, "recent"):
        return None
    chart = PathNode("chart", "recent", "recent")
    return FoundReason("recent", "Among the newest posts.", (chart, shown.this))


def _debut(shown: Shown) -> FoundReason | None:
    if not _from(shown, "debuts"):
        return None
    chart = PathNode("chart", "debuts", "debuts")
    sentence = "By somebody who still looks for an audience."
    return FoundReason("debuts", sentence, (chart, shown.this))


EXPLANATIONS: tuple[Explain, ...] = (
    _alike,
    _mood,
    _tag,
    _similar,
    _friends,
    _friends_engaged,
    _interests,
    _friends_of_friends,
    _group,
    _nearest,
    _near,
    _category,
    _project,
    _popular,
    _recent,
    _debut,
)
"""In the order in which equal shares stand."""


def _discovery(shown: Shown) -> Reason:
    """What is left to say where every real path runs through what is not the viewer's to know."""
    return Reason("discovery", "Something else that may suit you.", (shown.this,), 1.0)


def _from(shown: Shown, source: str) -> bool:
    return source in shown.sources


def _named(shown: Shown, user_id: str | None) -> PathNode | None:
    person: VisiblePerson | None = shown.evidence.people.get(user_id or "")
    if person is None or not person.card.username:
        return None
    return PathNode("user", person.card.user_id, person.card.username)


def viewer_node(viewer: ViewerContext) -> PathNode:
    """The viewer, as paths begin with them."""
    return PathNode("user", viewer.user_id or "", viewer.username)


def post_node(post: VisiblePost, content: PostContent | None) -> PathNode:
    """The post, as paths have it."""
    name = content.title if content is not None else None
    return PathNode("post", post.card.post_id, " ".join((name or "").split()))


def short(title: str) -> str:
    """A title, or its beginning where it is longer than a sentence has room for."""
    return title if len(title) <= TITLE else title[: TITLE - 1].rstrip() + "\u2026"
