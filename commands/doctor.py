"""`resonance doctor`: what may be wrong with a service, and what to do about it."""

import json
import os
from dataclasses import asdict
from pathlib import Path

import click

from commands.front import MODEL, config_of


@click.command()
@MODEL
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for a program.")
@click.option("--deep", is_flag=True, help="Read the whole graph, and hold it against itself.")
@click.pass_context
def doctor(ctx: click.Context, model_dir: Path, as_json: bool, deep: bool) -> None:
    """Look at settings, clock, disk, graph, schema, indexes, search, model, keys; change nothing.

    One line a check: ok, warn or fail, with what to do. The exit code is 1 where one fails. A
    running server holds an embedded graph: stop it first, or ask it for /ready.
    """
    from commands.checks import Check, Place, checks, worst

    found: list[Check] = []
    for each in checks(Place(config_of(ctx), os.environ, model_dir, deep=deep)):
        found.append(each)
        if not as_json:
            click.echo(f"{each.level:<5}{each.name:<10}{each.said}")
    if as_json:
        told = {"status": worst(found), "checks": [asdict(each) for each in found]}
        click.echo(json.dumps(told, indent=2))
    ctx.exit(worst(found) == "fail")
