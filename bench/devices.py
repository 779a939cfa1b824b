"""Whether another device makes the same model: a village learned on the processor, and there.

Weights that were learned there are also taken to the processor and encode everybody again: how far
the vectors then differ is the device's own rounding, and no luck of training. Both ways to run the
network are compared: over the whole graph at once, and over drawn neighbours, in blocks.
"""

import copy
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import click
import numpy as np
import torch

from gnn.case import Case, make_case
from gnn.config import TrainConfig
from gnn.fitting import Encoder, fit, shown
from village.world import plant

DRAWN = 1_000
"""Edges at once, so few that no village is computed on whole."""
WAYS = {"whole": TrainConfig().edges_at_once, "drawn": DRAWN}


@dataclass(frozen=True)
class Found:
    """One training."""

    way: str
    device: str
    seconds: float
    loss: float
    """Of the last epoch."""
    ndcg: float
    """NDCG@10 of the embedding alone on valid."""
    difference: float
    """Between the same weights' vectors here and on the processor, of any user's or post's place;
    as a share of the largest."""


def compared(case: Case, config: TrainConfig, devices: tuple[str, ...]) -> Iterator[Found]:
    """Trainings of the case, each way on each of the devices."""
    for way, most in WAYS.items():
        for device in devices:
            settings = replace(config, device=device, edges_at_once=most)
            began = time.perf_counter()
            fitted = fit(case, settings)
            seconds = time.perf_counter() - began
            apart = difference(case, fitted.encoder)
            yield Found(way, device, seconds, fitted.losses[-1], fitted.valid_ndcg, apart)


def difference(case: Case, encoder: Encoder) -> float:
    """The greatest difference of vectors; see `Found`."""
    network = copy.deepcopy(encoder.network).to("cpu")
    here = replace(encoder, network=network, config=replace(encoder.config, device="cpu"))
    tables = [shown(case, each).table for each in (encoder, here)]
    there, right = ([each.user_vectors, each.post_vectors] for each in tables)
    apart = max(float(np.abs(a - b).max()) for a, b in zip(there, right, strict=True))
    return apart / max(float(np.abs(each).max()) for each in right)


@click.command()
@click.option("--device", default="cuda", show_default=True, help="To hold against the processor.")
@click.option("--users", default=2_000, show_default=True)
@click.option("--epochs", default=TrainConfig().epochs, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(device: str, users: int, epochs: int, seed: int) -> None:
    """Train on the processor and on another device, and compare."""
    world = plant(seed=seed, users=users, posts=users * 5 // 2, engagements_per_user=60.0)
    case = make_case(world.tables, seed)
    known = torch.cuda.get_device_name() if device.startswith("cuda") else device
    click.echo(f"{case.train.nnz:,} links to learn from; torch {torch.__version__}; {known}")
    click.echo("way     device   seconds      loss  NDCG@10  vectors differ by")
    for each in compared(case, TrainConfig(epochs=epochs), ("cpu", device)):
        click.echo(
            f"{each.way:<8}{each.device:<6}{each.seconds:10.1f}{each.loss:10.4f}"
            f"{each.ndcg:9.4f}{each.difference:19.1e}"
        )


if __name__ == "__main__":
    main()
