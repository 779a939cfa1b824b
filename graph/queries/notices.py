"""What people are told: their inboxes and the notices in them, as they are kept; read live.

Nothing here may be shown as it is: whether the receiver may see what a notice is about is asked
when it is read (`social.notices`).
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

from graph.model import Row
from graph.store import Runs

Kind = Literal[
    "friend_request",
    "friend_accepted",
    "reaction",
    "comment",
    "reply",
    "mention",
    "share",
    "group_request",
    "group_accepted",
    "group_invitation",
    "group_post",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
UNASKED = frozenset(KINDS) - {"group_post"}
"""The kinds that are told to who never said what they want to be told."""
KEPT = 90 * 86_400
"""Seconds for which a notice is told."""


@dataclass(frozen=True, slots=True)
class Inbox:
    """What is kept of a receiver beside the notices."""

    seq: int = 0
    """The number of the latest notice; numbers grow, and a gap between two says nothing."""
    read_to: int = 0
    """Every notice up to this number is read."""
    kept: int = 0
    reactions: int = 0
    """How many of those that are kept tell of reactions."""
    settings: Mapping[Kind, bool] = field(default_factory=dict)
    """The kinds of which the receiver said whether they want them."""

    def wants(self, kind: Kind) -> bool:
        """Whether the receiver wants to be told of this kind."""
        return self.settings.get(kind, kind in UNASKED)


@dataclass(frozen=True, slots=True)
class Notice:
    """That somebody did something which a receiver may want to know."""

    id: str
    kind: Kind
    actor_id: str
    post_id: str
    """Empty where it is about no post; likewise the next two."""
    comment_id: str
    group_id: str
    above: str
    """Who wrote the comments under which the comment hangs, an id a line; the viewer sees all."""
    facts: str
    """Edges of which one must still be there, as `graph.events.facts` keys them, one a line."""
    at: int
    """Unix seconds."""
    seq: int
    read: bool
    gone: bool
    """Whether what it tells of was taken back."""


def inbox_id(user_id: str) -> str:
    """The id of somebody's inbox: another than their own, for what is told changes no feed."""
    return f"inbox {user_id}"


def inbox(runs: Runs, user_id: str) -> Inbox:
    """A user's inbox; one that is not there is empty."""
    rows = runs.run("inbox", id=inbox_id(user_id))
    return as_inbox(rows[0]) if rows else Inbox()


def notices(runs: Runs, user_id: str) -> list[Notice]:
    """Everything that a user's inbox keeps, also what was taken back; the latest first."""
    rows = runs.run("notices", inbox_id=inbox_id(user_id))
    return sorted((Notice(**row) for row in rows), key=lambda each: -each.seq)


def who_want(runs: Runs, kind: Kind, user_ids: Iterable[str]) -> list[str]:
    """Those of the people who want to be told of this kind, in the order given."""
    people = {inbox_id(user_id): user_id for user_id in user_ids}
    rows = runs.run("inbox_settings", ids=list(people))
    said = {row["id"]: Inbox(settings=_settings(row["settings"])) for row in rows}
    return [who for inbox, who in people.items() if said.get(inbox, Inbox()).wants(kind)]


def members(runs: Runs, group_id: str) -> list[str]:
    """Members of a group, in no order; of more than 5,000 some."""
    return [row["id"] for row in runs.run("told_members", group_id=group_id)]


def governors(runs: Runs, group_id: str) -> list[str]:
    """Owners and moderators of a group, by id; of more than 20 the first."""
    return [row["id"] for row in runs.run("told_governors", group_id=group_id)]


def askers(runs: Runs, user_id: str) -> frozenset[str]:
    """Who asks the user to be friends."""
    return frozenset(row["id"] for row in runs.run("askers", user_id=user_id))


def as_inbox(row: Row) -> Inbox:
    """The inbox of a row of ``inbox``, ``open_inbox`` or ``open_inbox_for``."""
    settings = _settings(row["settings"])
    return Inbox(row["seq"], row["read_to"], row["kept"], row["reactions"], settings)


def settings_text(settings: Mapping[Kind, bool]) -> str:
    """Settings as an inbox keeps them."""
    return json.dumps(settings)


def _settings(text: str) -> dict[Kind, bool]:
    told = json.loads(text) if text else {}
    return {kind: bool(told[kind]) for kind in KINDS if kind in told}
