"""The steps by which discovery takes a role in: pick its table, add it, guard what it leaves."""

import re
from collections.abc import Callable, Iterable, Sequence

from graph.errors import ConfigError
from graph.loaders import django_names as names
from graph.loaders.django_columns import Columns, Found
from graph.loaders.django_mapping import ROLES, WORDS, Hints, Role, role_of
from graph.loaders.django_names import Names
from graph.loaders.django_schema import Schema, TableInfo

MEANINGS = {
    "privacy": names.PRIVACY_WORDS,
    "status": names.STATUS_WORDS,
    "state": names.STATE_WORDS,
    "role": names.ROLE_WORDS,
}
Values = Callable[[str, str], Sequence[object]]


class Finder:
    """A mapping as it grows, role by role; `hints` (a mapping file) beat what is found."""

    def __init__(
        self,
        schema: Schema,
        values: Values,
        models: Sequence[tuple[str, str, str]] = (),
        app: str | None = None,
        hints: Hints | None = None,
    ) -> None:
        self.schema, self.values, self.models = schema, values, models
        self.app, self.hints = app, hints or {}
        self.columns = Columns(schema, self.hints)
        self.mapping: dict[str, Role] = {}

    def _named(self, spelled: Names) -> list[TableInfo]:
        return [
            info
            for info in self.schema.values()
            if info.ends_with(spelled) and info.name not in self._own()
        ]

    def _own(self) -> set[str]:
        return {self.columns.users, self.columns.posts}

    def _pairs(self, spelled: Names) -> list[TableInfo]:
        return [info for info in self._named(spelled) if self.columns.pair(info)]

    def _is_signal(self, info: TableInfo) -> bool:
        return self.columns.has_person(info) and bool(self.columns.post(info))

    def _tag_table(self, info: TableInfo) -> str | None:
        """The table of tags that this one points to, if it does."""
        tables = (table for table in info.refers.values() if table in self.schema)
        return next((t for t in tables if self.schema[t].ends_with(names.TAGS)), None)

    def _add_tags(self, role: str, link: TableInfo) -> str:
        """The tags behind a link become a role; its table's name."""
        told = self.hints.get(role, {}).get("table")
        table = str(told) if told else self._tag_table(link) or ""
        info = self._table(role, table)
        tiers = (("name",), ("title", "tag", "word", "text", "slug"))
        name = self.columns.by_tier(role, "name", info, tiers, ("text",))
        self._add(role, info, {"id": info.primary, "name": name})
        return info.name

    def _points(self, info: TableInfo, table: str) -> bool:
        return any(info.points_to(column, table) for column in info.columns)

    def _column_to(self, info: TableInfo, table: str) -> str | None:
        return next((c for c in info.columns if info.points_to(c, table)), None)

    def _table(self, role: str, table: str) -> TableInfo:
        if table not in self.schema:
            raise ConfigError(f"mapping {role}.table: no table {table!r} there")
        return self.schema[table]

    def _pick(self, role: str, infos: Iterable[TableInfo]) -> TableInfo | None:
        """The one table of a role, or what the hints or --app decide."""
        hint = self.hints.get(role, {})
        if "table" in hint:
            return self._table(role, str(hint["table"])) if hint["table"] else None
        found = list(infos)
        if self.app:
            found = [i for i in found if i.name.startswith(f"{self.app}_")] or found
        if len(found) > 1:
            raise ConfigError(
                f"{' and '.join(i.name for i in found)} could each be the table of {role}; say"
                f' which in a mapping file: [{role}] table = "..." ("" for none), or give --app'
            )
        return found[0] if found else None

    def _add(self, role: str, info: TableInfo, found: Found) -> None:
        """Take the role in: what was found, then what the hints say instead."""
        hint = dict(self.hints.get(role, {}))
        told = {key: value for key, value in found.items() if value} | hint | {"table": info.name}
        told["through"] = self.columns.leads(info, {k: told.get(k) for k in ROLES[role].people})
        if isinstance(hint.get("through"), dict):
            told["through"] |= hint["through"]  # type: ignore[operator]
        given = hint.get("values")
        told["values"] = self._meanings(role, info, told) | (
            given if isinstance(given, dict) else {}
        )
        self.mapping[role] = role_of(role, told, self.schema)

    def _meanings(self, role: str, info: TableInfo, told: Found) -> Found:
        """What the stored words mean, of those that are known; the others read as the strictest."""
        found: Found = {}
        for key in WORDS:
            column = told.get(key)
            if isinstance(column, str) and column and column in info.columns:
                words = [str(value) for value in self.values(info.name, column)]
                meanings = {word: MEANINGS[key].get(names.word(word)) for word in words}
                if known := {word: told for word, told in meanings.items() if told}:
                    found[key] = known
        return found

    def _guard(self, role: str, info: TableInfo, pattern: str, surely: Sequence[str] = ()) -> None:
        """Refuse to pass over a column that may say: not for everyone."""
        read = {column for columns in self.mapping[role].columns.values() for column in columns}
        ignored = set(listed(self.hints.get(role, {}).get("ignore")))
        for column in sorted(info.columns.keys() - read - ignored):
            named = column not in info.refers and re.search(pattern, column.lower())
            if named or column in surely:
                raise ConfigError(
                    f"{info.name}.{column} may say who is in or who may see it, and is not"
                    f" understood; map it in a mapping file ([{role}] KEY = {column!r}; keys:"
                    f" {', '.join(ROLES[role].optional)}), or say [{role}] ignore = [{column!r}]"
                )


def listed(value: object) -> list[str]:
    """One name or several, as a list; empty for anything else."""
    if isinstance(value, str):
        return [value]
    return [str(item) for item in value] if isinstance(value, list | tuple) else []
