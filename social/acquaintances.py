"""Lists of whom a viewer has to do with; and of another's friends, as far as they may see them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from feed.gate import admit_askers
from feed.profiles import Profile, profiles, with_details
from graph.queries.friendships import List, blockers, entries_after
from graph.queries.people import ViewerContext, user_cards
from graph.store import GraphStore
from social.meeting import seen
from social.pages import Page, Place, page_of


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """Somebody in a list; their profile where the viewer may see them."""

    user_id: str
    at: int
    """Unix seconds; 0 where nobody knows."""
    profile: Profile | None


def friends(
    store: GraphStore, viewer: ViewerContext, told: str | None, after: Place | None, size: int
) -> Page[Acquaintance]:
    """The viewer's own friends, all of them (None); or those of somebody whom they may see.

    Of another's friends those alone whom the viewer may see, the latest first.
    """
    if told is None:
        return own(store, viewer, "friends", after, size)
    whose = seen(store, viewer, told).user_id

    def show(entries: Sequence[Place]) -> Mapping[str, Acquaintance]:
        return _others(profiles(store, viewer, [each.id for each in entries]))

    return page_of(reading(store, "friends", whose), show, after, size)


def mutual(
    store: GraphStore, viewer: ViewerContext, told: str, after: Place | None, size: int
) -> Page[Acquaintance]:
    """The friends of somebody, whom the viewer may see, who are the viewer's friends too."""
    whose = seen(store, viewer, told).user_id

    def show(entries: Sequence[Place]) -> Mapping[str, Acquaintance]:
        both = [each.id for each in entries if each.id in viewer.friends]
        return _others(profiles(store, viewer, both))

    return page_of(reading(store, "friends", whose), show, after, size)


def asking(
    store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
) -> Page[Acquaintance]:
    """Who asks the viewer to be friends: by that they show themselves, whatever their privacy."""

    def show(entries: Sequence[Place]) -> Mapping[str, Acquaintance]:
        cards = user_cards(store, [each.id for each in entries]).values()
        visible = with_details(store, admit_askers(viewer, cards))
        return {
            each.id: Acquaintance(each.id, each.at, visible[each.id])
            for each in entries
            if each.id in visible
        }

    return page_of(reading(store, "asking", viewer.user_id or ""), show, after, size)


def asked(
    store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
) -> Page[Acquaintance]:
    """Whom the viewer asked, all of them."""
    return own(store, viewer, "asked", after, size)


def blocked(
    store: GraphStore, viewer: ViewerContext, after: Place | None, size: int
) -> Page[Acquaintance]:
    """Whom the viewer blocks, all of them; named as if they did not."""
    theirs = blockers(store, viewer.user_id or "")
    return own(store, replace(viewer, blocks=theirs), "blocked", after, size)


def own(
    store: GraphStore, viewer: ViewerContext, name: List, after: Place | None, size: int
) -> Page[Acquaintance]:
    """A list of the viewer's own edges: all of them, for they may undo them all."""

    def show(entries: Sequence[Place]) -> Mapping[str, Acquaintance]:
        visible = profiles(store, viewer, [each.id for each in entries])
        return {each.id: Acquaintance(each.id, each.at, visible.get(each.id)) for each in entries}

    return page_of(reading(store, name, viewer.user_id or ""), show, after, size)


def reading(store: GraphStore, name: List, user_id: str) -> Callable[[Place], Sequence[Place]]:
    """What reads a user's list for `social.pages.page_of`."""

    def read(after: Place) -> Sequence[Place]:
        entries = entries_after(store, name, user_id, after.at, after.id)
        return [Place(each.at, each.id) for each in entries]

    return read


def _others(visible: Mapping[str, Profile]) -> Mapping[str, Acquaintance]:
    """Another's friends; since when is theirs to know."""
    return {user_id: Acquaintance(user_id, 0, each) for user_id, each in visible.items()}
