"""What a database holds, as far as a mapping needs it: tables, column types, who points where."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

ColumnSort = Literal["text", "bool", "time", "number", "uuid", "list", "other"]


@dataclass(frozen=True)
class TableInfo:
    """One table (or view) of the site."""

    name: str
    columns: Mapping[str, ColumnSort]
    refers: Mapping[str, str] = field(default_factory=dict)
    """Column -> the table that its foreign key points to."""
    primary: str = "id"
    unique: frozenset[str] = frozenset()
    """Columns that are unique on their own: a one-to-one field is one."""

    @property
    def is_link(self) -> bool:
        """Whether it is what Django makes for a many-to-many field: an id and two references."""
        return len(self.columns) <= 3 and len(self.refers) == 2

    def ends_with(self, suffixes: Iterable[str]) -> bool:
        """Whether the model's part of the name, after the app's label, is one of `suffixes`."""
        return any(re.search(rf"(?:^|_){suffix}$", self.name.lower()) for suffix in suffixes)

    def named(self, names: Iterable[str], sorts: Iterable[ColumnSort] = ()) -> list[str]:
        """The columns of these names (or with ``_id``) and sorts, in the order of `names`."""
        wanted = [spelled for name in names for spelled in (name, f"{name}_id")]
        allowed = set(sorts)
        return [
            column
            for column in dict.fromkeys(wanted)
            if column in self.columns and (not allowed or self.columns[column] in allowed)
        ]

    def points_to(self, column: str, table: str) -> bool:
        """Whether the column points to `table`; where no key says so, its name may."""
        if column in self.refers:
            return self.refers[column] == table
        model = table.rpartition("_")[2]
        return column in (f"{model}_id", f"{model.removesuffix('s')}_id")


Schema = Mapping[str, TableInfo]
