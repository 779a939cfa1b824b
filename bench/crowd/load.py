"""A mixed load: clients side by side, and whether what became of it is right."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field

import numpy as np

from bench.crowd.client import Client, Sample, Square, drawn, work
from bench.crowd.effects import Effect, effects
from bench.crowd.ledger import Ledger
from bench.crowd.lists import Lists, read_lists
from bench.crowd.reads import READS
from bench.crowd.wire import Wire
from bench.crowd.writes import WRITES
from graph.progress import progress
from village.world import World

EACH = 4
"""People of one client."""
HOT = 8
"""Posts at which all meet; those that are written meanwhile come to them."""
LATEST = 12
"""Posts that are met at, of all."""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is done."""

    writes: int = 2_000
    reads: int = 8_000
    clients: int = 16
    pause: float = 0.0
    """Seconds that each client rests before a request, on average."""
    seed: int = 0


@dataclass
class Load:
    """Clients at a server that holds a village."""

    world: World
    base: str
    size: Size
    samples: list[Sample] = field(default_factory=list)
    idle: list[Effect] = field(default_factory=list)
    beside: list[Effect] = field(default_factory=list)

    def __post_init__(self) -> None:
        users = self.world.tables["users"]
        alone = ~users["username"].duplicated(keep=False)
        public = users[(users["privacy"] == "public") & alone & users["active"]]
        self.hot = self._hot(set(public["id"]))
        authors = [author for author, _ in self.hot]
        rest = [each for each in public["id"] if each not in set(authors)]
        rng = np.random.default_rng(self.size.seed)
        rest = rng.permutation(rest).tolist()
        self.actors = (authors + rest)[: self.size.clients * EACH]
        self.host, self.witness, *self.others = rest[len(self.actors) - len(authors) :]
        names = public.set_index("username")["id"]
        self.ledger = Ledger(frozenset(self.actors))
        self.ledger.meet(self.world.tables, [post for _, post in self.hot])
        tags = self.world.tables["tags"]["id"].tolist()
        self.square = Square(
            ledger=self.ledger,
            posts=deque((post for _, post in self.hot), maxlen=LATEST),
            people=self.actors[:6],
            tags=tags[:5],
            words=[f"{word} {number}" for number, word in enumerate(tags[:40])],
            names={str(name): each for name, each in names.items() if each in set(self.actors)},
        )

    def watch(self, pairs: int) -> None:
        """See how soon actions show while nobody else asks for anything.

        One more pair does all of it before, uncounted: a server that just started plans it then.
        After `run`, it tells what a server does that has been in use, not one that compiles.
        """
        self._found_group()
        first, people = self.others[:2], self.others[2 : 2 + 2 * pairs]
        for _ in effects(self.base, first, self.square.group_id, lambda: False):
            pass
        self.idle += effects(self.base, people, self.square.group_id, lambda: False)

    def run(self, watched: int = 0) -> list[str]:
        """Have all do what they do; what was wrong with the answers.

        Args:
            watched: so many pairs of people may do things one after the other meanwhile, to see
                how soon it shows.
        """
        self._found_group()
        clients = [self._client(number) for number in range(self.size.clients)]
        plans = [self._plan(number) for number in range(self.size.clients)]
        does = {name: act for name, (_, act) in (*WRITES.items(), *READS.items())}
        with ThreadPoolExecutor(len(clients) + 1, thread_name_prefix="client") as threads:
            watching = threads.submit(self._watch, watched)
            running = [
                threads.submit(work, client, does, plan, self.size.pause)
                for client, plan in zip(clients, plans, strict=True)
            ]
            try:
                for each in progress(running, "clients"):
                    each.result()
            finally:
                self.square.over = True
                for client in clients:
                    client.wire.close()
            watching.result()
        self.samples += [sample for client in clients for sample in client.samples]
        return self.ledger.faults

    def lists(self) -> Lists:
        """What people are told of it, once it is over."""
        posts = [post for _, post in self.hot]
        group = self.square.group_id
        with closing(Wire(self.base)) as wire:
            return read_lists(wire, self.ledger, posts, group, self.witness, self._witnessed())

    def _watch(self, pairs: int) -> None:
        people = self.others[-2 * pairs :] if pairs else []
        group = self.square.group_id
        for each in effects(self.base, people, group, lambda: self.square.over):
            self.beside.append(each)

    def _found_group(self) -> None:
        if self.square.group_id:
            return
        told = {"name": "All of us", "joining": "open"}
        with closing(Wire(self.base)) as wire:
            heard = wire.ask("POST", "/groups", {"viewer": self.host}, told)
        self.square.group_id = heard.told["group"]["group_id"]

    def _client(self, number: int) -> Client:
        mine = self.actors[number :: self.size.clients]
        return Client(self.square, self.base, mine, (self.size.seed, number))

    def _plan(self, number: int) -> Sequence[str]:
        """What one client does, in order: as much as the others."""
        rng = np.random.default_rng((self.size.seed, number, 1))
        parts = ((WRITES, self.size.writes), (READS, self.size.reads))
        names: list[str] = []
        for table, many in parts:
            share = many // self.size.clients + (number < many % self.size.clients)
            names += drawn(rng, {name: weight for name, (weight, _) in table.items()}, share)
        return [names[each] for each in rng.permutation(len(names))]

    def _hot(self, public: set[str]) -> list[tuple[str, str]]:
        """Posts that most engaged with, each by another author, whom everybody may see."""
        posts = self.world.tables["posts"]
        seen = set(posts[posts["privacy"] == "public"]["id"])
        authors = self.world.tables["authored"].set_index("target")["source"]
        found: dict[str, str] = {}
        for post in self.world.tables["liked"]["target"].value_counts(sort=True).index:
            if post in seen and authors[post] in public:
                found.setdefault(authors[post], post)
            if len(found) == HOT:
                break
        return list(found.items())

    def _witnessed(self) -> set[str]:
        """All whom the witness may see: the public, and friends."""
        users = self.world.tables["users"]
        friend = self.world.tables["friend"]
        friends = set(friend[friend["source"] == self.witness]["target"])
        friends |= set(friend[friend["target"] == self.witness]["source"])
        for_friends = users[(users["privacy"] == "friends") & users["id"].isin(friends)]
        return {*users[users["privacy"] == "public"]["id"], *for_friends["id"]}
