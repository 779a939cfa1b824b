"""People page through feeds while others like, post and delete: no page repeats or skips a post.

A session pages through one feed, by cursor (pages of any size) or by number. It fails where a post
comes twice; where the pinned ranking changes; where a post of it that nobody had begun to delete is
missing, or comes out of its order; and where a post comes that was deleted before. Writers send
events, as an app would, until the last session ends. A session's seed repeats what it asks; what
happens beside it is left to the threads.
"""

import json
import os
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import click
import numpy as np

from bench.paging import Session, Watched
from feed.recommend import Recommender
from feed.slate import Slate
from graph.derive.rebuild import derive
from graph.events.intake import EventIntake
from graph.ingest import ingest_tables
from graph.model import Row, Tables
from graph.progress import progress
from graph.store import GraphStore, StoreConfig, open_store
from village.world import NOW, plant

READERS, WRITERS = 4, 2
DELETED = 0.3
"""The most of the posts that are deleted in all."""
LATEST = 50
"""Rankings, from whose posts most of those are taken that are liked or deleted."""
LIKES, DELETIONS = 8, 2
"""That a writer sends together, beside a new post."""
NEW = 1_000_000
"""Above the numbers of the village's posts."""


@dataclass(frozen=True)
class Outcome:
    """What became of some sessions."""

    sessions: int
    pages: int
    faults: list[str]
    written: Counter[str]
    seconds: float


@dataclass
class Square:
    """Where they all meet: the graph, the recommender, and what is being written."""

    store: GraphStore
    tables: Tables
    seed: int = 0
    latest: deque[Slate] = field(default_factory=lambda: deque(maxlen=LATEST))
    begun: dict[str, float] = field(default_factory=dict)
    """Post id to when its deletion began; in `deleted`, to when it was acknowledged."""
    deleted: dict[str, float] = field(default_factory=dict)
    written: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    made: int = 0
    turn: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.cursors = Watched()
        self.recommender = Recommender(self.store, cursors=self.cursors)
        self.intake = EventIntake(self.store, clock=lambda: NOW)
        self.users = self.tables["users"]["id"].tolist()
        self.names = self.tables["users"]["username"].tolist()
        self.posts, self.tags = (self.tables[file]["id"].tolist() for file in ("posts", "tags"))

    def run(self, sessions: int) -> Outcome:
        """So many sessions, some at a time, and writers beside them."""
        began = time.perf_counter()
        with ThreadPoolExecutor(READERS + WRITERS, thread_name_prefix="square") as people:
            writers = [people.submit(self.write, number) for number in range(WRITERS)]
            parts = [
                people.submit(self.read, range(reader, sessions, READERS))
                for reader in range(READERS)
            ]
            try:
                done = [each for part in parts for each in part.result()]
            finally:
                self.over.set()
            for each in writers:
                each.result()
        faults = [f"seed {one.seed}: {each}" for one in done for each in self.faults(one)]
        pages = sum(len(one.pages) for one in done)
        seconds = time.perf_counter() - began
        return Outcome(len(done), pages, faults, self.written, seconds)

    def faults(self, session: Session) -> list[str]:
        """What the session's pages did that they may not do."""
        return session.faults(self.begun, self.deleted)

    def read(self, numbers: range) -> list[Session]:
        """One reader's sessions; no viewer is another reader's, nor are their slates by number."""
        done = []
        # One reader's bar tells of all: they go on side by side.
        watched = progress(numbers, "a reader's sessions", len(numbers))
        for number in numbers if numbers.start else watched:
            viewer = number % (len(self.names) // READERS * READERS)
            session = Session(
                (self.seed, number), self.recommender, self.cursors, self.names[viewer]
            )
            for page in session.run(NOW):
                if page.slate is not None:
                    self.latest.append(page.slate)
            done.append(session)
        return done

    def write(self, number: int) -> None:
        """Events until the sessions are over: likes, and some posts and deletions."""
        rng = np.random.default_rng((self.seed, number, WRITERS))
        while not self.over.is_set():
            events = [self._like(rng) for _ in range(LIKES)] + [self._post(rng)]
            events += [self._told("delete_post", post=post) for post in self._doomed(rng)]
            lines = [json.dumps(event).encode() for event in events]
            taken = self.intake.take(enumerate(lines))
            if taken.refused:
                raise click.ClickException(f"an event was refused: {taken.refused[0].reason}")
            now = time.monotonic()
            self.deleted.update({str(e["post"]): now for e in events if e["type"] == "delete_post"})

    def _like(self, rng: np.random.Generator) -> Row:
        return self._told("like", user=_one(rng, self.users), post=self._some(rng))

    def _post(self, rng: np.random.Generator) -> Row:
        with self.turn:
            self.made += 1
            post = f"app:post:{NEW + self.made}"
        author, tag = _one(rng, self.users), _one(rng, self.tags)
        return self._told("post", post=post, author=author, tags=[tag], title="New")

    def _doomed(self, rng: np.random.Generator) -> list[str]:
        """Posts whose deletion begins now."""
        posts = {self._some(rng) for _ in range(DELETIONS)}
        with self.turn:
            posts -= self.begun.keys()
            if len(self.begun) > DELETED * len(self.posts):
                return []
            self.begun.update(dict.fromkeys(posts, time.monotonic()))
        return sorted(posts)

    def _some(self, rng: np.random.Generator) -> str:
        """A post, most likely one that somebody is about to be shown."""
        slates = [each for each in list(self.latest) if each.post_ids]
        if not slates or rng.random() < 0.2:
            return _one(rng, self.posts)
        return _one(rng, slates[rng.integers(len(slates))].post_ids)

    def _told(self, kind: str, **fields: object) -> Row:
        with self.turn:
            self.written[kind] += 1
            return {"id": f"{kind}-{self.written[kind]}", "at": NOW, "type": kind, **fields}


def _one(rng: np.random.Generator, some: Sequence[str]) -> str:
    return some[int(rng.integers(len(some)))]


@click.command()
@click.option("--sessions", default=10_000, show_default=True)
@click.option("--users", default=2_000, show_default=True)
@click.option("--posts", default=6_000, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--store", "url", help="An empty bolt:// server; default: embedded, thrown away.")
def main(sessions: int, users: int, posts: int, seed: int, url: str | None) -> None:
    """Page through feeds beside writers, and tell every page that repeats or skips a post."""
    tables = plant(users=users, posts=posts, communities=10).tables
    with tempfile.TemporaryDirectory() as folder:
        config = StoreConfig.from_env(os.environ, url or f"ladybug:{folder}/graph")
        with open_store(config) as store:
            if not store.frame("export_users").empty:
                raise click.ClickException(f"{url} is not empty, and this would change what it has")
            ingest_tables(store, tables)
            derive(store)
            outcome = Square(store, tables, seed).run(sessions)
    written = ", ".join(f"{count:,} {kind}" for kind, count in sorted(outcome.written.items()))
    each = outcome.seconds / max(outcome.sessions, 1)
    click.echo(f"{outcome.sessions:,} sessions, {outcome.pages:,} pages; beside them {written}")
    click.echo(f"{outcome.seconds:,.0f} s, {each * 1e3:,.0f} ms a session")
    click.echo("\n".join(outcome.faults) or "no repeat, no skip, nothing out of order")
    if outcome.faults:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
