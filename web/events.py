"""``POST /events``: an app tells what happened, one JSON object a line."""

from contextlib import nullcontext

from apiflask import APIBlueprint, APIFlask
from apiflask.exceptions import HTTPError
from flask import current_app, request

from graph.events.intake import EventIntake, EventsConfig, Taken
from web.access import SERVICE, may_ask
from web.events_openapi import RESPONSES
from web.turns import ASIDE

KEY = "resonance-events"
NDJSON = "application/x-ndjson"

blueprint = APIBlueprint("events", __name__)


def register_events(app: APIFlask, intake: EventIntake) -> None:
    """Add the endpoint to `app`."""
    app.extensions[KEY] = intake
    app.register_blueprint(blueprint)


@blueprint.post("/events")
@may_ask(SERVICE)
@blueprint.doc(summary="Tell what happened: users, posts, likes, ...", responses=RESPONSES)
def events() -> dict[str, object]:
    """Newline-delimited JSON, an event a line, in any order and any number of times.

    Good lines are taken and bad ones refused by number, with the reason. What is answered is in
    the graph: who may see what, and what anybody did, counts in the next feed; with several servers
    on one Neo4j, what others did counts for ranking within two minutes. After an error the same
    lines may be sent again.
    """
    intake = current_app.extensions[KEY]
    assert isinstance(intake, EventIntake)
    aside = request.environ.get(ASIDE, nullcontext)
    return _taken_json(intake.take(enumerate(_lines(intake.config), start=1), aside=aside))


def _lines(config: EventsConfig) -> list[bytes]:
    if request.mimetype != NDJSON or request.content_encoding:
        raise HTTPError(415, f"Send one JSON object a line, as {NDJSON}, not compressed.")
    body = request.get_data(cache=False)
    lines = body.removesuffix(b"\n").split(b"\n") if body else []
    if len(lines) > config.max_lines:
        said = f"There are {len(lines):,} lines; send {config.max_lines:,} at most at a time."
        raise HTTPError(413, said)
    return lines


def _taken_json(taken: Taken) -> dict[str, object]:
    return {
        "status": "success",
        "read": taken.read,
        "new": taken.new,
        "changed": taken.changed,
        "unchanged": taken.unchanged,
        "refused": [{"line": each.line, "reason": each.reason} for each in taken.refused],
    }
