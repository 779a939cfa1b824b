"""``GET /explain``: why a post is, or is not, in a viewer's feed."""

from collections.abc import Mapping
from dataclasses import asdict

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import current_app

from web.access import VIEWER, is_operator, may_ask
from web.feed import request_of
from web.openapi import EXPLAIN_RESPONSES
from web.parse import FeedQuery, PostId
from web.state import state_of

blueprint = APIBlueprint("explain", __name__)
NOT_FOUND = "There is no such post for this viewer."
"""Said of a post that is hidden from the viewer, and of one that is not there at all."""


class ExplainQuery(FeedQuery):
    """A feed's parameters, and the post that is asked about."""

    post = PostId(
        required=True,
        error_messages={"required": "post is missing; name one: /explain?username=ana&post=12."},
        metadata={"description": "A post of SocialVerse by its number, or by its full id."},
    )


@blueprint.get("/explain")
@may_ask(VIEWER)
@blueprint.input(ExplainQuery, location="query")
@blueprint.doc(summary="Why a post is, or is not, in a feed", responses=EXPLAIN_RESPONSES)
def explain(query_data: Mapping[str, object]) -> dict[str, object]:
    """Which sources found it, its rank and score beside the last one shown, what left it out.

    A post that the viewer may not see is a 404, as one that does not exist; an operator is told
    which rules hide it, and of the sources that count what people do not share (views, ratings,
    friends who hide).
    """
    state = state_of(current_app)
    asked = dict(query_data)
    post_id = str(asked.pop("post"))
    _, request = request_of(asked)
    operator = is_operator()
    found = state.recommender.explain(request, post_id, int(state.clock()), whole=operator)
    if found is None or (found.hidden and not operator):
        raise HTTPError(404, NOT_FOUND, detail={"query": {"post": [NOT_FOUND]}})
    return {"status": "success", **asdict(found)}
