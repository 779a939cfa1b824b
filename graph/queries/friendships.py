"""What is between two people, and whom one of them has to do with; read live."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from graph.store import GraphStore, Runs

List = Literal[
    "friends",
    "asked",
    "asking",
    "blocked",
    "muted_people",
    "muted_tags",
    "muted_words",
    "interests",
    "memberships",
    "group_invitations",
    "written",
]
"""Lists of one person's: ``asked`` are those whom they asked, ``asking`` those who asked them."""


@dataclass(frozen=True, slots=True)
class Between:
    """What is between one person and another: when each edge began, None where there is none.

    Unix seconds; 0 where nobody knows.
    """

    friends: int | None = None
    asked: int | None = None
    """The one asked the other to be friends."""
    asking: int | None = None
    """The other asked the one."""
    blocks: int | None = None
    """The one blocks the other."""
    blocked: int | None = None
    """The other blocks the one."""
    mutes: int | None = None
    """The one mutes the other; the other way round is nobody's to know."""


_FIELDS = {
    ("FRIEND", True): "friends",
    ("FRIEND", False): "friends",
    ("ASKED", True): "asked",
    ("ASKED", False): "asking",
    ("BLOCKS", True): "blocks",
    ("BLOCKS", False): "blocked",
    ("MUTES", True): "mutes",
}


def between(runs: Runs, user_id: str, other_id: str) -> Between:
    """What is between the user and the other one, as the user sees it."""
    rows = runs.run("between", user_id=user_id, other_id=other_id)
    return Between(**{_FIELDS[row["edge"], row["mine"]]: row["at"] or 0 for row in rows})


def blockers(store: GraphStore, user_id: str) -> frozenset[str]:
    """Who blocks the user."""
    return frozenset(row["id"] for row in store.run("blockers", user_id=user_id))


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry of a list leads to, and since when (Unix seconds; 0 where nobody knows)."""

    id: str
    at: int


def entries_after(store: GraphStore, name: List, user_id: str, at: int, id: str) -> Sequence[Entry]:
    """The next 100 of a user's list after the place (`at`, `id`): latest first, ties by id."""
    rows = store.run(f"{name}_after", user_id=user_id, at=at, id=id)
    return [Entry(row["id"], row["at"]) for row in rows]
