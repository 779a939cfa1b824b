"""The whole way on a planted village: load over HTTP, derive, train, evaluate, serve."""

import secrets
import shutil
import statistics
import time
from collections import Counter
from collections.abc import Callable, Mapping
from itertools import combinations
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import requests

from feed.memory import ViewerMemory
from gnn.evaluate import evaluate
from gnn.report import text_table, write_report
from gnn.train import TrainConfig, train
from gnn.versions import Models
from graph.derive.rebuild import derive
from graph.errors import ResonanceError
from graph.ingest import ingest, ingest_tables
from graph.loaders.folder import read_folder, write_folder
from graph.loaders.socialverse import SocialVerseConfig, SocialVerseSource
from graph.loads import keep_report
from graph.queries.export import read_tables
from graph.report import LoadReport
from graph.store import GraphStore, open_store
from village.server import serve_village
from village.world import World, plant
from web.app import create_app
from web.callers import Callers
from web.open_doors import desk_address
from web.records import Records
from web.serve import bind, serve, serving

Say = Callable[[str], None]
MOOD = "happy"
LOAD_REPORT = "load.json"
MANY = 20
"""People whose feeds are checked together."""


class DemoFailed(ResonanceError):
    """The demo's own check found something that is not as planted."""


def demo(folder: Path, port: int, check: bool, say: Say = print) -> None:
    """Make everything anew under `folder`, then serve on 127.0.0.1, or `check` and return.

    Raises:
        DemoFailed: `check` found a feed that is not as planted.
        ConfigError: the port cannot be listened on; what was made before is as it was.
    """
    began = time.monotonic()
    if not check:
        bind("127.0.0.1", port, only_here=True).close()  # not only minutes from now
    shutil.rmtree(folder, ignore_errors=True)
    world = plant(now=int(time.time()))
    with open_store(f"ladybug:{folder / 'graph'}") as store, ViewerMemory(None) as memory:
        load(store, world, folder, say)
        say(f"derive: {_counts(derive(store))}")
        tables = read_tables(store)
        models = Models(folder / "model")
        models.add(train(tables, TrainConfig(), seed=0))
        say(f"train: the model is in {folder / 'model'}")
        report = evaluate(tables, [0])
        say(f"evaluate, on links held out by time:\n{text_table(report)}")
        say(f"the same with plots: {write_report(report, folder / 'report')}")
        model, desk_key = models.load(), secrets.token_urlsafe(32)
        app = create_app(
            store,
            model,
            memory=memory,
            callers=Callers(store, desk_key=desk_key),
            model_name=model.name,
            records=Records(models.root, folder / "report", folder / LOAD_REPORT),
        )
        if check:
            with serving(app) as url:
                check_feeds(url, world, say)
            say(f"demo: all as planted, in {time.monotonic() - began:.0f} s")
            return
        serve(app, "127.0.0.1", port, lambda: _announce(world, port, desk_key, say))


def _announce(world: World, port: int, desk_key: str, say: Say) -> None:
    url = f"http://127.0.0.1:{port}"
    say(f"look at {url}/#viewer={neighbours_apart(world)[0]}, or at {url}/ as a newcomer")
    for address in addresses(url, world):
        say(f"or open {address}")
    say(f"the desk, for you alone: {desk_address('127.0.0.1', port, desk_key)}")
    say("it runs open, for this machine alone; Control+C ends it")


def load(store: GraphStore, world: World, folder: Path, say: Say) -> None:
    """Load what SocialVerse tells over HTTP, and what it does not from a graph folder."""
    token, algorithm = secrets.token_hex(16), secrets.token_hex(16)
    with serve_village(world, token, algorithm) as url:
        config = SocialVerseConfig(url=url, token=token, algorithm=algorithm)
        report = LoadReport()
        ingest(store, SocialVerseSource(config, report).batches(), report)
    keep_report(folder / LOAD_REPORT, report, "load socialverse", int(time.time()))
    say(f"load socialverse: {_counts(report.new)}")
    refused = Counter({f"{kind}: {why}": rows for (kind, why), rows in report.refused.items()})
    say(f"  not taken as it came: {_counts(refused + report.mended)}")
    write_folder(untold(world), folder / "app")
    report = ingest_tables(store, read_folder(folder / "app"))
    keep_report(folder / LOAD_REPORT, report, "load folder app", int(time.time()))
    say(f"load folder: {_counts(report.new)}")


def untold(world: World) -> dict[str, pd.DataFrame]:
    """Friendships, interests and privacy: an app has them, SocialVerse's API does not."""
    tables = world.tables
    return {
        "users": tables["users"][["id", "privacy"]],
        "posts": tables["posts"][["id", "privacy"]],
        "tags": tables["tags"],
        "friend": tables["friend"],
        "interested_in": tables["interested_in"],
    }


def addresses(url: str, world: World) -> list[str]:
    """Three feeds as JSON: of two people of different communities, and of a stranger in a mood."""
    first, second = neighbours_apart(world)
    stranger = _feed(url, username="stranger", mood=MOOD)
    return [_feed(url, username=first), _feed(url, username=second), stranger]


def _feed(url: str, **query: str) -> str:
    return f"{url}/feed?{urlencode(query)}"


def neighbours_apart(world: World) -> tuple[str, str]:
    """The usernames of the two busiest people who live in different communities."""
    busy = _busiest(world)
    homes = busy["id"].map(world.community_of_user)
    elsewhere = busy[homes != homes.iloc[0]]
    return str(busy["username"].iloc[0]), str(elsewhere["username"].iloc[0])


def _busiest(world: World) -> pd.DataFrame:
    """The people, those who viewed most first."""
    users, acts = world.tables["users"], world.tables["viewed"]["source"].value_counts()
    return users.assign(acts=users["id"].map(acts).fillna(0)).sort_values(
        ["acts", "id"], ascending=[False, True]
    )


def check_feeds(url: str, world: World, say: Say) -> None:
    """Ask a running server for feeds, and compare them with what was planted."""
    pages = {address: _posts(address) for address in addresses(url, world)}
    for address, posts in pages.items():
        _expect(len(posts) == 10, f"{address} has {len(posts)} posts, not 10")
        _expect(all(post["reasons"] for post in posts), f"{address} has a post without a reason")
    for name, posts in zip(neighbours_apart(world), pages.values(), strict=False):
        home = _at_home(world, name, posts)
        say(f"{name}: {home} of 10 posts are of their own community, by {_sources(posts)}")
    many = _busiest(world)["username"].head(MANY)
    check_own(world, {name: _posts(_feed(url, username=name)) for name in many})
    response = requests.get(f"{url}/feed", {"username": "stranger", "page": "zero"}, timeout=60)
    _expect(response.status_code == 400, "a page that is no number is not refused")
    _expect(requests.get(f"{url}/health", timeout=60).ok, "/health is not well")


def check_own(world: World, feeds: Mapping[str, list[dict[str, object]]]) -> None:
    """Hold what people of several communities are shown to what was planted.

    In the mean: one person in thirty is shown five posts of their own community or fewer, and one
    pair in ten has more than two in common, however well all are served.

    Args:
        world: the village.
        feeds: ten posts each, by who was shown them.

    Raises:
        DemoFailed: they are not as planted.
    """
    own = statistics.fmean(_at_home(world, name, posts) for name, posts in feeds.items())
    _expect(own >= 6, f"only {own:.1f} of people's 10 posts are of their own community")
    same = common(world, feeds)
    _expect(
        statistics.fmean(same) <= 2 and max(same) < 10,
        f"people of different communities get {statistics.fmean(same):.1f} of 10 posts in common,"
        f" {max(same)} at most",
    )


def common(world: World, feeds: Mapping[str, list[dict[str, object]]]) -> list[int]:
    """How many posts each two people of different communities were both shown."""
    users = world.tables["users"].set_index("username")["id"]
    shown = [
        (world.community_of_user[str(users[name])], {post["id"] for post in posts})
        for name, posts in feeds.items()
    ]
    return [
        len(one & other) for (here, one), (there, other) in combinations(shown, 2) if here != there
    ]


def _at_home(world: World, username: str, posts: list[dict[str, object]]) -> int:
    users = world.tables["users"]
    user_id = str(users.loc[users["username"] == username, "id"].iloc[0])
    home = world.community_of_user[user_id]
    return sum(world.community_of_post[f"sv:post:{post['id']}"] == home for post in posts)


def _sources(posts: list[dict[str, object]]) -> str:
    reasons = [reason for post in posts for reason in post["reasons"]]  # type: ignore[attr-defined]
    return ", ".join(sorted({str(reason["source"]) for reason in reasons}))


def _posts(address: str) -> list[dict[str, object]]:
    response = requests.get(address, timeout=60)
    _expect(response.status_code == 200, f"{address} answers {response.status_code}")
    posts: list[dict[str, object]] = response.json()["post"]
    return posts


def _expect(true: bool, otherwise: str) -> None:
    if not true:
        raise DemoFailed(f"the demo's check failed: {otherwise}; please report this")


def _counts(counted: Mapping[str, int]) -> str:
    return ", ".join(f"{count:,} {name}" for name, count in counted.items()) or "nothing"
