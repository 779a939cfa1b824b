"""The village of a size, and the embedded graph of it, which is kept from run to run."""

import json
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

from bench.feed import planted
from gnn.artifact import FORMAT
from graph.derive.engagements import engagements
from graph.model import SIGNALS, Row, Tables
from village.world import World

SEED = 0


@dataclass(frozen=True)
class Village:
    """A village, and the folder of what is made of it."""

    size: int
    """The engagements that were asked for."""
    world: World
    folder: Path
    loaded: bool
    """Whether `graph` has it, with all that is derived."""

    @property
    def graph(self) -> Path:
        """The embedded graph."""
        return self.folder / "graph"

    @property
    def model(self) -> Path:
        """Where a training of it is kept, which this version reads."""
        return self.folder / f"model-{FORMAT}"

    def keep(self) -> None:
        """Say that the graph is whole: the next run may take it."""
        (self.folder / "done.json").write_text(json.dumps({"now": self.world.now}))


def village(size: int, folder: Path, anew: bool) -> Village:
    """The village of that size, with the graph that is in its folder.

    Its clock is that of the day it was loaded, for a server's clock is nobody's to set: in a
    village of long ago nothing would be fresh.

    Args:
        size: engagements, about.
        folder: of all sizes.
        anew: whether a graph that is there is thrown away.
    """
    own = folder / str(size)
    done = own / "done.json"
    loaded = done.exists() and not anew
    if not loaded:
        shutil.rmtree(own, ignore_errors=True)
        own.mkdir(parents=True)
    now = json.loads(done.read_text())["now"] if loaded else int(time.time())
    return Village(size, planted(size, SEED, now), own, loaded)


def public(place: Village) -> list[str]:
    """User ids of those whom everybody may see."""
    users = place.world.tables["users"]
    found: list[str] = users.loc[users["privacy"] == "public", "id"].tolist()
    return found


def described(place: Village) -> Row:
    """How large it is, and of which seed."""
    tables: Tables = place.world.tables
    edges = sum(len(tables[edge.file]) for edge in SIGNALS if edge.file in tables)
    return {
        "asked_for": place.size,
        "seed": place.world.seed,
        "people": len(tables["users"]),
        "posts": len(tables["posts"]),
        "edges_of_engagements": edges,
        "pairs_engaged": len(engagements(tables)),
        "likes": len(tables["liked"]),
        "friendships": len(tables["friend"]),
        "edges": sum(len(frame) for frame in tables.values() if "source" in frame),
    }
