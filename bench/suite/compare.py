"""Two runs beside each other, by what compares: ``python -m bench.suite.compare BEFORE AFTER``.

Times of two machines, or of two moments of one, do not compare; how many times as long a peer takes
as our feed does, since both were measured in the same run.
"""

import json
from pathlib import Path

import click

from gnn.pages import aligned

Which = tuple[str, str, str, int]
"""A peer, its engine, that of our feed, and engagements of the village."""
RESULT = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.argument("before", type=RESULT)
@click.argument("after", type=RESULT)
def main(before: Path, after: Path) -> None:
    """Print both runs' ratios to their peers at p50, and by how much our feed became faster."""
    first, second = _read(before), _read(after)
    rows = [["peer / our feed", "peer on", "our feed on", "engagements", "before", "after", ""]]
    for which in (each for each in first if each in second):
        peer, engine, against, size = which
        told = [f"{first[which]:.3g} x", f"{second[which]:.3g} x"]
        rows.append(
            [peer, engine, against, f"{size:,}", *told, f"{second[which] / first[which]:.2f} times"]
        )
    if len(rows) == 1:
        raise click.ClickException("no peer was measured in both runs, beside the same village")
    click.echo(aligned(rows))


def _read(path: Path) -> dict[Which, float]:
    """A run's ratios; says on which machine it was made."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))
        machine, resonance = told["machine"], told["versions"]["resonance"]
        found = {
            (each["peer"], each["engine"], each["against"], int(each["engagements"])): float(
                each["p50"]
            )
            for each in told["ratios"]
        }
        said = f"{machine['cores']} cores, a fixed loop took {machine['fixed_loop_ms']} ms"
    except (ValueError, KeyError, TypeError) as error:
        raise click.ClickException(f"{path} is no result of bench.suite ({error})") from error
    click.echo(f"{path.name}: Resonance {resonance}, {said}")
    return found


if __name__ == "__main__":
    main()
