"""People by id, through the gate, with what is shown of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from feed.gate import VisiblePerson, admit_people
from graph.queries.people import ViewerContext, user_cards, user_details
from graph.store import GraphStore


@dataclass(frozen=True, slots=True)
class Profile:
    """A person whom the viewer may see, with the source's own fields (JSON text)."""

    person: VisiblePerson
    details: str | None


def profiles(
    store: GraphStore, viewer: ViewerContext, user_ids: Iterable[str]
) -> dict[str, Profile]:
    """Those of the people whom the viewer may see, by user id.

    Raises:
        StoreError: a look-up failed; without it nobody can be shown.
    """
    return with_details(store, admit_people(viewer, user_cards(store, user_ids).values()))


def with_details(store: GraphStore, people: Iterable[VisiblePerson]) -> dict[str, Profile]:
    """The same people with what is shown of them, by user id."""
    shown = {each.card.user_id: each for each in people}
    details = user_details(store, shown)
    return {user_id: Profile(each, details.get(user_id)) for user_id, each in shown.items()}
