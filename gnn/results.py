"""What an evaluation found, run by run, and its sums as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from gnn.calibration import Bin, calibration_error
from gnn.metrics import Values
from gnn.slices import degree_bins

NETWORK, ENCODER, FULL = "network", "graphsage", "resonance"
"""The model's two rows: its vectors alone, and with the decoder."""


@dataclass
class Report:
    """What was measured, on what, and what was chosen on the way."""

    data: dict[str, object]
    by_user: dict[str, list[dict[str, Values]]] = field(default_factory=dict)
    """Model -> a run -> metric -> one value a judged user."""
    degrees: list[Values] = field(default_factory=list)
    """A run -> how many train links each judged user has."""
    choices: dict[str, list[object]] = field(default_factory=dict)
    """Model -> a run -> the setting that was best on valid."""
    notes: list[str] = field(default_factory=list)
    """What was left out, and why."""
    slices: dict[str, list[dict[str, Values]]] = field(default_factory=dict)
    """Model -> a run -> a metric of users or posts with little history -> one value a user."""
    lists: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    """Model -> a run -> what the lists are like (`gnn.lists`)."""
    reliability: list[list[Bin]] = field(default_factory=list)
    """On valid, by run; none of a run in which nothing could be held out inside train."""
    ablation: dict[str, list[dict[str, Values]]] = field(default_factory=dict)
    """The full model without something -> a run -> metric (slices too) -> one value a user."""
    ratings: dict[str, list[dict[str, float]]] = field(default_factory=dict)
    """Predictor of ratings -> a run -> its errors, in percent (`gnn.ratings`)."""

    def note(self, what: str) -> None:
        """Say something once."""
        if what not in self.notes:
            self.notes.append(what)

    def models(self) -> dict[str, dict[str, dict[str, object]]]:
        """``{"ease": {"recall@20": {"mean": 0.1, "sd": 0.0, "by_seed": [0.1]}}}``; sd: of seeds."""
        return {name: _summary(runs) for name, runs in self.by_user.items()}

    def sliced(self) -> dict[str, dict[str, dict[str, object]]]:
        """The slices, as `models`; a metric that a run has not is in none."""
        return {name: _summary(runs) for name, runs in self.slices.items()}

    def compared(self) -> dict[str, dict[str, dict[str, object]]]:
        """The encoder alone, and every ablation, against the full model; empty without that.

        ``{"resonance - similar": {"ndcg@10": {"mean": 0.2, "difference": -0.01, "error": 0.002,
        "difference_by_seed": [-0.01]}}}``. Both are of the same users, so the difference is taken
        user by user; `error` is one standard error of it over the users of one run, on average:
        runs are of the same users and mostly the same links, so that more of them tell less than
        as many users more would, and nothing where the split is the data's own.
        """
        if FULL not in self.by_user:
            return {}
        full = self._all_of(FULL)
        others = {ENCODER: self._all_of(ENCODER)} if ENCODER in self.by_user else {}
        return {
            name: {metric: _against(runs, full, metric) for metric in in_all([*runs, *full])}
            for name, runs in (others | self.ablation).items()
        }

    def _all_of(self, name: str) -> list[dict[str, Values]]:
        """A model's metrics and slices, run by run."""
        pairs = zip(self.by_user[name], self.slices[name], strict=True)
        return [overall | sliced for overall, sliced in pairs]

    def by_degree(self, metric: str) -> tuple[list[float], dict[str, list[float]]]:
        """How a metric rises with what a user did before: bins of about equally many users.

        Returns:
            Each bin's mean number of train links, and each model's means of `metric` in them.
        """
        degrees = np.concatenate(self.degrees)
        filled = degree_bins(degrees)
        found = {}
        for name, runs in self.by_user.items():
            values = np.concatenate([run[metric] for run in runs])
            found[name] = [float(values[here].mean()) for here in filled]
        return [float(degrees[here].mean()) for here in filled], found

    def calibration_errors(self) -> list[float]:
        """Of `reliability`."""
        errors = map(calibration_error, self.reliability)
        return [each for each in errors if each is not None]

    def calibration_error(self) -> float | None:
        """Their mean; None without a decoder that valid may judge."""
        errors = self.calibration_errors()
        return float(np.mean(errors)) if errors else None

    def first_reliability(self) -> list[Bin]:
        """The bins that are drawn: the first run's."""
        return self.reliability[0] if self.reliability else []

    def as_json(self) -> dict[str, object]:
        """The whole report as plain values."""
        return {
            "data": self.data,
            "models": self.models(),
            "slices": self.sliced(),
            "lists": {name: _summary(runs) for name, runs in self.lists.items()},
            "ablation": self.compared(),
            "ratings": {name: _summary(runs) for name, runs in self.ratings.items()},
            "calibration_error": self.calibration_error(),
            "calibration_error_by_seed": self.calibration_errors(),
            "choices": self.choices,
            "notes": self.notes,
            "reliability": [list(each) for each in self.first_reliability()],
        }


def _summary(runs: Sequence[Mapping[str, Values | float]]) -> dict[str, dict[str, object]]:
    summary: dict[str, dict[str, object]] = {}
    for metric in in_all(runs):
        means = [float(np.mean(run[metric])) for run in runs]
        spread = float(np.std(means, ddof=1)) if len(means) > 1 else 0.0
        summary[metric] = {"mean": float(np.mean(means)), "sd": spread, "by_seed": means}
    return summary


def in_all(runs: Sequence[Mapping[str, object]]) -> list[str]:
    """The metrics that every run has; one without cold users has none of theirs."""
    return [metric for metric in runs[0] if all(metric in run for run in runs)]


def _against(
    runs: list[dict[str, Values]], full: list[dict[str, Values]], metric: str
) -> dict[str, object]:
    """A metric's mean, and its difference to the full model's, paired by user."""
    gaps = [run[metric] - other[metric] for run, other in zip(runs, full, strict=True)]
    return {
        "mean": float(np.mean([run[metric].mean() for run in runs])),
        "difference": float(np.mean([gap.mean() for gap in gaps])),
        "error": float(np.mean([_standard_error(gap) for gap in gaps])),
        "difference_by_seed": [float(gap.mean()) for gap in gaps],
    }


def _standard_error(values: Values) -> float:
    """Of their mean."""
    return float(np.std(values, ddof=1)) / len(values) ** 0.5 if len(values) > 1 else 0.0
