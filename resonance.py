"""The front door: one command, ``resonance load | derive | train | evaluate | serve | ...``.

Each command parses, calls one function, and prints what happened. What goes wrong is one sentence
on standard error and exit code 1; nothing here decides anything.
"""

from __future__ import annotations

import json
import os
import shlex
import time
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from graph.errors import ResonanceError
from graph.explore import explorations, explore
from graph.frames import as_batches
from graph.ingest import ingest
from graph.loaders.folder import read_folder, write_folder
from graph.queries.export import read_tables
from graph.queries.stats import stats
from graph.report import LoadReport
from graph.store import GraphStore, StoreConfig, open_store

if TYPE_CHECKING:
    from gnn.artifact import ServingModel
    from web.keys import Keys, Role

MODEL = click.option(
    "--model",
    "model_dir",
    type=click.Path(path_type=Path),
    default=Path(".data/model"),
    show_default=True,
    envvar="RESONANCE_MODEL",
    help="Folder of the trained model.",
)
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
    help="Write what the load did there, as JSON.",
)
ALLOW_GONE = click.option(
    "--allow-gone", is_flag=True, help="Believe a source that lost most of its users or posts."
)
FOLDER = click.argument("folder", type=click.Path(path_type=Path))


class OneSentence(click.Group):
    """A group whose commands answer every foreseen failure with one sentence and exit code 1."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except ResonanceError as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=OneSentence)
@click.option("--store", "url", help="ladybug:PATH, bolt://HOST:PORT or neo4j://HOST:PORT.")
@click.version_option(package_name="resonance")
@click.pass_context
def main(ctx: click.Context, url: str | None) -> None:
    """A feed recommender on a property graph.

    The graph is where --store or RESONANCE_STORE says, by default in the file .data/graph.
    """
    ctx.obj = url


def _open(ctx: click.Context) -> GraphStore:
    return open_store(StoreConfig.from_env(os.environ, ctx.obj))


@main.group(cls=OneSentence)
def load() -> None:
    """Load people, posts and what they did into the graph; safe to run twice."""


@load.command("folder")
@FOLDER
@STRICT
@REPORT
@click.pass_context
def load_folder(ctx: click.Context, folder: Path, strict: bool, report_file: Path) -> None:
    """Load a graph folder: CSV files with neo4j-admin headers."""
    tables = read_folder(folder)
    with _open(ctx) as store:
        report = ingest(store, as_batches(tables), LoadReport(strict))
    _tell(report, report_file)


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
    with _open(ctx) as store:
        intake = EventIntake(store, EventsConfig.from_env(os.environ))
        for refusal in intake.load(file, report):
            click.echo(f"line {refusal.line}: {refusal.reason}", err=True)
    _tell(report, report_file)


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
    with _open(ctx) as store:
        synchronise(store, told, allow_gone)
    _tell(report, report_file)


@main.group(cls=OneSentence)
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
    with _open(ctx) as store:
        synchronise(store, told, allow_gone)
    pages = ", ".join(f"{count:,} {what}" for what, count in source.told.items() if count)
    click.echo(f"pages: {pages or 'none'}")
    _tell(report, report_file)


@main.command()
@FOLDER
@click.argument("out", type=click.Path(path_type=Path))
@STRICT
@REPORT
def prepare(folder: Path, out: Path, strict: bool, report_file: Path) -> None:
    """Write a graph folder as the files OUT of Neo4j's own bulk import, checked as by a load.

    The quickest way to fill an empty Neo4j: the graph is the one that `load folder` would make.
    """
    from graph.import_store import ARGUMENTS, import_folder

    tables = read_folder(folder)
    with import_folder(out) as store:
        report = ingest(store, as_batches(tables), LoadReport(strict))
    _tell(report, report_file)
    command = f"neo4j-admin database import full neo4j @{ARGUMENTS}"
    click.echo(f"{out}: now, where Neo4j is stopped: cd {shlex.quote(str(out))} && {command}")


@main.command()
@FOLDER
@click.option("--of", "user", help="Only what is this user's own, by username or user id.")
@click.pass_context
def export(ctx: click.Context, folder: Path, user: str | None) -> None:
    """Write the whole graph, or what is one user's own, as a graph folder."""
    from feed.viewer import user_called
    from graph.queries.people import gate_context
    from social.own_graph import own_graph

    with _open(ctx) as store:
        if user is None:
            tables = read_tables(store)
        else:
            user_id = user_called(store, user).user_id
            tables = own_graph(store, gate_context(store, user_id, user))
    write_folder(tables, folder)
    click.echo(f"{folder}: {sum(len(frame) for frame in tables.values()):,} rows")


@main.command("stats")
@click.pass_context
def print_stats(ctx: click.Context) -> None:
    """Count everything in the graph."""
    with _open(ctx) as store:
        for kind, rows in stats(store).items():
            click.echo(f"{kind:<16}{rows:>12,}")


@main.command("derive")
@click.pass_context
def rebuild(ctx: click.Context) -> None:
    """Rebuild what is derived: TOP (champions), SIMILAR (posts), NEAR (people), popularity."""
    from graph.derive.rebuild import derive

    with _open(ctx) as store:
        for name, rows in derive(store).items():
            click.echo(f"{name:<16}{rows:>12,}")


@main.command("reindex")
@click.pass_context
def rebuild_index(ctx: click.Context) -> None:
    """Make the index of words, by which search finds, anew from the graph."""
    from graph.search.opening import reindex

    click.echo(reindex(StoreConfig.from_env(os.environ, ctx.obj)))


@main.command("train")
@MODEL
@click.option("--seed", default=0, show_default=True, help="Seed of all chance.")
@click.option("--upto", type=int, help="Learn only from what was known then (Unix seconds).")
@click.option("--device", default="cpu", show_default=True, help="cpu or cuda.")
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
    from gnn.versions import Models

    with _open(ctx) as store:
        tables = read_tables(store)
    checkpoint = model_dir / ".training"
    trained = train(tables, TrainConfig(device=device), seed, upto, checkpoint)
    name = Models(model_dir).add(trained, promoted=not aside)
    click.echo(f"{model_dir / name}: {trained.metadata}")


@main.group("models", cls=OneSentence)
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


@main.command("evaluate")
@FOLDER
@click.option("--out", type=click.Path(path_type=Path), help="Write report.json and a page here.")
@click.option("--seeds", default="0,1,2", show_default=True, help="One run each.")
@click.option(
    "--predictions", type=click.Path(path_type=Path), help="Write every user's top 100 as CSV."
)
def evaluate_folder(folder: Path, out: Path | None, seeds: str, predictions: Path | None) -> None:
    """Rank held-out links of a graph folder, beside baselines."""
    from gnn.evaluate import evaluate
    from gnn.report import text_table, write_report

    numbers = _seeds(seeds)
    report = evaluate(read_folder(folder), numbers, predictions=predictions)
    click.echo(text_table(report))
    if out is not None:
        click.echo(f"page: {write_report(report, out)}")


@main.command()
@MODEL
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.pass_context
def serve(ctx: click.Context, model_dir: Path, host: str, port: int) -> None:
    """Serve feeds over HTTP; without a model, by the fixed blend, and every answer says so."""
    from feed.config import FeedConfig
    from feed.cursors import Cursors
    from feed.memory import ViewerMemory
    from graph.events.intake import EventsConfig
    from graph.search.opening import open_index
    from web.answers import Answers
    from web.app import create_app
    from web.callers import Callers
    from web.config import WebConfig
    from web.keys import Keys
    from web.open_doors import OPEN, refuse_to_open
    from web.serve import serve as serve_app
    from web.streams import Streams
    from web.viewer_tokens import ViewerTokens

    asking = WebConfig.from_env(os.environ)
    keys, tokens = Keys(asking.keys_path), ViewerTokens(asking)
    events, settings = EventsConfig.from_env(os.environ), FeedConfig.from_env(os.environ)
    cursors = Cursors(settings.cursor_key)
    answers = Answers(settings.answers_path)
    where = StoreConfig.from_env(os.environ, ctx.obj)
    with (
        open_store(where) as store,
        ViewerMemory(settings.memory_path) as memory,
        closing(answers),
        closing(open_index(store, where.search_path)) as index,
    ):
        model = _model(model_dir, store)
        index.catch_up()
        callers = Callers(store, keys, tokens)
        if callers.open:
            refuse_to_open(host)
        click.echo(f"http://{host}:{port}/ ({store.engine}, {'model' if model else 'no model'})")
        if not cursors.lasting:
            click.echo("cursors end with this process: set RESONANCE_CURSOR_KEY to keep them")
        if callers.open:
            click.echo(OPEN)
        app = create_app(
            store,
            model,
            events=events,
            memory=memory,
            cursors=cursors,
            callers=callers,
            answers=answers,
            index=index,
            streams=Streams(asking.most_streams),
        )
        serve_app(app, host, port)


@main.group("keys", cls=OneSentence)
def key_commands() -> None:
    """Make, list and revoke the keys of apps and operators, in the file RESONANCE_KEYS."""


@key_commands.command("add")
@click.argument("name")
@click.option(
    "--role",
    type=click.Choice(["service", "operator"]),
    default="service",
    show_default=True,
    help="An app's backend, or who runs the service.",
)
def add_key(name: str, role: Role) -> None:
    """Make a key and print it, this once; a running server that is not open takes it at once."""
    click.echo(_keys().add(name, role))


@key_commands.command("list")
def list_keys() -> None:
    """Print what is known of every key: name, role, when made and last used; never the key."""
    cards = _keys().cards()
    for card in cards:
        end = f", revoked {card.revoked}" if card.revoked else ""
        used = f"last used {card.used}" if card.used else "never used"
        click.echo(f"{card.name:<24}{card.role:<10}made {card.made}, {used}{end}")
    if not cards:
        click.echo("no keys; resonance keys add NAME makes one")


@key_commands.command("revoke")
@click.argument("name")
def revoke_key(name: str) -> None:
    """Have a key let nobody in, from the next request of a running server on."""
    _keys().revoke(name)
    click.echo(f"{name}: revoked")


@main.command("token")
@click.argument("user")
@click.option("--minutes", default=15, show_default=True, help="How long it lasts, up to a day.")
@click.option(
    "--user-id",
    "as_id",
    is_flag=True,
    help="USER is a user id; do not open the graph, which a running server may hold.",
)
@click.pass_context
def mint_token(ctx: click.Context, user: str, minutes: int, as_id: bool) -> None:
    """Print a viewer's token for USER, a username or a user id (RESONANCE_TOKEN_SECRET signs)."""
    from feed.viewer import user_called
    from web.config import WebConfig
    from web.viewer_tokens import ViewerTokens

    tokens = ViewerTokens(WebConfig.from_env(os.environ))
    user_id = user
    if not as_id:
        with _open(ctx) as store:
            user_id = user_called(store, user).user_id
    click.echo(tokens.mint(user_id, minutes).token)


def _keys() -> Keys:
    from web.config import WebConfig
    from web.keys import Keys

    return Keys(WebConfig.from_env(os.environ).keys_path)


@main.command("feed")
@click.argument("username")
@click.option("--mood", help="A word for a mood: its posts come first.")
@click.option("--posts", default=10, show_default=True, help="How many.")
@MODEL
@click.pass_context
def print_feed(
    ctx: click.Context, username: str, mood: str | None, posts: int, model_dir: Path
) -> None:
    """Print a viewer's feed, each post with why it is there."""
    from feed.nearest import FeedModel
    from feed.recommend import recommend
    from feed.request import FeedRequest
    from graph.moods import understand

    if mood is not None:
        read = understand(mood)
        if read.mood is None:
            raise click.BadParameter(f"{mood!r} is not known; {read.advice}", param_hint="--mood")
        mood = read.mood
    request = FeedRequest(username, mood=mood, page_size=posts)
    with _open(ctx) as store:
        model = _model(model_dir, store)
        feed_model = FeedModel(model) if model is not None else None
        found = recommend(store, request, feed_model, int(time.time()))
    click.echo(f"{username}: {found.strategy}{'' if found.known else ', a newcomer'}")
    for place, each in enumerate(found.posts, start=1):
        click.echo(f"{place:>3}. {each.content.title or each.post.card.post_id}")
        for reason in each.reasons:
            click.echo(f"     {reason.sentence}")


@main.command("explore")
@click.argument("name", required=False)
@click.option("--set", "settings", multiple=True, metavar="PARAMETER=VALUE")
@click.pass_context
def print_exploration(ctx: click.Context, name: str | None, settings: tuple[str, ...]) -> None:
    """Print an annotated query's table; without NAME, list what there is."""
    if name is None:
        for query in explorations().values():
            click.echo(f"{query.name}({', '.join(each.name for each in query.parameters)})")
            click.echo(f"    {query.doc}")
        return
    texts = dict(setting.partition("=")[::2] for setting in settings)
    with _open(ctx) as store:
        frame = explore(store, name, texts)
    click.echo("no rows" if frame.empty else frame.to_string(index=False))


@main.command("demo")
@click.option("--check", is_flag=True, help="Ask its own server for a few feeds, then end.")
@click.option("--port", default=8000, show_default=True)
def run_demo(check: bool, port: int) -> None:
    """The whole way on a planted village: load, derive, train, evaluate, serve."""
    from village.demo import demo

    demo(Path(".data/demo"), port, check)


def _model(folder: Path, store: GraphStore) -> ServingModel | None:
    """The model that is there, or None; a broken one is an error, and so is another graph's."""
    from feed.model_check import refuse_foreign
    from gnn.versions import Models

    models = Models(folder)
    if not models:
        return None
    model = models.load()
    refuse_foreign(store, model)
    return model


def _seeds(text: str) -> list[int]:
    if not all(part.strip().isdecimal() for part in text.split(",")):
        raise click.BadParameter(
            f"{text!r} is not a list of numbers such as 0,1,2", param_hint="--seeds"
        )
    return [int(part) for part in text.split(",")]


def _tell(report: LoadReport, file: Path) -> None:
    from graph.files import whole_file

    click.echo(report.table())
    with whole_file(file) as out:
        out.write(json.dumps(report.as_json(), indent=1).encode())
    click.echo(f"report: {file}")


if __name__ == "__main__":
    main()
