"""``GET /health``: whether the parts work."""

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import current_app

from graph.queries.people import users_named
from web.access import PUBLIC, may_ask
from web.openapi import HEALTH_RESPONSES
from web.state import state_of

MENDED = "The graph takes no writes, and its disk is well again: start this server again."

blueprint = APIBlueprint("health", __name__)


@blueprint.get("/health")
@may_ask(PUBLIC)
@blueprint.doc(summary="Whether the graph answers", responses=HEALTH_RESPONSES)
def health() -> dict[str, object]:
    """200 when the graph answers a look-up, 503 when it does not; a model is not required.

    503 too where it takes no writes any more since its disk failed or was full, and that disk is
    well: the process is to be started again. Before, that would be of no use.
    """
    state = state_of(current_app)
    users_named(state.store, "")
    if state.store.stopped and state.store.mended:
        raise HTTPError(503, MENDED)
    model = None if state.model is None else {"posts": state.model.num_posts}
    return {"status": "ok", "engine": state.store.engine, "model": model}
