"""``GET /feed``: a page of posts for one viewer, each with its reasons."""

from collections.abc import Mapping

from apiflask import APIBlueprint
from flask import current_app

from feed.recommend import recommend
from feed.request import Feed, FeedRequest
from graph.queries.posts import category_cards
from web.errors import bad_field
from web.openapi import FEED_RESPONSES
from web.parse import FeedQuery
from web.post_json import post_json
from web.state import state_of

blueprint = APIBlueprint("feed", __name__)


@blueprint.get("/feed")
@blueprint.input(FeedQuery, location="query")
@blueprint.doc(
    summary="Posts for a viewer, the likeliest first, each with its reasons",
    responses=FEED_RESPONSES,
)
def feed(query_data: Mapping[str, object]) -> dict[str, object]:
    """Ten posts by default, in ranked order; later pages follow on without repeating.

    A viewer whom the graph does not know, or of whom nothing is known, gets a newcomer's feed,
    marked `cold_start`. A source that failed is named in `degraded`.
    """
    state = state_of(current_app)
    request = FeedRequest(**query_data)  # type: ignore[arg-type]
    category = request.category_id
    if category is not None and not category_cards(state.store, [category]):
        raise bad_field("category_id", f"category_id: no category is known as {category!r}.")
    found = recommend(state.store, request, state.model, int(state.clock()))
    return feed_json(request, found)


def feed_json(request: FeedRequest, found: Feed) -> dict[str, object]:
    """The answer: SocialVerse's form, and what happened beside it."""
    answer: dict[str, object] = {
        "status": "success",
        "post": [post_json(post) for post in found.posts],
        "page": request.page,
        "page_size": request.page_size,
        "strategy": found.strategy,
        "cold_start": found.cold_start,
        "seen_included": found.seen_included,
        "mood": request.mood,
        "degraded": list(found.degraded),
    }
    if message := " ".join(_messages(request, found)):
        answer["message"] = message
    return answer


def _messages(request: FeedRequest, found: Feed) -> list[str]:
    said = []
    if not found.known:
        said.append(f"Nobody is named {request.username!r}: this is a newcomer's feed.")
    elif found.cold_start:
        said.append("Nothing is known of this viewer's taste yet: this is a newcomer's feed.")
    elif found.strategy == "model" and not found.learnt:
        said.append("The model was trained before it could know this viewer.")
    if not found.posts:
        said.append("There are no more posts." if request.page > 1 else "There is no such post.")
    elif found.seen_included:
        said.append("Nothing new is left: posts that the viewer knows are included.")
    return said
