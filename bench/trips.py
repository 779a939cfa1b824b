"""How often each of the frequent requests asks a Neo4j server, and with how many statements.

A village in an empty server, and the application in this process. Each request is made twice, by
different people at different posts, and the second time is told: what a process looks up once only
is known by then. ``trips`` are waits for an answer on the wire, of every connection together.
"""

import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlsplit

import click
import numpy as np
from flask.testing import FlaskClient

from bench.bolt_wire import Counts, counting
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import StoreConfig, open_store
from village.world import World, plant
from web.app import create_app


@dataclass(frozen=True, slots=True)
class Cast:
    """Who acts on what: two people who have nothing to do with each other, and a third's post."""

    one: str
    other: str
    post: str


@dataclass(frozen=True, slots=True)
class Act:
    """A request: by whom, its address (``$`` with a noun: what an earlier one made), its body."""

    name: str
    who: str
    method: str
    path: str
    body: object = None
    query: Mapping[str, str] = field(default_factory=dict)


BY_NAME = ("/feed", "/people")
"""Addresses that call the viewer ``username``."""


def acts(cast: Cast) -> Iterator[Act]:
    """Requests in an order in which each does something."""
    one, other = cast.one, cast.other
    post, about, back = (quote(each) for each in (cast.post, other, one))
    yield Act("view", one, "POST", f"/posts/{post}/views")
    yield Act("like", one, "PUT", f"/posts/{post}/likes/me")
    yield Act("unlike", one, "DELETE", f"/posts/{post}/likes/me")
    yield Act("rate", one, "PUT", f"/posts/{post}/ratings/me", {"percent": 70})
    yield Act("unrate", one, "DELETE", f"/posts/{post}/ratings/me")
    yield Act("react", one, "PUT", f"/posts/{post}/reactions/me", {"kind": "love"})
    yield Act("unreact", one, "DELETE", f"/posts/{post}/reactions/me")
    yield Act("inspire", one, "POST", f"/posts/{post}/inspirations")
    yield Act("hide", one, "PUT", f"/posts/{post}/hides/me", {"less": True})
    yield Act("unhide", one, "DELETE", f"/posts/{post}/hides/me")
    yield Act("ask", one, "POST", "/friendships/requests", {"user": other})
    yield Act("accept", other, "PUT", f"/friendships/{back}")
    yield Act("unfriend", other, "DELETE", f"/friendships/{back}")
    yield Act("block", one, "PUT", f"/blocks/{about}")
    yield Act("unblock", one, "DELETE", f"/blocks/{about}")
    yield Act("mute", one, "PUT", f"/mutes/people/{about}")
    yield Act("unmute", one, "DELETE", f"/mutes/people/{about}")
    yield Act("comment", one, "POST", f"/posts/{post}/comments", {"text": "So it is"})
    yield Act("answer", other, "POST", "/comments/$comment/answers", {"text": "It is"})
    yield Act("edit comment", other, "PATCH", "/comments/$comment", {"text": "It was"})
    yield Act("delete comment", other, "DELETE", "/comments/$comment")
    yield Act("post", one, "POST", "/posts", {"title": "Rye bread", "text": "Slowly"})
    yield Act("edit post", one, "PATCH", "/posts/$post", {"text": "Very slowly"})
    yield Act("share", other, "POST", "/posts/$post/shares", {"text": "Look"})
    yield Act("delete post", other, "DELETE", "/posts/$post")
    yield Act("read a post", one, "GET", f"/posts/{post}")
    yield Act("read comments", one, "GET", f"/posts/{post}/comments")
    yield Act("read a profile", one, "GET", f"/profiles/{about}")
    yield Act("read notifications", one, "GET", "/notifications")
    yield Act("read how many unread", one, "GET", "/notifications/unread")
    yield Act("search", one, "GET", "/search", query={"q": "bread"})
    yield Act("read people", one, "GET", "/people")
    yield Act("read a feed", one, "GET", "/feed", query={"page_size": "20"})


def casts(world: World, seed: int) -> list[Cast]:
    """Two casts: public, active people of one name each, at popular public posts of a third."""
    users, posts = world.tables["users"], world.tables["posts"]
    public = users[(users["privacy"] == "public") & users["active"]]
    alone = public[~public["username"].duplicated(keep=False)]["id"]
    seen = set(posts[posts["privacy"] == "public"]["id"])
    authors = world.tables["authored"].set_index("target")["source"]
    liked = world.tables["liked"]["target"].value_counts(sort=True).index
    known = set(alone)
    hot = [each for each in liked if each in seen and authors[each] in known][:2]
    wrote = {authors[each] for each in hot}
    people = np.random.default_rng(seed).permutation(sorted(known - wrote)).tolist()
    return [Cast(people[0], people[1], hot[0]), Cast(people[2], people[3], hot[1])]


@click.command()
@click.option("--store", "url", required=True, help="An empty bolt:// server.")
@click.option("--users", default=600, show_default=True)
@click.option("--posts", default=1500, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(url: str, users: int, posts: int, seed: int) -> None:
    """Count."""
    world = plant(users=users, posts=posts, now=int(time.time()))
    config = StoreConfig.from_env(os.environ, url)
    with open_store(config) as store:
        if not store.frame("export_users").empty:
            raise click.ClickException(f"{url} is not empty, and this would change what it has")
        ingest_tables(store, world.tables)
        derive(store)
    address = urlsplit(config.url)
    with counting(address.hostname or "127.0.0.1", address.port or 7687) as (port, counts):
        through = replace(config, url=f"bolt://127.0.0.1:{port}")
        with open_store(through) as store:
            client = create_app(store).test_client()
            for told, cast in zip((False, True), casts(world, seed), strict=True):
                _ask(client, counts, cast, told)


def _ask(client: FlaskClient, counts: Counts, cast: Cast, told: bool) -> None:
    made = {"post": "", "comment": ""}
    for act in acts(cast):
        path = act.path
        for noun, id in made.items():
            path = path.replace(f"${noun}", quote(id))
        query = {"username" if path in BY_NAME else "viewer": act.who, **act.query}
        before, began = replace(counts), time.perf_counter()
        answer = client.open(path, method=act.method, query_string=query, json=act.body)
        took = 1e3 * (time.perf_counter() - began)
        if answer.status_code >= 400:
            raise click.ClickException(f"{act.name}: {answer.status_code} {answer.text}")
        told_of: Mapping[str, Any] = answer.get_json() if answer.status_code == 201 else {}
        for noun in made.keys() & told_of:
            made[noun] = told_of[noun][f"{noun}_id"]
        if told:
            click.echo(
                f"{act.name:<22}{counts.trips - before.trips:>4} trips"
                f"{counts.statements - before.statements:>5} statements"
                f"{counts.transactions - before.transactions:>4} transactions {took:8.1f} ms"
            )


if __name__ == "__main__":
    main()
