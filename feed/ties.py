"""What connects a viewer to other people, as far as the viewer may be told of it.

A tie through somebody or something that many have tells little, so each counts
``1 / ln(people who have it)``: Adamic and Adar, "Friends and neighbors on the Web", Social Networks
25(3), 2003. A person's score is::

    sum over mutual friends + TIE * (sum over shared interests + sum over shared groups)

Nothing counts that may not be told. A mutual friend may be named if the viewer may see them; those
whom nothing but their privacy hides count as a number, and only where a reason may tell that number
(`feed.reasons.FEWEST_UNNAMED`); others count nothing. Otherwise a viewer whose one friend hides
would read that friend's friends off the suggestions.
"""

import logging
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from feed.gate import VisiblePerson, admit_people, merely_private
from feed.reasons import FEWEST_UNNAMED
from feed.remembered import ReadPeople
from feed.sources import GROUPS, INTERESTS, Ask
from gnn.features import CIRCLE_FRIENDS
from graph.errors import StoreError
from graph.queries import candidates, ties
from graph.queries.people import user_cards

log = logging.getLogger(__name__)

TIE = 0.5
"""What an interest or a group in common counts beside a friend in common."""

Lists = Mapping[str, Sequence[str]]
"""A friend's friends, or the people of a tag or group, by its id."""


@dataclass(frozen=True, slots=True)
class Ties:
    """What a person and the viewer have in common, what fewest people have first."""

    friends: tuple[str, ...] = ()
    """Mutual friends who may be named."""
    unnamed: tuple[str, ...] = ()
    """Mutual friends who may be counted."""
    tags: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """The viewer's side of all ties, each with its list of people, as it was some minutes ago."""

    friends: Lists = field(default_factory=dict)
    """Friends who may be named."""
    unnamed: Lists = field(default_factory=dict)
    """Friends whom nothing but their privacy hides."""
    tags: Lists = field(default_factory=dict)
    groups: Lists = field(default_factory=dict)
    people: Mapping[str, VisiblePerson] = field(default_factory=dict)
    """The friends who may be named."""
    degraded: tuple[str, ...] = ()
    """Lists that could not be read."""

    def ties(
        self, friends: Iterable[str] = (), tags: Iterable[str] = (), groups: Iterable[str] = ()
    ) -> Ties:
        """The ties to a person who has these friends, tags and groups."""
        theirs = set(friends)
        unnamed = _rarest(self.unnamed, theirs)
        if not FEWEST_UNNAMED <= len(unnamed) <= len(self.unnamed) - FEWEST_UNNAMED:
            unnamed = ()
        return Ties(
            friends=_rarest(self.friends, theirs),
            unnamed=unnamed,
            tags=_rarest(self.tags, set(tags)),
            groups=_rarest(self.groups, set(groups)),
        )

    def found(self) -> dict[str, Ties]:
        """The ties to everybody who is in a list."""
        known = _turned({**self.friends, **self.unnamed})
        picked, joined = _turned(self.tags), _turned(self.groups)
        return {
            person: self.ties(known.get(person, ()), picked.get(person, ()), joined.get(person, ()))
            for person in known.keys() | picked.keys() | joined.keys()
        }

    def score(self, told: Ties) -> float:
        """How much the ties tell; 0 for none."""
        friends = [_rarity(self.friends[each]) for each in told.friends]
        friends += [_rarity(self.unnamed[each]) for each in told.unnamed]
        others = [_rarity(self.tags[each]) for each in told.tags]
        others += [_rarity(self.groups[each]) for each in told.groups]
        return math.fsum((*friends, *(TIE * each for each in others)))


def side_of(ask: Ask) -> Side:
    """The viewer's side: some hundred friends, tags and groups at most."""
    viewer, degraded = ask.viewer, list[str]()
    friends = sorted(viewer.friends)[:CIRCLE_FRIENDS]
    cards = user_cards(ask.store, friends)
    people = {each.card.user_id: each for each in admit_people(viewer, cards.values())}
    named = [name for name in friends if name in people and people[name].card.username]
    private = [name for name in friends if name in cards and merely_private(viewer, cards[name])]
    tags = sorted(viewer.interests - viewer.muted_tags)[:INTERESTS]
    groups = sorted(viewer.groups)[:GROUPS]
    known = _lists(ask, "friends", candidates.friends_of, [*named, *private], degraded)
    return Side(
        friends={name: known[name] for name in named},
        unnamed={name: known[name] for name in private},
        tags=_lists(ask, "interests", ties.interested_people, tags, degraded),
        groups=_lists(ask, "groups", ties.group_members, groups, degraded),
        people=people,
        degraded=tuple(degraded),
    )


def _lists(
    ask: Ask, name: str, read: ReadPeople, keys: Sequence[str], degraded: list[str]
) -> dict[str, Sequence[str]]:
    try:
        return dict(zip(keys, ask.remembered.people(read, keys), strict=True))
    except StoreError as error:
        log.warning("people by %s are left out: %s", name, error)
        degraded.append(name)
        return {key: () for key in keys}


def _turned(lists: Lists) -> dict[str, list[str]]:
    """By person, in which lists they are."""
    found: dict[str, list[str]] = defaultdict(list)
    for name, people in lists.items():
        for person in people:
            found[person].append(name)
    return found


def _rarest(mine: Lists, theirs: set[str]) -> tuple[str, ...]:
    """What both have, what fewest people have first; ties go to the lower id."""
    both = [each for each in theirs if each in mine]
    if len(both) > 1:
        both.sort(key=lambda each: (-_rarity(mine[each]), each))
    return tuple(both)


def _rarity(people: Sequence[str]) -> float:
    """1 / ln(people), two at least; a list without anybody is a crowd's."""
    return 1.0 / math.log(max(len(people), 2) if people else ties.CROWD)
