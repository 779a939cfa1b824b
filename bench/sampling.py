"""What drawn neighbours save, and what they cost: memory and seconds of a step, and NDCG.

`cost` makes a graph by chance in which posts are as popular as Zipf's law says, so that there are
hubs, and takes steps on it, each way in a process of its own: whole, or on drawn neighbours; and
encodes all nodes, whole or in blocks. `quality` trains on villages both ways.
"""

import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from multiprocessing import get_context

import click
import numpy as np
import torch
from torch import Tensor

from gnn.case import make_case
from gnn.config import TrainConfig
from gnn.data import Inputs
from gnn.fitting import fit, repeatable
from gnn.matrices import EdgeType
from gnn.model import GraphSage
from gnn.passes import encoded, vectors_of
from gnn.spectrum import Damping, Spectrum
from village.world import plant

CONFIG = TrainConfig(device="cpu")
TAGS, TAGS_A_POST, WIDTH = 1_000, 3, 196
"""The features are as wide as those of real users and posts at the default settings."""
A_USER, A_POST = 20, 10
"""Engagements a user and a post, on average."""
STEPS = 5
FEW = 4_000
"""Edges, less than any fold of the villages has."""
MANY = 100_000_000
"""Edges, more than any village has."""


@dataclass(frozen=True)
class Task:
    """One measurement."""

    way: str
    """One of `WAYS`."""
    links: int
    users: int
    posts: int
    fanout: int


@dataclass(frozen=True)
class Found:
    """What a measurement told."""

    seconds: float
    """A step, of one core."""
    before: float
    """Most resident memory of the process until the graph was there, GB."""
    peak: float
    """The same until the end."""
    edges: int


def by_chance(links: int) -> Inputs:
    """A graph of so many engagements, without a spectrum."""
    rng = np.random.default_rng(0)
    counts = {"User": links // A_USER, "Post": links // A_POST, "Tag": TAGS}
    weights = 1.0 / np.arange(1, counts["Post"] + 1) ** 0.8
    posts = rng.permutation(counts["Post"])
    likers, liked = rng.integers(0, counts["User"], links), posts[_zipf(weights, links, rng)]
    ends = {
        ("User", "liked", "Post"): (likers, liked),
        ("User", "authored", "Post"): (rng.integers(0, counts["User"], len(posts)), posts),
        ("Post", "tagged", "Tag"): (
            np.repeat(posts, TAGS_A_POST),
            _zipf(weights[:TAGS], TAGS_A_POST * len(posts), rng),
        ),
    }
    edges: dict[EdgeType, Tensor] = {}
    for (source, file, target), pair in ends.items():
        there = torch.from_numpy(np.stack(pair))
        edges[source, file, target], edges[target, f"rev_{file}", source] = there, there.flip(0)
    features = {
        label: torch.from_numpy(rng.random((count, WIDTH), dtype=np.float32))
        for label, count in counts.items()
    }
    nothing = np.zeros((1, 0), dtype=np.float32)
    damping = Damping(0.0, 1.0, nothing[0], nothing[0])
    axes = Spectrum(nothing[0], nothing, nothing, damping)
    return Inputs(features, edges, axes, nothing, nothing[0], 0)


def _zipf(weights: np.ndarray, count: int, rng: np.random.Generator) -> np.ndarray:
    ends = np.cumsum(weights)
    return np.asarray(np.searchsorted(ends, rng.random(count) * ends[-1], side="right"))


def _gigabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9


def measured(task: Task) -> Found:
    """Make the graph and go that way; to be called in a new process, for the sake of its memory."""
    given = by_chance(task.links)
    widths = {label: each.shape[1] for label, each in given.features.items()}
    with repeatable(0, CONFIG):
        network = GraphSage(widths, given.edges, CONFIG.hidden, CONFIG.out, CONFIG.layers, 0.2)
        step = WAYS[task.way](network, given, task)
        before = _gigabytes()
        step()  # the first sorts the edges, as happens once a training
        began = time.process_time()
        for _ in range(STEPS):
            step()
        seconds = (time.process_time() - began) / STEPS
    return Found(seconds, before, _gigabytes(), given.num_edges)


Way = Callable[[GraphSage, Inputs, Task], Callable[[], None]]


def _learning(network: GraphSage, given: Inputs, task: Task) -> Callable[[], None]:
    """A step that learns from drawn users and posts: forward, loss, backward, optimizer."""
    rng = np.random.default_rng(1)
    optimizer = torch.optim.AdamW(network.parameters())
    network.train()

    def step() -> None:
        seeds = {
            "User": rng.choice(len(given.features["User"]), task.users, replace=False),
            "Post": rng.choice(len(given.features["Post"]), task.posts, replace=False),
        }
        if task.way == "step whole":
            found = network(given.features, given.edges)
            found = {label: found[label][torch.from_numpy(each)] for label, each in seeds.items()}
        else:
            found = vectors_of(network, given, seeds, task.fanout, rng)
        logits = found["User"] @ found["Post"].T  # (users, posts)
        loss = (torch.logsumexp(logits, dim=1) - logits[:, 0]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return step


def _encoding(network: GraphSage, given: Inputs, task: Task) -> Callable[[], None]:
    """The vectors of all, at once or in blocks."""
    size = given.num_edges if task.way == "encode whole" else CONFIG.edges_at_once
    network.eval()

    def step() -> None:
        with torch.no_grad():
            encoded(network, given, replace(CONFIG, edges_at_once=size))

    return step


WAYS: dict[str, Way] = {
    "step whole": _learning,
    "step drawn": _learning,
    "encode whole": _encoding,
    "encode blocks": _encoding,
}


@click.group()
def main() -> None:
    """What neighbour sampling costs, and whether the model is as good."""


@main.command()
@click.option("--links", multiple=True, type=int, default=(1_000_000, 5_000_000), show_default=True)
@click.option("--users", default=1_024, show_default=True, help="Drawn in a step.")
@click.option("--posts", default=20_000, show_default=True, help="Drawn in a step.")
@click.option("--fanout", default=CONFIG.neighbours, show_default=True)
@click.option("--way", "ways", multiple=True, type=click.Choice(list(WAYS)), help="Only these.")
def cost(
    links: tuple[int, ...], users: int, posts: int, fanout: int, ways: tuple[str, ...]
) -> None:
    """Seconds a step and most resident memory, with all neighbours and with some."""
    click.echo("engagements       edges  way              seconds   GB before   GB most")
    for count in links:
        for way in ways or WAYS:
            with get_context("spawn").Pool(1) as alone:
                found = alone.apply(measured, (Task(way, count, users, posts, fanout),))
            click.echo(
                f"{count:11,}{found.edges:12,}  {way:<14}{found.seconds:10.2f}"
                f"{found.before:12.2f}{found.peak:10.2f}"
            )


@main.command()
@click.option("--seed", "seeds", multiple=True, type=int, default=range(6), show_default=True)
@click.option(
    "--fanout", "fanouts", multiple=True, type=int, default=(1_000, 15, 5), show_default=True
)
@click.option("--users", default=300, show_default=True)
@click.option("--each", default=60.0, show_default=True, help="Engagements a user, on average.")
@click.option("--layers", default=1, show_default=True, help="Rounds of messages.")
def quality(
    seeds: tuple[int, ...], fanouts: tuple[int, ...], users: int, each: float, layers: int
) -> None:
    """NDCG@10 of the embedding on valid, by village: all neighbours, then some.

    Without early stopping, whose moment is chance. A fanout that no node reaches has all
    neighbours too, but other draws of dropout: what it differs by is the noise of one training.
    """
    click.echo("seed      all" + "".join(f"{fanout:9}" for fanout in fanouts))
    rows = []
    for seed in seeds:
        world = plant(seed=seed, users=users, posts=users * 5 // 2, engagements_per_user=each)
        case = make_case(world.tables, seed)
        whole = replace(CONFIG, layers=layers, edges_at_once=MANY, patience=CONFIG.epochs)
        drawn = [replace(whole, edges_at_once=FEW, neighbours=fanout) for fanout in fanouts]
        rows.append([fit(case, config).valid_ndcg for config in (whole, *drawn)])
        click.echo(f"{seed:4}" + "".join(f"{ndcg:9.4f}" for ndcg in rows[-1]))
    click.echo("mean" + "".join(f"{ndcg:9.4f}" for ndcg in np.mean(rows, axis=0)))


if __name__ == "__main__":
    main()
