"""``GET /metrics`` and ``GET /ready``: what an operator watches, and what a balancer asks."""

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from graph.queries.people import users_named
from web.access import OPERATOR, PUBLIC, may_ask
from web.errors import RETRY_SECONDS
from web.operating_openapi import ENDING, FILLING, METRICS_RESPONSES, READY_RESPONSES, STOPPED
from web.state import state_of

blueprint = APIBlueprint("operating", __name__)


@blueprint.get("/metrics")
@may_ask(OPERATOR)
@blueprint.doc(summary="Times and counts, for Prometheus", responses=METRICS_RESPONSES)
def metrics() -> Response:
    """Of this process alone; none of it names a person, a post or a word."""
    text = state_of(current_app).metrics.text()
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)


@blueprint.get("/ready")
@may_ask(PUBLIC)
@blueprint.doc(summary="Whether requests should be sent here", responses=READY_RESPONSES)
def ready() -> dict[str, str]:
    """200 when the graph answers, the first feed finds its lists and writes are taken; else 503.

    `/health` says whether the process is well, which it is meanwhile too.
    """
    state = state_of(current_app)
    if state.streams.ended:
        raise _not_now(ENDING)
    if not state.recommender.ready:
        raise _not_now(FILLING)
    users_named(state.store, "")
    if state.store.stopped:
        raise _not_now(STOPPED)
    return {"status": "ready"}


def _not_now(said: str) -> HTTPError:
    return HTTPError(503, said, headers={"Retry-After": str(RETRY_SECONDS)})
