"""How soon derived lists follow what people do, what that costs, and how right they are then.

In a village that is derived people like posts and write some, through the actions that a server
takes; a thread keeps the lists up as the server's does (`web.freshening`), with the same pauses. A
write is followed once every list that is made anew for it, or for one before it, is in the graph.
Then the lists are held against those of a full rebuild as of the same moment: as they were before
the writes, and as they are; apart those that a write is next to, and the others, which only a
rebuild makes anew.
"""

import os
import tempfile
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import count

import click
import numpy as np
import pandas as pd

from bench.clock import percentiles, told
from bench.drift import FIRST, Lists, lists, right, touched
from bench.feed import fill, planted
from graph.derive.champions import SOURCES, ranked
from graph.derive.clock import Clock
from graph.derive.fresh import Fresh
from graph.derive.rebuild import derived, public_posts
from graph.model import PRIVACIES
from graph.queries.derivation import derivation
from graph.queries.export import read_tables
from graph.queries.people import viewer_context
from graph.store import GraphStore, StoreConfig, open_store
from social import posts, reactions
from social.posts import Draft
from village.world import World
from web.freshening import pause_after

POST = 10
"""Every so many-th write is a post, the others are likes."""
PUBLIC = PRIVACIES[0]


@click.command()
@click.option("--engagements", default=100_000, show_default=True)
@click.option("--writes", default=100, show_default=True)
@click.option("--pause", default=1.0, show_default=True, help="Seconds from write to write.")
@click.option("--seconds", default=1.0, show_default=True, help="Between two looks.")
@click.option("--store", "url", help="An empty bolt:// server; default: embedded, thrown away.")
def main(engagements: int, writes: int, pause: float, seconds: float, url: str | None) -> None:
    """Write, follow, and compare."""
    world = planted(engagements)
    with tempfile.TemporaryDirectory() as folder:
        config = StoreConfig.from_env(os.environ, url or f"ladybug:{folder}/graph")
        with open_store(config) as store:
            fill(store, world)
            before = kept(store)
            keeper = Keeper(Fresh(store), seconds)
            resident, began = _resident(), time.perf_counter()
            keeper.round()
            took = time.perf_counter() - began
            click.echo(
                f"{store.engine}: {engagements:,} engagements, read in {took:.1f} s;"
                f" resident {resident:,.0f} MB, then {_resident():,.0f} MB"
            )
            keeper.steps, keeper.worked = 0, 0.0
            pairs = followed(store, world, keeper, writes, pause)
            for line in _told(keeper, writes):
                click.echo(line)
            click.echo(f"first {FIRST} that are right, before and after: touched, other lists")
            for line in compared(store, before, pairs):
                click.echo(line)


class Keeper:
    """Keeps lists up, and tells when what was written is in them."""

    def __init__(self, fresh: Fresh, seconds: float):
        """Not before `start`; `seconds` between two looks."""
        self._fresh, self._seconds = fresh, seconds
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._open: list[float] = []
        """When those were made that are in no list yet."""
        self._looks: list[float] = []
        self.took: list[float] = []
        """Seconds from each write until the lists had followed."""
        self.steps, self.worked = 0, 0.0
        """And the seconds that these took, with looking."""

    @property
    def changed(self) -> int:
        """Lists that are other ones now."""
        return self._fresh.changed

    def start(self) -> None:
        """Go on in a thread."""
        self._thread.start()

    def wrote(self) -> None:
        """A write was made just now."""
        self._open.append(time.monotonic())

    def end(self) -> None:
        """Follow all of it, and no more."""
        while self._open:
            time.sleep(0.01)
        self._ends.set()
        self._thread.join()

    def round(self) -> None:
        """All that was written by now."""
        left = self._looked()
        while left:
            began = time.monotonic()
            left = self._timed(self._fresh.step)
            self.steps += 1
            self._ends.wait(pause_after(time.monotonic() - began, self._fresh.age, False))
            left = self._looked() if left else left
            self._settle()
        self._settle()

    def _looked(self) -> bool:
        self._looks.append(time.monotonic())
        return self._timed(self._fresh.look)

    def _settle(self) -> None:
        """What was noticed before the first that waits was is in the lists."""
        now, known = time.monotonic(), self._looks[-1]
        if self._fresh.waiting:
            before = bisect_right(self._looks, now - self._fresh.age) - 2
            known = self._looks[before] if before >= 0 else 0.0
        while self._open and self._open[0] < known:
            self.took.append(now - self._open.pop(0))

    def _run(self) -> None:
        while not self._ends.wait(self._seconds):
            self.round()

    def _timed(self, work: Callable[[], bool]) -> bool:
        began = time.perf_counter()
        left = work()
        self.worked += time.perf_counter() - began
        return left


def followed(
    store: GraphStore, world: World, keeper: Keeper, writes: int, pause: float
) -> pd.DataFrame:
    """Have people write while the keeper keeps; ``user_id`` and ``post_id`` of what they did."""
    keeper.start()
    pairs = []
    for user_id, post_id in _write(store, world, writes):
        keeper.wrote()
        pairs.append((user_id, post_id))
        time.sleep(pause)
    keeper.end()
    return pd.DataFrame(pairs, columns=["user_id", "post_id"])


def kept(store: GraphStore) -> Lists:
    """The lists that the graph has, as `bench.drift.lists` tells those of a rebuild."""
    top = [_ranked(store, f"top_{label.lower()}") for label in SOURCES]
    return {
        "TOP": pd.concat(top, ignore_index=True),
        "SIMILAR": _ranked(store, "similar"),
        "NEAR": _ranked(store, "near"),
    }


def compared(store: GraphStore, before: Lists, pairs: pd.DataFrame) -> Iterator[str]:
    """A line for each kind of edge."""
    tables, known = read_tables(store), derivation(store)
    assert known is not None, "it was derived"
    truth = lists(derived(tables, Clock(known.engaged_at, known.created_at)))
    nodes, after = touched(tables, pairs), kept(store)
    for name, wanted in truth.items():
        told = " ".join(_parts(before[name], after[name], wanted, nodes[name]))
        yield f"{name:<10}{told}"


def _parts(
    before: pd.DataFrame, after: pd.DataFrame, wanted: pd.DataFrame, nodes: set[str]
) -> Iterator[str]:
    then, now = right(before, wanted), right(after, wanted)
    near = then.index.isin(nodes)
    for part in (near, ~near):
        shares = (
            f"{each[part].mean():7.2%}" if part.any() else f"{'-':>7}" for each in (then, now)
        )
        yield f"{' '.join(shares)} of {part.sum():>7,}"


def _write(store: GraphStore, world: World, writes: int) -> Iterator[tuple[str, str]]:
    """Likes of posts of the likers' own communities, and posts that say what an old one does."""
    rng = np.random.default_rng(0)
    users = world.tables["users"]["id"].to_numpy()
    tagged = world.tables["tagged"]
    tags = {str(post): each.tolist() for post, each in tagged.groupby("source")["target"]}
    old = public_posts(read_tables(store)).to_numpy()
    for number, at in zip(range(writes), count(world.now), strict=False):
        user_id, post_id = str(rng.choice(users)), str(rng.choice(old))
        viewer = viewer_context(store, user_id, user_id)
        if number % POST == POST - 1:
            draft = Draft(title="New", privacy=PUBLIC, tags=tuple(tags.get(post_id, ())))
            post_id = f"bench:post:{number}"
            posts.create(store, viewer, post_id, draft, None, at)
        else:
            reactions.like(store, viewer, post_id, at)
        yield user_id, post_id


def _told(keeper: Keeper, writes: int) -> Iterator[str]:
    yield f"{writes:,} writes; until lists followed {told(percentiles(keeper.took))}"
    each = (keeper.steps / writes, keeper.changed / writes, 1e3 * keeper.worked / writes)
    yield "a write: {:.1f} steps, {:.1f} lists changed, {:.1f} ms of work".format(*each)


def _ranked(store: GraphStore, name: str) -> pd.DataFrame:
    return ranked(store.frame(f"export_{name}")[["source", "target", "score"]])


def _resident() -> float:
    """Megabytes of this process."""
    with open("/proc/self/statm", encoding="ascii") as told:
        return int(told.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
