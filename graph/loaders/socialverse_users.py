"""SocialVerse users as rows of the graph: a username each, and no more."""

from collections.abc import Iterable, Mapping

import pandas as pd

from graph.loaders.values import username, whole
from graph.report import LoadReport


class UserRows:
    """The users that are listed."""

    def __init__(
        self, rows: Iterable[Mapping[str, object] | None], complete: bool, report: LoadReport
    ) -> None:
        """`complete`: who is not listed is there no more."""
        self.usernames: dict[str, str | None] = {}
        """User id to username, in the source's order."""
        self.whole, self.report = complete, report
        for row in rows:
            self._read(row or {})
        named = [name for name in self.usernames.values() if name]
        report.mend("usernames of two users", len(named) - len(set(named)))

    def _read(self, row: Mapping[str, object]) -> None:
        if (number := whole(row.get("id"))) is None:
            self.whole = False
            self.report.refuse("users", "no id", where=["SocialVerse /users/get_all"])
            return
        if (user_id := f"sv:user:{number}") in self.usernames:
            self.report.mend("users: repeats folded")
        self.usernames[user_id] = username(row.get("username")) or None

    def ids(self) -> dict[str, str]:
        """Username to user id; of two with one name the first."""
        return {name: user_id for user_id, name in reversed(self.usernames.items()) if name}

    def frame(self, acted: Iterable[str], details: Mapping[str, str]) -> pd.DataFrame:
        """The listed users, and a nameless stub for each of those who `acted` without being so.

        A stub is inactive where the list is whole; else nothing is known of it. `details` are
        those of authors, by user id.
        """
        stubs = sorted(set(acted) - set(self.usernames))
        self.report.mend("stub users", len(stubs))
        ids = [*self.usernames, *stubs]
        active = [True] * len(self.usernames) + [False if self.whole else None] * len(stubs)
        return pd.DataFrame(
            {
                "id": pd.Series(ids, dtype="str"),
                "username": pd.Series([self.usernames.get(id) for id in ids], dtype="str"),
                "active": pd.Series(active, dtype="boolean"),
                "details": pd.Series([details.get(id) for id in ids], dtype="str"),
            }
        )
