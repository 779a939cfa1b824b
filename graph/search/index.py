"""What an index of words must do, whichever engine it stands beside."""

from collections.abc import Collection, Sequence
from typing import Literal, Protocol

from graph.search.terms import Asked

Kind = Literal["people", "posts", "groups", "tags"]
KINDS: tuple[Kind, ...] = ("people", "posts", "groups", "tags")


class SearchIndex(Protocol):
    """Finds nodes that may say something; safe to share between threads.

    What it gives are candidates: all that answer, as long as they are few; of many the exact
    ones first. Whether a node does answer is seen by its words as they are now
    (`graph.search.matching`), and whether it may be shown by the gate. What was written before a
    call, and acknowledged, is found by it.

    Raises, all of them:
        StoreError: the graph or its index cannot be read.
        MemoryUnavailable: the index's own file cannot be read or written.
    """

    def find(self, kind: Kind, asked: Asked, groups: Collection[str] = ()) -> list[str]:
        """Ids of nodes that may answer, the likeliest first.

        Of posts and groups first what everybody may see, or members of these `groups`, 1,200 at
        most: what few may see takes nobody's place. Where these are few, then 1,200 at most,
        whoever they are for.
        """

    def of_people(self, asked: Asked, user_ids: Collection[str]) -> list[str]:
        """Those of these users who may answer."""

    def written_by(self, asked: Asked, author_ids: Collection[str]) -> list[str]:
        """Posts of these authors that may answer, 200 at most, the latest first."""

    def tagged(self, tag_ids: Sequence[str], groups: Collection[str] = ()) -> list[str]:
        """Posts that bear one of these tags; in parts as of `find`, each the latest 600 at most."""

    def catch_up(self) -> None:
        """Be in step with the graph at this moment; finding does so by itself."""

    def scrub(self) -> None:
        """Be in step, and keep no letter of nodes that are gone, in its file neither."""

    def close(self) -> None:
        """Let go of it; the graph is open still."""
