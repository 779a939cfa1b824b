"""SocialVerse interactions (view, like, inspire, rating) as the graph's signals."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import isfinite

import pandas as pd

from graph.loaders.values import text, whole


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


class Interactions:
    """Collects the rows of the four paths; no row is taken without a user and a post."""

    def __init__(self, refused: Counter[str]) -> None:
        self.refused = refused
        self.rows: dict[Signal, pd.DataFrame] = {}

    def read(self, signal: Signal, rows: Iterable[Mapping[str, object]]) -> None:
        """Take all rows of one path in; others than interactions are refused and counted."""
        taken = []
        for row in rows:
            user, post = whole(row.get("user_id")), whole(row.get("post_id"))
            if user is None or post is None:
                self.refused[f"not_an_interaction:{signal.path}"] += 1
                continue
            percent = self._percent(row) if "percent" in signal.keeps else None
            at = text(row.get(signal.time), 40)
            taken.append((whole(row.get("id")), f"sv:user:{user}", f"sv:post:{post}", at, percent))
        self.rows[signal] = self._timed(signal, pd.DataFrame(taken, columns=list(COLUMNS)))

    def frames(self, post_ids: set[str]) -> dict[str, pd.DataFrame]:
        """Table to one row a (user, post) pair; rows of posts that are not listed are refused."""
        frames = {}
        for signal, rows in self.rows.items():
            known = rows["target"].isin(post_ids)
            if unknown := int((~known).sum()):
                self.refused[f"unknown_post:{signal.path}"] += unknown
            columns = ["source", "target", "at", *signal.keeps]
            frames[signal.table] = _paired(rows[known])[columns]
        return frames

    def _percent(self, row: Mapping[str, object]) -> int | None:
        told = row.get("rating_percent")
        percent = round(told) if isinstance(told, float) and isfinite(told) else whole(told)
        if percent is None:
            self.refused["rating_unreadable"] += 1
            return None
        if abs(percent) > 100:
            self.refused["rating_clamped"] += 1
        return min(max(percent, -100), 100)

    def _timed(self, signal: Signal, rows: pd.DataFrame) -> pd.DataFrame:
        """The rows with `at` as Unix seconds, null where the text is no time."""
        at = pd.to_datetime(rows["at"], format="%Y-%m-%d %H:%M:%S", errors="coerce", utc=True)
        if unreadable := int(at.isna().sum()):
            self.refused[f"time_unreadable:{signal.path}"] += unreadable
        seconds = (at - pd.Timestamp(0, tz="UTC")) // pd.Timedelta(seconds=1)
        counted = rows.astype({"row": "Int64", "percent": "Int64"})
        return counted.assign(at=seconds.astype("Int64"))


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
