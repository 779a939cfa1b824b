"""People by their username and public names, the nearest to the viewer first.

In order: whom every word names as it is or begins, before whom a typo alone does; among these
friends, then friends of friends, then the rest; among these how well the words answer, whole words
before beginnings; then who has fewer other words in their name; then by id.
"""

import math
from collections.abc import Iterable

from feed.profiles import Profile, profiles
from graph.queries.searched import public_names
from graph.search.index import SearchIndex
from graph.search.matching import NOT, PLAIN, match
from graph.search.terms import Asked, said
from graph.store import GraphStore
from social.search_circle import Circle

SHOWN = 200
"""People that one search finds at most."""
READ = 300
"""People that are read at a time."""

Order = tuple[bool, int, float, int, str]


def found_people(
    store: GraphStore, index: SearchIndex, circle: Circle, asked: Asked
) -> tuple[str, ...]:
    """The ids of the people found, all of whom the viewer may see, best first."""
    likely = [*index.of_people(asked, circle.known), *index.find("people", asked)]
    ids = list(dict.fromkeys(likely))
    ranked: list[Order] = []
    # Whoever is near is looked at, however many; of the others as many as it takes.
    near = sum(each in circle.known for each in ids)
    for start in range(0, len(ids), READ):
        if start >= near and len(ranked) >= SHOWN:
            break
        shown = profiles(store, circle.viewer, ids[start : start + READ])
        ranked += _ranked(shown.values(), circle, asked)
    return tuple(user_id for *_, user_id in sorted(ranked)[:SHOWN])


def _ranked(people: Iterable[Profile], circle: Circle, asked: Asked) -> list[Order]:
    found = []
    for each in people:
        card = each.person.card
        told = " ".join((card.username or "", *public_names(each.details)))
        names = said(told)
        matches = [match(term, names) for term in asked.terms]
        if NOT not in matches:
            typed = min(matches) < PLAIN
            fit = round(math.fsum(matches) / len(matches), 6)
            found.append((typed, circle.tier(card.user_id), -fit, len(set(names)), card.user_id))
    return found
