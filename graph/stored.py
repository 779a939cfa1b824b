"""What the store holds of a load's keys, read in the way that suits the load's size."""

import pandas as pd

from graph.frames import BATCH, TEXT, empty, positions, typed
from graph.model import EdgeKind, Kind, NodeKind, Row, key_columns
from graph.store import GraphStore

FEW = 500
"""Look-ups that are still quicker than reading a whole table of a middling graph."""


class Stored:
    """Reads the store as it was when the load began; each whole table at most once."""

    def __init__(self, store: GraphStore):
        self._store = store
        self._tables: dict[str, pd.DataFrame] = {}
        self._filled: dict[str, bool] = {}

    def whole(self, kind: Kind) -> pd.DataFrame:
        """Every row of a kind."""
        if kind.file not in self._tables:
            self._tables[kind.file] = (
                typed(kind, self._store.frame(f"export_{kind.file}"))
                if self._any(kind.file)
                else empty(kind)
            )
        return self._tables[kind.file]

    def nodes(self, kind: NodeKind, ids: pd.Series) -> pd.DataFrame:
        """The rows of a kind with these ids, as far as there are any; maybe others too."""
        if (wanted := self._few(kind, ids)) is None:
            return self.whole(kind)
        return _frame(kind, self._looked_up(f"some_{kind.file}", wanted))

    def ids(self, kind: NodeKind, ids: pd.Series) -> pd.Series:
        """Those of these ids that are nodes of the kind; maybe others too."""
        if (wanted := self._few(kind, ids)) is None:
            return self.whole(kind)["id"]
        found = [row["id"] for row in self._looked_up(f"some_{kind.file}", wanted)]
        return pd.Series(found, dtype=TEXT)

    def edges(self, kind: EdgeKind, sources: pd.Series) -> pd.DataFrame:
        """The edges of a kind that start from these nodes; maybe others too."""
        if (wanted := self._few(kind, sources)) is None:
            return self.whole(kind)
        rows = [row for id in wanted for row in self._store.run(f"from_{kind.file}", source=id)]
        return _frame(kind, rows)

    def cards(self, ids: pd.Index) -> pd.DataFrame:
        """The copies on these posts, by post id; no row for one that is not stored."""
        rows = self._looked_up("some_cards", ids.tolist()) if self._any("posts") else []
        names = ["id", "author_id", "tags", "category_id", "topic_id", "group_id", "shares_id"]
        return pd.DataFrame(rows, columns=names, dtype=object).set_index("id")

    def _few(self, kind: Kind, ids: pd.Series) -> list[str] | None:
        """The distinct ids, if single look-ups are the quicker way to their rows."""
        if kind.file in self._tables or not self._any(kind.file):
            return None
        distinct = ids.unique()
        return distinct.tolist() if len(distinct) <= FEW else None

    def _any(self, file: str) -> bool:
        """Whether the store had a row of this kind when it was first asked for."""
        if file not in self._filled:
            self._filled[file] = bool(self._store.run(f"first_{file}"))
        return self._filled[file]

    def _looked_up(self, name: str, ids: list[str]) -> list[Row]:
        starts = range(0, len(ids), BATCH)
        return [row for at in starts for row in self._store.run(name, ids=ids[at : at + BATCH])]


def _frame(kind: Kind, rows: list[Row]) -> pd.DataFrame:
    if not rows:
        return empty(kind)
    return typed(kind, pd.DataFrame(rows))


def compare(kind: Kind, frame: pd.DataFrame, before: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Which rows of `frame` are new, and which would change a row of `before`.

    A null changes nothing, since it leaves what is stored. Both masks have the frame's index.
    """
    changed = pd.Series(False, frame.index)
    if before.empty or frame.empty:
        return ~changed, changed
    met = positions(frame, before, key_columns(kind))
    new = pd.Series(met < 0, frame.index)
    if new.all():
        return new, changed
    for column in kind.columns:
        given = frame[column.name]
        if not (told := given.notna()).any():
            continue
        old = pd.Series(before[column.name].array.take(met, allow_fill=True), frame.index)
        differs = (given != old).fillna(True).astype(bool)  # noqa: FBT003
        changed |= told & (old.isna() | differs)
    return new, changed & ~new
