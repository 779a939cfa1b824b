"""A village served as SocialVerse, and a source that reads it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd

from graph.loaders.socialverse import PageCache, SocialVerseConfig, SocialVerseSource
from graph.report import LoadReport
from graph.store import GraphStore
from graph.sync import read_source, synchronise
from village.faults import Faults
from village.server import Asked, serve_village
from village.world import World

SECRET, KEY = "tok-7f3a-never-shown", "key-91bd+never/shown"


class Served:
    """A running server: its faults may be changed, and what was asked of it is noted."""

    def __init__(self, url: str, faults: Faults, asked: list[Asked]) -> None:
        self.url, self.faults, self.asked = url, faults, asked
        self.waits: list[float] = []
        """Seconds that sources waited before another try; noted, not slept."""

    def source(
        self,
        cache: Path | None = None,
        max_age_s: float = 0.0,
        report: LoadReport | None = None,
        **settings: object,
    ) -> SocialVerseSource:
        """A source as a new run has it; with a cache only where its folder is given."""
        given = {"url": self.url, "token": SECRET, "algorithm": KEY, "timeout_s": 20.0}
        folder = {"cache": cache} if cache is not None else {}
        config = SocialVerseConfig(**given | folder | settings)  # type: ignore[arg-type]
        pages = PageCache(config, max_age_s) if cache is not None else None
        return SocialVerseSource(config, report or LoadReport(), self.waits.append, pages)

    def asked_for(self) -> list[tuple[str, int]]:
        """The path and page of each request since this was last called."""
        came = [(path, page) for path, page, _ in self.asked]
        self.asked.clear()
        return came


@contextmanager
def served(world: World, faults: Faults | None = None) -> Iterator[Served]:
    """Serve the village meanwhile."""
    faults, asked = faults or Faults(), list[Asked]()
    with serve_village(world, SECRET, KEY, faults=faults, asked=asked) as url:
        yield Served(url, faults, asked)


def loaded(source: SocialVerseSource) -> dict[str, pd.DataFrame]:
    """All that the source gives out, by kind file."""
    return {batch.kind.file: batch.frame for batch in source.batches()}


def synced(store: GraphStore, source: SocialVerseSource, allow_gone: bool = False) -> LoadReport:
    """Read the source, and bring the graph up to it."""
    return synchronise(store, read_source(source), allow_gone)
