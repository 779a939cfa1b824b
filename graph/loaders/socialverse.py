"""SocialVerse, loaded over HTTP: all pages of its six endpoints become the graph's batches.

Personal data stays at the door (`socialverse_fields`): of a user the username, of an author what
the API shows beside each post; no e-mail address, no filmed person, no state of the token's owner.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping

import pandas as pd

from graph.loaders.socialverse_cache import PageCache
from graph.loaders.socialverse_config import SocialVerseConfig
from graph.loaders.socialverse_http import Endpoint, SocialVerseHttp
from graph.loaders.socialverse_interactions import SIGNALS, Interactions
from graph.loaders.socialverse_pages import Listing, SocialVersePages
from graph.loaders.socialverse_posts import UNKNOWN_AUTHOR, PostRows
from graph.loaders.socialverse_users import UserRows
from graph.model import ALL_KINDS, Batch, Snapshot
from graph.report import LoadReport

__all__ = ["PageCache", "SocialVerseConfig", "SocialVerseSource"]

USERS = Endpoint("/users/get_all", key="users", by_token=True)
POSTS = Endpoint("/posts/summary/get", by_token=True)
# What is pointed to is asked for after what points to it: a post that is written, or a user who
# joins, while the pages come is then there when an interaction with it is.
ENDPOINTS = (*(Endpoint(signal.path) for signal in SIGNALS), POSTS, USERS)
OF_POSTS = frozenset({"posts", "tagged", "in_category", "evokes", "about"})
WITHDRAWABLE = tuple(signal for signal in SIGNALS if signal.table != "viewed")
"""A like can be taken back; a view cannot, and the source purges old ones: those are kept."""


class SocialVerseSource:
    """The API as batches of the graph; the report counts what was not taken as it came."""

    def __init__(
        self,
        config: SocialVerseConfig,
        report: LoadReport,
        sleep: Callable[[float], None] = time.sleep,
        cache: PageCache | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.config, self.report, self.sleep = config, report, sleep
        self.cache, self.clock = cache, clock
        self.told: Counter[str] = Counter()
        """Pages, after `batches`: ``cached``, and of those asked for, as they were compared with
        the cache: ``new``, ``changed``, ``unchanged``."""
        self._whole: frozenset[str] = frozenset()

    def batches(self) -> Iterator[Batch]:
        """Every node before every edge; nothing is given out before all pages have arrived.

        So a source that fails on the way leaves a store as it was; with a cache, the next run
        takes up at the page where this one stopped.

        Raises:
            SourceUnavailable: no answer, or only 429 and 5xx, after all tries.
            SourceRefused: the token, the key or the address was turned away.
            MalformedSource: an answer in another shape than the API's.
            RowRefused: the report is strict and a row was refused.
            ConfigError: the cache's folder cannot be written.
        """
        self._whole = frozenset()
        frames = self._frames(self._listings())
        for kind in ALL_KINDS:  # nodes first
            frame = frames.get(kind.file)
            if frame is not None and len(frame):
                yield Batch(kind, frame)

    def snapshot(self) -> Snapshot:
        """What was told as a whole, once `batches` has been run through."""
        return Snapshot("sv:", self._whole)

    def _listings(self) -> Mapping[str, Listing]:
        with SocialVerseHttp(self.config, self.sleep) as http:
            pages = SocialVersePages(http, self.report, self.cache)
            if self.cache is not None:
                self.cache.begin()
            listings = {endpoint.path: pages.read(endpoint) for endpoint in ENDPOINTS}
            if self.cache is not None:
                self.cache.end()
        self.told = pages.told
        if any(listing.rows for listing in listings.values()):
            for path, listing in listings.items():
                self.report.mend(f"no rows: {path}", not listing.rows)
        return listings

    def _frames(self, listings: Mapping[str, Listing]) -> Mapping[str, pd.DataFrame]:
        now = self.clock()
        users = UserRows(listings[USERS.path].rows, listings[USERS.path].whole, self.report)
        posts = PostRows(users.ids(), self.report, now)
        for row in listings[POSTS.path].rows:
            posts.read(row)
        interactions = Interactions(self.report, now)
        for signal in SIGNALS:
            interactions.read(signal, listings[signal.path].rows)
        signals = interactions.frames({id for (id,) in posts.tables["posts"]})
        acted = {id for frame in signals.values() for id in frame["source"]}
        frames = {table: posts.frame(table) for table in list(posts.tables)}
        frames["users"] = users.frame(acted, posts.author_details)
        self._whole = self._told_whole(listings, users, posts, interactions)
        return frames | signals

    def _told_whole(
        self,
        listings: Mapping[str, Listing],
        users: UserRows,
        posts: PostRows,
        interactions: Interactions,
    ) -> frozenset[str]:
        """The kinds of which no row is missing, as far as a reader can tell."""
        files = {"users"} if users.whole else set()
        if not listings[POSTS.path].whole or posts.misshapen:
            return frozenset(files)  # rows of posts that did not come were refused
        if users.whole and not self.report.refused["authored", UNKNOWN_AUTHOR]:
            files.add("authored")
        for signal in WITHDRAWABLE:
            if listings[signal.path].whole and signal not in interactions.misshapen:
                files.add(signal.table)
        return frozenset(files.union(file for file in OF_POSTS if not self.report.refusals(file)))
