"""``GET /posts``: what the viewer wrote, or somebody else as far as the viewer may see it."""

from collections.abc import Mapping

from apiflask import APIBlueprint
from flask import current_app

from social.pages import Page, Place
from social.whole_posts import Said
from social.written import written
from web.access import VIEWER, may_ask
from web.acting import acting
from web.pages import PageQuery, page_json
from web.parse import Text
from web.posts_openapi import WRITTEN_RESPONSES
from web.state import state_of
from web.whole_post_json import written_json

blueprint = APIBlueprint("written", __name__)


class WrittenQuery(PageQuery):
    """Whose posts."""

    of = Text(metadata={"description": "Another's, by id or exact username; without it: one's own"})


@blueprint.get("/posts")
@may_ask(VIEWER)
@blueprint.input(WrittenQuery, location="query")
@blueprint.doc(summary="What one wrote", responses=WRITTEN_RESPONSES)
def posts(query_data: Mapping[str, object]) -> dict[str, object]:
    """The latest first: the viewer's own, all of them; of another's those that they may see."""
    store, who, told = state_of(current_app).store, acting(), query_data.get("of")
    viewer, whose = who.viewer(), None if told is None else str(told)

    def read(after: Place | None, size: int) -> Page[Said]:
        return written(store, viewer, whose, after, size)

    return page_json(who, query_data, f"posts of {whose or ''}", read, written_json, "posts")
