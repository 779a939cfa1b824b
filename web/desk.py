"""``/desk``: the operator's page, and what it shows: the graph, sources, times, an evaluation.

The page holds nothing; its scripts ask the endpoints, with an operator's key. Of posts that not
everybody may see an operator is told where they stand, and not what they say.
"""

from collections.abc import Mapping

from apiflask import APIBlueprint
from apiflask.validators import Range
from flask import Response, current_app

from feed.beside import beside
from feed.request import FeedRequest
from graph.queries.posts import category_cards
from graph.queries.stats import MONTH
from web.access import OPERATOR, PUBLIC, may_ask
from web.desk_json import beside_json, measured_json
from web.desk_openapi import (
    EVALUATION_RESPONSES,
    GRAPH_RESPONSES,
    PAGE_RESPONSES,
    PREVIEWS_RESPONSES,
    TIMES_RESPONSES,
)
from web.errors import bad_field
from web.front import page
from web.measured import measured
from web.parse import MAX_PAGE_SIZE, PAGE_SIZE, CategoryId, MoodWord, ViewerName, Whole
from web.records import DOCUMENT, Told, read
from web.state import state_of
from web.viewers import reading_viewer

blueprint = APIBlueprint("desk", __name__)

EVALUATION = ("data", "models", "slices", "lists", "ablation", "calibration_error", "reliability")
"""What the desk draws of ``report.json``."""


class PreviewsQuery(ViewerName):
    """Whose feed, for which mood and category, and how much of it."""

    mood = MoodWord(
        metadata={"format": "mood", "description": "As a feed's.", "example": "happy"},
    )
    category_id = CategoryId(
        metadata={"format": "category", "description": "As a feed's.", "example": "2"}
    )
    page_size = Whole(
        load_default=PAGE_SIZE,
        validate=Range(1, MAX_PAGE_SIZE, error=f"page_size must be from 1 to {MAX_PAGE_SIZE}."),
        metadata={"description": "Posts of the feed, and of each source."},
    )


@blueprint.get("/desk")
@may_ask(PUBLIC)
@blueprint.doc(summary="The operator's desk, a page", responses=PAGE_RESPONSES)
def desk() -> Response:
    """It shows nothing until it is given an operator's key."""
    return page("desk.html", "desk.js")


@blueprint.get("/desk/graph")
@may_ask(OPERATOR)
@blueprint.doc(summary="What is in the graph", responses=GRAPH_RESPONSES)
def graph() -> dict[str, object]:
    """Counts by kind, when it came to be, and what loads did; at most a minute old."""
    state = state_of(current_app)
    counted, load = state.counting.now(), read(state.records.load)
    last = dict(load.document) if load else {}
    loads = last.pop("loads", [])
    return {
        "status": "success",
        "engine": state.store.engine,
        "schema": state.store.schema.version,
        "counted_at": counted.at,
        "rows": dict(counted.rows),
        "stretch": MONTH,
        "growth": {
            kind: [{"from": begin, "rows": rows} for begin, rows in stretches.items()]
            for kind, stretches in counted.growth.items()
        },
        "load": _told(load, last),
        "loads": loads if isinstance(loads, list) else [],
    }


@blueprint.get("/desk/previews")
@may_ask(OPERATOR)
@blueprint.input(PreviewsQuery, location="query")
@blueprint.doc(
    summary="Each source by itself, beside the feed that all make", responses=PREVIEWS_RESPONSES
)
def previews(query_data: Mapping[str, object]) -> dict[str, object]:
    """For any viewer: their next first page, and what each source would have made of it.

    Nothing counts as served. Titles are told of posts that everybody may see, and of no others.
    """
    state, asked = state_of(current_app), dict(query_data)
    category = asked.get("category_id")
    if category is not None and not category_cards(state.store, [str(category)]):
        raise bad_field("category_id", f"category_id: no category is known as {category!r}.")
    asked["username"], asked["user_id"] = reading_viewer(query_data)
    request = FeedRequest(**asked)  # type: ignore[arg-type]
    found = beside(state.recommender, request, int(state.clock()))
    return {"status": "success", **beside_json(found)}


@blueprint.get("/desk/times")
@may_ask(OPERATOR)
@blueprint.doc(summary="How long answers and sources take", responses=TIMES_RESPONSES)
def times() -> dict[str, object]:
    """What `/metrics` tells, since the start, with its quantiles read off; and what is left out."""
    state = state_of(current_app)
    return {"status": "success", **measured_json(measured(state.metrics.families()))}


@blueprint.get("/desk/evaluation")
@may_ask(OPERATOR)
@blueprint.doc(summary="The evaluation that lies beside the graph", responses=EVALUATION_RESPONSES)
def evaluation() -> dict[str, object]:
    """Of ``report.json``, as `resonance evaluate --out` wrote it; null where there is none."""
    folder = state_of(current_app).records.evaluation
    told = read(folder / DOCUMENT if folder else None)
    drawn = {name: told.document.get(name) for name in EVALUATION} if told else {}
    return {"status": "success", "evaluation": _told(told, drawn)}


def _told(told: Told | None, report: Mapping[str, object]) -> dict[str, object] | None:
    return None if told is None else {"written_at": told.at, "report": report}
