"""`resonance export`, `stats`, `migrate`, `derive` and `reindex`: the graph as it is."""

from pathlib import Path

import click

from commands.front import FOLDER, config_of, opened, opened_or_made
from graph.loaders.folder import write_folder
from graph.queries.export import read_tables
from graph.queries.stats import stats


@click.command()
@FOLDER
@click.option("--of", "user", help="Only what is this user's own, by username or user id.")
@click.pass_context
def export(ctx: click.Context, folder: Path, user: str | None) -> None:
    """Write the whole graph, or what is one user's own, as a graph folder."""
    from feed.viewer import user_called
    from graph.queries.people import gate_context
    from social.own_graph import own_graph

    with opened(ctx) as store:
        if user is None:
            tables = read_tables(store)
        else:
            user_id = user_called(store, user).user_id
            tables = own_graph(store, gate_context(store, user_id, user))
    write_folder(tables, folder)
    click.echo(f"{folder}: {sum(len(frame) for frame in tables.values()):,} rows")


@click.command("stats")
@click.pass_context
def print_stats(ctx: click.Context) -> None:
    """Count everything in the graph."""
    with opened(ctx) as store:
        for kind, rows in stats(store).items():
            click.echo(f"{kind:<16}{rows:>12,}")


@click.command("migrate")
@click.pass_context
def bring_up(ctx: click.Context) -> None:
    """Bring the graph's schema up to this version, and make what it lacks of it.

    Every command and `serve` brings it up when it opens the graph; this says so and ends, and
    makes indexes and tables anew that somebody dropped.
    """
    with opened_or_made(ctx) as store:
        before, now = store.schema.before, store.migrate().version
    click.echo(f"schema: version {now}" + (f", before {before}" if before != now else ""))


@click.command("derive")
@click.pass_context
def rebuild(ctx: click.Context) -> None:
    """Rebuild what is derived: TOP (champions), SIMILAR (posts), NEAR (people), popularity."""
    from graph.derive.rebuild import derive

    with opened(ctx) as store:
        for name, rows in derive(store).items():
            click.echo(f"{name:<16}{rows:>12,}")


@click.command("reindex")
@click.pass_context
def rebuild_index(ctx: click.Context) -> None:
    """Make the index of words, by which search finds, anew from the graph."""
    from graph.search.opening import reindex

    click.echo(reindex(config_of(ctx).there()))
