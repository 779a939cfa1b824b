"""What somebody looks for, by kind: ranked once for the first page, and looked at again for each.

Ids that are found have passed the gate, so that neither how many there are nor whether a next page
comes tells of what is hidden; pages show those of them that the viewer may still see.
"""

from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import VisibleGroup, admit_groups
from feed.profiles import Profile, profiles
from graph.queries.groups import group_pages
from graph.queries.people import ViewerContext
from graph.search.index import Kind, SearchIndex
from graph.search.terms import Asked
from graph.store import GraphStore
from social.search_circle import Circle, circle
from social.search_names import TagHit, found_groups, found_tags, invited_to, tags_known
from social.search_people import found_people
from social.search_posts import found_posts
from social.whole_posts import Said, said_of


@dataclass(frozen=True, slots=True)
class Search:
    """One viewer's search at one moment."""

    store: GraphStore
    index: SearchIndex
    circle: Circle
    asked: Asked
    now: int
    """Unix seconds."""

    @property
    def viewer(self) -> ViewerContext:
        """Who looks."""
        return self.circle.viewer

    def found(self, kind: Kind) -> tuple[str, ...]:
        """The ids of what answers, best first; nothing answers where nothing is looked for."""
        if not self.asked.terms:
            return ()
        if kind == "people":
            return found_people(self.store, self.index, self.circle, self.asked)
        if kind == "posts":
            hits = found_posts(self.store, self.index, self.circle, self.asked, self.now)
            return tuple(hit.post_id for hit in hits)
        if kind == "groups":
            return found_groups(self.store, self.index, self.viewer, self.asked)
        hits_of_tags = found_tags(self.store, self.index, self.viewer, self.asked)
        return tuple(hit.tag_id for hit in hits_of_tags)

    def people(self, ids: tuple[str, ...]) -> list[Profile]:
        """Those of the people whom the viewer may see, in the order given."""
        shown = profiles(self.store, self.viewer, ids)
        return [shown[each] for each in ids if each in shown]

    def posts(self, ids: tuple[str, ...]) -> list[Said]:
        """Those of the posts that the viewer may see, in the order given."""
        shown = said_of(self.store, self.viewer, visible_posts(self.store, self.viewer, ids))
        return [shown[each] for each in ids if each in shown]

    def groups(self, ids: tuple[str, ...]) -> list[VisibleGroup]:
        """Those of the groups that the viewer may know of, in the order given."""
        pages = group_pages(self.store, ids)
        there = [pages[each] for each in ids if each in pages]
        return admit_groups(self.viewer, there, invited_to(self.store, self.viewer))

    def tags(self, ids: tuple[str, ...]) -> tuple[TagHit, ...]:
        """Those of the tags that the viewer may know of, in the order given."""
        return tags_known(self.store, self.viewer, ids)


def searching(
    store: GraphStore, index: SearchIndex, viewer: ViewerContext, asked: Asked, now: int
) -> Search:
    """A search by a viewer, whose circle is read at this moment."""
    return Search(store, index, circle(store, viewer), asked, now)
