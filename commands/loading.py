"""`resonance load`, `sync` and `prepare`: into the graph, from any source."""

import os
import shlex
import time
from pathlib import Path
from typing import BinaryIO

import click

from commands.front import FOLDER, OneSentence, opened_or_made
from graph.frames import as_batches
from graph.ingest import ingest
from graph.loaders.folder import read_folder
from graph.report import LoadReport

STRICT = click.option(
    "--strict", is_flag=True, help="End at the first refused row, before anything is written."
)
REPORT = click.option(
    "--report",
    "report_file",
    type=click.Path(path_type=Path),
    default=Path(".data/load.json"),
    show_default=True,
    envvar="RESONANCE_LOAD_REPORT",
    help="Write what the load did there, as JSON, with a line of each load before.",
)
ALLOW_GONE = click.option(
    "--allow-gone", is_flag=True, help="Believe a source that lost most of its users or posts."
)


@click.group(cls=OneSentence)
def load() -> None:
    """Load people, posts and what they did into the graph; safe to run twice."""


@load.command("folder")
@FOLDER
@STRICT
@REPORT
@click.pass_context
def load_folder(ctx: click.Context, folder: Path, strict: bool, report_file: Path) -> None:
    """Load a graph folder: CSV files with neo4j-admin headers."""
    tables = read_folder(folder, time.time())
    with opened_or_made(ctx) as store:
        report = ingest(store, as_batches(tables), LoadReport(strict))
    tell(report, report_file, folder.resolve().name)


@load.command("socialverse")
@STRICT
@REPORT
@ALLOW_GONE
@click.pass_context
def load_socialverse(ctx: click.Context, strict: bool, report_file: Path, allow_gone: bool) -> None:
    """Load SocialVerse over HTTP; SOCIALVERSE_URL, _TOKEN and _ALGORITHM say where and who.

    Every page is asked for; a load that broke off goes on at the page where it stopped.
    """
    _socialverse(ctx, 0.0, LoadReport(strict), report_file, allow_gone)


@load.command("events")
@click.argument("file", type=click.File("rb"))
@click.option(
    "--strict",
    is_flag=True,
    help="End at the first refused line; nothing of its part (50,000 lines) is written.",
)
@REPORT
@click.pass_context
def load_events(ctx: click.Context, file: BinaryIO, strict: bool, report_file: Path) -> None:
    """Load an app's events, one JSON object a line; - reads standard input."""
    from graph.events.intake import EventIntake, EventsConfig

    report = LoadReport(strict)
    with opened_or_made(ctx) as store:
        intake = EventIntake(store, EventsConfig.from_env(os.environ))
        for refusal in intake.load(file, report):
            click.echo(f"line {refusal.line}: {refusal.reason}", err=True)
    tell(report, report_file, Path(file.name).name)


@load.command("django")
@click.argument("database_url", required=False)
@click.option(
    "--mapping", "mapping_file", type=click.Path(path_type=Path), help="TOML file that decides."
)
@click.option("--app", help="The app's label, where two apps have tables of one name.")
@click.option("--dry-run", is_flag=True, help="Print the mapping and row counts; write nothing.")
@STRICT
@REPORT
@ALLOW_GONE
@click.pass_context
def load_django(
    ctx: click.Context,
    database_url: str | None,
    mapping_file: Path | None,
    app: str | None,
    dry_run: bool,
    strict: bool,
    report_file: Path,
    allow_gone: bool,
) -> None:
    """Load a Django site's database (SQLite, PostgreSQL), read only.

    DATABASE_URL says where, in the environment (best: an argument shows in the process list) or as
    the argument.
    """
    from graph.loaders.django import DjangoConfig, DjangoSource
    from graph.sync import read_source, synchronise

    config = DjangoConfig.from_env(os.environ, database_url, mapping_file, app)
    report = LoadReport(strict)
    source = DjangoSource(config, report)
    if dry_run:
        click.echo(source.describe())
        return
    told = read_source(source)
    with opened_or_made(ctx) as store:
        synchronise(store, told, allow_gone)
    tell(report, report_file)


@click.group(cls=OneSentence)
def sync() -> None:
    """Bring the graph up to what a source has now; made to be run every few minutes."""


@sync.command("socialverse")
@click.option(
    "--max-age",
    type=click.FloatRange(min=0),
    default=900.0,
    show_default=True,
    envvar="SOCIALVERSE_MAX_AGE",
    help="Seconds for which a page is not asked for again.",
)
@STRICT
@REPORT
@ALLOW_GONE
@click.pass_context
def sync_socialverse(
    ctx: click.Context, max_age: float, strict: bool, report_file: Path, allow_gone: bool
) -> None:
    """Ask SocialVerse for what is older than --max-age, and write what changed."""
    _socialverse(ctx, max_age, LoadReport(strict), report_file, allow_gone)


def _socialverse(
    ctx: click.Context, max_age: float, report: LoadReport, report_file: Path, allow_gone: bool
) -> None:
    from graph.loaders.socialverse import PageCache, SocialVerseConfig, SocialVerseSource
    from graph.sync import read_source, synchronise

    config = SocialVerseConfig.from_env(os.environ)
    source = SocialVerseSource(config, report, cache=PageCache(config, max_age))
    told = read_source(source)
    with opened_or_made(ctx) as store:
        synchronise(store, told, allow_gone)
    pages = ", ".join(f"{count:,} {what}" for what, count in source.told.items() if count)
    click.echo(f"pages: {pages or 'none'}")
    tell(report, report_file)


@click.command()
@FOLDER
@click.argument("out", type=click.Path(path_type=Path))
@STRICT
@REPORT
def prepare(folder: Path, out: Path, strict: bool, report_file: Path) -> None:
    """Write a graph folder as the files OUT of Neo4j's own bulk import, checked as by a load.

    The quickest way to fill an empty Neo4j: the graph is the one that `load folder` would make.
    """
    from graph.import_store import ARGUMENTS, import_folder

    tables = read_folder(folder, time.time())
    with import_folder(out) as store:
        report = ingest(store, as_batches(tables), LoadReport(strict))
    tell(report, report_file, folder.resolve().name)
    command = f"neo4j-admin database import full neo4j @{ARGUMENTS}"
    click.echo(f"{out}: now, where Neo4j is stopped: cd {shlex.quote(str(out))} && {command}")


def tell(report: LoadReport, file: Path, what: str | None = None) -> None:
    """Print what a load of `what` did, and write it to `file` as JSON."""
    from graph.loads import keep_report

    click.echo(report.table())
    command = click.get_current_context().command_path.partition(" ")[2]
    keep_report(file, report, f"{command} {what}" if what else command, int(time.time()))
    click.echo(f"report: {file}")
