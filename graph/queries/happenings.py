"""Events that people attend; read live."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.queries.friendships import Entry
from graph.queries.people import ViewerContext, seen_by, some_of
from graph.store import Runs

Answer = Literal["host", "going", "maybe"]
LONGEST = 30 * 86_400
"""Seconds that an event lasts at most."""
PAGE = 100
"""Events that a list's query gives at a time."""


@dataclass(frozen=True, slots=True)
class Happening:
    """An event, as the graph tells it; times are Unix seconds."""

    event_id: str
    name: str | None
    privacy: str | None
    description: str | None
    at: int | None
    until: int | None
    place: str | None
    created_at: int | None
    cancelled: bool | None
    host_id: str | None
    group_id: str | None


@dataclass(frozen=True, slots=True)
class Attending:
    """Somebody, and what they said of an event."""

    user_id: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An event's place in a list, and who hosts it."""

    id: str
    at: int
    host_id: str | None


def answer_of(told: str | None) -> Answer:
    """What a graph's word stands for; a source calls who runs it admin."""
    if told in ("host", "admin"):
        return "host"
    return "maybe" if told == "maybe" else "going"


def happening_pages(runs: Runs, event_ids: Iterable[str]) -> dict[str, Happening]:
    """These events by id; one that is not there is left out."""
    rows = runs.run("happening_pages", event_ids=sorted(set(event_ids)))
    return {row["event_id"]: Happening(**row) for row in rows}


def attendance(runs: Runs, user_id: str, event_id: str) -> Answer | None:
    """What the user said of the event; None: nothing, or that they do not go."""
    rows = runs.run("attendance", user_id=user_id, event_id=event_id)
    return answer_of(rows[0]["role"]) if rows else None


def upcoming_after(
    runs: Runs,
    viewer: ViewerContext,
    group_id: str | None,
    now: int,
    at: int,
    id: str,
    hidden: Collection[str] = (),
) -> Sequence[Upcoming]:
    """The next 100 events, of one group or all, that are not over; the soonest first.

    Args:
        runs: the graph.
        viewer: passed over is what its own privacy, its group or a block hides from them.
        group_id: of which group alone.
        now: Unix seconds.
        at: the place (`at`, `id`) after which they come.
        id: likewise.
        hidden: hosts whose events are passed over, too.
    """
    place = {"now": now, "since": now - LONGEST, "at": at, "id": id}
    lists = {"groups": some_of(viewer.groups), "hidden": some_of(hidden)}
    told = {**place, **seen_by(viewer), **lists}
    if group_id is None:
        rows = runs.run("upcoming_after", **told)
    else:
        rows = runs.run("upcoming_in_group_after", group_id=group_id, **told)
    found = sorted((Upcoming(**row) for row in rows), key=lambda each: (each.at, each.id))
    return found[:PAGE]


def attended_after(runs: Runs, user_id: str, now: int, at: int, id: str) -> Sequence[Entry]:
    """The next 100 events that the user attends and that are not over; the soonest first."""
    rows = runs.run("attended_after", user_id=user_id, now=now, at=at, id=id)
    return [Entry(row["id"], row["at"]) for row in rows]


def attendees_after(runs: Runs, event_id: str, at: int, id: str) -> Sequence[Attending]:
    """The next 100 of who attends the event after the place (`at`, `id`), by id."""
    rows = runs.run("attendees_after", event_id=event_id, at=at, id=id)
    return [Attending(row["id"], answer_of(row["role"])) for row in rows]
