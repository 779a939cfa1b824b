"""What people say of themselves; read live."""

import json
from dataclasses import dataclass

from graph.store import Runs


@dataclass(frozen=True, slots=True)
class Feeling:
    """The mood that somebody said they feel."""

    mood: str
    """One of `graph.moods`."""
    at: int
    """Unix seconds."""


def feeling(runs: Runs, user_id: str) -> Feeling | None:
    """What the user said last; None: nothing."""
    rows = runs.run("feels", user_id=user_id)
    return Feeling(rows[0]["mood"], rows[0]["at"]) if rows else None


def details_of(text: str | None) -> dict[str, object]:
    """A node's ``details`` as an object; an empty one where the text holds none."""
    try:
        told = json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}
