"""Posts that may be ranked together."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from feed.card_columns import Cards
from feed.hits import Places
from feed.remembered import Remembered


@dataclass(frozen=True, slots=True)
class Pool:
    """Posts to be ranked, by ascending id."""

    places: Places
    ids: Sequence[str]
    cards: Cards

    def __len__(self) -> int:
        return len(self.ids)

    def only(self, mask: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Pool":
        """Those of the posts that the mask has."""
        if mask.all():
            return self
        kept = np.flatnonzero(mask)
        return Pool(self.places[kept], [self.ids[at] for at in kept.tolist()], self.cards.at(kept))


def pool(remembered: Remembered, places: Places) -> Pool:
    """The posts at these places, each once."""
    ordered = remembered.by_id(places)
    return Pool(ordered, remembered.ids(ordered), remembered.cards(ordered))
