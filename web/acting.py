"""For whom a request acts: everything that a person does is done by themself."""

from dataclasses import dataclass

from apiflask import Schema
from flask import current_app, g, request

from graph.queries.people import ViewerContext, gate_context, person_called
from web.errors import bad_field
from web.parse import Text
from web.state import state_of


@dataclass(frozen=True, slots=True)
class Acting:
    """Who calls, and for which user of the graph."""

    caller: str
    """The caller's name: who holds the key or the token."""
    user_id: str
    username: str

    def viewer(self) -> ViewerContext:
        """What decides what they may see, read at this moment; not what they engaged with."""
        return gate_context(state_of(current_app).store, self.user_id, self.username)


class ForViewer(Schema):
    """The query of a request that acts for a viewer."""

    viewer = Text(
        metadata={
            "description": "For whom a service acts: a user's id or exact username. A viewer's own"
            " token needs none.",
            "example": "ana",
        }
    )


def acting() -> Acting:
    """For whom the present request acts; the same for as long as it lasts.

    A stand-in until keys and tokens are there: whoever calls acts for the viewer whom they name.
    """
    if "acting" not in g:
        told = ForViewer().load(request.args, unknown="exclude").get("viewer", "")
        card = person_called(state_of(current_app).store, told) if told else None
        if card is None or card.active is False:
            raise bad_field("viewer", "viewer: name a user of the graph: ?viewer=ana.")
        g.acting = Acting("anybody", card.user_id, card.username or card.user_id)
    found: Acting = g.acting
    return found
