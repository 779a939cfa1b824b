"""People whom a viewer may know or like to know: by friends, interests, groups and taste in common.

Who is suggested is found through bounded lists that may be some minutes old; what connects them is
read anew, and everybody passes the gate. Nobody is suggested without a reason that may be told, so
that being there tells no more than the reasons do. Likeness of taste (`NEAR`) rests on what people
only viewed, too: it finds and it orders people, adding up to `NEAR_GAIN` to the score of
`feed.ties`, and is no reason by itself. Where there are too few, authors whom the viewer may like
to read come after all others.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from feed.authors import authors
from feed.cards import visible_posts
from feed.gate import VisiblePerson, admit_people
from feed.people_reasons import Acquaintance, PersonReason, reasons_of
from feed.sources import Ask
from feed.ties import Side, Ties, side_of
from graph.errors import StoreError
from graph.queries import candidates
from graph.queries.people import user_cards, user_details
from graph.queries.ties import asked_people, groups_of, interests_of

NEAR_GAIN = 0.5
"""What the likest person's taste adds; the next ones' less, evenly."""
GATED = 100
"""People, the best by what is remembered, whose cards are looked at."""
SPARE = 10
"""People beside a page's whose ties are read anew: some may have none that may be told."""
ALIKE_TRIED = 8
"""People of a like taste whose open responses are read for one page."""
FEWEST_ALIKE = 3
"""Posts that a person openly responded to and the viewer knows, from which on their taste is told
as alike; the viewer must know as many others, so that none of them is told."""
ALIKE_LOOKED_AT = 6
"""Posts looked at for that."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A person, with what is shown of them."""

    person: VisiblePerson
    details: str | None
    """The source's own fields, JSON text."""
    reasons: tuple[PersonReason, ...]
    """The weightiest first; never none."""


@dataclass(frozen=True, slots=True)
class Suggestions:
    """People to a viewer, the best first, and how they came about."""

    people: tuple[Suggestion, ...]
    known: bool
    """Whether the graph has a user of the viewer's name."""
    tied: bool
    """Whether the viewer has friends, interests or groups, from which others follow."""
    degraded: tuple[str, ...] = ()
    """What failed and was left out."""


def suggest(ask: Ask, most: int) -> Suggestions:
    """At most `most` people; equal scores go to the lower user id.

    Raises:
        StoreError: who may be suggested, or what may be told of them, cannot be read.
    """
    viewer, degraded = ask.viewer, list[str]()
    side, known = side_of(ask), _known(ask)
    near = _near(ask, degraded)
    told = _tied(ask, side, near, known, most + SPARE)[:most]
    if len(told) < most:
        met = known | {each.person.card.user_id for each in told}
        told += authors(ask, met, most - len(told))
    reasons = reasons_of(ask, side, told)
    details = user_details(ask.store, reasons) if told else {}
    return Suggestions(
        people=tuple(
            Suggestion(each.person, details.get(user_id), reasons[user_id])
            for each in told
            if (user_id := each.person.card.user_id) in reasons
        ),
        known=viewer.user_id is not None,
        tied=bool(viewer.friends or viewer.interests or viewer.groups),
        degraded=(*side.degraded, *degraded),
    )


def _known(ask: Ask) -> frozenset[str]:
    """Who is not suggested: oneself, friends, people asked or asking, blocked or muted."""
    viewer = ask.viewer
    if viewer.user_id is None:
        return frozenset()
    asked = asked_people(ask.store, viewer.user_id)
    return viewer.friends | viewer.blocks | viewer.muted_people | asked | {viewer.user_id}


def _near(ask: Ask, degraded: list[str]) -> dict[str, float]:
    """What a like taste adds to each person's score."""
    if ask.viewer.user_id is None:
        return {}
    try:
        (people,) = ask.remembered.weighed(candidates.near_people, [ask.viewer.user_id])
    except StoreError:
        degraded.append("near")
        return {}
    return {
        person: NEAR_GAIN * (1 - rank / candidates.NEAR) for rank, person in enumerate(people.ids)
    }


def _tied(
    ask: Ask, side: Side, near: Mapping[str, float], known: Container[str], most: int
) -> list[Acquaintance]:
    """Those who have something in common with the viewer that may be told, best first."""
    found = side.found()
    scores = {
        person: side.score(found.get(person, Ties())) + near.get(person, 0.0)
        for person in found.keys() | near.keys()
        if person not in known
    }
    people = _visible(ask, [person for person in _ordered(scores) if scores[person] > 0.0][:GATED])
    tried = list(people)[:most]
    ties = _ties(ask, side, tried)
    alike = _alike(ask, [person for person in tried if person in near][:ALIKE_TRIED])
    scores = {person: side.score(ties[person]) + near.get(person, 0.0) for person in tried}
    return [
        Acquaintance(people[person], ties[person], person in alike)
        for person in _ordered(scores)
        if ties[person] != Ties() or person in alike
    ]


def _ordered(scores: Mapping[str, float]) -> list[str]:
    # Rounded, so that sums which differ by their last bit alone are ties.
    return sorted(scores, key=lambda person: (-round(scores[person], 9), person))


def _visible(ask: Ask, people: Sequence[str]) -> dict[str, VisiblePerson]:
    """Those of the people who may be shown and have a name, in the order given."""
    cards = user_cards(ask.store, people)
    there = [cards[person] for person in people if person in cards]
    return {each.card.user_id: each for each in admit_people(ask.viewer, there) if _name(each)}


def _name(person: VisiblePerson) -> str | None:
    return person.card.username


def _ties(ask: Ask, side: Side, people: Sequence[str]) -> dict[str, Ties]:
    """The ties to each of the people, as they are at this moment."""
    none: list[tuple[str, ...]] = [()] * len(people)
    friends = candidates.friends_of(ask.store, people) if ask.viewer.friends else none
    tags = interests_of(ask.store, people) if side.tags else none
    groups = groups_of(ask.store, people) if side.groups else none
    told = zip(people, friends, tags, groups, strict=True)
    return {person: side.ties(*theirs) for person, *theirs in told}


def _alike(ask: Ask, people: Sequence[str]) -> frozenset[str]:
    """Those who openly responded to several posts that the viewer knows and may still see."""
    mine = ask.viewer.engaged.keys() - ask.viewer.hidden
    if len(mine) < 2 * FEWEST_ALIKE:
        return frozenset()
    both = [
        frozenset(sorted(gestures & mine)[:ALIKE_LOOKED_AT])
        for gestures in candidates.responded_to(ask.store, people)
    ]
    seen = _seen(ask, {post_id for each in both for post_id in each})
    told = zip(people, both, strict=True)
    return frozenset(person for person, posts in told if len(posts & seen) >= FEWEST_ALIKE)


def _seen(ask: Ask, post_ids: Iterable[str]) -> frozenset[str]:
    return frozenset(post.card.post_id for post in visible_posts(ask.store, ask.viewer, post_ids))
