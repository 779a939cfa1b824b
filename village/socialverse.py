"""A world as the rows that the SocialVerse API would answer, its dirt included.

What the API does not know (friendships, interests, privacy) stays out; a post that not everyone
may see is served as outside the public feed.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import pandas as pd

from village.post_rows import PostRows
from village.user_rows import user_rows
from village.world import World

Row = dict[str, object]

INTERACTIONS: Mapping[str, tuple[str, str]] = {
    "/posts/view": ("viewed", "viewed_at"),
    "/posts/like": ("liked", "liked_at"),
    "/posts/inspire": ("inspired", "inspired_at"),
    "/posts/rating": ("rated", "rated_at"),
}
"""Path to the world's table and the name of the time."""
SUMMARIES = "/posts/summary/get"
USERS = "/users/get_all"
PATHS = (*INTERACTIONS, SUMMARIES, USERS)


class SocialVerseRows:
    """The rows behind the six paths, made when a page asks for them; ascending by id."""

    def __init__(self, world: World) -> None:
        self._posts = PostRows(world)
        self._users = user_rows(world)
        self._interactions = {
            path: _interactions(world.tables[table], time)
            for path, (table, time) in INTERACTIONS.items()
        }

    def count(self, path: str) -> int:
        """How many rows all pages of the path have together."""
        if path == SUMMARIES:
            return len(self._posts)
        return len(self._users if path == USERS else self._interactions[path])

    def rows(self, path: str, start: int, stop: int) -> list[Row]:
        """Rows `start` to `stop` (exclusive) of the path; fewer past the end."""
        if path == SUMMARIES:
            return self._posts.rows(range(len(self._posts))[start:stop])
        if path == USERS:
            return self._users[start:stop]
        return _told(self._interactions[path].iloc[start:stop])

    def own_posts(self, start: int, stop: int) -> list[Row]:
        """What an interaction path answers to a token alone: the token's own posts (a trap)."""
        own = self._posts.rows(range(min(20, len(self._posts)))[start:stop])
        return [row | {"post_summary": []} for row in own]


def number(ids: "pd.Series[str]") -> "pd.Series[int]":
    """The source's own integers out of ids such as ``sv:post:12``."""
    return ids.str.rpartition(":")[2].astype("int64")


@lru_cache(maxsize=4)
def rows_of(world: World) -> SocialVerseRows:
    """The rows of a world, made once however often it is served; nobody changes them."""
    return SocialVerseRows(world)


def _interactions(table: pd.DataFrame, time: str) -> pd.DataFrame:
    """All rows of one path, a repeat for each of `times`, a few seconds before the last."""
    repeats = table["times"] if "times" in table else pd.Series(1, index=table.index)
    rows = table.loc[table.index.repeat(repeats)]
    at = rows["at"] - 7 * rows.groupby(level=0).cumcount()
    frame = pd.DataFrame({"post_id": number(rows["target"]), "user_id": number(rows["source"])})
    if "percent" in rows:
        frame["rating_percent"] = rows["percent"]
    frame[time] = at
    frame = frame.sort_values([time, "user_id", "post_id"], ignore_index=True)
    frame.insert(0, "id", np.arange(len(frame)) * 2 + 11)
    return frame


def _told(rows: pd.DataFrame) -> list[Row]:
    time = str(rows.columns[-1])
    text = pd.to_datetime(rows[time], unit="s").dt.strftime("%Y-%m-%d %H:%M:%S")
    records = rows.assign(**{time: text}).to_dict("records")
    return [{str(key): value for key, value in record.items()} for record in records]
