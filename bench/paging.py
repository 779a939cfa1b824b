"""One person's way through the pages of a feed, and whether they were shown what was pinned."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from feed.cursors import Cursors
from feed.recommend import Recommender
from feed.request import Feed, FeedRequest, Kind
from feed.slate import Slate

MOST_PAGES = 12
KINDS: tuple[Kind, ...] = ("for_you", "for_you", "for_you", "friends", "catch_up")
SIZES = (3, 7, 10, 20, 50)


class Watched(Cursors):
    """Cursors that keep what they sealed, for those who look at what was pinned."""

    def __init__(self, key: str | None = None):
        super().__init__(key)
        self.sealed: dict[str, tuple[Slate, int]] = {}

    def seal(self, slate: Slate, offset: int) -> str:
        """See `Cursors.seal`."""
        text = super().seal(slate, offset)
        self.sealed[text] = slate, offset
        return text


@dataclass(frozen=True)
class Page:
    """What was shown, and of which part of which ranking."""

    ids: tuple[str, ...]
    start: int
    """The place of its first post in the pinned ranking; so with `end`, after its last."""
    end: int
    slate: Slate | None
    """The ranking as far as it was pinned after this page; None after the last page."""
    began: float
    """On the clock of `time.monotonic`; so with `ended`."""
    ended: float


@dataclass
class Session:
    """One viewer's pages of one feed, drawn by a seed."""

    seed: tuple[int, int]
    recommender: Recommender
    cursors: Watched
    username: str
    pages: list[Page] = field(default_factory=list)

    def run(self, now: int) -> Iterator[Page]:
        """Ask for pages, by cursor or by number, until there are no more or enough."""
        rng = np.random.default_rng(self.seed)
        kind, by_number = KINDS[rng.integers(len(KINDS))], rng.random() < 0.4
        size, cursor, start = SIZES[rng.integers(len(SIZES))], None, 0
        for number in range(1, MOST_PAGES + 1):
            if not by_number:
                size = SIZES[rng.integers(len(SIZES))]
            request = FeedRequest(
                self.username,
                kind=kind,
                page_size=size,
                page=number if by_number else 1,
                cursor=None if by_number else cursor,
            )
            began = time.monotonic()
            feed = self.recommender.feed(request, now)
            page = self._page(feed, start, start + size, began)
            self.pages.append(page)
            yield page
            cursor, start = feed.next_cursor, start + size
            if cursor is None:
                return

    def _page(self, feed: Feed, start: int, end: int, began: float) -> Page:
        ids = tuple(each.post.card.post_id for each in feed.posts)
        slate = None if feed.next_cursor is None else self.cursors.sealed.pop(feed.next_cursor)[0]
        return Page(ids, start, end, slate, began, time.monotonic())

    def faults(self, begun: Mapping[str, float], deleted: Mapping[str, float]) -> list[str]:
        """What a page did that it may not do.

        Args:
            begun: post id to when its deletion began (`time.monotonic`).
            deleted: post id to when its deletion was acknowledged.
        """
        shown = [post_id for page in self.pages for post_id in page.ids]
        found = [f"{each} came twice" for each in set(shown) if shown.count(each) > 1]
        pinned: tuple[str, ...] = ()
        for page in self.pages:
            now_pinned = pinned if page.slate is None else page.slate.post_ids
            if now_pinned[: len(pinned)] != pinned:
                found.append(f"the ranking changed before place {page.start}")
            pinned = now_pinned
            due = pinned[page.start : page.end]
            found += [
                f"{each} was skipped"
                for each in due
                if each not in page.ids and not begun.get(each, page.ended) < page.ended
            ]
            order = [each for each in due if each in page.ids]
            if list(page.ids[: len(order)]) != order or (page.slate and len(order) < len(page.ids)):
                found.append(f"places {page.start} to {page.end} came in another order")
            late = [each for each in page.ids if deleted.get(each, page.began) < page.began]
            found += [f"{each} came although it was deleted" for each in late]
        return found
