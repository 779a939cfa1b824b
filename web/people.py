"""``GET /people``: people whom a viewer may know or like to know, each with reasons."""

from collections.abc import Mapping

from apiflask import APIBlueprint
from apiflask.validators import Range
from flask import current_app

from feed.people import Suggestion, Suggestions, suggest
from feed.people_reasons import PersonReason
from feed.profiles import Profile
from feed.request import FeedRequest
from web.access import VIEWER, may_ask
from web.parse import PAGE_SIZE, ViewerName, Whole
from web.people_openapi import PEOPLE_RESPONSES
from web.person_json import person_json
from web.post_json import JsonObject
from web.state import state_of
from web.viewers import reading_viewer

MAX_PEOPLE = 50

blueprint = APIBlueprint("people", __name__)


class PeopleQuery(ViewerName):
    """Whom the people are suggested to, and how many."""

    page_size = Whole(
        load_default=PAGE_SIZE,
        validate=Range(1, MAX_PEOPLE, error=f"page_size must be from 1 to {MAX_PEOPLE}."),
    )


@blueprint.get("/people")
@may_ask(VIEWER)
@blueprint.input(PeopleQuery, location="query")
@blueprint.doc(summary="People whom a viewer may know", responses=PEOPLE_RESPONSES)
def people(query_data: Mapping[str, object]) -> dict[str, object]:
    """Ten by default, the likeliest first: friends of friends, people of like interests and groups.

    Nobody comes whom the viewer knows, asked, blocks or mutes, nor anybody whom they may not see.
    """
    state = state_of(current_app)
    username, user_id = reading_viewer(query_data)
    most = int(str(query_data["page_size"]))
    asked = FeedRequest(username, user_id=user_id)
    ask, _ = state.recommender.asking(asked, int(state.clock()))
    found = suggest(ask, most)
    answer: dict[str, object] = {
        "status": "success",
        "people": [_person(each) for each in found.people],
        "page_size": most,
        "degraded": list(found.degraded),
    }
    if message := " ".join(_messages(username, found)):
        answer["message"] = message
    return answer


def _person(shown: Suggestion) -> JsonObject:
    person = person_json(Profile(shown.person, shown.details))
    return {**person, "reasons": [_reason(each) for each in shown.reasons]}


def _reason(reason: PersonReason) -> JsonObject:
    path = [{"kind": node.kind, "id": node.id, "name": node.name} for node in reason.path]
    query = reason.query
    return {
        "source": reason.source,
        "sentence": reason.sentence,
        "path": path,
        "cypher": query and {"text": query.text, "parameters": query.parameters},
    }


def _messages(username: str, found: Suggestions) -> list[str]:
    said = []
    if not found.known:
        said.append(f"Nobody is named {username!r}: these are authors of popular posts.")
    elif not found.tied:
        said.append(
            "Nothing is known of whom this viewer may know: picking tags (interests), making"
            " friends or joining a group would help."
        )
    if not found.people:
        said.append("There is nobody to suggest yet; new friends, tags or groups lead to more.")
    return said
