"""Events that people attend: made, edited and cancelled by their host, answered by the others.

Each function decides and writes in one transaction that holds the user and the event.

Raises, all of them:
    NotThere: the event, its group or the user is not there.
    NotTheirs: it is for the host to do.
    Contradiction: the event is cancelled.
"""

from collections.abc import Callable
from dataclasses import asdict, replace

from graph.actions.groups import held, only
from graph.errors import Contradiction, NotTheirs, NotThere
from graph.model import Row
from graph.queries.groups import standing_in
from graph.queries.happenings import LONGEST, Answer, Happening, attendance, happening_pages
from graph.store import GraphStore, Runs


def create(store: GraphStore, happening: Happening) -> Happening:
    """Make the event; one that is there already is this very request's.

    Args:
        store: the graph.
        happening: as it shall be, with its host, who is in its group where it has one.
    """
    host_id, group_id = happening.host_id or "", happening.group_id

    def work(graph: Runs) -> Happening:
        if group_id is None:
            _hold(graph, host_id)
        else:
            held(graph, [host_id], group_id)
            only(standing_in(graph, host_id, group_id), "member")
        there = happening_pages(graph, [happening.event_id])
        if there:
            return there[happening.event_id]
        _write(graph, happening)
        _attend(graph, host_id, happening.event_id, "host")
        return happening

    return store.transact(work)


def edit(store: GraphStore, user_id: str, event_id: str, fields: Row) -> Happening:
    """Put fields of the event in the place of the old ones; the host does.

    Of a cancelled one they may still take away what it says: where they live, say.

    Args:
        store: the graph.
        user_id: who.
        event_id: which event.
        fields: of `Happening`, by name.
    """

    def change(now: Happening) -> Happening:
        if now.cancelled and any(fields.values()):
            raise Contradiction("It is cancelled.")
        return replace(now, **fields)

    return _edited(store, user_id, event_id, change)


def cancel(store: GraphStore, user_id: str, event_id: str) -> Happening:
    """The event does not take place; the host says so."""
    return _edited(store, user_id, event_id, lambda now: replace(now, cancelled=True))


def answer(
    store: GraphStore, user_id: str, event_id: str, told: Answer | None
) -> tuple[Answer | None, Answer | None]:
    """The user goes to the event, may go, or does not (None).

    Returns:
        What they said before, and now.

    Raises:
        Contradiction: they host it. Of a cancelled event an answer may still be taken back.
    """

    def work(graph: Runs) -> tuple[Answer | None, Answer | None]:
        happening = _held(graph, user_id, event_id)
        before = attendance(graph, user_id, event_id)
        if before == told:
            return before, told
        if happening.cancelled and told is not None:
            raise Contradiction("It is cancelled.")
        if before == "host":
            raise Contradiction("You host it: you go, or you cancel it.")
        _attend(graph, user_id, event_id, told)
        return before, told

    return store.transact(work)


def _edited(
    store: GraphStore, user_id: str, event_id: str, change: Callable[[Happening], Happening]
) -> Happening:
    def work(graph: Runs) -> Happening:
        now = _held(graph, user_id, event_id)
        if now.host_id != user_id:
            raise NotTheirs("That is for who hosts it.")
        after = change(now)
        if after != now:
            _write(graph, after)
        return after

    return store.transact(work)


def _attend(graph: Runs, user_id: str, event_id: str, told: Answer | None) -> None:
    if told is None:
        graph.run("drop_attends", source=user_id, target=event_id)
    else:
        rows = [{"source": user_id, "target": event_id, "role": told}]
        graph.run("load_attends", rows=rows)


def _write(graph: Runs, happening: Happening) -> None:
    begins, ends = happening.at or 0, happening.until
    if ends is not None and not begins <= ends <= begins + LONGEST:
        raise Contradiction("It ends after it begins, and 30 days later at the latest.")
    fields = asdict(happening)
    graph.run("write_happenings", rows=[{"id": fields.pop("event_id"), **fields}])


def _hold(graph: Runs, user_id: str) -> None:
    if not graph.run("hold_people", user_ids=[user_id]):
        raise NotThere(f"{user_id} is not there")


def _held(graph: Runs, user_id: str, event_id: str) -> Happening:
    _hold(graph, user_id)
    graph.run("hold_happenings", event_ids=[event_id])
    found = happening_pages(graph, [event_id])
    if not found:
        raise NotThere(f"{event_id} is not there")
    return found[event_id]
