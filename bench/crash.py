"""Servers killed at random moments under a mixed load: nothing that was answered is lost.

In a round clients like, take back, write, comment and read, over HTTP, until SIGKILL ends the
server; where it has several processes, first one by chance, and soon all others. Then the graph is
opened: whatever was acknowledged is there, of each client's one request that got no answer either
all or nothing is, and `resonance doctor --deep` finds nothing wrong. The next round goes on with
that graph.
"""

import contextlib
import http.client
import os
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import click
import numpy as np

from bench.crowd.wire import Wire
from bench.served import begun
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.progress import progress
from graph.soundness import faults
from graph.store import GraphStore, StoreConfig, open_store
from village.world import plant

CLIENTS = 4
MET = 20
"""Posts that everybody may see, and that all act on."""
LONGEST = 3.0
"""Seconds of load at most before a kill."""
AFTER = 0.3
"""Seconds from the kill of one of several processes to that of the others."""
Fact = tuple[str, str, str]
"""``liked``, who and which post; ``authored`` or ``comment_on``, and the two ends."""


@dataclass
class Client:
    """One connection's doings, by a person whom no other client acts for."""

    user_id: str
    name: str
    posts: list[str]
    rng: np.random.Generator
    known: dict[Fact, bool] = field(default_factory=dict)
    """What was acknowledged last of each fact: whether it is so."""
    open: Fact | None = None
    """What was asked for and not answered."""
    refused: list[str] = field(default_factory=list)
    answered: int = 0
    killed: threading.Event = field(default_factory=threading.Event)
    """Set when a part of the server was killed: what is left may have no graph any more."""

    def act(self, base: str) -> None:
        """Until the server is gone."""
        with closing(Wire(base)) as wire:
            try:
                while True:
                    self._once(wire)
                    self.answered += 1
            except (OSError, http.client.HTTPException):
                return

    def _once(self, wire: Wire) -> None:
        post, dice = self.posts[self.rng.integers(len(self.posts))], self.rng.random()
        if dice < 0.2:
            self._heard(wire.ask("GET", "/feed", {"username": self.name}).status, None, True)
        elif dice < 0.4:
            said = wire.ask("POST", "/posts", {"viewer": self.name}, {"text": "Bread"})
            if self._heard(said.status, None, True):
                self.known["authored", self.user_id, said.told["post"]["post_id"]] = True
        elif dice < 0.6:
            path, body = f"/posts/{post}/comments", {"text": "Good"}
            said = wire.ask("POST", path, {"viewer": self.name}, body)
            if self._heard(said.status, None, True):
                self.known["comment_on", said.told["comment"]["comment_id"], post] = True
        else:
            liked = dice < 0.85
            self.open = ("liked", self.user_id, post)
            method, path = "PUT" if liked else "DELETE", f"/posts/{post}/likes/me"
            said = wire.ask(method, path, {"viewer": self.name})
            self._heard(said.status, self.open, liked)
            self.open = None

    def _heard(self, status: int, fact: Fact | None, so: bool) -> bool:
        if status == 503 and self.killed.is_set():
            raise ConnectionError("the graph is gone")
        if status >= 400:
            self.refused.append(f"{self.name} got {status}")
        elif fact is not None:
            self.known[fact] = so
        return status < 400


def crash(
    config: StoreConfig,
    scratch: Path,
    clients: list[Client],
    seconds: float,
    workers: int = 1,
    victim: float = 0.0,
    answers: int = 0,
) -> list[str]:
    """One round: serve, act, kill, open again; what is wrong then.

    Args:
        config: where.
        scratch: a folder for what is kept beside the graph.
        clients: who act.
        seconds: after which one process is killed.
        workers: processes that serve.
        victim: which of all processes is killed first, from 0 up to 1.
        answers: that each client waits for before, however long that takes.
    """
    environ = {
        "RESONANCE_LOG": "off",
        "NEO4J_USER": config.user,
        "NEO4J_PASSWORD": config.password,
        "NEO4J_DATABASE": config.database,
    }
    with begun(config.url, scratch, environ, workers) as (base, process):
        awaited = [each.answered + answers for each in clients]
        threads = [threading.Thread(target=each.act, args=(base,)) for each in clients]
        for client in clients:
            client.killed.clear()
        for each in threads:
            each.start()
        time.sleep(seconds)
        while any(each.answered < enough for each, enough in zip(clients, awaited, strict=True)):
            if not all(each.is_alive() for each in threads):
                raise click.ClickException("the server went before it was killed")
            time.sleep(0.01)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        processes = [process.pid, *map(int, children)]
        first = processes[int(victim * len(processes))]
        for client in clients:
            client.killed.set()
        os.kill(first, signal.SIGKILL)
        if len(processes) > 1:
            time.sleep(AFTER)
        for pid in processes:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for each in threads:
            each.join()
        process.wait()
        _wait_for_the_end_of(processes)
    with open_store(config) as store:
        return [*faults(store), *lost(store, clients)]


def _wait_for_the_end_of(processes: list[int]) -> None:
    """Those of them that others than this process are to bury."""
    while any(Path(f"/proc/{pid}").exists() for pid in processes):
        time.sleep(0.01)


def lost(store: GraphStore, clients: list[Client]) -> Iterator[str]:
    """What was acknowledged and is not so."""
    there: Mapping[str, set[tuple[str, str]]] = {
        file: set(
            store.frame(f"export_{file}")[["source", "target"]].itertuples(index=False, name=None)
        )
        for file in ("liked", "authored", "comment_on")
    }
    for client in clients:
        yield from client.refused
        client.refused.clear()
        for (file, source, target), so in client.known.items():
            if (file, source, target) == client.open:
                continue
            if ((source, target) in there[file]) is not so:
                yield f"{file} {source} {target}: acknowledged as {so}, and it is not"
        if client.open is not None:  # either is right; from now on it is as it is
            client.known[client.open] = client.open[1:] in there[client.open[0]]
            client.open = None


def fill(config: StoreConfig, users: int, posts: int, seed: int) -> list[Client]:
    """A derived village, and those who will act in it, each for one of its people.

    Raises:
        click.ClickException: the graph is not empty.
    """
    tables = plant(users=users, posts=posts, communities=4, now=int(time.time())).tables
    with open_store(config) as store:
        if not store.frame("export_users").empty:
            raise click.ClickException(f"{config.url} is not empty, and this would change it")
        ingest_tables(store, tables)
        derive(store)
    people, posts_told = tables["users"], tables["posts"]
    alone = ~people["username"].duplicated(keep=False) & people["active"]
    people = people[alone & (people["privacy"] == "public")]
    shown = posts_told[(posts_told["privacy"] == "public") & posts_told["available"]]["id"]
    public = tables["authored"][tables["authored"]["source"].isin(people["id"])]["target"]
    seen = sorted(set(shown) & set(public))[:MET]
    named = people[["id", "username"]].itertuples(index=False, name=None)
    return [
        Client(user_id, name, seen, np.random.default_rng((seed, number)))
        for number, (user_id, name) in zip(range(CLIENTS), named, strict=False)
    ]


@click.command()
@click.option("--rounds", default=50, show_default=True)
@click.option("--users", default=500, show_default=True)
@click.option("--posts", default=1_000, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes that serve.")
@click.option("--store", "url", help="An empty bolt:// server; default: embedded, thrown away.")
def main(rounds: int, users: int, posts: int, seed: int, workers: int, url: str | None) -> None:
    """Kill servers under load, and tell what is wrong with the graph afterwards."""
    rng, wrong = np.random.default_rng(seed), 0
    with tempfile.TemporaryDirectory() as folder:
        config = StoreConfig.from_env(os.environ, url or f"ladybug:{folder}/graph")
        clients = fill(config, users, posts, seed)
        for number in progress(range(rounds), "kills", rounds):
            seconds, victim = float(rng.uniform(0.1, LONGEST)), float(rng.random())
            found = crash(config, Path(folder), clients, seconds, workers, victim)
            wrong += bool(found)
            if found:
                click.echo(f"round {number}: " + "\n".join(found))
    answered = sum(each.answered for each in clients)
    click.echo(
        f"{rounds} kills, {answered:,} requests answered: {wrong} graphs are not as they were"
    )
    if wrong:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
