"""Neo4j's own bulk import, into the stopped server of a home."""

import os
import subprocess
from pathlib import Path

from jars import fail, say

ARGUMENTS = "import.args"
"""What `resonance prepare` leaves in its folder, last of all."""
DATABASE = "neo4j"
TAIL = 15
SMALL = 100 << 20
"""Bytes of CSV, some 2.5 million edges."""


def broken_off(home: Path) -> Path:
    """The mark of an import that has not ended: what lies in the database is no graph."""
    return home / "import-not-finished"


def import_folder(java: str, lib: Path, home: Path, folder: Path, overwrite: bool) -> None:
    """Make the prepared `folder` the home's graph; the server must not run."""
    if not (folder / ARGUMENTS).is_file():
        fail(
            f"{folder} has no {ARGUMENTS}: make it with `resonance prepare GRAPH-FOLDER {folder}`."
        )
    mark = broken_off(home)
    there = (home / "data" / "databases" / DATABASE).exists()
    if there and not overwrite and not mark.exists():
        fail(f"{home} has a graph already: --overwrite puts the folder in its place.")
    mark.touch()
    lines = told([*admin(java, lib, *flags(folder)), *arguments(home)], home, folder)
    mark.unlink()
    counted = lines.index("Imported:") if "Imported:" in lines else len(lines)
    say(", ".join(line.strip() for line in lines[counted + 1 : counted + 4]))


def told(command: list[str], home: Path, folder: Path) -> list[str]:
    """Run the import; its lines, which also go to the home's ``logs/import.log``."""
    log = home / "logs" / "import.log"
    say(f"importing {folder}, log in {log}")
    pipe, lines = subprocess.PIPE, list[str]()
    with (
        log.open("w") as out,
        subprocess.Popen(
            command, cwd=folder, env=environ(home), stdout=pipe, stderr=subprocess.STDOUT, text=True
        ) as process,
    ):
        assert process.stdout
        for line in process.stdout:
            out.write(line)
            lines.append(line.rstrip())
            if " COMPLETED in " in line:
                say(line.strip())
    if process.returncode != 0:
        fail("the import failed; its last words:\n" + "\n".join(lines[-TAIL:]))
    return lines


def admin(java: str, lib: Path, *flags: str) -> list[str]:
    """The command that is ``neo4j-admin`` elsewhere; `flags` are Java's own."""
    return [java, *flags, "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool"]


def flags(folder: Path) -> list[str]:
    """For a small folder Java's quick compiler alone: the other one costs more than it brings."""
    size = sum(file.stat().st_size for file in folder.glob("*.csv"))
    return ["-XX:TieredStopAtLevel=1"] if size < SMALL else []


def environ(home: Path) -> dict[str, str]:
    """The variables by which it finds the home."""
    return {**os.environ, "NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}


def arguments(home: Path) -> list[str]:
    """Of the import, in a prepared folder."""
    report = f"--report-file={home / 'logs' / 'import.report'}"
    full = ["database", "import", "full", DATABASE, "--overwrite-destination", report]
    return [*full, f"@{ARGUMENTS}"]
