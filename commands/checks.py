"""What `resonance doctor` looks at, one thing a function. Nothing is made or changed."""

import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from feed.config import FeedConfig
from feed.model_check import refuse_foreign
from gnn.versions import Models
from graph.backup import refuse_unfinished
from graph.errors import ResonanceError
from graph.events.intake import EventsConfig
from graph.queries.indexes import unusable
from graph.queries.stats import stats
from graph.search.embedded import EmbeddedIndex
from graph.soundness import faults
from graph.store import GraphStore, StoreConfig, open_store
from web.callers import Callers
from web.config import WebConfig
from web.keys import Keys
from web.viewer_tokens import ViewerTokens

Level = Literal["ok", "warn", "fail"]
LEVELS: Sequence[Level] = ("ok", "warn", "fail")
"""The worst last."""
FEW_BYTES, SCARCE_BYTES = 2 << 30, 256 << 20
"""Of free disk: below the first it is worth a warning, below the second writes may fail."""
WRITTEN = 1_764_115_200
"""26 November 2025: a clock that is before this program was written is wrong."""
DRIFT = 60.0
"""Seconds by which a file's time may be ahead of the clock, as with a shared disk."""


@dataclass(frozen=True, slots=True)
class Check:
    """What was found of one thing."""

    name: str
    level: Level
    said: str
    """What is so; with what to do, where it is not as it should be."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is looked at: the settings of a service, and the folder of its model."""

    graph: StoreConfig
    environ: Mapping[str, str]
    model: Path
    clock: Callable[[], float] = time.time
    deep: bool = False
    """Whether all of the graph is read, and held against itself."""

    @property
    def files(self) -> list[Path]:
        """What the service keeps on this machine, whether or not it is there."""
        memory = FeedConfig.from_env(self.environ).memory_path
        keys = WebConfig.from_env(self.environ).keys_path
        graph, search = self.graph.file, self.graph.search_path
        return [path for path in (graph, search, memory, keys) if path is not None]


def checks(place: Place) -> Iterator[Check]:
    """Every check in turn; what rests on the graph is left out where it is not open to us."""
    yield _checked("settings", lambda: settings(place))
    yield _checked("clock", lambda: clock(place))
    yield _checked("disk", lambda: disk(place))
    try:
        with opened(place) as store:
            yield Check("graph", "ok", f"{store.engine} at {place.graph.url} answers")
            yield schema(store)
            if store.schema.version < store.schema.known:
                return
            yield _checked("contents", lambda: contents(store))
            yield _checked("indexes", lambda: indexes(store))
            if place.deep:
                yield _checked("soundness", lambda: soundness(store))
            yield _checked("search", lambda: search(place, store))
            yield _checked("model", lambda: model(place, store))
            yield _checked("callers", lambda: callers(place, store))
    except ResonanceError as error:
        yield Check("graph", "fail", str(error))


@contextmanager
def opened(place: Place) -> Iterator[GraphStore]:
    """The graph, left as it is.

    Raises:
        StoreError: it is not there, or does not answer.
    """
    with open_store(place.graph.there(), as_it_is=True) as store:
        yield store


def schema(store: GraphStore) -> Check:
    """Whether the graph has this version's schema; a later one's is not even opened."""
    found = store.schema
    if found.version < found.known:
        said = f"version {found.version}, and this Resonance has {found.known}: the next start"
        return Check("schema", "warn", f"{said} brings it up, or resonance migrate")
    return Check("schema", "ok", f"version {found.version}, as this Resonance has it")


def settings(place: Place) -> Check:
    """Whether `resonance serve` would take the settings."""
    feed = FeedConfig.from_env(place.environ)
    WebConfig.from_env(place.environ)
    EventsConfig.from_env(place.environ)
    if not feed.cursor_key:
        said = "RESONANCE_CURSOR_KEY is not set, so cursors end with the process: set it"
        return Check("settings", "warn", said)
    return Check("settings", "ok", "all can be used")


def clock(place: Place) -> Check:
    """Whether the clock goes behind what was written by it."""
    now = place.clock()
    latest = max((path.stat().st_mtime for path in place.files if path.exists()), default=0.0)
    if now < max(WRITTEN, latest - DRIFT):
        at = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now))
        said = f"it is not {at} UTC: files are newer; set the clock (NTP), as tokens rest on it"
        return Check("clock", "fail", said)
    return Check("clock", "ok", "it is behind nothing that was written")


def disk(place: Place) -> Check:
    """Whether there is room where the service writes."""
    free = {path: shutil.disk_usage(_there(path)).free for path in place.files}
    path, least = min(free.items(), key=lambda each: each[1])
    said = f"{least / (1 << 30):,.1f} GiB are free at {path.parent}"
    if least >= FEW_BYTES:
        return Check("disk", "ok", said)
    level: Level = "fail" if least < SCARCE_BYTES else "warn"
    return Check("disk", level, f"{said}: make room, or writes will fail")


def contents(store: GraphStore) -> Check:
    """Whether there is anything to recommend, all of it, and what is derived of it."""
    refuse_unfinished(store)
    counted = stats(store)
    people, posts = counted["users"], counted["posts"]
    if not people or not posts:
        said = f"{people:,} users and {posts:,} posts: load some (resonance load ...)"
        return Check("contents", "warn", said)
    if not counted["top"]:
        return Check("contents", "warn", "nothing is derived: run resonance derive")
    return Check("contents", "ok", f"{people:,} users, {posts:,} posts, and what is derived")


def indexes(store: GraphStore) -> Check:
    """Whether every index can be used."""
    if bad := unusable(store):
        told = ", ".join(f"{name} is {state}" for name, state in bad.items())
        said = f"{told}: wait until it is filled, or (drop it and) run resonance migrate"
        return Check("indexes", "fail", said)
    return Check("indexes", "ok", "all are there")


def soundness(store: GraphStore) -> Check:
    """Whether the graph contradicts itself anywhere."""
    found = list(faults(store))
    if found:
        said = "; ".join(found)
        return Check("soundness", "fail", f"{said}: restore a backup, or mend what is named")
    return Check("soundness", "ok", "counts, edges, copies, names and inboxes agree")


def search(place: Place, store: GraphStore) -> Check:
    """Whether the index of words is as the graph is."""
    path = place.graph.search_path
    if path is None:
        return Check("search", "ok", "the server's own indexes, which are always in step")
    if not path.exists():
        said = f"{path} is not made yet: the next start makes it, or resonance reindex"
        return Check("search", "warn", said)
    with closing(EmbeddedIndex(store, path)) as index:
        if index.as_left():
            return Check("search", "ok", f"{path} is in step with the graph")
    said = f"{path} is behind the graph: the next start reads it anew, or resonance reindex"
    return Check("search", "warn", said)


def model(place: Place, store: GraphStore) -> Check:
    """Whether the model is whole, and this graph's."""
    models = Models(place.model)
    if not models:
        said = f"none in {place.model}, so the fixed blend ranks: run resonance train"
        return Check("model", "warn", said)
    served = models.load()
    refuse_foreign(store, served)
    return Check("model", "ok", f"{served.name} is of this graph")


def callers(place: Place, store: GraphStore) -> Check:
    """Whether the keys can be read, and who may ask."""
    config = WebConfig.from_env(place.environ)
    if Callers(store, Keys(config.keys_path), ViewerTokens(config)).open:
        said = "open: anyone on this machine asks for anyone; resonance keys add NAME closes it"
        return Check("callers", "warn", said)
    return Check("callers", "ok", "keys or tokens are asked for")


def worst(found: Sequence[Check]) -> Level:
    """The worst level of all."""
    return max((each.level for each in found), key=LEVELS.index)


def _checked(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except ResonanceError as error:
        return Check(name, "fail", str(error))


def _there(path: Path) -> Path:
    """The nearest folder above that exists."""
    return next(each for each in path.absolute().parents if each.exists())
