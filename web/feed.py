"""``GET /feed``: a page of posts for one viewer, each with its reasons."""

from collections.abc import Mapping
from dataclasses import asdict

from apiflask import APIBlueprint
from flask import current_app

from feed.request import Feed, FeedRequest
from feed.steering import LEVELS, TAGS
from graph.errors import CursorRefused, SteeringRefused
from graph.queries.posts import category_cards
from web.access import VIEWER, is_operator, may_ask
from web.actions_openapi import error_response
from web.errors import NOT_THERE, bad_field
from web.openapi import FEED_RESPONSES
from web.parse import FeedQuery
from web.post_json import post_json
from web.state import state_of
from web.viewers import reading_viewer

blueprint = APIBlueprint("feed", __name__)


@blueprint.get("/feed")
@may_ask(VIEWER)
@blueprint.input(FeedQuery, location="query")
@blueprint.doc(
    summary="Posts for a viewer, the likeliest first, each with its reasons",
    responses=FEED_RESPONSES
    | {404: error_response("The viewer is in no such group (`group_id`).", NOT_THERE)},
)
def feed(query_data: Mapping[str, object]) -> dict[str, object]:
    """Ten posts by default, in ranked order; later pages follow on without repeating.

    A viewer whom the graph does not know, or of whom nothing is known, gets a newcomer's feed,
    marked `cold_start`. A source that failed is named in `degraded`.
    """
    state = state_of(current_app)
    scores, request = request_of(query_data)
    category = request.category_id
    if category is not None and not category_cards(state.store, [category]):
        raise bad_field("category_id", f"category_id: no category is known as {category!r}.")
    try:
        found = state.recommender.feed(request, int(state.clock()))
    except CursorRefused as error:
        raise bad_field("cursor", str(error)) from error
    except SteeringRefused as error:
        raise bad_field("more_tags", str(error)) from error
    state.metrics.left_out(found.degraded)
    return feed_json(request, found, scores, is_operator())


def request_of(query: Mapping[str, object]) -> tuple[bool, FeedRequest]:
    """Whether scores are asked for, and the feed that is asked for."""
    told = dict(query)
    scores = bool(told.pop("scores"))
    steering = {name: told.pop(name) for name in (*LEVELS, *TAGS) if name in told}
    told["username"], told["user_id"] = reading_viewer(query)
    request = FeedRequest(**told, steering=steering)  # type: ignore[arg-type]
    if (request.kind == "similar") != (request.similar_to is not None):
        raise bad_field("similar_to", "similar_to: give a post, together with kind=similar.")
    if request.cursor is not None and request.page > 1:
        raise bad_field("page", "page: give a page or a cursor, not both.")
    return scores, request


def feed_json(request: FeedRequest, found: Feed, scores: bool, whole: bool) -> dict[str, object]:
    """The answer: SocialVerse's form, and what happened beside it.

    Args:
        request: what was asked.
        found: the page.
        scores: with what makes up each score.
        whole: all of it, as an operator may know.
    """
    answer: dict[str, object] = {
        "status": "success",
        "post": [post_json(post, scores, whole) for post in found.posts],
        "page": request.page,
        "page_size": request.page_size,
        "strategy": found.strategy,
        "cold_start": found.cold_start,
        "seen_included": found.seen_included,
        "mood": found.mood,
        "mood_now": found.mood_now,
        "degraded": list(found.degraded),
        "next_cursor": found.next_cursor,
        "newer_count": found.newer_count,
        "steering": asdict(found.steering),
    }
    if message := " ".join(_messages(request, found)):
        answer["message"] = message
    return answer


def _messages(request: FeedRequest, found: Feed) -> list[str]:
    said = []
    if not found.known:
        would_help = "; a mood would help" if found.mood is None else ""
        said.append(f"Nobody is named {request.username!r}: this is a newcomer's feed{would_help}.")
    elif found.cold_start:
        said.append(
            "Nothing is known of this viewer's taste yet: this is a newcomer's feed. Picking tags"
            " (interests), a mood or friends would make it theirs."
        )
    elif found.strategy == "model" and not found.learnt:
        said.append("The model has no vector of this viewer; all else ranks these posts.")
    if not found.posts and found.next_cursor is not None:
        said.append("The posts of this page are gone. The next page has more.")
    elif not found.posts:
        later = request.page > 1 or request.cursor is not None
        said.append("There are no more posts." if later else "There are no posts here yet.")
    elif found.seen_included and request.kind == "for_you" and not request.include_seen:
        said.append(
            "Nothing new is left: posts that the viewer knows, or saw lately, are included."
        )
    return said
