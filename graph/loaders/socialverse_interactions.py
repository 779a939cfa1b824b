"""SocialVerse interactions (view, like, inspire, rating) as the graph's signals."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pandas as pd

from graph.loaders.values import FULL, number, seconds, whole
from graph.report import LoadReport, edges_named


@dataclass(frozen=True)
class Signal:
    """One interaction path: the table it fills, its time's name, and what the table keeps."""

    path: str
    table: str
    time: str
    keeps: tuple[str, ...] = ()


SIGNALS = (
    Signal("/posts/view", "viewed", "viewed_at", ("times",)),
    Signal("/posts/like", "liked", "liked_at"),
    Signal("/posts/inspire", "inspired", "inspired_at", ("times",)),
    Signal("/posts/rating", "rated", "rated_at", ("percent",)),
)

COLUMNS = ("row", "source", "target", "at", "percent")
COUNTS = {name: "Int64" for name in ("row", "at", "percent")}


class Interactions:
    """Collects the rows of the four paths; no row is taken without a user and a post."""

    def __init__(self, report: LoadReport, now: float) -> None:
        """`now` in Unix seconds: no interaction is later."""
        self.report, self.now = report, now
        self.rows: dict[Signal, pd.DataFrame] = {}
        self.misshapen: set[Signal] = set()
        """Those whose paths told other rows than interactions."""

    def read(self, signal: Signal, rows: Iterable[Mapping[str, object] | None]) -> None:
        """Take all rows of one path in; others than interactions are refused and counted."""
        taken = []
        for row in rows:
            told = row or {}
            user, post = whole(told.get("user_id")), whole(told.get("post_id"))
            if user is None or post is None:
                self.misshapen.add(signal)
                where = f"SocialVerse {signal.path}, row {told.get('id')}"
                self.report.refuse(signal.table, "without a user or a post", where=[where])
                continue
            at = self._at(signal, told)
            percent = self._percent(told) if "percent" in signal.keeps else None
            taken.append((whole(told.get("id")), f"sv:user:{user}", f"sv:post:{post}", at, percent))
        self.rows[signal] = pd.DataFrame(taken, columns=list(COLUMNS)).astype(COUNTS)

    def frames(self, post_ids: set[str]) -> dict[str, pd.DataFrame]:
        """Table to one row a (user, post) pair; rows of posts that are not listed are refused."""
        frames = {}
        for signal, rows in self.rows.items():
            known = rows["target"].isin(post_ids)
            lost = rows[~known]
            where = edges_named(lost["source"], lost["target"])
            self.report.refuse(signal.table, "unknown post", len(lost), where=where)
            pairs = _paired(rows[known])
            self.report.mend(f"{signal.table}: repeats folded", int(known.sum()) - len(pairs))
            frames[signal.table] = pairs[["source", "target", "at", *signal.keeps]]
        return frames

    def _at(self, signal: Signal, row: Mapping[str, object]) -> int | None:
        """Unix seconds; None for what cannot be, and the row stays."""
        at = seconds(row.get(signal.time), self.now)
        if at is None:
            self.report.mend(f"time unreadable: {signal.table}")
        return at

    def _percent(self, row: Mapping[str, object]) -> int | None:
        told = number(row.get("rating_percent"))
        if told is None:
            self.report.mend("rating unreadable")
            return None
        if abs(told) > FULL:
            self.report.mend("rating held within the scale")
        return round(min(max(told, -FULL), FULL))


def _paired(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a pair, the latest, with how many `times` there were.

    A row that two pages gave, because others were written in between, counts once.
    """
    numbered = rows["row"].notna()
    once = rows[~(numbered & rows.duplicated("row"))]
    ordered = once.sort_values(["at", "row"], na_position="first", kind="stable")
    pairs = ordered.groupby(["source", "target"], sort=False)["target"]
    return (
        ordered.assign(times=pairs.transform("size"))
        .drop_duplicates(["source", "target"], keep="last")
        .sort_values(["source", "target"], ignore_index=True)
    )
