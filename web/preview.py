"""``POST /steering/preview``: how a steering would change the feed, before it is saved."""

from collections.abc import Mapping
from dataclasses import asdict

from apiflask import APIBlueprint
from apiflask.validators import Range
from flask import current_app

from feed.preview import Placed, Preview, preview
from feed.request import FeedRequest
from web.access import VIEWER, may_ask
from web.parse import MAX_PAGE_SIZE, PAGE_SIZE, ViewerName, Whole
from web.post_json import post_json, source_id
from web.preview_openapi import PREVIEW_RESPONSES
from web.state import state_of
from web.steering import told
from web.steering_fields import SteeringBody
from web.viewers import reading_viewer

blueprint = APIBlueprint("preview", __name__)


class PreviewQuery(ViewerName):
    """Whose feed it is, and how much of it is looked at."""

    page_size = Whole(
        load_default=PAGE_SIZE,
        validate=Range(1, MAX_PAGE_SIZE, error=f"page_size must be from 1 to {MAX_PAGE_SIZE}."),
    )


@blueprint.post("/steering/preview")
@may_ask(VIEWER)
@blueprint.input(PreviewQuery, location="query")
@blueprint.input(SteeringBody, location="json")
@blueprint.doc(summary="How a steering would change the feed", responses=PREVIEW_RESPONSES)
def post_preview(
    query_data: Mapping[str, object], json_data: Mapping[str, object]
) -> dict[str, object]:
    """The present first page and the one under the asked steering; fields not given stay as saved.

    Nothing is saved, and nothing that is answered counts as served.
    """
    state = state_of(current_app)
    size = int(str(query_data["page_size"]))
    username, user_id = reading_viewer(query_data)
    request = FeedRequest(username, page_size=size, steering=json_data, user_id=user_id)
    with told():
        found = preview(state.recommender, request, int(state.clock()))
    state.metrics.left_out(found.degraded)
    return preview_json(size, found)


def preview_json(size: int, found: Preview) -> dict[str, object]:
    """The answer: every post once, with its places, and which came and left."""
    return {
        "status": "success",
        "page_size": size,
        "present": asdict(found.present),
        "steering": asdict(found.asked),
        "posts": [
            {"before": each.before, "after": each.after, "post": post_json(each.post)}
            for each in found.posts
        ],
        "came": [_id(each) for each in found.posts if each.before is None],
        "left": [_id(each) for each in found.posts if each.after is None],
        "degraded": list(found.degraded),
    }


def _id(placed: Placed) -> int | str:
    return source_id(placed.post.post.card.post_id)
