"""A page of a list that is read anew each time: what may be shown of it, and where it ends."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

READ = 100
"""Entries that a list's query reads at a time: its ``LIMIT``, written out."""
ROUNDS = 10
"""Times that is read for one page: then the page ends, however few of it may be shown."""

Shown = TypeVar("Shown")


@dataclass(frozen=True, slots=True)
class Place:
    """An entry's place in a list: the latest first, and at one time the lower id."""

    at: int
    """Unix seconds; 0 where nobody knows."""
    id: str


BEGIN = Place(2**62, "")
"""Before every entry."""


@dataclass(frozen=True, slots=True)
class Page(Generic[Shown]):
    """What is shown, in the list's order, and the place after which the next page begins."""

    shown: tuple[Shown, ...]
    end: Place | None
    """None: nothing more may be shown. Behind very many hidden entries that is not looked for."""


def page_of(
    read: Callable[[Place], Sequence[Place]],
    show: Callable[[Sequence[Place]], Mapping[str, Shown]],
    after: Place | None,
    size: int,
) -> Page[Shown]:
    """A page of at most `size` entries.

    Args:
        read: the next `READ` entries after a place, in order; fewer: there are no more.
        show: what may be shown of entries, by their ids; the others are passed over.
        after: where the page begins; None: at the list's begin.
        size: how much is shown at most.
    """
    found: list[Shown] = []
    place = after or BEGIN
    for _ in range(ROUNDS):
        entries = read(place)
        visible = show(entries) if entries else {}
        for entry in entries:
            if entry.id in visible:
                # Looked for even where the page is full: a cursor that leads to nothing would
                # tell of somebody who is hidden.
                if len(found) == size:
                    return Page(tuple(found), place)
                found.append(visible[entry.id])
            place = entry
        if len(entries) < READ:
            return Page(tuple(found), None)
    return Page(tuple(found), place)
