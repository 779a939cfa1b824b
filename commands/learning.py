"""`resonance train`, `models` and `evaluate`: the model."""

from __future__ import annotations

import json
import resource
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from commands.front import FOLDER, MODEL, OneSentence, opened
from graph.errors import StoreError
from graph.loaders.folder import read_folder
from graph.queries.export import read_tables

if TYPE_CHECKING:
    from gnn.artifact import Saveable, ServingModel
    from gnn.train import Trained
    from gnn.versions import Models


@click.command("train")
@MODEL
@click.option("--seed", default=0, show_default=True, help="Seed of all chance.")
@click.option("--upto", type=int, help="Learn only from what was known then (Unix seconds).")
@click.option(
    "--device",
    default="auto",
    show_default=True,
    help="cpu or cuda; auto: a GPU where there is one.",
)
@click.option("--aside", is_flag=True, help="Keep it beside the model that is served.")
@click.option("--show-config", is_flag=True, help="Print the settings of a training, and end.")
@click.pass_context
def train_model(
    ctx: click.Context,
    model_dir: Path,
    seed: int,
    upto: int | None,
    device: str,
    aside: bool,
    show_config: bool,
) -> None:
    """Train GraphSAGE on the graph, and keep the model to be served from the next start on."""
    from gnn.config import TrainConfig

    if show_config:
        click.echo(json.dumps(asdict(TrainConfig(device=device)), indent=2))
        return
    from gnn.train import train
    from gnn.versions import Models, told

    with opened(ctx) as store:
        tables = read_tables(store)
    checkpoint = model_dir / ".training"
    trained = train(tables, TrainConfig(device=device), seed, upto, checkpoint)
    models = Models(model_dir)
    name = _kept(ctx, models, trained, promoted=not aside)
    click.echo(told(each for each in models.versions() if each.name == name)[0])
    beside = f"kept beside the one served; resonance models promote {name} serves it"
    click.echo(f"{model_dir / name}: {beside if aside else 'served from the next start on'}")
    click.echo(_memory())


def _kept(ctx: click.Context, models: Models, trained: Trained, *, promoted: bool) -> str:
    """Keep a training without those who left while it was made; its name.

    Looked at before it is written, so that nobody who left gets there; and after, for who left
    meanwhile. Whoever leaves later than that is taken out of it as of any other.
    """
    from gnn.artifact import ServingModel

    made = ServingModel(
        trained.embeddings, trained.decoder, trained.metadata, trained.encoder, trained.evaluation
    )
    if any(left := _gone(ctx, made)):
        made = made.without(*left)
    name = models.add(cast("Saveable", made), promoted=promoted)
    if any(left := _gone(ctx, made)):
        return models.forget(*left).get(name, name)
    return name


def _gone(ctx: click.Context, made: ServingModel) -> tuple[list[str], list[str]]:
    """Users and posts of the training that are in the graph no more; none where nobody can look."""
    from feed.model_check import gone

    try:
        with opened(ctx) as store:
            return gone(store, made.embeddings)
    except StoreError as error:
        said = "who left since the training began is still in it, as nobody can look who did"
        click.echo(f"{said} ({error}); train again when the graph can be opened", err=True)
        return [], []


@click.group("models", cls=OneSentence)
def model_commands() -> None:
    """List and compare the trainings that are kept, and choose which one is served."""


@model_commands.command("list")
@MODEL
def list_models(model_dir: Path) -> None:
    """Print every training: when, on how much, how good on valid; * marks the one served."""
    from gnn.versions import Models, told

    versions = Models(model_dir).versions()
    click.echo("\n".join(told(versions)) if versions else f"no training in {model_dir}")


@model_commands.command("compare")
@click.argument("names", nargs=2)
@MODEL
def compare_models(names: tuple[str, str], model_dir: Path) -> None:
    """Print what two trainings differ in."""
    from gnn.versions import Models

    for field, one, other in Models(model_dir).compared(*names):
        click.echo(f"{field:<28}{one:<28}{other}")


@model_commands.command("promote")
@click.argument("name")
@MODEL
def promote_model(name: str, model_dir: Path) -> None:
    """Serve this training from the next start on."""
    from gnn.versions import Models

    Models(model_dir).promote(name)
    click.echo(f"{name}: served from the next start on")


@model_commands.command("rollback")
@MODEL
def roll_back_model(model_dir: Path) -> None:
    """Serve what was served before, from the next start on."""
    from gnn.versions import Models

    click.echo(f"{Models(model_dir).roll_back()}: served from the next start on")


@click.command("evaluate")
@FOLDER
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    envvar="RESONANCE_EVALUATION",
    help="Write report.json and a page here; the desk shows what is in .data/evaluation.",
)
@click.option("--seeds", default="0,1,2", show_default=True, help="One run each.")
@click.option(
    "--predictions", type=click.Path(path_type=Path), help="Write every user's top 100 as CSV."
)
@click.option("--models", help="Only these, such as popularity,ease,resonance.  [default: all]")
def evaluate_folder(
    folder: Path, out: Path | None, seeds: str, predictions: Path | None, models: str | None
) -> None:
    """Rank held-out links of a graph folder, beside baselines."""
    from gnn.evaluate import evaluate, models_named
    from gnn.report import text_table, write_report

    numbers = _seeds(seeds)
    wanted = models_named(models)
    report = evaluate(read_folder(folder), numbers, predictions=predictions, models=wanted)
    click.echo(text_table(report))
    if out is not None:
        click.echo(f"page: {write_report(report, out)}")
    click.echo(_memory())


def _memory() -> str:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e9
    return f"{peak:.2f} GB resident at most"


def _seeds(text: str) -> list[int]:
    if not all(part.strip().isdecimal() for part in text.split(",")):
        raise click.BadParameter(
            f"{text!r} is not a list of numbers such as 0,1,2", param_hint="--seeds"
        )
    return [int(part) for part in text.split(",")]
