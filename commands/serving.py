"""`resonance serve`, `feed` and `demo`: feeds."""

from __future__ import annotations

import os
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.core import ParameterSource

from commands.front import MODEL, config_of, opened
from graph.errors import ModelMissing
from graph.store import GraphStore

if TYPE_CHECKING:
    from commands.opening import Opening
    from gnn.artifact import ServingModel
    from web.callers import Callers


@click.command()
@MODEL
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    envvar="RESONANCE_WORKERS",
    help="How many processes answer.",
)
@click.pass_context
def serve(ctx: click.Context, model_dir: Path, host: str, port: int, workers: int) -> None:
    """Serve feeds over HTTP; without a model, by the fixed blend, and every answer says so."""
    from commands.opening import Opening
    from feed.config import FeedConfig
    from feed.cursors import Cursors
    from graph.events.intake import EventsConfig
    from web.config import WebConfig
    from web.heap import share_heaps

    _refuse_missing(ctx, model_dir)
    share_heaps()
    settings = FeedConfig.from_env(os.environ)
    opening = Opening(
        config_of(ctx),
        model_dir,
        WebConfig.from_env(os.environ),
        settings,
        EventsConfig.from_env(os.environ),
        Cursors(settings.cursor_key),
    )
    new = opening.graph.file is not None and not opening.graph.file.exists()
    with opening.logged():
        if workers > 1:
            opening.refuse_workers()
            _serve_by_workers(opening, host, port, workers, new)
        else:
            _serve_alone(opening, host, port, new)


def _serve_alone(opening: Opening, host: str, port: int, new: bool) -> None:
    from web.serve import serve as serve_app
    from web.state import state_of

    with opening.opened() as app:
        state = state_of(app)
        model, callers = state.model is not None, state.callers
        _refuse_to_open(callers, host)
        serve_app(app, host, port, lambda: _announce(opening, new, model, callers, host, port))


def _serve_by_workers(opening: Opening, host: str, port: int, workers: int, new: bool) -> None:
    from web.shared import shared

    with shared() as together, opening.held(together) as held:
        has_model, callers = _looked(held)
        _refuse_to_open(callers, host)
        # Only now: what counts for metrics looks when it is imported whether it is alone.
        from web.serve import bind
        from web.workers import serve_by_workers

        bound = bind(host, port, callers.open)
        _announce(opening, new, has_model, callers, host, port)
        kept = partial(held.kept, together) if held.keeps else None
        serve_by_workers(partial(held.opened, together), bound, workers, kept)


def _looked(held: Opening) -> tuple[bool, Callers]:
    """Whether there is a model, and who may ask.

    By a look that is over: else each worker would hold the model twice, as a copy of whoever begins
    it, and as its own.
    """
    with held.looked() as (_, model, callers):
        return model is not None, callers


def _refuse_to_open(callers: Callers, host: str) -> None:
    from web.open_doors import refuse_to_open

    if callers.open:
        refuse_to_open(host)


def _announce(
    opening: Opening, new: bool, model: bool, callers: Callers, host: str, port: int
) -> None:
    """Say what is served, and what may be amiss with it, once the address is ours."""
    from web.open_doors import OPEN, desk_address

    trained = f"{'' if model else 'no '}model in {opening.model}"
    click.echo(f"http://{host}:{port}/ ({opening.graph.url}, {trained})")
    if new:
        click.echo("the graph is new and empty: load one, or name another by --store")
    if not opening.cursors.lasting:
        click.echo("cursors end with this process: set RESONANCE_CURSOR_KEY to keep them")
    if callers.open:
        click.echo(OPEN)
        click.echo(f"the desk, for you alone: {desk_address(host, port, opening.desk_key)}")


@click.command("feed")
@click.argument("username")
@click.option("--mood", help="A word for a mood: its posts come first.")
@click.option(
    "--posts", type=click.IntRange(1, 100), default=10, show_default=True, help="How many."
)
@MODEL
@click.pass_context
def print_feed(
    ctx: click.Context, username: str, mood: str | None, posts: int, model_dir: Path
) -> None:
    """Print a viewer's feed, each post with why it is there."""
    from feed.nearest import FeedModel
    from feed.reasons import short
    from feed.recommend import recommend
    from feed.request import FeedRequest
    from graph.moods import understand

    if mood is not None:
        read = understand(mood)
        if read.mood is None:
            raise click.BadParameter(f"{mood!r} is not known; {read.advice}", param_hint="--mood")
        mood = read.mood
    request = FeedRequest(username, mood=mood, page_size=posts)
    _refuse_missing(ctx, model_dir)
    with opened(ctx) as store:
        model = model_of(model_dir, store)
        feed_model = FeedModel(model) if model is not None else None
        found = recommend(store, request, feed_model, int(time.time()))
    nobody = f"; nobody is named {username!r} (names are exact), so this is a newcomer's feed"
    click.echo(f"{username}: {found.strategy}{'' if found.known else nobody}")
    for place, each in enumerate(found.posts, start=1):
        beginning = short(" ".join((each.content.text or "").split()))
        click.echo(f"{place:>3}. {each.content.title or beginning or each.post.card.post_id}")
        for reason in each.reasons:
            click.echo(f"     {reason.sentence}")


def _refuse_missing(ctx: click.Context, folder: Path) -> None:
    """Refuse a --model without a training; the environment's may be of a model to come.

    Raises:
        ModelMissing: it was given with this call, and there is none.
    """
    from gnn.versions import Models

    told = ctx.get_parameter_source("model_dir") is ParameterSource.COMMANDLINE
    if told and not Models(folder):
        raise ModelMissing(
            f"there is no training in {folder}: name another folder by --model, or leave it"
            " out, to have the fixed blend rank where there is none"
        )


@click.command("demo")
@click.option("--check", is_flag=True, help="Ask its own server for a few feeds, then end.")
@click.option("--port", default=8000, show_default=True)
def run_demo(check: bool, port: int) -> None:
    """The whole way on a planted village: load, derive, train, evaluate, serve."""
    from village.demo import demo

    demo(Path(".data/demo"), port, check)


def model_of(folder: Path, store: GraphStore) -> ServingModel | None:
    """The model that is there, or None; a broken one is an error, and so is another graph's."""
    from feed.model_check import refuse_foreign
    from gnn.versions import Models

    models = Models(folder)
    if not models:
        return None
    model = models.load()
    refuse_foreign(store, model)
    return model
