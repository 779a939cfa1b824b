"""``python -m bench.yardsticks NAME``: the model and the baselines on a public data set."""

import resource
import tempfile
from dataclasses import replace
from pathlib import Path

import click

from bench.yardsticks.archive import DATASETS_OPTION, extracted
from bench.yardsticks.named import YARDSTICKS
from gnn.evaluate import evaluate_runs, models_named
from gnn.report import text_table, write_report
from graph.errors import ConfigError, ResonanceError
from graph.loaders.folder import write_folder
from graph.model import KINDS, EdgeKind


@click.command()
@click.argument("name", type=click.Choice(sorted(YARDSTICKS)))
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    help="The archive, or the folder it holds, where it is not among --datasets.",
)
@DATASETS_OPTION
@click.option("--seeds", default="0,1,2", show_default=True, help="Seeds of split and model.")
@click.option("--out", type=click.Path(path_type=Path), help="Folder for report.html and .json.")
@click.option("--predictions", type=click.Path(path_type=Path), help="CSV of every top 100.")
@click.option("--models", help="Only these, such as popularity,ease,resonance.  [default: all]")
@click.option(
    "--without",
    default="",
    help="Tables to do without, such as tagged,interested_in: what they bring is missing then.",
)
@click.option("--device", default="cpu", show_default=True, help="Where torch computes.")
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    help="Only write the whole data set there as a graph folder, for `resonance load folder`.",
)
def main(
    name: str,
    data: Path | None,
    datasets: Path,
    seeds: str,
    out: Path | None,
    predictions: Path | None,
    models: str | None,
    without: str,
    device: str,
    folder: Path | None,
) -> None:
    """Evaluate the model and the baselines on NAME, under the protocol of its module."""
    yardstick = YARDSTICKS[name]
    try:
        wanted = models_named(models)
        with tempfile.TemporaryDirectory() as scratch:
            place = data or datasets / f"{yardstick.ARCHIVE}.tar.xz"
            files = extracted(place, Path(scratch))
            if folder is not None:
                write_folder(yardstick.convert(files), folder)
                click.echo(f"Wrote {folder}")
                return
            lacking = _tables(without)
            runs = [
                (seed, yardstick.source(files, seed).lacking(lacking)) for seed in _numbers(seeds)
            ]
        report = evaluate_runs(
            runs,
            config=replace(yardstick.CONFIG, device=device),
            predictions=predictions,
            models=wanted,
        )
        click.echo(text_table(report))
        used = resource.getrusage(resource.RUSAGE_SELF)
        click.echo(
            f"{used.ru_utime + used.ru_stime:.0f} s of processor time,"
            f" {used.ru_maxrss * 1024 / 1e9:.2f} GB resident at most"
        )
        if out is not None:
            click.echo(f"Wrote {write_report(report, out)}")
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error


def _numbers(seeds: str) -> list[int]:
    try:
        return [int(each) for each in seeds.split(",")]
    except ValueError as error:
        raise ConfigError(f"--seeds is {seeds!r}: give integers with commas between.") from error


def _tables(names: str) -> list[str]:
    wanted = [each.strip() for each in names.split(",") if each.strip()]
    may_lack = [file for file, kind in KINDS.items() if isinstance(kind, EdgeKind)]
    if unknown := sorted(set(wanted) - set(may_lack)):
        raise ConfigError(f"--without is {', '.join(unknown)}: give any of {', '.join(may_lack)}.")
    return wanted


if __name__ == "__main__":
    main()
