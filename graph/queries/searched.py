"""What search reads of nodes, and whom a viewer knows by a friend."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graph.model import Row
from graph.store import GraphStore

NAMES = ("first_name", "last_name", "name")
"""The fields of a user's ``details`` by which they are found; no other is."""


@dataclass(frozen=True, slots=True)
class Searched:
    """The words of one node, by which it is found."""

    id: str
    name: str = ""
    """A username, a title, a group's or a tag's name."""
    text: str = ""
    """A post's text, or a user's names beside the username."""
    tags: tuple[str, ...] = ()
    """A post's, by id."""
    author_id: str | None = None
    within: str | None = None
    """For whom it is by its own word: None everybody; a group's id its members; "" fewer."""


def searched_users(store: GraphStore, ids: Iterable[str]) -> list[Searched]:
    """Those of the ids that are users, but not inactive ones."""
    rows = store.run("searched_users", ids=sorted(set(ids)))
    return [
        Searched(
            row["id"],
            row["username"] or "",
            " ".join(public_names(row["details"])),
            within=_within(row),
        )
        for row in rows
        if row["active"] is not False
    ]


def searched_posts(store: GraphStore, ids: Iterable[str]) -> list[Searched]:
    """Those of the ids that are posts, but not deleted ones."""
    return [
        Searched(
            row["id"],
            row["title"] or "",
            row["text"] or "",
            _tags(row),
            row["author_id"] or None,
            "" if row["available"] is False else _within(row, row["group_id"] or None),
        )
        for row in store.run("searched_posts", ids=sorted(set(ids)))
        if not row["deleted"]
    ]


def searched_groups(store: GraphStore, ids: Iterable[str]) -> list[Searched]:
    """Those of the ids that are groups, but not deleted ones."""
    rows = store.run("searched_groups", ids=sorted(set(ids)))
    return [
        Searched(row["id"], row["name"] or "", within=None if _within(row) is None else row["id"])
        for row in rows
        if not row["deleted"]
    ]


def searched_tags(store: GraphStore, ids: Iterable[str]) -> list[Searched]:
    """Those of the ids that are tags; a tag without a name has its id for one."""
    rows = store.run("searched_tags", ids=sorted(set(ids)))
    return [Searched(row["id"], row["name"] or row["id"]) for row in rows]


def public_names(details: str | None) -> tuple[str, ...]:
    """The names among a user's own fields (JSON text)."""
    try:
        told = json.loads(details or "{}")
    except (ValueError, RecursionError):
        return ()
    fields = told if isinstance(told, dict) else {}
    found = (fields.get(name) for name in NAMES)
    return tuple(each for each in found if isinstance(each, str) and each)


def friends_beyond(store: GraphStore, user_id: str) -> list[tuple[str, str]]:
    """Friends of friends, each with the friend between; 10,000 at most, in no order.

    Ask it of those who have friends.
    """
    rows = store.run("friends_beyond", user_id=user_id)
    return [(row["friend_id"], row["user_id"]) for row in rows]


def tagged_with(store: GraphStore, tag_ids: Sequence[str]) -> list[list[str]]:
    """Some posts with each tag, in no order: 100 champions at most, and 100 of all."""
    found = store.run_all([("tagged_with", {"tag_id": each}) for each in tag_ids])
    return [[row["post_id"] for row in rows] for rows in found]


def _within(row: Row, group_id: str | None = None) -> str | None:
    """For whom the row is: everybody, or the group's members, unless it is not public."""
    return group_id if row["privacy"] in (None, "public") else ""


def _tags(row: Row) -> tuple[str, ...]:
    return tuple(row["tags"] or ())
