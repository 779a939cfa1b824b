"""What a run found, as plain values."""

from dataclasses import dataclass, field

from bench.clock import percentiles
from graph.model import Row

FEED, HTTP = "feed in process", "feed over HTTP"
BY_MODEL = ", by a model"
"""Behind the name of what is the same, ranked by a trained model."""
LIKE, SHOWN = "like", "like to next feed"
ALONE, BESIDE = "feed over HTTP, alone", "feed over HTTP, beside writes"
WRITE, WRITE_BESIDE = "write", "write beside feeds"
NAIVE, NAIVE_OF_ALL = "naive Cypher, likes", "naive Cypher, all signals"
ORM = "ORM queries"
ALS, KNN = "implicit ALS", "implicit ItemKNN"
PEERS = (NAIVE, NAIVE_OF_ALL, ORM, ALS, KNN)
"""What answers in the place of our feed, for the same people."""

LOAD, DERIVE, STEP = "load", "derive", "train step"
RATE, RESIDENT = "requests over HTTP", "memory of a serving process"
TOGETHER = "memory of all processes of the server"
WRITE_RATE, WRITE_RATE_BESIDE = "writes of one client", "writes beside feeds"
PROCESSOR = "processor time of a request over HTTP"


@dataclass(frozen=True)
class Times:
    """How long each request of a kind took."""

    what: str
    engine: str
    """``ladybug`` or ``neo4j``, or what a peer runs on."""
    engagements: int
    """The size that was asked for."""
    milliseconds: tuple[float, ...]
    """In the order of the run's viewers, where they asked: the first of all ways are of the same
    people."""

    def percentiles(self, first: int | None = None) -> dict[str, float]:
        """Of all requests, or of the first so many."""
        return percentiles([each / 1e3 for each in self.milliseconds[:first]])


@dataclass(frozen=True)
class Amount:
    """One number."""

    what: str
    engine: str
    engagements: int
    value: float
    unit: str


Figure = Times | Amount


@dataclass
class Run:
    """One run: on what, of what, and what was found."""

    machine: Row
    versions: Row
    data: list[Row] = field(default_factory=list)
    """Of each size: its seed, and how many there are of what."""
    times: list[Times] = field(default_factory=list)
    amounts: list[Amount] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What was not measured, and why; what was wrong."""

    def add(self, figure: Figure) -> None:
        """Keep a figure."""
        if isinstance(figure, Times):
            self.times.append(figure)
        else:
            self.amounts.append(figure)

    def times_of(self, what: str, engine: str, engagements: int) -> Times | None:
        """The times of that, if they were measured."""
        asked = (what, engine, engagements)
        for each in self.times:
            if (each.what, each.engine, each.engagements) == asked:
                return each
        return None

    def amount_of(self, what: str, engine: str, engagements: int) -> float | None:
        """The number of that, if it was measured."""
        asked = (what, engine, engagements)
        for each in self.amounts:
            if (each.what, each.engine, each.engagements) == asked:
                return each.value
        return None
