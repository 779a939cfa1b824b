"""Takes events in: checks them, hears them, and brings the graph up to what they say.

The states are written before the graph. A process that is killed in between leaves a graph that
lags behind; the same events, told again, change no state and bring the graph up to it.
"""

import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO, Self

from graph.errors import ConfigError
from graph.events.ends import known_nodes, without_strangers
from graph.events.facts import Fact, NodeFact, facts_of
from graph.events.rows import Rows
from graph.events.schema import LINE_BYTES, EventRefused, read_event
from graph.events.states import State, as_text, heard, read_state
from graph.events.values import MICROSECONDS
from graph.ingest import ingest
from graph.model import Row
from graph.report import LoadReport
from graph.store import GraphStore

CHUNK = 50_000
"""Lines of a file that are taken in together: some 200 MB of memory."""
PIECE = 50
"""Events of a request that are written together: so few that who waits meanwhile waits briefly."""
FACTS = 2_000
"""States read or written by one query."""


@dataclass(frozen=True)
class EventsConfig:
    """How an app's events are named, and how many are taken at a time."""

    prefix: str = "app"
    """What is put before the app's own ids (`RESONANCE_EVENTS_PREFIX`): ``app:user:12``."""
    max_bytes: int = 8 << 20
    """The largest body of ``POST /events``."""
    max_lines: int = 1_000
    """The most lines in it."""

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z]{1,20}", self.prefix):
            raise ConfigError(
                f"the prefix {self.prefix!r} is not 1 to 20 lower-case letters;"
                " set RESONANCE_EVENTS_PREFIX to such, or leave it out for 'app'"
            )

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Settings from the environment."""
        return cls(prefix=environ.get("RESONANCE_EVENTS_PREFIX") or cls.prefix)


@dataclass(frozen=True)
class Refusal:
    """A line that was not taken, and why."""

    line: int
    """From 1."""
    reason: str


@dataclass
class Taken:
    """What became of lines: read = new + changed + unchanged + refused."""

    read: int = 0
    new: int = 0
    """Events of which each brought a fact of which nothing had been heard."""
    changed: int = 0
    unchanged: int = 0
    """Heard before, or older than what was heard."""
    refused: list[Refusal] = field(default_factory=list)


@dataclass(frozen=True)
class _Read:
    line: int
    facts: tuple[Fact, ...]


class EventIntake:
    """The one way for events into a graph, for one after the other.

    Events about one graph must come through one process at a time, or through such as share `turn`.
    """

    def __init__(
        self,
        store: GraphStore,
        config: EventsConfig | None = None,
        clock: Callable[[], float] = time.time,
        turn: AbstractContextManager[object] | None = None,
    ):
        """Take events into `store`.

        Args:
            store: the graph.
            config: how they are named.
            clock: the time in Unix seconds.
            turn: whoever takes events in has it; None: a turn of this process's threads.
        """
        self.config = config or EventsConfig()
        self._store, self._clock = store, clock
        self._turn: AbstractContextManager[object] = turn or threading.Lock()

    def standing_still(self) -> AbstractContextManager[object]:
        """No events are taken in inside of it: they speak of people whom they do not hold."""
        return self._turn

    def load(self, file: BinaryIO, report: LoadReport) -> Iterator[Refusal]:
        """Take a file of any length in, `CHUNK` lines at a time; yields what is refused.

        `report` counts the lines as kind ``lines``, and the graph's rows by their kinds.

        Raises:
            RowRefused: the report is strict; nothing of these `CHUNK` lines was written.
        """
        lines = enumerate(_lines_of(file), start=1)
        while chunk := list(islice(lines, CHUNK)):
            yield from self.take(chunk, report, CHUNK).refused

    def take(
        self,
        lines: Iterable[tuple[int, bytes]],
        report: LoadReport | None = None,
        piece: int = PIECE,
        aside: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> Taken:
        """Take numbered lines in; blank ones are passed over.

        Args:
            lines: with their numbers.
            report: counts them.
            piece: so many events are written at a time.
            aside: others may go meanwhile: it is waited in it for whoever takes events in, before
                each piece.
        """
        report = report or LoadReport()
        taken = Taken()
        read = list(self._read(lines, taken))
        with self._in_turn(aside):
            known = known_nodes(self._store, (fact for each in read for fact in each.facts))
            good = _those_of_nobody_unknown(read, known, taken)
            taken.refused.sort(key=lambda refusal: refusal.line)
            for refusal in taken.refused:
                _tell(report, refusal)
            good.sort(key=lambda each: _when_written(each.facts))
            self._hear(good[:piece], known, taken, report)
        there = known | _brought(good[:piece])
        for start in range(piece, len(good), piece):
            with self._in_turn(aside):
                some = good[start : start + piece]
                known = known_nodes(self._store, (fact for each in some for fact in each.facts))
                told = len(taken.refused)
                # Who left meanwhile is not brought back by what was told before.
                some = _those_of_nobody_gone(some, there - known, taken)
                some = _those_of_nobody_unknown(some, known, taken)
                for refusal in taken.refused[told:]:
                    _tell(report, refusal)
                self._hear(some, known, taken, report)
                there |= _brought(some)
        taken.refused.sort(key=lambda refusal: refusal.line)
        report.read["lines"] += taken.read - len(taken.refused)
        report.new["lines"] += taken.new
        report.changed["lines"] += taken.changed
        report.unchanged["lines"] += taken.unchanged
        return taken

    @contextmanager
    def _in_turn(self, aside: Callable[[], AbstractContextManager[None]]) -> Iterator[None]:
        """Nobody else takes events in; who waits for that has no other turn."""
        with ExitStack() as turn:
            with aside():
                turn.enter_context(self._turn)
            yield

    def _read(self, lines: Iterable[tuple[int, bytes]], taken: Taken) -> Iterator[_Read]:
        now = self._clock()
        for number, line in lines:
            if not line.strip():
                continue
            taken.read += 1
            try:
                event = read_event(line, self.config.prefix, now)
            except EventRefused as refused:
                taken.refused.append(Refusal(number, str(refused)))
            else:
                yield _Read(number, tuple(facts_of(event)))

    def _hear(
        self, events: Sequence[_Read], known: set[str], taken: Taken, report: LoadReport
    ) -> None:
        every = [fact for each in events for fact in each.facts]
        before = self._states({fact.key for fact in every})
        after: dict[str, State] = dict(before)
        for each in events:
            _count(taken, [_heard(after, fact, known) for fact in each.facts])
        self._keep({key: state for key, state in after.items() if before.get(key) != state})
        rows = Rows()
        rows.take(every, after, known)
        ingest(self._store, rows.batches(), report)

    def _states(self, keys: set[str]) -> dict[str, State]:
        found: dict[str, State] = {}
        for part in _parts(sorted(keys)):
            rows = self._store.run("heard", ids=part)
            found |= {row["id"]: read_state(row["state"]) for row in rows}
        return found

    def _keep(self, states: Mapping[str, State]) -> None:
        for keys in _parts(sorted(states)):
            rows = [_row(key, states[key]) for key in keys]
            self._store.run("hear", rows=rows)


def _those_of_nobody_unknown(read: Sequence[_Read], known: set[str], taken: Taken) -> list[_Read]:
    """The events that speak of known nodes alone, or of what the others bring."""
    reasons = without_strangers([each.facts for each in read], known)
    pairs = list(zip(read, reasons, strict=True))
    taken.refused += [Refusal(each.line, why) for each, why in pairs if why is not None]
    return [each for each, why in pairs if why is None]


def _those_of_nobody_gone(read: Sequence[_Read], gone: set[str], taken: Taken) -> list[_Read]:
    """The events that bring none of these nodes."""
    back = {each.line for each in read if _brought([each]) & gone}
    taken.refused += [Refusal(line, "it left while this was taken in") for line in sorted(back)]
    return [each for each in read if each.line not in back]


def _brought(read: Sequence[_Read]) -> set[str]:
    """The ids of the nodes that events bring."""
    facts = (fact for each in read for fact in each.facts)
    return {fact.node_id for fact in facts if isinstance(fact, NodeFact) and fact.brings}


def _tell(report: LoadReport, refusal: Refusal) -> None:
    report.refuse("lines", refusal.reason, where=[f"line {refusal.line}"])


def _when_written(facts: tuple[Fact, ...]) -> int:
    """What events bring goes before posts, which speak of it, and those before all the rest."""
    if not any(isinstance(fact, NodeFact) and fact.brings for fact in facts):
        return 2
    return 1 if any(fact.file == "posts" for fact in facts) else 0


def _row(key: str, state: State) -> Row:
    return {"id": key, "at": state.latest // MICROSECONDS, "state": as_text(state)}


def _heard(states: dict[str, State], fact: Fact, known: set[str]) -> str:
    """Take one fact in; says what that did: new, changed or unchanged."""
    before = states.get(fact.key)
    there = isinstance(fact, NodeFact) and fact.node_id in known
    after = states[fact.key] = heard(before, fact, there)
    return "new" if before is None else "unchanged" if before == after else "changed"


def _count(taken: Taken, done: list[str]) -> None:
    if "new" in done:
        taken.new += 1
    elif "changed" in done:
        taken.changed += 1
    else:
        taken.unchanged += 1


def _parts(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), FACTS):
        yield keys[start : start + FACTS]


def _lines_of(file: BinaryIO) -> Iterator[bytes]:
    """The file's lines; of one that is too long, a part that is too long as well."""
    while line := file.readline(LINE_BYTES + 2):
        rest = line
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LINE_BYTES + 2)
        yield line.rstrip(b"\r\n")
