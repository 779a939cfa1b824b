"""Whose notice goes from an inbox that is full: nobody pushes out what others said by saying much.

What nobody will be told any more goes first. Then whoever takes most of the places loses the oldest
of them, so that one who acts a thousand times displaces themself. Several who act together can
displace others who said as much as each of them, but no request to be friends: of those that wait,
the ones that have waited longest stay whatever comes.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from graph.queries.notices import KEPT, Kind

MOST = 500
"""Notices that an inbox keeps."""
SPARE = 10
"""Places that are free once a further one came, so that not each has all places looked at."""
MOST_REACTIONS = MOST // 2
"""Beyond so many a reaction goes before all else: a post that many like displaces no comment."""
MOST_REQUESTS = MOST // 2
"""So many requests to be friends keep their places for as long as they wait."""
MOST_EACH = MOST // 20
"""Beyond so many of one actor theirs go before reactions of others do."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a notice takes a place with."""

    id: str
    kind: Kind
    actor_id: str
    at: int
    """Unix seconds."""
    seq: int
    """The later the greater; each once."""
    gone: bool
    """Whether what it tells of was taken back."""


def going(taken: Sequence[Place], many: int, at: int) -> list[Place]:
    """Those that go from an inbox that keeps too many; one after the other.

    Args:
        taken: all its notices, in no order.
        many: how many go; more than `MOST_REQUESTS` are left.
        at: Unix seconds, the present time.
    """
    left, over = list(taken), list[Place]()
    for _ in range(many):
        over.append(_first(left, at))
        left.remove(over[-1])
    return over


def _first(taken: Sequence[Place], at: int) -> Place:
    over = [each for each in taken if each.gone or each.at <= at - KEPT]
    if over:
        return min(over, key=_age)
    waiting = sorted((each for each in taken if each.kind == "friend_request"), key=_age)
    stay = {each.id for each in waiting[:MOST_REQUESTS]}
    others = [each for each in taken if each.id not in stay]
    reactions = [each for each in others if each.kind == "reaction"]
    crowded = Counter(each.actor_id for each in others).most_common(1)[0][1] > MOST_EACH
    return _of_most(reactions if len(reactions) > MOST_REACTIONS and not crowded else others)


def _of_most(taken: Sequence[Place]) -> Place:
    """The oldest of whose actor takes the most places."""
    by = Counter(each.actor_id for each in taken)
    most = max(by.values())
    return min((each for each in taken if by[each.actor_id] == most), key=_age)


def _age(place: Place) -> int:
    return place.seq
