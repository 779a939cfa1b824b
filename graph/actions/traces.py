"""Where the graph names somebody who leaves beside their own node: in facts, and in topics."""

import json
from functools import partial

from graph.events.states import NodeState, as_text, read_state
from graph.events.values import MICROSECONDS
from graph.model import KINDS, EdgeKind
from graph.queries.people import users_named
from graph.queries.profiles import details_of
from graph.store import GraphStore, Runs

TOGETHER = 1_000
"""Facts that are dropped together."""


def forget_facts(store: GraphStore, user_id: str) -> None:
    """Leave nothing of what was heard of the user and of edges at them; reads all facts."""
    rows = store.run(
        "heard_naming", within=f" {user_id} ", last=f" {user_id}", quoted=json.dumps(user_id)
    )
    gone = sorted(row["id"] for row in rows if user_id in _people(row["id"]))
    for start in range(0, len(gone), TOGETHER):
        store.run("drop_heard", ids=gone[start : start + TOGETHER])
    for key in sorted({row["id"] for row in rows} - set(gone)):
        if key.startswith("posts "):
            store.transact(partial(_forget_author, user_id=user_id, key=key))


def forget_owner(store: GraphStore, user_id: str, username: str) -> None:
    """Take the user's name off the topics whose owner they are, if nobody else bears it."""
    if any(card.user_id != user_id for card in users_named(store, username)):
        return
    for row in store.run("details_naming", quoted=json.dumps(username, ensure_ascii=False)):
        told = details_of(row["details"])
        owner = told.get("owner")
        if isinstance(owner, dict) and owner.get("username") == username:
            details = json.dumps({**told, "owner": {}}, ensure_ascii=False)
            topic = {"id": row["id"], "name": None, "project_code": None, "details": details}
            store.run("load_topics", rows=[topic])


def _people(key: str) -> set[str]:
    """The users whom a fact's key names (`graph.events.facts`)."""
    file, _, rest = key.partition(" ")
    source, _, target = rest.partition(" ")
    kind = KINDS.get(file)
    if not isinstance(kind, EdgeKind):
        return {rest} if file == "users" else set()
    ends = {kind.source: source}, {kind.target: target}
    return {end["User"] for end in ends if "User" in end}


def _forget_author(graph: Runs, user_id: str, key: str) -> None:
    """Another's post, of which was told once that the user wrote it."""
    graph.run("hold_posts", post_ids=[key.removeprefix("posts ")])
    rows = graph.run("heard", ids=[key])
    state = read_state(rows[0]["state"]) if rows else None
    if not isinstance(state, NodeState) or "authored" not in state.links:
        return
    authored = state.links["authored"]
    each = {author: told for author, told in authored.each.items() if author != user_id}
    links = state.links | {"authored": authored.model_copy(update={"each": each})}
    after = state.model_copy(update={"links": links})
    row = {"id": key, "at": after.latest // MICROSECONDS, "state": as_text(after)}
    graph.run("hear", rows=[row])
