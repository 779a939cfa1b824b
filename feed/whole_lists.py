"""The lists of all nodes at once, as `graph.queries.whole` reads them, by place."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from feed.hits import Joined, sliced
from graph.changes import Changes
from graph.queries.candidates import Listed
from graph.queries.whole import Lists


@dataclass(frozen=True, slots=True)
class WholeLists:
    """What was read of all nodes at one moment."""

    mark: int
    """Of `graph.changes`, before the reading."""
    until: float
    """When it ends, on the clock of who remembers it."""
    rows: Mapping[str, int]
    """By node: which of the lists is its."""
    lists: Lists
    places: npt.NDArray[np.int32]
    """Of the posts in the lists' order; empty where the lists are of people."""

    def rows_of(self, keys: Sequence[str], changes: Changes) -> list[int] | None:
        """The nodes' rows; None where one was not there then, or was written to since."""
        if not changes.holds(self.mark, *keys):
            return None
        try:
            return [self.rows[key] for key in keys]
        except KeyError:
            return None

    def joined(self, rows: Sequence[int], most: int | None) -> Joined:
        """The posts of these rows, at most so many of each."""
        at = np.asarray(rows, np.int64)
        begins, ends = self.lists.starts[at], self.lists.starts[at + 1]
        if most is not None:
            ends = np.minimum(ends, begins + most)
        return sliced(self.places, self.lists.scores, begins, ends)

    def people(self, row: int, most: int | None) -> tuple[str, ...]:
        """The people of this row."""
        targets = self.lists.targets
        return tuple([targets[code] for code in self.lists.codes[self._span(row, most)].tolist()])

    def weighed(self, row: int, most: int | None) -> Listed:
        """The people of this row, and their scores."""
        scores = self.lists.scores[self._span(row, most)]
        return Listed(list(self.people(row, most)), scores.tolist())

    def _span(self, row: int, most: int | None) -> slice:
        start, end = self.lists.starts[row : row + 2].tolist()
        return slice(start, end if most is None else min(end, start + most))
