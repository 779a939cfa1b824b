"""Whose notice goes from an inbox that is full."""

from collections.abc import Iterable

from graph.actions.places import MOST, MOST_EACH, MOST_REACTIONS, MOST_REQUESTS, Place, going
from graph.queries.notices import KEPT, Kind

NOW = 1_760_000_000


def some(by: str, kind: Kind, many: int, after: int = 0) -> list[Place]:
    """So many notices of one, numbered from there on."""
    return [Place(f"{by} {kind} {after + n}", kind, by, NOW, after + n, False) for n in range(many)]


def each_of(kind: Kind, many: int, after: int = 0) -> list[Place]:
    """A notice of each of so many people."""
    return [one for n in range(many) for one in some(f"u{after + n}", kind, 1, after + n)]


def gone(taken: Iterable[Place], many: int) -> list[str]:
    return [each.id for each in going(list(taken), many, NOW)]


def test_the_one_who_takes_most_places_loses_their_oldest_until_another_takes_as_many() -> None:
    taken = [*some("mal", "comment", 5, 100), *some("ben", "comment", 3), *each_of("share", 9, 50)]
    assert gone(taken, 5) == [
        "mal comment 100",
        "mal comment 101",
        "ben comment 0",
        "mal comment 102",
        "ben comment 1",
    ]
    assert gone(reversed(taken), 5) == gone(taken, 5)


def test_reactions_of_many_go_before_words_of_one_but_not_before_those_of_who_says_most() -> None:
    liked = each_of("reaction", MOST_REACTIONS + 1, 10)
    friend = some("ben", "comment", MOST_EACH)
    assert gone([*friend, *liked], 2) == ["u10 reaction 10", "ben comment 0"]
    loud = some("mal", "comment", MOST_EACH + 2)
    assert gone([*loud, *liked], 3) == ["mal comment 0", "mal comment 1", "u10 reaction 10"]


def test_requests_that_wait_longest_stay_and_further_ones_are_like_all_else() -> None:
    asked = each_of("friend_request", MOST_REQUESTS + 2, 10)
    taken = [*asked, *each_of("comment", MOST - len(asked), 1000)]
    first = 10 + MOST_REQUESTS
    assert gone(taken, 3) == [
        f"u{first} friend_request {first}",
        f"u{first + 1} friend_request {first + 1}",
        "u1000 comment 1000",
    ]


def test_what_nobody_is_told_any_more_goes_first_the_oldest_first() -> None:
    taken = some("mal", "comment", 4)
    back = Place("back", "friend_request", "ben", NOW, 9, True)
    old = Place("old", "friend_request", "cat", NOW - KEPT, 8, False)
    young = Place("young", "friend_request", "dan", NOW - KEPT + 1, 7, False)
    assert gone([back, young, *taken, old], 3) == ["old", "back", "mal comment 0"]
