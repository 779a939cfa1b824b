"""Pages of lists in which some entries may not be shown."""

from collections.abc import Mapping, Sequence

import pytest

from social.pages import READ, ROUNDS, Page, Place, page_of

ALL = [Place(1_000 - number // 3, f"{number:04}") for number in range(5 * READ)]


def read(after: Place) -> Sequence[Place]:
    rest = [each for each in ALL if (-each.at, each.id) > (-after.at, after.id)]
    return rest[:READ]


def tenths(entries: Sequence[Place]) -> Mapping[str, str]:
    return {each.id: each.id for each in entries if each.id.endswith("0")}


def pages(size: int) -> list[Page[str]]:
    found, after = [], None
    while not found or after is not None:
        found.append(page_of(read, tenths, after, size))
        after = found[-1].end
    return found


@pytest.mark.parametrize("size", [1, 7, 10, 50, 100])
def test_pages_have_every_entry_that_may_be_shown_once_and_in_order(size: int) -> None:
    found = pages(size)
    told = [each for page in found for each in page.shown]
    assert told == [each.id for each in ALL if each.id.endswith("0")]
    assert {len(page.shown) for page in found[:-1]} <= {size}


def test_no_cursor_leads_to_hidden_entries_alone() -> None:
    shown = [each for each in ALL if each.id in ("0003", "0007")]

    def two(entries: Sequence[Place]) -> Mapping[str, str]:
        return {each.id: each.id for each in entries if each in shown}

    assert page_of(read, two, None, 2) == Page(("0003", "0007"), None)
    first = page_of(read, two, None, 1)
    assert first.shown == ("0003",)
    assert page_of(read, two, first.end, 1) == Page(("0007",), None)


def test_an_empty_list_is_one_empty_page() -> None:
    assert page_of(lambda after: [], tenths, None, 10) == Page((), None)


def test_a_page_of_a_long_hidden_list_ends_and_leads_on() -> None:
    times = []

    def endless(after: Place) -> Sequence[Place]:
        times.append(after)
        return [Place(after.at - each, "x") for each in range(1, READ + 1)]

    page = page_of(endless, lambda entries: {}, Place(10**6, ""), 10)
    assert page == Page((), Place(10**6 - ROUNDS * READ, "x"))
    assert len(times) == ROUNDS
