"""A topic's owner is a person: named to those alone who may see them.

Sources tell an owner by name inside the topic's own fields, so the gate is asked here, and an owner
whom the viewer may not see, or whom the graph does not know, is taken out of the fields.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace

from feed.gate import admit_people
from graph.queries.people import UserCard, ViewerContext, users_of_names
from graph.queries.posts import NodeCard
from graph.store import GraphStore


def with_visible_owners(
    store: GraphStore, viewer: ViewerContext, topics: Mapping[str, NodeCard]
) -> dict[str, NodeCard]:
    """The topics by id, each with its owner or without.

    Raises:
        StoreError: the owners cannot be read.
    """
    fields = {topic_id: _fields(card.details) for topic_id, card in topics.items()}
    names = {name for each in fields.values() if (name := _owner(each)) is not None}
    bearers = users_of_names(store, sorted(names))
    visible = {name for name in names if _visible(viewer, bearers[name])}
    return {
        topic_id: card
        if "owner" not in fields[topic_id] or _owner(fields[topic_id]) in visible
        else replace(card, details=_without_owner(fields[topic_id]))
        for topic_id, card in topics.items()
    }


def _visible(viewer: ViewerContext, cards: Iterable[UserCard]) -> bool:
    """Whether the name is known, and all who bear it are for the viewer to see."""
    known = list(cards)
    return bool(known) and len(admit_people(viewer, known)) == len(known)


def _fields(details: str | None) -> dict[str, object]:
    try:
        told = json.loads(details or "{}")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _owner(fields: Mapping[str, object]) -> str | None:
    owner = fields.get("owner")
    name = owner.get("username") if isinstance(owner, dict) else None
    return name if isinstance(name, str) else None


def _without_owner(fields: Mapping[str, object]) -> str:
    return json.dumps({name: value for name, value in fields.items() if name != "owner"})
