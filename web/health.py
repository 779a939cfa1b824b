"""``GET /health`` and ``GET /``: whether the parts work, and what there is to ask."""

from apiflask import APIBlueprint
from flask import current_app, request

from graph.queries.people import users_named
from web.access import PUBLIC, may_ask
from web.openapi import HEALTH_RESPONSES, INDEX_RESPONSES
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


@blueprint.get("/")
@may_ask(PUBLIC)
@blueprint.doc(summary="What there is to ask here", responses=INDEX_RESPONSES)
def index() -> dict[str, object]:
    """The addresses of this service, and what each takes; /openapi.json says what they mean."""
    taken: dict[str, set[str]] = {}
    for rule in current_app.url_map.iter_rules():
        if rule.endpoint not in ("static", request.endpoint):
            methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
            taken.setdefault(rule.rule, set()).update(methods)
    return {
        "name": "Resonance",
        "endpoints": {rule: f"{', '.join(sorted(taken[rule]))} {rule}" for rule in sorted(taken)},
    }
