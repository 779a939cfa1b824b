"""The ranking that a feed begins with, and what it rests on: what pages and explanations are of."""

from collections.abc import Mapping
from dataclasses import dataclass

from feed.gate import VisiblePost
from feed.page import shown
from feed.rank import Served
from feed.request import FeedPost
from feed.sources import Ask, Gathered


@dataclass(frozen=True, slots=True)
class Ranked:
    """The first posts of a feed, in order: a page, or `feed.steps.STEP` where that is more."""

    ask: Ask
    found: Gathered
    """What the sources found."""
    served: Served
    """What the viewer was shown lately."""
    post_ids: tuple[str, ...]
    """Best first."""
    visible: Mapping[str, VisiblePost]
    """The same by id."""
    failed: tuple[str, ...]
    """What failed on the way, beside sources."""

    def first_page(self) -> tuple[tuple[FeedPost, ...], tuple[str, ...]]:
        """The page that is asked for, and all that failed."""
        page = [self.visible[each] for each in self.post_ids[: self.ask.request.page_size]]
        posts, untold = shown(self.ask, page, self.found)
        return posts, tuple(dict.fromkeys((*self.found.degraded, *self.failed, *untold)))

    def rank(self, post_id: str) -> int | None:
        """The post's place, from 1; None: it has none."""
        return self.post_ids.index(post_id) + 1 if post_id in self.post_ids else None
