"""Whether a viewer may be told that posts are engaged with by the same people.

What is like a post that one person engaged with is what else that person did, views and ratings
too; and whoever writes a post decides whom to show it to. So a likeness is told where several
people, beside the viewer, engaged with the post that it starts at: then it is nobody's in
particular. Where they are fewer it is told as far as it follows from what somebody openly did with
both posts, whom the viewer may see: that can be read off the posts.
"""

from collections.abc import Collection, Mapping

from feed.cards import cards_of_people
from feed.foreseen import foresee
from feed.gate import admit_people
from feed.sources import Ask
from graph.queries import candidates as queries
from graph.store import Call

FEWEST = 3
"""People beside the viewer, of whom nobody can say which of them it was."""


def told_alike(ask: Ask, alike: Mapping[str, Collection[str]]) -> dict[str, frozenset[str]]:
    """By post: those of the posts alike to it of which the viewer may be told so.

    Args:
        ask: who asks.
        alike: by post, the posts that are alike to it.

    Raises:
        StoreError: it cannot be read who engaged with them.
    """
    posts = sorted(alike)
    people = dict(zip(posts, queries.engagers(ask.store, posts), strict=True))
    others = {post: frozenset(some) - {ask.viewer.user_id} for post, some in people.items()}
    few = {post: some for post, some in others.items() if len(some) < FEWEST}
    openly = _gestures(ask, {name for some in few.values() for name in some})
    told = {post: frozenset(alike[post]) for post in posts if post not in few}
    for post, some in few.items():
        both = [openly[name] for name in some if post in openly.get(name, ())]
        told[post] = frozenset(alike[post]).intersection(frozenset().union(*both))
    return told


def _gestures(ask: Ask, people: Collection[str]) -> dict[str, frozenset[str]]:
    """What those of the people whom the viewer may see openly responded to, as it is now."""
    names = sorted(people)
    gestures: list[Call] = [("responded_to", {"user_id": name}) for name in names]
    foresee(ask.store, lambda: [("user_cards", {"user_ids": names}), *gestures] if names else [])
    cards = cards_of_people(ask.store, names)
    seen = sorted(each.card.user_id for each in admit_people(ask.viewer, cards.values()))
    return dict(zip(seen, queries.responded_to(ask.store, seen), strict=True))
