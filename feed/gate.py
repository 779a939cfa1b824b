"""Who may see what. Nothing is shown, named or counted but as a card that passed here.

The rules, each a reason to hide:

* a post that is deleted or not available, or whose author is inactive or unknown;
* a block between viewer and author, in either direction;
* the stricter of the post's and its author's privacy: ``public``, ``friends`` (the author and
  accepted friends), ``private`` (the author alone). A word that is none of these is private; no
  word at all is public. A post without an author is shown only if it is public itself;
* a post in a group, to anyone but its members.

What somebody says under a post is shown to who may see the post and them, but where one of them and
the post's author blocks the other, to nobody but themself: `admit_speakers`.

An event that people attend is shown as a post of its host is, and in a group to its members.

A group that is public, or says nothing, may be known of by everybody; another by its members and
whom it invited alone; a deleted one by nobody.

Who asks the viewer to be friends shows themself to them, whatever their privacy: `admit_askers`.

A newcomer (no user id) sees what is public. Mutes and hidden posts are a matter of feeds alone:
`wanted`.
"""

from collections.abc import Container, Iterable, Mapping
from dataclasses import InitVar, dataclass

from graph.model import PRIVACIES
from graph.queries.groups import Group
from graph.queries.happenings import Happening
from graph.queries.people import UserCard, ViewerContext
from graph.queries.posts import PostCard

_PASSED = object()
"""Known to this module alone: what makes a visible thing constructible here only."""

PUBLIC, FRIENDS, PRIVATE = range(len(PRIVACIES))
ANYBODY = ViewerContext(None, "")
"""Who sees what is open to all."""


@dataclass(frozen=True, slots=True)
class VisiblePost:
    """A post that its viewer may see, with its author where it has one."""

    card: PostCard
    author: UserCard | None
    passed: InitVar[object]

    def __post_init__(self, passed: object) -> None:
        _only_the_gate(passed)


@dataclass(frozen=True, slots=True)
class VisiblePerson:
    """A person whom the viewer may see, and so may be told about."""

    card: UserCard
    passed: InitVar[object]

    def __post_init__(self, passed: object) -> None:
        _only_the_gate(passed)


@dataclass(frozen=True, slots=True)
class VisibleGroup:
    """A group that the viewer may know of; what is posted in it is for its members alone."""

    group: Group
    passed: InitVar[object]

    def __post_init__(self, passed: object) -> None:
        _only_the_gate(passed)


@dataclass(frozen=True, slots=True)
class VisibleHappening:
    """An event that the viewer may know of, with its host where it has one."""

    happening: Happening
    host: UserCard | None
    passed: InitVar[object]

    def __post_init__(self, passed: object) -> None:
        _only_the_gate(passed)


def _only_the_gate(passed: object) -> None:
    if passed is not _PASSED:
        raise TypeError("only feed.gate makes what is visible: call admit")


def visible(viewer: ViewerContext, card: PostCard, author: UserCard | None) -> bool:
    """Whether the viewer may see the post; `author` is the card of its author, if it has one."""
    return not hidden_because(viewer, card, author)


def hidden_because(
    viewer: ViewerContext, card: PostCard, author: UserCard | None
) -> tuple[str, ...]:
    """Every rule that hides the post from the viewer, in words for an operator; none: visible."""
    rules = {
        "deleted": bool(card.deleted),
        "not available": card.available is False,
        "in a group of others": card.group_id is not None and card.group_id not in viewer.groups,
    }
    own = _strictness(card.privacy)
    if card.author_id is None:
        rules["not public, and without an author"] = own != PUBLIC
    else:
        strictness = own if author is None else max(own, _strictness(author.privacy))
        rules["author unknown"] = author is None
        rules["author inactive"] = author is not None and author.active is False
        rules["a block"] = _blocked(viewer, card.author_id)
        rules["privacy"] = not _allowed(viewer, card.author_id, strictness)
    return tuple([rule for rule, hides in rules.items() if hides])


def visible_person(viewer: ViewerContext, person: UserCard) -> bool:
    """Whether the viewer may see the person: the same rules, for a profile."""
    if person.active is False or _blocked(viewer, person.user_id):
        return False
    return _allowed(viewer, person.user_id, _strictness(person.privacy))


def merely_private(viewer: ViewerContext, person: UserCard) -> bool:
    """Whether nothing but their privacy hides the person: such people may be counted, not named."""
    blocked = person.active is False or _blocked(viewer, person.user_id)
    return not blocked and not visible_person(viewer, person)


def admit(
    viewer: ViewerContext, cards: Iterable[PostCard], authors: Mapping[str, UserCard]
) -> list[VisiblePost]:
    """The posts that the viewer may see, in the order given; `authors` by user id."""
    paired = ((card, authors.get(card.author_id or "")) for card in cards)
    return [
        VisiblePost(card, author, _PASSED)
        for card, author in paired
        if visible(viewer, card, author)
    ]


def admit_people(viewer: ViewerContext, people: Iterable[UserCard]) -> list[VisiblePerson]:
    """The people whom the viewer may see, in the order given."""
    return [VisiblePerson(card, _PASSED) for card in people if visible_person(viewer, card)]


def admit_speakers(
    viewer: ViewerContext, people: Iterable[UserCard], apart: Container[str]
) -> list[VisiblePerson]:
    """The people whose comments on a post the viewer may see, in the order given.

    Args:
        viewer: who asks, and may see the post.
        people: who said something under it.
        apart: ids of whom the post's author blocks, and of who blocks the author: the author could
            neither answer nor delete what they say before everybody.
    """
    seen = admit_people(viewer, people)
    return [
        each
        for each in seen
        if each.card.user_id == viewer.user_id or each.card.user_id not in apart
    ]


def admit_groups(
    viewer: ViewerContext, groups: Iterable[Group], invited: frozenset[str] = frozenset()
) -> list[VisibleGroup]:
    """The groups that the viewer may know of, in the order given.

    Args:
        viewer: who asks.
        groups: which.
        invited: ids of those of them that invited the viewer.
    """
    inside = viewer.groups | invited
    return [
        VisibleGroup(group, _PASSED)
        for group in groups
        if not group.deleted and (_strictness(group.privacy) == PUBLIC or group.group_id in inside)
    ]


def admit_happenings(
    viewer: ViewerContext, happenings: Iterable[Happening], hosts: Mapping[str, UserCard]
) -> list[VisibleHappening]:
    """The events that the viewer may know of, in the order given; `hosts` by user id."""
    paired = ((each, hosts.get(each.host_id or "")) for each in happenings)
    return [
        VisibleHappening(each, host, _PASSED)
        for each, host in paired
        if _visible_happening(viewer, each, host)
    ]


def _visible_happening(viewer: ViewerContext, each: Happening, host: UserCard | None) -> bool:
    if each.group_id is not None and each.group_id not in viewer.groups:
        return False
    own = _strictness(each.privacy)
    if each.host_id is None:
        return own == PUBLIC
    if host is None or host.active is False or _blocked(viewer, each.host_id):
        return False
    return _allowed(viewer, each.host_id, max(own, _strictness(host.privacy)))


def admit_askers(viewer: ViewerContext, askers: Iterable[UserCard]) -> list[VisiblePerson]:
    """People who ask the viewer to be friends, in the order given: they show themselves by that.

    Args:
        viewer: whom they ask.
        askers: who ask at this moment, whatever their privacy; nobody else may be among them.
    """
    there = (card for card in askers if card.active is not False)
    return [VisiblePerson(card, _PASSED) for card in there if not _blocked(viewer, card.user_id)]


def wanted(viewer: ViewerContext, post: VisiblePost) -> bool:
    """Whether a feed may bring the post: not one's own, not hidden, nobody and no tag muted.

    Muted words are looked for in what the post says, which is no part of its card: `feed.words`.
    """
    return not unwanted_because(viewer, post)


def unwanted_because(
    viewer: ViewerContext, post: VisiblePost, says_muted: bool = False
) -> tuple[str, ...]:
    """Every reason why a feed may not bring a post that the viewer may see.

    Args:
        viewer: who asks.
        post: which post.
        says_muted: whether it says a word that the viewer mutes (`feed.words.muted_posts`).
    """
    card = post.card
    rules = {
        "yours": card.author_id is not None and card.author_id == viewer.user_id,
        "you mute its author": card.author_id in viewer.muted_people,
        "you mute one of its tags": not viewer.muted_tags.isdisjoint(card.tags),
        "you mute a word in it": says_muted,
        "you hid it": card.post_id in viewer.hidden,
    }
    return tuple([rule for rule, hides in rules.items() if hides])


def _strictness(privacy: str | None) -> int:
    if privacy is None:
        return PUBLIC
    return PRIVACIES.index(privacy) if privacy in PRIVACIES else PRIVATE


def _blocked(viewer: ViewerContext, user_id: str) -> bool:
    return user_id in viewer.blocks


def _allowed(viewer: ViewerContext, owner_id: str, strictness: int) -> bool:
    if strictness == PUBLIC or owner_id == viewer.user_id:
        return True
    return strictness == FRIENDS and owner_id in viewer.friends
