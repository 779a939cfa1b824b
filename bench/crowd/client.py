"""One client: some people of its own, who read and write one after the other."""

import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np

from bench.crowd.ledger import Ledger
from bench.crowd.wire import Heard, Wire
from graph.model import Row

KEYED = 0.2
"""The part of writes that bring an Idempotency-Key; half of these are sent twice."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One request."""

    kind: str
    write: bool
    status: int
    seconds: float


@dataclass
class Square:
    """What all clients have in common: whom and what they meet at."""

    ledger: Ledger
    posts: deque[str]
    """The posts that most is done with, the latest at the end."""
    people: Sequence[str]
    """Whom most is about."""
    tags: Sequence[str]
    words: Sequence[str]
    """What is searched for."""
    comments: deque[str] = field(default_factory=lambda: deque(maxlen=30))
    names: dict[str, str] = field(default_factory=dict)
    """User ids of the actors, by username."""
    group_id: str = ""
    over: bool = False


class Client:
    """Whoever acts; its methods are called by one thread."""

    def __init__(self, square: Square, base: str, mine: Sequence[str], seed: tuple[int, ...]):
        """With these people, at that server."""
        self.square, self.ledger, self.mine = square, square.ledger, mine
        self.rng = np.random.default_rng(seed)
        self.wire = Wire(base)
        self.samples: list[Sample] = []

    def some(self, many: Sequence[str]) -> str:
        """One of them, drawn."""
        return many[int(self.rng.integers(len(many)))]

    def post(self) -> str:
        """A post that others are at, too."""
        return self.some(list(self.square.posts))

    def other(self, who: str) -> str:
        """Somebody else, most likely one whom others are about, too."""
        people = self.square.people if self.rng.random() < 0.7 else sorted(self.ledger.actors)
        return self.some([each for each in people if each != who])

    def read(self, kind: str, path: str, query: dict[str, str | int]) -> Heard:
        """Ask for something to read."""
        heard = self.wire.ask("GET", path, query)
        self._note(kind, False, heard, f"GET {path} {query}")
        return heard

    def write(self, kind: str, who: str, method: str, path: str, body: object = None) -> Heard:
        """Have one of its people do something; some of it is sent twice, with one key."""
        key = str(uuid.UUID(bytes=self.rng.bytes(16))) if self.rng.random() < KEYED else None
        heard = self.wire.ask(method, path, {"viewer": who}, body, key)
        self._note(kind, True, heard, f"{method} {path} of {who}")
        if key is not None and heard.done and self.rng.random() < 0.5:
            again = self.wire.ask(method, path, {"viewer": who}, body, key)
            same = again.status == heard.status and _same(heard.told, again.told)
            if not same or not again.replayed:
                self.ledger.fault(f"{method} {path} of {who} sent again: {again} for {heard}")
        return heard

    def refused(self, heard: Heard, allowed: dict[int, bool], what: str) -> bool:
        """Whether nothing was done; a fault where that has no reason, by status."""
        if not heard.done and heard.status < 500 and not allowed.get(heard.status, False):
            self.ledger.fault(f"{what}: a {heard.status} for no reason: {heard.told}")
        return not heard.done

    def _note(self, kind: str, write: bool, heard: Heard, what: str) -> None:
        self.samples.append(Sample(kind, write, heard.status, heard.ended - heard.began))
        if heard.status >= 500:
            self.ledger.fault(f"{what}: {heard.status} {heard.told}")


def _same(first: Row, again: Row) -> bool:
    """Whether both answer the same act; what they show of others may be newer in the second."""
    alike = first.keys() == again.keys()
    return alike and all(_ids(again[each]) <= _ids(first[each]) for each in first)


def _ids(told: object) -> set[tuple[str, object]]:
    """The ids that an object has; what is none is itself."""
    if not isinstance(told, dict):
        return {("", told)}
    return {(name, each) for name, each in told.items() if name.endswith("_id") and each}


Does = Callable[[Client, str], None]
"""What one of a client's people does."""


def drawn(rng: np.random.Generator, weights: dict[str, int], many: int) -> list[str]:
    """So many names, as often as their weights say, in no order."""
    names = list(weights)
    parts = np.array([weights[name] for name in names], float)
    return [names[each] for each in rng.choice(len(names), many, p=parts / parts.sum())]


def work(client: Client, does: dict[str, Does], names: Sequence[str], pause: float) -> None:
    """Do these things, each by one of the client's people, resting `pause` seconds on average."""
    for name in names:
        if client.square.over:
            return
        if pause:
            time.sleep(float(client.rng.exponential(pause)))
        does[name](client, client.some(client.mine))
