"""Posts that might be shown, and what speaks for each of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import fsum

from graph.queries.candidates import Found


@dataclass(frozen=True, slots=True)
class Candidate:
    """A post as one source found it."""

    post_id: str
    source: str
    score: float
    """The source's own number; two sources' are not comparable (`feed.score` makes them so)."""
    via: str | None
    """The node that led to it: a reason."""


class Gathered:
    """What the sources found for one request, each in its own order, best first."""

    def __init__(
        self, by_source: Mapping[str, Sequence[Candidate]], degraded: tuple[str, ...] = ()
    ):
        """Keep what was found; `degraded` are sources that failed, whose posts are missing."""
        self.by_source = by_source
        self.degraded = degraded
        self._scores = {name: _scores(some) for name, some in by_source.items()}
        self._vias = {name: _vias(some) for name, some in by_source.items()}

    def scores(self, source: str) -> Mapping[str, float]:
        """What the source says of each post: its numbers added up, independent of their order."""
        return self._scores.get(source, {})

    def vias(self, source: str) -> Mapping[str, Sequence[str]]:
        """The nodes that led the source to each post, the strongest first."""
        return self._vias.get(source, {})

    def post_ids(self, per_source: int) -> list[str]:
        """The first `per_source` posts of every source, each once, in no particular order."""
        ids: set[str] = set()
        for candidates in self.by_source.values():
            distinct = dict.fromkeys(candidate.post_id for candidate in candidates)
            ids.update(list(distinct)[:per_source])
        return sorted(ids)


def candidates(source: str, found: Iterable[Found]) -> tuple[Candidate, ...]:
    """The posts that `source` found."""
    return tuple(Candidate(each.post_id, source, each.score, each.via) for each in found)


def _scores(some: Iterable[Candidate]) -> dict[str, float]:
    found: dict[str, list[float]] = {}
    for candidate in some:
        found.setdefault(candidate.post_id, []).append(candidate.score)
    return {post_id: fsum(scores) for post_id, scores in found.items()}


def _vias(some: Iterable[Candidate]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for candidate in some:
        if candidate.via is not None:
            found.setdefault(candidate.post_id, []).append(candidate.via)
    return found
