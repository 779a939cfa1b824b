"""What `web.metrics` counted, as a person reads it: how long, how often, what was left out.

Quantiles are read off the buckets of a histogram, as Prometheus' ``histogram_quantile`` does.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf

from prometheus_client.metrics_core import Metric

Labels = tuple[str, ...]


@dataclass(slots=True)
class Times:
    """How long something took, over all times that it was done."""

    seconds: float = 0.0
    """Of all of them together."""
    upto: dict[float, float] = field(default_factory=dict)
    """By a number of seconds: how many took no longer."""

    @property
    def count(self) -> int:
        """How often it was done."""
        return int(self.upto.get(inf, 0))

    @property
    def mean(self) -> float | None:
        """Seconds; None where it was never done."""
        return self.seconds / self.count if self.count else None

    def quantile(self, share: float) -> float | None:
        """Within how many seconds that share was done; None where it was never done.

        As exact as the buckets are; what took longer than the last of them took as long as that.
        """
        if not self.count:
            return None
        wanted = share * self.count
        bounds = [(0.0, 0.0), *sorted(self.upto.items())]
        for (low, before), (high, here) in pairwise(bounds):
            if here >= wanted and here > before:
                return (
                    low if high == inf else low + (high - low) * (wanted - before) / (here - before)
                )
        return bounds[-1][0]


@dataclass(frozen=True, slots=True)
class Measured:
    """All of it, at one moment."""

    sources: Mapping[str, Times]
    left_out: Mapping[str, int]
    """By what it was: answers that lack it."""
    routes: Mapping[tuple[str, str], Times]
    """By method and rule."""
    failed: Mapping[tuple[str, str], int]
    """Those of them that ended in a 5xx."""
    waiting: Mapping[str, int]
    """By turn: who wait."""
    streams: int


def measured(families: Iterable[Metric]) -> Measured:
    """What the families of one registry tell."""
    by_name = {family.name: family for family in families}
    requests = _times(by_name.get("resonance_request_seconds"), ("method", "rule", "status"))
    routes: dict[tuple[str, str], Times] = {}
    failed: dict[tuple[str, str], int] = {}
    for (method, rule, status), times in requests.items():
        _add(routes.setdefault((method, rule), Times()), times)
        failed[method, rule] = failed.get((method, rule), 0) + times.count * (status >= "500")
    sources = _times(by_name.get("resonance_source_seconds"), ("source",))
    left_out = _values(by_name.get("resonance_degraded"), "resonance_degraded_total", "source")
    waiting = _values(by_name.get(name := "resonance_requests_waiting"), name, "turn")
    open_now = _values(by_name.get(name := "resonance_streams_open"), name, "pid")
    return Measured(
        sources={name: times for (name,), times in sources.items()},
        left_out=left_out,
        routes=routes,
        failed=failed,
        waiting=waiting,
        streams=sum(open_now.values()),
    )


def _times(family: Metric | None, names: Sequence[str]) -> dict[Labels, Times]:
    found: dict[Labels, Times] = {}
    for sample in family.samples if family is not None else ():
        times = found.setdefault(tuple(sample.labels[name] for name in names), Times())
        if sample.name.endswith("_sum"):
            times.seconds = sample.value
        elif sample.name.endswith("_bucket"):
            times.upto[float(sample.labels["le"])] = sample.value
    return found


def _add(times: Times, more: Times) -> None:
    times.seconds += more.seconds
    for bound, count in more.upto.items():
        times.upto[bound] = times.upto.get(bound, 0.0) + count


def _values(family: Metric | None, name: str, label: str) -> dict[str, int]:
    samples = family.samples if family is not None else ()
    return {each.labels.get(label, ""): int(each.value) for each in samples if each.name == name}
