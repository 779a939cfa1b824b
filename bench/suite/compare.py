"""Two runs beside each other, by what compares: ``python -m bench.suite.compare BEFORE AFTER``.

Times of two machines, or of two moments of one, do not compare; how many times as long a peer takes
as our feed does, since both were measured in the same run, and how many times as long a feed takes
while others write.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from bench.suite.report import Rows
from gnn.pages import aligned

Which = tuple[str, str, str, int]
"""A peer, its engine, that of our feed, and engagements of the village."""
Where = tuple[str, int]
"""An engine, and engagements of the village."""
RESULT = click.Path(exists=True, dir_okay=False, path_type=Path)


@dataclass(frozen=True)
class Result:
    """What compares of a run."""

    peers: Mapping[Which, float]
    """Times as long as our feed, at p50."""
    beside: Mapping[Where, tuple[float, float]]
    """Times as long as without writes, at p50 and at p99."""


@click.command()
@click.argument("before", type=RESULT)
@click.argument("after", type=RESULT)
def main(before: Path, after: Path) -> None:
    """Print both runs' ratios: to their peers at p50, and of reads beside writes to reads alone."""
    first, second = _read(before), _read(after)
    tables = [each for each in (_peers(first, second), _beside(first, second)) if len(each) > 1]
    if not tables:
        raise click.ClickException("no ratio is of the same village in both runs")
    click.echo("\n\n".join(map(aligned, tables)))


def _peers(first: Result, second: Result) -> Rows:
    rows = [["peer / our feed", "peer on", "our feed on", "engagements", "before", "after", ""]]
    for which, before in first.peers.items():
        if (after := second.peers.get(which)) is not None:
            peer, engine, against, size = which
            told = [f"{before:.3g} x", f"{after:.3g} x", f"{after / before:.2f} times"]
            rows.append([peer, engine, against, f"{size:,}", *told])
    return rows


def _beside(first: Result, second: Result) -> Rows:
    head = ["feed over HTTP beside writes / alone", "engagements"]
    rows = [[*head, "p50 before", "p50 after", "p99 before", "p99 after"]]
    for where, before in first.beside.items():
        if (after := second.beside.get(where)) is not None:
            both = zip(before, after, strict=True)
            told = [f"{ratio:.3g} x" for pair in both for ratio in pair]
            rows.append([where[0], f"{where[1]:,}", *told])
    return rows


def _read(path: Path) -> Result:
    """A run's ratios; says on which machine it was made."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        machine, resonance = told["machine"], told["versions"]["resonance"]
        peers = {
            (each["peer"], each["engine"], each["against"], int(each["engagements"])): float(
                each["p50"]
            )
            for each in told["ratios"]
        }
        # Runs from before the part `writes` have none.
        beside = {
            (each["engine"], int(each["engagements"])): (float(each["p50"]), float(each["p99"]))
            for each in told.get("beside_writes", ())
        }
        said = f"{machine['cores']} cores, a fixed loop took {machine['fixed_loop_ms']} ms"
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{path} is no result of bench.suite ({error})") from error
    click.echo(f"{path.name}: Resonance {resonance}, {said}")
    return Result(peers, beside)


if __name__ == "__main__":
    main()
