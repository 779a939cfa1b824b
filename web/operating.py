"""``GET /metrics``: what an operator watches."""

from apiflask import APIBlueprint
from flask import Response, current_app
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4

from web.access import OPERATOR, may_ask
from web.operating_openapi import METRICS_RESPONSES
from web.state import state_of

blueprint = APIBlueprint("operating", __name__)


@blueprint.get("/metrics")
@may_ask(OPERATOR)
@blueprint.doc(summary="Times and counts, for Prometheus", responses=METRICS_RESPONSES)
def metrics() -> Response:
    """Of this process alone; none of it names a person, a post or a word."""
    text = state_of(current_app).metrics.text()
    return Response(text, content_type=CONTENT_TYPE_PLAIN_0_0_4)
