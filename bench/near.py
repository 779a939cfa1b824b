"""How long people alike take, the memory of it, and whether they are of one community.

Two graphs of 20,000 people, 50,000 posts and 90,000 interests: a village with some million edges
from people to posts, and one made by chance in which everybody meets at a few posts and 30 tags,
the worst that is likely for walks.
"""

import resource
import time

import click
import numpy as np
from scipy import sparse

from graph.derive.engagements import engagements
from graph.derive.near import near_people
from graph.derive.rebuild import near_edges
from village.world import plant

USERS, POSTS, COMMUNITIES, ENGAGEMENTS_PER_USER = 20_000, 50_000, 40, 40.0
LINKS, TAGS, INTERESTS = 1_000_000, 30, 90_000


def crowded(count: int, others: int, exponent: float) -> sparse.csr_array:
    """Ones at random, the others by Zipf's law; shape ``(USERS, others)``."""
    rng = np.random.default_rng(0)
    weights = 1.0 / np.arange(1, others + 1) ** exponent
    ends = (rng.integers(0, USERS, count), rng.choice(others, count, p=weights / weights.sum()))
    ties = sparse.csr_array((np.ones(count), ends), shape=(USERS, others))
    ties.data[:] = 1.0
    return ties


def _print(name: str, links: int, began: tuple[float, float]) -> None:
    wall, processor = time.perf_counter() - began[0], time.process_time() - began[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    click.echo(
        f"{name:<10}{links:>9,} engagements   {processor:5.1f} s of one core, {wall:5.1f} s in all,"
        f"   resident memory, most: {peak:.2f} GB"
    )


@click.command()
def main() -> None:
    """Measure the lists of both graphs."""
    links, interests = crowded(LINKS, POSTS, 0.8), crowded(INTERESTS, TAGS, 0.5)
    began = time.perf_counter(), time.process_time()
    near_people(links, interests)
    _print("by chance", links.nnz, began)
    world = plant(
        users=USERS,
        posts=POSTS,
        communities=COMMUNITIES,
        engagements_per_user=ENGAGEMENTS_PER_USER,
    )
    pairs = engagements(world.tables)
    began = time.perf_counter(), time.process_time()
    edges = near_edges(pairs, world.tables)
    _print("village", len(pairs), began)
    same = edges["source"].map(world.community_of_user) == edges["target"].map(
        world.community_of_user
    )
    for kept in (10, 50):
        share = same[edges["rank"] < kept].mean()
        click.echo(f"of the first {kept}, of the same community: {share:.1%}")
    click.echo(f"by chance: {1 / COMMUNITIES:.1%}")


if __name__ == "__main__":
    main()
