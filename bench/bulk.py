"""How much our checks add to Neo4j's own bulk import: prepare and import, beside the import alone.

The folder is that of `bench.load`. Both ways import the same prepared files into a server of our
own, which never starts and is thrown away afterwards; they take turns, so that a busy machine slows
both. Needs Java and the jars that ``make neo4j`` fetches.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[1]
TOOL = ROOT / "tools" / "neo4j" / "server.py"
LIB = ROOT / ".data" / "neo4j" / "lib"
PREPARE, IMPORT, BARE = "resonance prepare", "server.py import", "bare database import"


def timed(
    command: list[str], home: Path | None = None, cwd: Path = ROOT
) -> tuple[float, float, float]:
    """Seconds that a command took, those of the processors, and its most resident memory in GB."""
    environ = {**os.environ}
    if home is not None:
        environ |= {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    pipe = subprocess.PIPE
    began = time.perf_counter()
    with subprocess.Popen(
        command, cwd=cwd, env=environ, stdout=pipe, stderr=subprocess.STDOUT
    ) as process:
        assert process.stdout
        said = process.stdout.read().decode(errors="replace")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        raise click.ClickException(f"{' '.join(command)} failed:\n{said[-2000:]}")
    seconds = time.perf_counter() - began
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1e6


def prepare(folder: Path, out: Path) -> list[str]:
    """The command that makes the files of the import."""
    report = ["--report", str(out.with_suffix(".json"))]
    main = "from resonance import main; main()"
    return [sys.executable, "-c", main, "prepare", str(folder), str(out), *report]


def admin(lib: str) -> list[str]:
    """Neo4j's own command and nothing else, to be run in the prepared folder."""
    arguments = ["database", "import", "full", "neo4j", "--overwrite-destination", "@import.args"]
    return ["java", "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool", *arguments]


@click.command()
@click.option("--edges", default=1_000_000, show_default=True)
@click.option("--runs", default=5, show_default=True, help="Medians of so many.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Not a planted one.")
@click.option("--prepare-only", is_flag=True, help="No import: no Java is needed.")
def main(edges: int, runs: int, folder: Path | None, prepare_only: bool) -> None:
    """Measure `resonance prepare` and the import after it, and the same import alone."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        if folder is None:
            folder = scratch / "folder"
            planting = ["-m", "bench.load", "--edges", str(edges), "--folder", str(folder)]
            subprocess.run([sys.executable, *planting], check=True)
        lib = os.environ.get("RESONANCE_NEO4J_LIB", str(LIB))
        home = scratch / "home"
        importing = [sys.executable, str(TOOL), f"--home={home}", f"--lib={lib}"]
        importing += ["import", "--overwrite"]
        runs_of: dict[str, list[tuple[float, float, float]]] = {PREPARE: [], IMPORT: [], BARE: []}
        for run in range(runs):
            out = scratch / f"out{run}"
            runs_of[PREPARE].append(timed(prepare(folder, out)))
            if not prepare_only:
                if run == 0:  # the first import also makes the server's home, once
                    timed([*importing, str(out)])
                runs_of[IMPORT].append(timed([*importing, str(out)]))
                runs_of[BARE].append(timed(admin(lib), home, out))
            click.echo(f"run {run + 1} of {runs} done", err=True)
    report(runs_of)


def report(runs_of: dict[str, list[tuple[float, float, float]]]) -> None:
    """Print the medians, every run, and what our whole way takes beside the bare import."""
    click.echo(f"{'median (every run)':<24}{'seconds':>9}")
    for what, runs in runs_of.items():
        if runs:
            each = ", ".join(f"{seconds:.1f}" for seconds, _, _ in runs)
            click.echo(f"{what:<24}{statistics.median(run[0] for run in runs):>9.1f}  ({each})")
    if runs_of[BARE]:
        for way in (IMPORT, BARE):
            both = zip(runs_of[PREPARE], runs_of[way], strict=True)
            whole = [(one[0] + two[0], one[1] + two[1]) for one, two in both]
            for place, unit in enumerate(("seconds", "processor seconds")):
                ours = statistics.median(run[place] for run in whole)
                theirs = statistics.median(run[place] for run in runs_of[BARE])
                click.echo(
                    f"prepare and {way}: {ours / theirs:.2f} x the bare import, in {unit}"
                    f" ({ours:.1f}, {theirs:.1f})"
                )
    peak = max(peak for _, _, peak in runs_of[PREPARE])
    click.echo(f"prepare: {peak:.2f} GB of resident memory at most")


if __name__ == "__main__":
    main()
