"""What ties people to each other beside friendship; many nodes a call."""

from collections.abc import Sequence

from graph.store import GraphStore

CROWD = 200
"""People of a tag or group, above whom they are a crowd: who is in it is not told."""


def interested_people(store: GraphStore, tag_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Who picked each tag, ascending; nobody where more than `CROWD` did."""
    return _small(store, "interested_people", "tag_id", tag_ids)


def group_members(store: GraphStore, group_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """Who is in each group, ascending; nobody where more than `CROWD` are."""
    return _small(store, "group_members", "group_id", group_ids)


def interests_of(store: GraphStore, user_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """The tags that each user picked, ascending."""
    return _ids(store, "interests_of", user_ids)


def groups_of(store: GraphStore, user_ids: Sequence[str]) -> list[tuple[str, ...]]:
    """The groups that each user is in, ascending."""
    return _ids(store, "groups_of", user_ids)


def asked_people(store: GraphStore, user_id: str) -> frozenset[str]:
    """Whom the user asked to be friends, and who asked the user."""
    return frozenset(row["user_id"] for row in store.run("asked_people", user_id=user_id))


def _small(store: GraphStore, name: str, key: str, ids: Sequence[str]) -> list[tuple[str, ...]]:
    found = store.run_all([(name, {key: each}) for each in ids])
    lists = [tuple(sorted(row["user_id"] for row in rows)) for rows in found]
    return [people if len(people) <= CROWD else () for people in lists]


def _ids(store: GraphStore, name: str, user_ids: Sequence[str]) -> list[tuple[str, ...]]:
    found = store.run_all([(name, {"user_id": each}) for each in user_ids])
    return [tuple(sorted(row["id"] for row in rows)) for rows in found]
