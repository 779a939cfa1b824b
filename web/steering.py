"""``/steering``: what a viewer steers their feed by, kept for them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import current_app

from feed.saved_steering import SavedSteering
from feed.steering import Steering
from graph.errors import AmbiguousViewer, MemoryUnavailable, NoSuchViewer, SteeringRefused
from web.access import VIEWER, may_ask
from web.errors import RETRY_SECONDS, bad_field
from web.openapi import STEERING_RESPONSES
from web.parse import ViewerName
from web.state import state_of
from web.steering_fields import SteeringBody
from web.viewers import reading_viewer

blueprint = APIBlueprint("steering", __name__)


@blueprint.get("/steering")
@may_ask(VIEWER)
@blueprint.input(ViewerName, location="query")
@blueprint.doc(summary="What the viewer steers by", responses=STEERING_RESPONSES)
def get_steering(query_data: Mapping[str, str]) -> dict[str, object]:
    """Neutral where nothing was saved."""
    with told():
        return _answer(_saved().of(*reading_viewer(query_data)))


@blueprint.put("/steering")
@may_ask(VIEWER)
@blueprint.input(ViewerName, location="query")
@blueprint.input(SteeringBody, location="json")
@blueprint.doc(summary="Save what the viewer steers by", responses=STEERING_RESPONSES)
def put_steering(
    query_data: Mapping[str, str], json_data: Mapping[str, object]
) -> dict[str, object]:
    """Fields that are not given stay as they were; the next feed is steered so."""
    username, user_id = reading_viewer(query_data)
    with told():
        return _answer(_saved().save(username, json_data, user_id))


@blueprint.delete("/steering")
@may_ask(VIEWER)
@blueprint.input(ViewerName, location="query")
@blueprint.doc(summary="Back to the feed as it comes", responses=STEERING_RESPONSES)
def delete_steering(query_data: Mapping[str, str]) -> dict[str, object]:
    """What was saved is forgotten."""
    with told():
        _saved().reset(*reading_viewer(query_data))
        return _answer(_saved().of(*reading_viewer(query_data)))


def _saved() -> SavedSteering:
    return state_of(current_app).steering


def _answer(steering: Steering) -> dict[str, object]:
    return {"status": "success", "steering": asdict(steering)}


@contextmanager
def told() -> Iterator[None]:
    """What is wrong with a steering, or with keeping it, as an answer to the client."""
    try:
        yield
    except AmbiguousViewer:
        raise  # a 409, as wherever somebody reads
    except NoSuchViewer as error:
        raise bad_field("username", f"username: {error}.") from error
    except SteeringRefused as error:
        raise HTTPError(400, str(error), detail={"json": {"less_tags": [str(error)]}}) from error
    except MemoryUnavailable as error:
        raise HTTPError(
            503,
            "What viewers steer by is not at hand; ask again later.",
            headers={"Retry-After": str(RETRY_SECONDS)},
        ) from error
