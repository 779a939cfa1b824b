"""``GET /categories`` and ``GET /moods``: what posts can be put under."""

from collections.abc import Mapping, Sequence

from apiflask import APIBlueprint
from flask import current_app

from graph.moods import mood_terms
from graph.queries.posts import NodeCard, categories_after
from social.pages import Page, Place, page_of
from web.access import PUBLIC, VIEWER, may_ask
from web.acting import acting
from web.labels_openapi import CATEGORIES_RESPONSES, MOODS_RESPONSES
from web.pages import PageQuery, page_json
from web.state import state_of
from web.whole_post_json import node_json

blueprint = APIBlueprint("labels", __name__)


@blueprint.get("/categories")
@may_ask(VIEWER)
@blueprint.input(PageQuery, location="query")
@blueprint.doc(summary="The categories that there are", responses=CATEGORIES_RESPONSES)
def categories(query_data: Mapping[str, object]) -> dict[str, object]:
    """By id; one that no post is in, too."""
    store, found = state_of(current_app).store, dict[str, NodeCard]()

    def read(after: Place) -> Sequence[Place]:
        cards = categories_after(store, after.id)
        found.update({card.id: card for card in cards})
        return [Place(0, card.id) for card in cards]

    def show(entries: Sequence[Place]) -> Mapping[str, NodeCard]:
        return {each.id: found[each.id] for each in entries}

    def page(after: Place | None, size: int) -> Page[NodeCard]:
        return page_of(read, show, after, size)

    return page_json(acting(), query_data, "categories", page, node_json, "categories")


@blueprint.get("/moods")
@may_ask(PUBLIC)
@blueprint.doc(summary="The moods that there are", responses=MOODS_RESPONSES)
def moods() -> dict[str, object]:
    """Their names, and the words by which posts are told to evoke them; people may use others."""
    told = [{"mood": mood, "words": list(words)} for mood, words in mood_terms().items()]
    return {"status": "success", "moods": told}
