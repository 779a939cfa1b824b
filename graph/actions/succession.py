"""Who owns the groups of somebody who leaves.

A group that has another owner needs nothing. Else its moderators come before its members, and among
these who is known to be in it the longest (by what was last heard of the membership; one of which
nothing was heard came with a source, and counts as older), then the lower id. Where nobody is left
who is active the group is deleted, and its words with it.
"""

from graph.actions.facts import Said, say
from graph.actions.groups import end
from graph.events.facts import EdgeFact
from graph.events.states import read_state
from graph.queries.groups import ROLES, role_of
from graph.store import GraphStore, Runs

LOOKED_AT = 500
"""People of a group of whom is asked since when they are in it: the first, by id."""
OWNED = "another owner"


def hand_groups_over(store: GraphStore, user_id: str, at: int) -> None:
    """Every group that the user alone owns gets another owner, or ends."""
    for row in store.run("from_member_of", source=user_id):
        if role_of(row["role"]) == "owner":
            while not _handed_over(store, user_id, row["target"], at):
                pass


def _handed_over(store: GraphStore, user_id: str, group_id: str, at: int) -> bool:
    """Do it as things are; False: they changed meanwhile, and have to be looked at again."""
    heir = _heir(store, user_id, group_id)
    if heir == OWNED:
        return True

    def work(graph: Runs) -> bool:
        wanted = [] if heir is None else [heir]
        there = graph.run("hold_people", user_ids=wanted)
        graph.run("hold_groups", group_ids=[group_id])
        if len(there) < len(wanted) or _heir(graph, user_id, group_id) != heir:
            return False
        if heir is None:
            end(graph, group_id, {"name": "", "description": ""}, at)
        else:
            say(graph, [Said("member_of", heir, group_id, {"role": "owner"})], at)
        return True

    return store.transact(work)


def _heir(graph: Runs, user_id: str, group_id: str) -> str | None:
    """Who shall own the group; `OWNED`: somebody does already; None: nobody is left."""
    rows = graph.run("members_of", group_id=group_id)
    roles = {
        row["user_id"]: ROLES.index(role_of(row["role"]))
        for row in rows
        if row["user_id"] != user_id and row["active"]
    }
    if not roles:
        return None
    best = min(roles.values())
    if ROLES[best] == "owner":
        return OWNED
    heirs: list[str] = sorted(who for who, role in roles.items() if role == best)[:LOOKED_AT]
    since = _since(graph, heirs, group_id)
    return min(heirs, key=lambda who: (since.get(who, 0), who))


def _since(graph: Runs, user_ids: list[str], group_id: str) -> dict[str, int]:
    """Since when people are known to be in the group; who is not known is left out."""
    keys = {EdgeFact("member_of", who, group_id, (0, "")).key: who for who in user_ids}
    rows = graph.run("heard", ids=sorted(keys))
    return {keys[row["id"]]: read_state(row["state"]).latest for row in rows}
