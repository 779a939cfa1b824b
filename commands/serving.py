"""`resonance serve`, `feed` and `demo`: feeds."""

from __future__ import annotations

import os
import sys
import time
from contextlib import closing, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from commands.front import MODEL, config_of, opened
from graph.store import GraphStore, open_store

if TYPE_CHECKING:
    from gnn.artifact import ServingModel


@click.command()
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
    from web.json_log import logged_to
    from web.keys import Keys
    from web.open_doors import OPEN, refuse_to_open
    from web.rates import Rates
    from web.serve import serve as serve_app
    from web.streams import Streams
    from web.viewer_tokens import ViewerTokens

    asking = WebConfig.from_env(os.environ)
    keys, tokens = Keys(asking.keys_path), ViewerTokens(asking)
    events, settings = EventsConfig.from_env(os.environ), FeedConfig.from_env(os.environ)
    cursors = Cursors(settings.cursor_key)
    answers = Answers(settings.answers_path)
    where = config_of(ctx)
    with (
        open_store(where) as store,
        ViewerMemory(settings.memory_path) as memory,
        closing(answers),
        closing(open_index(store, where.search_path)) as index,
        logged_to(sys.stderr) if asking.log == "json" else nullcontext(),
    ):
        model = model_of(model_dir, store)
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
            model_name=model.name if model else None,
            rates=Rates(asking.rate_keys, asking.rate_viewers),
            origins=asking.origins,
        )
        serve_app(app, host, port)


@click.command("feed")
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
    with opened(ctx) as store:
        model = model_of(model_dir, store)
        feed_model = FeedModel(model) if model is not None else None
        found = recommend(store, request, feed_model, int(time.time()))
    click.echo(f"{username}: {found.strategy}{'' if found.known else ', a newcomer'}")
    for place, each in enumerate(found.posts, start=1):
        click.echo(f"{place:>3}. {each.content.title or each.post.card.post_id}")
        for reason in each.reasons:
            click.echo(f"     {reason.sentence}")


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
