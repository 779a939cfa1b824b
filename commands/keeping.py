"""`resonance backup` and `restore`: a graph is put aside, and back."""

from pathlib import Path

import click

from commands.front import FOLDER, config_of


@click.command("backup")
@FOLDER
@click.pass_context
def back_up(ctx: click.Context, folder: Path) -> None:
    """Write all of the graph to a new folder, also while it is served."""
    from graph.backup import backup

    click.echo(f"{folder}: {backup(config_of(ctx).there(), folder):,} rows")


@click.command("restore")
@FOLDER
@click.pass_context
def put_back(ctx: click.Context, folder: Path) -> None:
    """Put a backup back where there is no graph yet, and derive from it."""
    from graph.backup import restore

    config = config_of(ctx)
    click.echo(f"{config.url}: {restore(config, folder):,} rows, and what is derived")
