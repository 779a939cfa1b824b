"""``GET /health``: whether the parts work."""

from apiflask import APIBlueprint
from flask import current_app

from graph.queries.people import users_named
from web.access import PUBLIC, may_ask
from web.openapi import HEALTH_RESPONSES
from web.state import state_of

blueprint = APIBlueprint("health", __name__)


@blueprint.get("/health")
@may_ask(PUBLIC)
@blueprint.doc(summary="Whether the graph answers", responses=HEALTH_RESPONSES)
def health() -> dict[str, object]:
    """200 when the graph answers a look-up, 503 when it does not; a model is not required."""
    state = state_of(current_app)
    users_named(state.store, "")
    model = None if state.model is None else {"posts": state.model.num_posts}
    return {"status": "ok", "engine": state.store.engine, "model": model}
