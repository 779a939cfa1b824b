"""Groups, and who has to do with them; read live."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.store import Runs

Role = Literal["owner", "moderator", "member"]
ROLES: tuple[Role, ...] = ("owner", "moderator", "member")
"""From who may do all to who may read and write."""
Joining = Literal["open", "request", "invitation"]
JOININGS: tuple[Joining, ...] = ("open", "request", "invitation")
"""How one becomes a member: by oneself, when one asks, or when one is invited."""
Listed = Literal["members", "asked_to_join", "invited_to"]


@dataclass(frozen=True, slots=True)
class Group:
    """A group, as the graph tells it."""

    group_id: str
    name: str | None
    privacy: str | None
    """``public``, or no word at all: everybody may know of it; else its members alone."""
    description: str | None
    joining: str | None
    created_at: int | None
    deleted: bool | None

    @property
    def public(self) -> bool:
        """Whether everybody may know of it."""
        return self.privacy in (None, "public")

    @property
    def joins(self) -> Joining:
        """How one joins; where nobody said, by invitation: its posts are for whom a source says."""
        return self.joining if self.joining in JOININGS else "invitation"


@dataclass(frozen=True, slots=True)
class StandingIn:
    """What somebody is to a group."""

    role: Role | None = None
    """None: no member."""
    asked: int | None = None
    """Since when they ask to join (Unix seconds)."""
    invited: int | None = None
    """Since when they are invited."""


def role_of(told: str | None) -> Role:
    """The role that a graph's word stands for; a word that says nothing gives no rights."""
    if told in ("owner", "admin"):
        return "owner"
    return "moderator" if told == "moderator" else "member"


def group_pages(runs: Runs, group_ids: Iterable[str]) -> dict[str, Group]:
    """These groups by id, deleted ones too; one that is not there is left out."""
    rows = runs.run("group_pages", group_ids=sorted(set(group_ids)))
    return {row["group_id"]: Group(**row) for row in rows}


def standing_in(runs: Runs, user_id: str, group_id: str) -> StandingIn:
    """What the user is to the group."""
    found = {
        row["edge"]: row for row in runs.run("standing_in", user_id=user_id, group_id=group_id)
    }
    asked, invited = found.get("ASKED_TO_JOIN"), found.get("INVITED_TO")
    return StandingIn(
        role=role_of(found["MEMBER_OF"]["role"]) if "MEMBER_OF" in found else None,
        asked=None if asked is None else asked["at"] or 0,
        invited=None if invited is None else invited["at"] or 0,
    )


def owners(runs: Runs, group_id: str) -> frozenset[str]:
    """Who owns the group."""
    return frozenset(row["user_id"] for row in runs.run("group_owners", group_id=group_id))


@dataclass(frozen=True, slots=True)
class InGroup:
    """An entry of a group's list."""

    user_id: str
    role: Role
    """Of members; the others have none yet."""
    at: int
    """Unix seconds; 0 where nobody knows."""


def in_group_after(runs: Runs, name: Listed, group_id: str, at: int, id: str) -> Sequence[InGroup]:
    """The next 100 of a group's list after the place (`at`, `id`): latest first, ties by id."""
    rows = runs.run(f"{name}_after", group_id=group_id, at=at, id=id)
    return [InGroup(row["id"], role_of(row["role"]), row["at"]) for row in rows]


def everybody_in(runs: Runs, group_id: str) -> list[tuple[Listed, str]]:
    """Who is in the group, asks to join or is invited: in which list, and who; in order."""
    rows = runs.run("everybody_in", group_id=group_id)
    return sorted((_LISTS[row["edge"]], row["user_id"]) for row in rows)


_LISTS: dict[str, Listed] = {
    "MEMBER_OF": "members",
    "ASKED_TO_JOIN": "asked_to_join",
    "INVITED_TO": "invited_to",
}
