"""Events that people attend: made by a host, answered by who may know of them.

What is one's own of an event one may always end: a host edits and cancels theirs, and an answer is
taken back, also where the viewer may not know of the event any more. Who does not host it is shown
nothing of it then but its id.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from feed.gate import VisibleHappening, admit_happenings, admit_people
from feed.profiles import Profile, profiles
from graph.actions import happenings as actions
from graph.errors import NotThere
from graph.model import Row
from graph.queries.friendships import Entry
from graph.queries.happenings import (
    Answer,
    Happening,
    attendance,
    attended_after,
    attendees_after,
    happening_pages,
    upcoming_after,
)
from graph.queries.people import ViewerContext, user_cards
from graph.store import GraphStore
from social.groups import reached
from social.pages import Page, Place, page_of


@dataclass(frozen=True, slots=True)
class Shown:
    """An event that the viewer may know of."""

    happening: Happening
    host: Profile | None
    """None where a source says of nobody that they host it."""
    seen: bool = True
    """Whether the viewer may know of it; else they host it, or it is told by its id alone."""


@dataclass(frozen=True, slots=True)
class Attended:
    """An event, and what the viewer said of it."""

    shown: Shown
    answer: Answer | None
    before: Answer | None
    """What they said before the act; the same where nothing changed."""


@dataclass(frozen=True, slots=True)
class Attendee:
    """Somebody whom the viewer may see, and what they said of an event."""

    profile: Profile
    answer: Answer


def page(store: GraphStore, viewer: ViewerContext, event_id: str) -> Attended:
    """An event.

    Args:
        store: the graph.
        viewer: a user of the graph; so with all functions here.
        event_id: an event's id; likewise.

    Raises:
        NotThere: no event that the viewer may know of; likewise.
    """
    shown = _the_one(store, viewer, event_id)
    told = attendance(store, viewer.user_id or "", event_id)
    return Attended(shown, told, told)


def create(store: GraphStore, viewer: ViewerContext, happening: Happening) -> Attended:
    """Make an event that the viewer hosts.

    Raises:
        NotThere: it is in a group that the viewer may not know of.
        NotTheirs: it is in one that they are no member of.
        Contradiction: it ends before it begins, or too late.
    """
    if happening.group_id is not None:
        reached(store, viewer, happening.group_id)
    made = actions.create(store, happening)
    return page(store, viewer, made.event_id)


def edit(store: GraphStore, viewer: ViewerContext, event_id: str, changes: Row) -> Attended:
    """Put fields of an event in the place of the old ones.

    Raises:
        NotTheirs: another hosts it.
        Contradiction: it is cancelled, or it would end before it begins.
    """
    _hosted_or_seen(store, viewer, event_id)
    actions.edit(store, viewer.user_id or "", event_id, changes)
    return _hosted(store, viewer, event_id)


def cancel(store: GraphStore, viewer: ViewerContext, event_id: str) -> Attended:
    """Say that an event does not take place; it is listed no more, and may still be looked up.

    Raises:
        NotTheirs: another hosts it.
    """
    _hosted_or_seen(store, viewer, event_id)
    actions.cancel(store, viewer.user_id or "", event_id)
    return _hosted(store, viewer, event_id)


def answer(
    store: GraphStore, viewer: ViewerContext, event_id: str, told: Answer | None
) -> Attended:
    """Say that one goes, may go, or does not (None).

    Raises:
        NotThere: no event that the viewer may know of, unless they take back what they said of it.
        Contradiction: the viewer hosts it, or it is cancelled and they take nothing back.
    """
    # Asked of every event, so that one that is hidden takes as long as one that is not there.
    mine = attendance(store, viewer.user_id or "", event_id)
    if told is not None or mine is None:
        _the_one(store, viewer, event_id)
    before, now = actions.answer(store, viewer.user_id or "", event_id, told)
    return Attended(_own(store, viewer, event_id), now, before)


def upcoming(
    store: GraphStore,
    viewer: ViewerContext,
    group_id: str | None,
    now: int,
    after: Place | None,
    size: int,
) -> Page[Shown]:
    """What the viewer may know of and is not over, in a group or all; the soonest first.

    Raises:
        NotThere: the group is not there for the viewer.
    """
    if group_id is not None:
        reached(store, viewer, group_id)

    hidden: set[str] = set()

    def read(at: int, id: str) -> Sequence[Entry]:
        found = upcoming_after(store, viewer, group_id, now, at, id, hidden)
        # Who hides costs the others one reading at most, however many events they make.
        hosts = user_cards(store, [each.host_id for each in found if each.host_id])
        seen = {each.card.user_id for each in admit_people(viewer, hosts.values())}
        hidden.update(hosts.keys() - seen)
        return [Entry(each.id, each.at) for each in found]

    return _soonest_first(read, lambda ids: _shown(store, viewer, ids), after, size)


def attending(
    store: GraphStore, viewer: ViewerContext, now: int, after: Place | None, size: int
) -> Page[Shown]:
    """What the viewer hosts, or goes or may go to, and is not over; the soonest first.

    Also what they may not know of any more: to be ended.
    """

    def read(at: int, id: str) -> Sequence[Entry]:
        return attended_after(store, viewer.user_id or "", now, at, id)

    return _soonest_first(read, lambda ids: _theirs(store, viewer, ids), after, size)


def attendees(
    store: GraphStore, viewer: ViewerContext, event_id: str, after: Place | None, size: int
) -> Page[Attendee]:
    """Whom the viewer may see of those who host the event, or go or may go to it; by id."""
    _the_one(store, viewer, event_id)
    answers: dict[str, Answer] = {}

    def read(place: Place) -> Sequence[Place]:
        found = attendees_after(store, event_id, place.at, place.id)
        answers.update({each.user_id: each.answer for each in found})
        return [Place(0, each.user_id) for each in found]

    def show(entries: Sequence[Place]) -> Mapping[str, Attendee]:
        visible = profiles(store, viewer, [each.id for each in entries])
        return {who: Attendee(profile, answers[who]) for who, profile in visible.items()}

    return page_of(read, show, after, size)


def _soonest_first(
    read: Callable[[int, str], Sequence[Entry]],
    show: Callable[[Sequence[str]], Mapping[str, Shown]],
    after: Place | None,
    size: int,
) -> Page[Shown]:
    # Lists come by descending time elsewhere: here a place has the time with its sign turned.
    def turned(place: Place) -> Sequence[Place]:
        return [Place(-each.at, each.id) for each in read(-place.at, place.id)]

    return page_of(turned, lambda entries: show([each.id for each in entries]), after, size)


def _the_one(store: GraphStore, viewer: ViewerContext, event_id: str) -> Shown:
    found = _shown(store, viewer, [event_id])
    if not found:
        raise NotThere(f"{event_id} is not there for {viewer.user_id}")
    return found[event_id]


def _hosted_or_seen(store: GraphStore, viewer: ViewerContext, event_id: str) -> None:
    found = happening_pages(store, [event_id]).get(event_id)
    if found is None or found.host_id is None or found.host_id != viewer.user_id:
        _the_one(store, viewer, event_id)


def _hosted(store: GraphStore, viewer: ViewerContext, event_id: str) -> Attended:
    told = attendance(store, viewer.user_id or "", event_id)
    return Attended(_own(store, viewer, event_id), told, told)


def _own(store: GraphStore, viewer: ViewerContext, event_id: str) -> Shown:
    found = _theirs(store, viewer, [event_id])
    if not found:
        raise NotThere(f"{event_id} is there no more")
    return found[event_id]


def _theirs(
    store: GraphStore, viewer: ViewerContext, event_ids: Sequence[str]
) -> Mapping[str, Shown]:
    """Events that the viewer attends, or did until now, as far as they may be shown."""
    seen = _shown(store, viewer, event_ids)
    rest = happening_pages(store, [each for each in event_ids if each not in seen])
    mine = [each for each in rest.values() if each.host_id and each.host_id == viewer.user_id]
    me = profiles(store, viewer, {each.host_id or "" for each in mine}).get(viewer.user_id or "")
    hidden = {each: Shown(_untold(each), None, seen=False) for each in rest}
    hosted = {each.event_id: Shown(each, me, seen=False) for each in mine}
    return {**hidden, **hosted, **seen}


def _untold(event_id: str) -> Happening:
    return Happening(
        event_id=event_id,
        name=None,
        privacy="private",
        description=None,
        at=None,
        until=None,
        place=None,
        created_at=None,
        cancelled=None,
        host_id=None,
        group_id=None,
    )


def _shown(
    store: GraphStore, viewer: ViewerContext, event_ids: Sequence[str]
) -> Mapping[str, Shown]:
    pages = happening_pages(store, event_ids).values()
    hosts = user_cards(store, [each.host_id for each in pages if each.host_id])
    visible: list[VisibleHappening] = admit_happenings(viewer, pages, hosts)
    # Whose event may be seen may be seen too; asked again, so that nobody is shown but by the gate.
    known = profiles(store, viewer, [each.host.user_id for each in visible if each.host])
    return {
        each.happening.event_id: Shown(each.happening, known.get(each.happening.host_id or ""))
        for each in visible
    }
