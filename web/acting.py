"""For whom a write or a list is, and by whom it is asked."""

from dataclasses import dataclass

from flask import g

from graph.queries.people import ViewerContext, gate_context
from web.access import caller
from web.callers import Operator, Service
from web.viewers import acting_viewer, known_viewers


@dataclass(frozen=True, slots=True)
class Acting:
    """Who asks, and for which user of the graph."""

    caller: str
    """One name for who asks: a key's, or that it is the viewer themself, or anyone."""
    user_id: str

    def viewer(self) -> ViewerContext:
        """What decides what they may see, read at this moment; not what they engaged with."""
        return gate_context(known_viewers(), self.user_id, self.user_id)


def acting() -> Acting:
    """For whom the present request acts (`web.viewers.acting_viewer`), looked up once."""
    if "acting" not in g:
        who = caller()
        kind = type(who).__name__.lower()
        name = f"{kind} {who.name}" if isinstance(who, Service | Operator) else kind
        g.acting = Acting(name, acting_viewer())
    found: Acting = g.acting
    return found
