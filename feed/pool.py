"""Posts that may be ranked together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from feed.card_columns import Cards
from feed.hits import Places, among
from feed.remembered import Remembered

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Pool:
    """Posts to be ranked, by ascending id."""

    remembered: Remembered
    """Whose places these are."""
    places: Places
    cards: Cards

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def ids(self) -> Sequence[str]:
        """The posts' ids."""
        return self.remembered.ids(self.places)

    def having(self, ids: Collection[str]) -> Bools:
        """Which of the posts are among these; shape ``(n,)``."""
        return among(self.places, self.remembered.known_places(ids))

    def only(self, mask: Bools) -> "Pool":
        """Those of the posts that the mask has."""
        if mask.all():
            return self
        kept = np.flatnonzero(mask)
        return Pool(self.remembered, self.places[kept], self.cards.at(kept))


def pool(remembered: Remembered, places: Places) -> Pool:
    """The posts at these places, each once."""
    ordered = remembered.by_id(places)
    return Pool(remembered, ordered, remembered.cards(ordered))
