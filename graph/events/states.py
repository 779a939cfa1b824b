"""What is kept of each fact: enough for events to come in any order, any number of times.

A state is what all its events say together. To take an event in is commutative, associative and
idempotent, so neither the order of arrival nor a repetition shows.
"""

from collections.abc import Mapping
from hashlib import blake2b

from pydantic import BaseModel, TypeAdapter

from graph.events.facts import Clock, EdgeFact, Fact, LinkFile, NodeFact, Value

MOST_TIMES = 256
"""A count stands still here; beyond it each further event of a pair would only cost room."""
MARKS = frozenset({"privacy", "active", "available", "deleted"})
"""Fields that decide who may see a node: kept, for they may be told before it comes."""
NEVER: Clock = (-1, "")


class EdgeState(BaseModel):
    """The latest word on an edge that is there or not."""

    clock: Clock
    there: bool
    values: dict[str, Value]

    @property
    def latest(self) -> int:
        """Microseconds of the latest word."""
        return self.clock[0]


class CountState(BaseModel):
    """The distinct events of an edge that counts them."""

    at: int
    """Microseconds of the latest."""
    heard: list[str]
    """Digests of their ids, ascending; of more than `MOST_TIMES` the smallest."""

    @property
    def latest(self) -> int:
        """Microseconds of the latest word."""
        return self.at


class Links(BaseModel):
    """A post's edges of one kind."""

    whole: Clock = NEVER
    """When they were last told as a whole: what is older is there no more."""
    each: dict[str, tuple[Clock, bool]] = {}
    """The latest word on each: whether it comes or goes."""

    def there(self, target: str) -> bool:
        """Whether the edge to `target` exists."""
        clock, comes = self.each[target]
        return comes and clock >= self.whole


class NodeState(BaseModel):
    """When each field of a node was last told, and the latest word on each of its links."""

    first: int | None = None
    """Microseconds of the first event that brought it; None while it was only marked."""
    ours: bool
    """Whether the events brought it, and no other loader before them."""
    fields: dict[str, Clock] = {}
    marks: dict[str, Value] = {}
    """What the fields of `MARKS` say; the others' values come with the event that is the latest."""
    links: dict[LinkFile, Links] = {}

    @property
    def latest(self) -> int:
        """Microseconds of the latest word."""
        words = [at for links in self.links.values() for at, _ in links.each.values()]
        whole = [links.whole for links in self.links.values()]
        return max([self.first or 0, *(at for at, _ in (*self.fields.values(), *words, *whole))])


State = NodeState | CountState | EdgeState


def read_state(text: str) -> State:
    """The state that `as_text` wrote."""
    return _ADAPTER.validate_json(text)


def as_text(state: State) -> str:
    """The state as JSON."""
    return state.model_dump_json()


def digest_of(event_id: str) -> str:
    """How a `CountState` names an event that it counts."""
    return blake2b(event_id.encode(), digest_size=8).hexdigest()


def heard(state: State | None, fact: Fact, known: bool) -> State:
    """The state after `fact`; None: nothing was heard of it before.

    Args:
        state: as it is; never changed.
        fact: what an event says.
        known: whether the node is in the graph already, for one of which nothing was heard.
    """
    if isinstance(fact, NodeFact):
        assert state is None or isinstance(state, NodeState)
        return _node(state or NodeState(ours=not known), fact)
    if fact.counted:
        assert state is None or isinstance(state, CountState)
        return _count(state or CountState(at=-1, heard=[]), fact)
    assert state is None or isinstance(state, EdgeState)
    if state is not None and fact.clock <= state.clock:
        return state
    return EdgeState(clock=fact.clock, there=fact.there, values=dict(fact.values))


def _count(state: CountState, fact: EdgeFact) -> CountState:
    digest = digest_of(fact.clock[1])
    if digest in state.heard:
        return state
    kept = sorted([*state.heard, digest])[:MOST_TIMES]
    return CountState(at=max(state.at, fact.clock[0]), heard=kept)


def _node(state: NodeState, fact: NodeFact) -> NodeState:
    first = state.first
    if fact.brings:
        first = fact.clock[0] if first is None else min(first, fact.clock[0])
    newer = {name for name in fact.fields if state.fields.get(name, NEVER) < fact.clock}
    return NodeState(
        first=first,
        ours=state.ours,
        fields=state.fields | {name: fact.clock for name in newer},
        marks=state.marks | {name: fact.fields[name] for name in newer & MARKS},
        links=state.links | _linked(state.links, fact),
    )


def _linked(links: Mapping[LinkFile, Links], fact: NodeFact) -> dict[LinkFile, Links]:
    told = {file: _told(links.get(file), ids, fact.clock) for file, ids in fact.whole.items()}
    if fact.tag is not None:
        tag, comes = fact.tag
        old = links.get("tagged") or Links()
        told["tagged"] = Links(whole=old.whole, each=_with(old, {tag: (fact.clock, comes)}))
    return told


def _told(old: Links | None, ids: tuple[str, ...], clock: Clock) -> Links:
    old = old or Links()
    each = _with(old, {target: (clock, True) for target in ids})
    return Links(whole=max(old.whole, clock), each=each)


def _with(old: Links, told: Mapping[str, tuple[Clock, bool]]) -> dict[str, tuple[Clock, bool]]:
    newer = {
        target: word
        for target, word in told.items()
        if target not in old.each or old.each[target][0] < word[0]
    }
    return old.each | newer


_ADAPTER: TypeAdapter[State] = TypeAdapter(State)
