"""SocialVerse, loaded over HTTP: all pages of its six endpoints become the graph's batches.

Personal data stays at the door: of a user the username, of an author what the API shows beside
each post; no e-mail address, no filmed person, no state of the token's owner.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from graph.errors import MalformedSource
from graph.loaders.socialverse_config import SocialVerseConfig
from graph.loaders.socialverse_http import Endpoint, SocialVersePages
from graph.loaders.socialverse_interactions import SIGNALS, Interactions
from graph.loaders.socialverse_posts import PostRows
from graph.loaders.values import name, whole
from graph.model import ALL_KINDS, Batch
from graph.progress import progress

__all__ = ["SocialVerseConfig", "SocialVerseSource"]

USERS = Endpoint("/users/get_all", key="users", by_token=True)
POSTS = Endpoint("/posts/summary/get", by_token=True)


class SocialVerseSource:
    """The API as batches of the graph, and a count of what was not taken as it came."""

    def __init__(
        self, config: SocialVerseConfig, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self.config, self.sleep = config, sleep
        self.refused: Counter[str] = Counter()
        """What was refused or mended, by name, after `batches` has run."""

    def batches(self) -> Iterator[Batch]:
        """Every node before every edge; nothing is given out before all pages have arrived.

        So a source that fails on the way leaves a store as it was.

        Raises:
            SourceUnavailable: no answer, or only 429 and 5xx, after all tries.
            SourceRefused: the token, the key or the address was turned away.
            MalformedSource: an answer in another shape than the API's.
        """
        self.refused.clear()
        with SocialVersePages(self.config, self.refused, self.sleep) as pages:
            frames = self._frames(pages)
        for kind in ALL_KINDS:  # nodes first
            frame = frames.get(kind.file)
            if frame is not None and len(frame):
                yield Batch(kind, frame)

    def _frames(self, pages: SocialVersePages) -> Mapping[str, pd.DataFrame]:
        usernames = self._usernames(_rows(pages, USERS))
        user_of = {username: id for id, username in reversed(usernames.items()) if username}
        posts = PostRows(user_of, self.refused)
        for row in _rows(pages, POSTS):
            posts.read(row)
        interactions = Interactions(self.refused)
        for signal in SIGNALS:
            interactions.read(signal, _rows(pages, Endpoint(signal.path)))
        signals = interactions.frames({id for (id,) in posts.tables["posts"]})
        frames = {table: posts.frame(table) for table in list(posts.tables)}
        if "posts" in frames:
            frames["posts"] = frames["posts"].astype({"created_at": "Int64"})
        frames["users"] = self._users(usernames, posts.author_details, signals)
        return frames | signals

    def _usernames(self, rows: Iterable[Mapping[str, object]]) -> dict[str, str | None]:
        """User id to username, in the source's order; a name is what the API is asked by."""
        usernames: dict[str, str | None] = {}
        for row in rows:
            if (number := whole(row.get("id"))) is None:
                self.refused["user_without_id"] += 1
                continue
            usernames[f"sv:user:{number}"] = name(row.get("username")) or None
        return usernames

    def _users(
        self,
        usernames: Mapping[str, str | None],
        details: Mapping[str, str],
        signals: Mapping[str, pd.DataFrame],
    ) -> pd.DataFrame:
        """The listed users, and nameless inactive ones for those who acted without being listed."""
        acted = pd.concat([frame["source"] for frame in signals.values()]).unique()
        stubs = sorted(set(acted) - set(usernames))
        if stubs:
            self.refused["stub_user"] += len(stubs)
        ids = [*usernames, *stubs]
        return pd.DataFrame(
            {
                "id": ids,
                "username": [usernames.get(id) for id in ids],
                "active": [id in usernames for id in ids],
                "details": [details.get(id) for id in ids],
            }
        ).astype({"id": "str", "username": "str", "details": "str"})


def _rows(pages: SocialVersePages, endpoint: Endpoint) -> Iterator[Mapping[str, object]]:
    for rows in progress(pages.read(endpoint), endpoint.path):
        for row in rows:
            if not isinstance(row, dict):
                raise MalformedSource(
                    f"SocialVerse {endpoint.path} at {pages.config.host}: a row is no object; "
                    "check that the URL is SocialVerse"
                )
            yield row
