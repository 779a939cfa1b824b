"""Why a person is suggested: paths that exist in the graph, named by what the viewer may see.

That two people know each other is told by naming one of them to the other's viewer: so only where
the viewer may see both. A profile that may be seen is seen with its interests; a group's members
know each other. What anybody viewed or rated is told of nobody, in words or by a path. Unlike a
post's reasons these have no shares: a share would tell how many friends a friend has.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from feed.gate import VisiblePerson, VisiblePost
from feed.reasons import REASONS
from feed.request import PathNode
from feed.sources import POPULAR, Ask
from feed.ties import Side, Ties
from graph.queries.paths import PathQuery, path_query
from graph.queries.people import ViewerContext
from graph.queries.posts import NodeCard, PostContent, group_cards, post_contents, tag_names

TAGS_TOLD = 3
"""Interests in common that one sentence names."""


@dataclass(frozen=True, slots=True)
class Authored:
    """A post by which an author is suggested."""

    post: VisiblePost
    tag: str | None
    """The viewer's interest that the post is a champion of; None: it is popular."""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A person who may be shown, with what there may be told of them and the viewer."""

    person: VisiblePerson
    ties: Ties = field(default_factory=Ties)
    alike: bool = False
    """Whether they openly responded to several posts that the viewer knows."""
    authored: Authored | None = None


@dataclass(frozen=True, slots=True)
class PersonReason:
    """Why a person is here: a path that exists in the graph, in words too."""

    source: str
    sentence: str
    path: tuple[PathNode, ...]

    @property
    def query(self) -> PathQuery | None:
        """What draws the path in Neo4j Browser; None where there is nothing to draw."""
        return path_query(self.source, [node.id for node in self.path])


@dataclass(frozen=True, slots=True)
class _Told:
    """One acquaintance, and what reasons may name."""

    viewer: ViewerContext
    met: Acquaintance
    people: Mapping[str, VisiblePerson]
    groups: Mapping[str, NodeCard]
    contents: Mapping[str, PostContent]
    tags: Mapping[str, str | None]

    @property
    def you(self) -> PathNode:
        return PathNode("user", self.viewer.user_id or "", self.viewer.username)

    @property
    def them(self) -> PathNode:
        return _node(self.met.person)


def reasons_of(
    ask: Ask, side: Side, met: Sequence[Acquaintance]
) -> dict[str, tuple[PersonReason, ...]]:
    """The reasons of each, by user id, the weightiest kind first; who has none is left out."""
    groups = _groups(ask, [group for each in met for group in each.ties.groups[:1]])
    posts = [each.authored.post.card.post_id for each in met if each.authored is not None]
    contents = post_contents(ask.store, posts) if posts else {}
    tags = tag_names(ask.store, side.tags) if side.tags else {}
    found = {}
    for each in met:
        told = _Told(ask.viewer, each, side.people, groups, contents, tags)
        reasons = tuple(reason for tell in TELLERS if (reason := tell(told)) is not None)
        if reasons:
            found[each.person.card.user_id] = reasons[:REASONS]
    return found


def _groups(ask: Ask, ids: Iterable[str]) -> dict[str, NodeCard]:
    return group_cards(ask.store, wanted) if (wanted := sorted(set(ids))) else {}


def _mutual_friends(told: _Told) -> PersonReason | None:
    ties = told.met.ties
    if not ties.friends:
        if not ties.unnamed:
            return None
        sentence = f"{len(ties.unnamed)} people you know are friends of {told.them.name}."
        return PersonReason("mutual_friends", sentence, (told.you, told.them))
    friend = _node(told.people[ties.friends[0]])
    others = len(ties.friends) + len(ties.unnamed) - 1
    more = "" if not others else " and one other" if others == 1 else f" and {others} others"
    sentence = f"You both know {friend.name}{more}."
    return PersonReason("mutual_friends", sentence, (told.you, friend, told.them))


def _shared_interests(told: _Told) -> PersonReason | None:
    tags = told.met.ties.tags[:TAGS_TOLD]
    if not tags:
        return None
    nodes = [_tag(told, tag) for tag in tags]
    *names, last = (node.name for node in nodes)
    listed = f"{', '.join(names)} and {last}" if names else last
    path = (told.you, nodes[0], told.them)
    return PersonReason("shared_interests", f"You are both interested in {listed}.", path)


def _shared_groups(told: _Told) -> PersonReason | None:
    group = told.groups.get(next(iter(told.met.ties.groups), ""))
    if group is None:
        return None
    node = PathNode("group", group.id, group.name or group.id)
    path = (told.you, node, told.them)
    return PersonReason("shared_groups", f"You are both in the group {node.name}.", path)


def _alike(told: _Told) -> PersonReason | None:
    if not told.met.alike:
        return None
    return PersonReason("alike_taste", "Likes things that you like.", (told.you, told.them))


def _author(told: _Told) -> PersonReason | None:
    authored = told.met.authored
    if authored is None or authored.post.card.post_id not in told.contents:
        return None
    title = told.contents[authored.post.card.post_id].title
    post = PathNode("post", authored.post.card.post_id, " ".join((title or "").split()))
    if authored.tag is None:
        path = (PathNode("chart", POPULAR, POPULAR), post, told.them)
        return PersonReason("popular_authors", "Wrote one of the most popular posts.", path)
    tag = _tag(told, authored.tag)
    sentence = f"Writes about {tag.name}, one of your interests."
    return PersonReason("authors", sentence, (told.you, tag, post, told.them))


TELLERS: tuple[Callable[[_Told], PersonReason | None], ...] = (
    _mutual_friends,
    _shared_interests,
    _shared_groups,
    _alike,
    _author,
)
"""In the order in which reasons stand."""


def _tag(told: _Told, tag_id: str) -> PathNode:
    return PathNode("tag", tag_id, told.tags.get(tag_id) or tag_id)


def _node(person: VisiblePerson) -> PathNode:
    card = person.card
    return PathNode("user", card.user_id, card.username or card.user_id)
