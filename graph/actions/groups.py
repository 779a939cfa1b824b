"""Groups themselves: made, edited and deleted by who owns them.

Each function decides and writes in one transaction that holds the people and the group.

Raises, all of them:
    NotThere: the group (or a user) is not there, or was deleted.
    NotTheirs: the user's role does not let them do it.
"""

from collections.abc import Sequence

from graph.actions.facts import Said, say
from graph.actions.fields import tell
from graph.actions.notices import News, take_back, take_back_of_group
from graph.actions.notices import tell as tell_people
from graph.errors import Contradiction, NotTheirs, NotThere
from graph.events.facts import Value
from graph.model import Row
from graph.queries.groups import (
    ROLES,
    Group,
    Role,
    StandingIn,
    everybody_in,
    group_pages,
    standing_in,
)
from graph.queries.notices import governors
from graph.store import Call, GraphStore, Runs

FIELDS = ("name", "privacy", "description", "joining", "created_at", "deleted")
STAYS_PRIVATE = "A private group stays private; make a public one, and let its members join it."
_HEARD = ("name", "privacy")
"""Fields that events speak of too."""
_WHO = {"owner": "owners", "moderator": "owners and moderators", "member": "members"}


def create(store: GraphStore, user_id: str, group_id: str, fields: Row, at: int) -> StandingIn:
    """Make the group, owned by the user; one that is there already is this very request's.

    Args:
        store: the graph.
        user_id: who makes it.
        group_id: its id.
        fields: ``name``, ``description``, ``privacy``, ``joining``.
        at: Unix seconds.
    """

    def work(graph: Runs) -> StandingIn:
        _hold(graph, [user_id])
        if not group_pages(graph, [group_id]):
            _write(graph, group_id, {**fields, "created_at": at, "deleted": False}, at)
            say(graph, [Said("member_of", user_id, group_id, {"role": "owner"})], at)
        return standing_in(graph, user_id, group_id)

    return store.transact(work)


def edit(store: GraphStore, user_id: str, group_id: str, fields: Row, at: int) -> None:
    """Put fields (as for `create`) in the place of the old ones; an owner does.

    Who asks to join a group that opens is a member by that.

    Raises:
        Contradiction: a private group would be public: who is in it came unseen, and nobody but
            themself may say otherwise.
    """

    def work(graph: Runs) -> None:
        group = held(graph, [user_id], group_id)
        only(standing_in(graph, user_id, group_id), "owner")
        if fields.get("privacy") == "public" and not group.public:
            raise Contradiction(STAYS_PRIVATE)
        _write(graph, group_id, fields, at)
        if fields.get("joining") == "open" and group.joins != "open":
            _admit(graph, user_id, group_id, at)

    store.transact(work)


def _admit(graph: Runs, user_id: str, group_id: str, at: int) -> None:
    """Whoever asks to join the group, which is held, is a member; they are told by the user."""
    there = everybody_in(graph, group_id)
    asking = sorted({who for name, who in there if name == "asked_to_join"})
    new = sorted(set(asking).difference(who for name, who in there if name == "members"))
    ended = [each for each in there if each[0] != "members" and each[1] in asking]
    said = [Said("member_of", who, group_id, {"role": "member"}) for who in new]
    said += [Said(name, who, group_id, None) for name, who in ended]
    write(graph, said, at)
    told = governors(graph, group_id) if asking else []
    tell_people(graph, [News(who, "group_accepted", user_id, group_id=group_id) for who in new], at)
    take_back(
        graph,
        [News(each, "group_request", who, group_id=group_id) for each in told for who in asking],
    )


def delete(store: GraphStore, user_id: str, group_id: str, at: int) -> None:
    """Nobody is in the group any more, asks or is invited, and it is marked; an owner does.

    Its posts stay in it, so that nobody sees them.
    """

    def work(graph: Runs) -> None:
        held(graph, [user_id], group_id)
        only(standing_in(graph, user_id, group_id), "owner")
        end(graph, group_id, {}, at)

    store.transact(work)


def end(graph: Runs, group_id: str, fields: Row, at: int) -> None:
    """Delete the group, which is held, and put fields in the place of its old ones.

    Who was in it, asked or was invited is told no more of it.
    """
    files = {"members": "member_of"}
    there = everybody_in(graph, group_id)
    write(graph, [Said(files.get(name, name), who, group_id, None) for name, who in there], at)
    _write(graph, group_id, {**fields, "deleted": True}, at)
    take_back_of_group(graph, (who for _, who in there), group_id)


def held(graph: Runs, people: Sequence[str], group_id: str) -> Group:
    """Hold the people, who are there, and the group, which was not deleted; what it is now."""
    held: Call = "hold_people", {"user_ids": sorted(set(people))}
    of_group = {"group_ids": [group_id]}
    graph.foresee([held, ("hold_groups", of_group), ("group_pages", of_group)])
    _hold(graph, people)
    graph.run("hold_groups", group_ids=[group_id])
    group = group_pages(graph, [group_id]).get(group_id)
    if group is None or group.deleted:
        raise NotThere(f"{group_id} is not there")
    return group


def only(mine: StandingIn, least: Role) -> None:
    """Raise `NotTheirs` unless the role is that one or a higher one."""
    if mine.role is None or ROLES.index(mine.role) > ROLES.index(least):
        raise NotTheirs(f"In this group that is for {_WHO[least]}.")


def write(graph: Runs, said: Sequence[Said], at: int) -> None:
    """Write edges to a group; of memberships alone events speak too."""
    if heard := [each for each in said if each.file == "member_of"]:
        say(graph, heard, at)
    for each in said:
        ends: Row = {"source": each.source, "target": each.target}
        if each.file != "member_of" and each.values is None:
            graph.run(f"drop_{each.file}", **ends)
        elif each.file != "member_of":
            graph.run(f"load_{each.file}", rows=[{**ends, **(each.values or {})}])


def _hold(graph: Runs, people: Sequence[str]) -> None:
    if len(graph.run("hold_people", user_ids=sorted(set(people)))) < len(set(people)):
        raise NotThere(f"{people} are not all there")


def _write(graph: Runs, group_id: str, fields: Row, at: int) -> None:
    graph.run("load_groups", rows=[{"id": group_id, **dict.fromkeys(FIELDS), **fields}])
    heard: dict[str, Value] = {name: fields[name] for name in _HEARD if name in fields}
    if heard:
        tell(graph, "groups", group_id, heard, at)
