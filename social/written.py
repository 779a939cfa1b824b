"""What somebody wrote, as far as the viewer may see it."""

from collections.abc import Mapping, Sequence

from feed.cards import visible_posts
from graph.queries.people import ViewerContext
from graph.store import GraphStore
from social.acquaintances import reading
from social.meeting import seen
from social.pages import Page, Place, page_of
from social.whole_posts import Said, said_of


def written(
    store: GraphStore, viewer: ViewerContext, told: str | None, after: Place | None, size: int
) -> Page[Said]:
    """What the viewer wrote (None), or somebody whom they may see, by id or name; latest first.

    Raises:
        NotThere: the viewer may see nobody of that name.
        Contradiction: several of that name whom they may see.
    """
    whose = viewer.user_id or "" if told is None else seen(store, viewer, told).user_id

    def show(entries: Sequence[Place]) -> Mapping[str, Said]:
        posts = visible_posts(store, viewer, [each.id for each in entries])
        return said_of(store, viewer, posts)

    return page_of(reading(store, "written", whose), show, after, size)
