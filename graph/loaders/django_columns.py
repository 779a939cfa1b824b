"""Finding the columns of one table: by the keys that point somewhere first, then by name."""

from collections.abc import Iterable, Mapping, Sequence

from graph.errors import ConfigError
from graph.loaders import django_names as names
from graph.loaders.django_mapping import Hints, Through
from graph.loaders.django_names import Names
from graph.loaders.django_schema import ColumnSort, Schema, TableInfo

Found = dict[str, object]
"""What discovery tells of a role, in the shape in which a file tells it."""
WORDY: tuple[ColumnSort, ...] = ("text", "number")


class Columns:
    """Knows the users, what leads to them, and the posts; a hint beats every guess."""

    def __init__(self, schema: Schema, hints: Hints) -> None:
        self.schema, self.hints = schema, hints
        self.users = self.posts = ""
        self.through: dict[str, Through] = {}
        self.generic = False
        """Whether the posts' content type is known, so that generic keys can be followed."""

    def know_users(self, users: str) -> None:
        """Take this as the users' table, and find the tables whose rows stand for one user."""
        self.users = users
        for info in self.schema.values():
            leads = [column for column, table in info.refers.items() if table == users]
            single = [c for c in leads if c in info.unique or c == info.primary]
            chosen = single or (leads if info.ends_with(names.PROFILES) else [])
            if len(chosen) == 1 and info.name != users and not info.is_link:
                self.through[info.name] = Through(info.name, info.primary, chosen[0])

    def people(self, info: TableInfo) -> list[str]:
        """The columns that lead to a user, straight or by one step."""
        known = {self.users, *self.through} - {info.name}
        own = {self.users} if info.name == self.users else set()
        return [column for column, table in info.refers.items() if table in known | own]

    def one(self, role: str, key: str, columns: Sequence[str]) -> str | None:
        """The only one of `columns`, or what the hints say.

        Raises:
            ConfigError: there are several.
        """
        if key in self.hints.get(role, {}):
            return str(self.hints[role][key]) or None
        if len(columns) > 1:
            raise ConfigError(
                f"{' and '.join(columns)} could each be {role}.{key}; say which in a mapping file:"
                f' [{role}] {key} = "..."'
            )
        return columns[0] if columns else None

    def by_tier(
        self,
        role: str,
        key: str,
        info: TableInfo,
        tiers: Iterable[Names],
        sorts: Iterable[ColumnSort] = (),
    ) -> str | None:
        """The column that the first tier with a hit names."""
        hits = (info.named(tier, sorts) for tier in tiers)
        return self.one(role, key, next((hit for hit in hits if hit), []))

    def person(self, role: str, key: str, info: TableInfo) -> str | None:
        """The column of who did it."""
        people = self.people(info)
        for tier in names.PERSON:
            if hits := [c for c in info.named(tier) if c in people or _unbound(info, c)]:
                return self.one(role, key, hits)
        return self.one(role, key, people)

    def has_person(self, info: TableInfo) -> bool:
        """Whether some column may be of who did it."""
        named = (column for tier in names.PERSON for column in info.named(tier))
        return bool(self.people(info)) or any(_unbound(info, column) for column in named)

    def post(self, info: TableInfo) -> Found:
        """``post``, and ``content_type`` where the key is a generic one; empty for neither."""
        hits = [column for column, table in info.refers.items() if table == self.posts]
        hits = hits or [c for c in info.named(names.POST) if _unbound(info, c)]
        if hits:
            first = [column for column in info.named(names.POST) if column in hits]
            return {"post": (first or hits)[0]}
        keys = info.named(("object", "object_pk"))
        if self.generic and keys and "content_type_id" in info.columns:
            return {"post": keys[0], "content_type": "content_type_id"}
        return {}

    def pair(self, info: TableInfo) -> tuple[str, str] | None:
        """The columns of two people, who acts first; None where there are not two."""
        people = self.people(info)
        for one, other in names.PAIRS:
            ends = [
                next((c for c in info.named((name,)) if c in people or _unbound(info, c)), None)
                for name in (one, other)
            ]
            if ends[0] and ends[1]:
                return ends[0], ends[1]
        return (people[0], people[1]) if len(people) == 2 else None

    def at(self, role: str, info: TableInfo) -> str | None:
        """The time of a row, by preference."""
        return self.one(role, "at", info.named(names.TIMES, ("time",))[:1])

    def gates(self, role: str, info: TableInfo) -> Found:
        """The columns that say who may see it."""
        found: Found = {}
        for key, spelled in names.GATE_COLUMNS.items():
            if key == "privacy":
                found[key] = self.one(role, key, info.named(spelled, WORDY))
            else:
                found[key] = info.named(spelled, ("bool",))
        return found

    def states(self, info: TableInfo, role: str) -> Found:
        """The columns that say whether it is there: deleted, hidden, a draft."""
        found: Found = {}
        for key, spelled in names.STATE_COLUMNS.items():
            if key == "state":
                found[key] = self.one(role, key, info.named(spelled, ("text",)))
            elif key == "published_at":
                found[key] = self.one(role, key, info.named(spelled, ("time",)))
            else:
                found[key] = info.named(spelled, ("bool", "time"))
        return found

    def statuses(self, role: str, info: TableInfo) -> Found:
        """The columns that say how far a friendship has come."""
        found: Found = {}
        for key, spelled in names.STATUS_COLUMNS.items():
            if key == "status":
                found[key] = self.one(role, key, info.named(spelled, WORDY))
            elif key == "accepted":
                flags = info.named((*spelled, *names.STATUS_COLUMNS["status"]), ("bool",))
                found[key] = self.one(role, key, flags)
            else:
                found[key] = info.named(spelled, ("bool", "time"))
        return found

    def leads(self, info: TableInfo, columns: Mapping[str, object]) -> Found:
        """The steps between the columns that point to a profile and its user."""
        return {
            key: vars(self.through[info.refers[str(column)]])
            for key, column in columns.items()
            if info.refers.get(str(column)) in self.through
            and info.refers[str(column)] != self.users
        }


def _unbound(info: TableInfo, column: str) -> bool:
    """Whether it is named like a key, and no constraint says to where."""
    return column.endswith("_id") and column not in info.refers and info.columns[column] != "text"
