"""How far derived edges are from the truth while nobody rebuilds them.

A village is derived as if its latest engagements had not happened yet, and again with them. Of
each list's first ten, how many are among the first ten of the list that a rebuild would make?
Told apart are lists that such an engagement is next to (the champions of what the post bears, the
posts similar to it, the people like who acted), which an update by action could make anew, and the
others, which it would leave: what is missing there is what such updates cost. Posts themselves are
all there before.
"""

from collections.abc import Iterator, Mapping

import click
import pandas as pd

from bench.feed import COMMUNITIES, ENGAGEMENTS_PER_USER
from graph.derive.champions import SOURCES
from graph.derive.engagements import engagements
from graph.derive.rebuild import Derived, derived
from graph.frames import empty, typed
from graph.model import KINDS, SIGNALS, Tables
from village.world import plant

FIRST = 10
LATEST = (0.001, 0.01, 0.05)
"""Parts of all engagements that no derived edge knows of yet."""
Lists = Mapping[str, pd.DataFrame]


@click.command()
@click.option("--users", default=4_300, show_default=True)
@click.option("--posts", default=10_000, show_default=True)
def main(users: int, posts: int) -> None:
    """Measure a village; by default one of some 100,000 engagements."""
    planted = plant(
        users=users,
        posts=posts,
        communities=COMMUNITIES,
        engagements_per_user=ENGAGEMENTS_PER_USER,
    ).tables
    tables = {file: typed(kind, planted.get(file, empty(kind))) for file, kind in KINDS.items()}
    pairs = engagements(tables)
    now = lists(derived(tables))
    click.echo(f"{len(pairs):,} engagements; first {FIRST} that are right: touched, other lists")
    for part in LATEST:
        cut = pairs["at"].quantile(1.0 - part)
        then = lists(derived(before(tables, int(cut))))
        nodes = touched(tables, pairs[pairs["at"] > cut])
        for name, edges in now.items():
            told = " ".join(_told(then[name], edges, nodes[name]))
            click.echo(f"{part:<7.1%}{name:<10}{told}")


def before(tables: Tables, cut: int) -> Tables:
    """The graph without the engagements that are later than `cut`."""
    earlier = {}
    for edge in SIGNALS:
        if edge.file in tables:
            frame = tables[edge.file]
            earlier[edge.file] = frame[~frame["at"].gt(cut).fillna(False).astype(bool)]
    return {**tables, **earlier}


def lists(made: Derived) -> Lists:
    """The lists that are kept up, by what they are called here."""
    labels = [made.top[label] for label in SOURCES]
    return {
        "TOP": pd.concat(labels, ignore_index=True),
        "SIMILAR": made.similar,
        "NEAR": made.near,
    }


def touched(tables: Tables, pairs: pd.DataFrame) -> Mapping[str, set[str]]:
    """The nodes whose lists the engagements in `pairs` are next to."""
    posts = set(pairs["post_id"])
    bearing = [tables[file] for file in SOURCES.values() if file in tables]
    borne = {node for each in bearing for node in each["target"][each["source"].isin(posts)]}
    return {"TOP": borne, "SIMILAR": posts, "NEAR": set(pairs["user_id"])}


def right(then: pd.DataFrame, now: pd.DataFrame) -> pd.Series:
    """The part of each list's `FIRST` that were there before, by the node it starts from."""
    best = now[now["rank"] < FIRST]
    old = then.loc[then["rank"] < FIRST, ["source", "target"]].assign(was=1.0)
    both = best.merge(old, how="left", on=["source", "target"])
    kept: pd.Series = both["was"].fillna(0.0).groupby(both["source"]).mean()
    return kept


def _told(then: pd.DataFrame, now: pd.DataFrame, nodes: set[str]) -> Iterator[str]:
    kept = right(then, now)
    near = kept.index.isin(nodes)
    for part in (kept[near], kept[~near]):
        share = f"{part.mean():7.1%}" if len(part) else f"{'-':>7}"
        yield f"{share} of {len(part):>7,}"


if __name__ == "__main__":
    main()
