"""A graph whose content may tell of links, and what of it is left when links are held out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import pandas as pd

from graph.model import Tables


@dataclass(frozen=True)
class Source:
    """A graph to learn from.

    Tags and interests may come from what users said of the very posts that they liked. Whoever
    holds links of train out once more, to fit something on them, must then take away what was
    said of these pairs too, or the content tells the answer.
    """

    tables: Tables
    """The graph; its content tells nothing of the links that its split holds out."""
    without: Callable[[pd.DataFrame], Tables] | None = None
    """The same graph with content that tells nothing of further pairs either.

    It takes a frame with columns user_id and post_id (others are ignored, and so are pairs of
    which nothing was said). Nodes and links stay as they are, so vocabularies hold; the links are
    for `gnn.split.hold_out` to take. Calls do not add up: each starts from `tables`. None where
    content comes from no link."""
    valid_is_known_at_test: bool = False
    """Whether the protocol's valid is for tuning only, and learned from before test is judged."""

    def lacking(self, files: Collection[str]) -> "Source":
        """The same without some tables: what these bring is how much less is found."""

        def less(tables: Tables) -> Tables:
            return {file: frame for file, frame in tables.items() if file not in files}

        without = self.without
        return replace(
            self,
            tables=less(self.tables),
            without=None if without is None else lambda pairs: less(without(pairs)),
        )
