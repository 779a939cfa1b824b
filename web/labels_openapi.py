"""What ``/openapi.json`` says of categories and moods."""

from web.actions_openapi import list_responses, success
from web.openapi import Json
from web.pages import page_example, page_schema
from web.people_openapi import a_list, an_object

_TEXT: Json = {"type": "string"}
_CATEGORY: Json = an_object({"id": {**_TEXT, "description": "The whole id."}, "name": _TEXT})

CATEGORIES_RESPONSES = list_responses(
    success(
        "A page of categories.",
        page_schema("categories", _CATEGORY),
        page_example("categories", {"id": "sv:category:2", "name": "Food"}),
    )
)
MOODS_RESPONSES: dict[int | str, Json] = {
    200: success(
        "All of them.",
        an_object(
            {
                "status": _TEXT,
                "moods": a_list(an_object({"mood": _TEXT, "words": a_list(_TEXT)})),
            }
        ),
        {"status": "success", "moods": [{"mood": "happy", "words": ["happy", "joy"]}]},
    )
}
