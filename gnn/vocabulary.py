"""Ids and their positions in a matrix, translated in one place."""

from collections.abc import Iterable
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.errors import ModelMismatch

Positions = npt.NDArray[np.int64]
Unknown = Literal["raise", "drop", "minus_one"]


class Vocabulary:
    """The ids of one kind, sorted and distinct; an id's position is its place among them.

    Sorting makes positions, and so every tie that is broken by position, independent of the
    order in which a store or a file happened to give its rows.
    """

    def __init__(self, ids: Iterable[str]) -> None:
        self._index = pd.Index(sorted({str(each) for each in ids}), dtype=object)

    def __len__(self) -> int:
        return len(self._index)

    def __contains__(self, some_id: object) -> bool:
        return some_id in self._index

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and self._index.equals(other._index)

    __hash__ = None  # type: ignore[assignment]

    @property
    def ids(self) -> list[str]:
        """Every id, in the order of its position."""
        return list(self._index)

    def ids_at(self, positions: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """The ids at these positions."""
        return np.asarray(self._index, dtype=object)[np.asarray(positions, dtype=np.int64)]

    def positions(self, ids: Iterable[str], unknown: Unknown = "raise") -> Positions:
        """The positions of `ids`, in their order.

        Args:
            ids: any ids, repeated or not.
            unknown: ``"raise"`` refuses an unknown id, ``"drop"`` leaves it out of the answer,
                which is then shorter, ``"minus_one"`` answers -1 in its place.

        Raises:
            ModelMismatch: an id is unknown and `unknown` is ``"raise"``.
        """
        wanted = pd.Index(list(ids), dtype=object)
        found = np.asarray(self._index.get_indexer(wanted), dtype=np.int64)
        if unknown == "drop":
            return found[found >= 0]
        if unknown == "raise" and (found < 0).any():
            missing = [str(each) for each in wanted[found < 0][:3]]
            raise ModelMismatch(
                f"{int((found < 0).sum())} of {len(wanted)} ids are not among the {len(self)} "
                f"known ones, first {missing}: train again on the data that holds them."
            )
        return found
