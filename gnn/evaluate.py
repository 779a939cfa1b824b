"""The model beside the baselines, judged alike: the same links known, the same users, all posts.

Everything that is chosen (lambda, beta, shrink, the epoch to stop at, the decoder) is chosen on
valid. Test is scored once a reported run.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd
from scipy import sparse

from gnn import baselines
from gnn.baselines import DAY, EASE_CELLS, EASE_LIMIT, RECENT_DAYS, Ranker, chosen
from gnn.case import Case, Ranking, fingerprint, judge, make_case, rank, valid_ndcg
from gnn.config import TrainConfig
from gnn.decoding import EmbeddingRanker, PartsRanker, pairs
from gnn.fitting import Fitted, fit
from gnn.lists import measured
from gnn.matrices import matrix
from gnn.metrics import Values, measure
from graph.errors import ConfigError
from graph.files import whole_file
from graph.model import Tables
from graph.progress import progress

SHRINKS = (0.0, 10.0, 50.0, 200.0)
BETAS = (0.0, 0.2, 0.3, 0.4, 0.6)
LAMBDAS = (5.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
DEPTH = 100
COLD = 5
"""Train links, up to which a user or a post has little history."""
COLUMNS = ("model", "seed", "user_id", "rank", "post_id", "score")


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
    reliability: list[tuple[float, float, int]] = field(default_factory=list)
    """Mean predicted and observed share, and pairs, of each bin; on valid, the first run."""

    def note(self, what: str) -> None:
        """Say something once."""
        if what not in self.notes:
            self.notes.append(what)

    def decoded(self, case: Case, fitted: Fitted) -> None:
        """Keep the first run's reliability: the decoder's word against valid, over all posts."""
        if not self.reliability:
            self.reliability = reliability(case, fitted)

    def models(self) -> dict[str, dict[str, dict[str, object]]]:
        """``{"ease": {"recall@20": {"mean": 0.1, "sd": 0.0, "by_seed": [0.1]}}}``; sd: of seeds."""
        return {name: _summary(runs) for name, runs in self.by_user.items()}

    def calibration_error(self) -> float | None:
        """The mean gap between predicted and observed share, over bins weighed by their pairs.

        None without a decoder.
        """
        pairs = sum(each[2] for each in self.reliability)
        gaps = (abs(predicted - seen) * n for predicted, seen, n in self.reliability)
        return sum(gaps) / pairs if pairs else None

    def as_json(self) -> dict[str, object]:
        """The whole report as plain values."""
        lists = {
            name: {metric: float(np.mean([run[metric] for run in runs])) for metric in runs[0]}
            for name, runs in self.lists.items()
        }
        return {
            "data": self.data,
            "models": self.models(),
            "slices": {name: _summary(runs) for name, runs in self.slices.items()},
            "lists": lists,
            "calibration_error": self.calibration_error(),
            "choices": self.choices,
            "notes": self.notes,
            "reliability": [list(each) for each in self.reliability],
        }


def _summary(runs: list[dict[str, Values]]) -> dict[str, dict[str, object]]:
    summary: dict[str, dict[str, object]] = {}
    for metric in in_all(runs):
        means = [float(run[metric].mean()) for run in runs]
        spread = float(np.std(means, ddof=1)) if len(means) > 1 else 0.0
        summary[metric] = {"mean": float(np.mean(means)), "sd": spread, "by_seed": means}
    return summary


def in_all(runs: Sequence[Mapping[str, object]]) -> list[str]:
    """The metrics that every run has; one without cold users has none of theirs."""
    return [metric for metric in runs[0] if all(metric in run for run in runs)]


def evaluate(
    tables: Tables,
    seeds: Sequence[int],
    ks: tuple[int, ...] = (10, 20),
    config: TrainConfig | None = None,
    predictions: Path | None = None,
) -> Report:
    """Evaluate one graph, once a seed; see `evaluate_runs`.

    A seed draws the split where it is random, and always the model's start.
    """
    return evaluate_runs([(seed, tables) for seed in seeds], ks, config, predictions)


def evaluate_runs(
    runs: Sequence[tuple[int, Tables]],
    ks: tuple[int, ...] = (10, 20),
    config: TrainConfig | None = None,
    predictions: Path | None = None,
) -> Report:
    """Evaluate graphs that may each bring their own ``split``.

    Args:
        runs: a seed and its graph each.
        ks: the cut-offs of the metrics, at most `DEPTH`.
        config: how to train the model.
        predictions: a CSV file for every judged user's top 100 per model; written whole or not
            at all.

    Raises:
        NotEnoughData: a part of a split would be empty.
        ConfigError: no run was given, or a cut-off cannot be judged.
    """
    if not runs or not ks or min(ks) < 1 or max(ks) > DEPTH:
        raise ConfigError(
            f"An evaluation needs at least one seed, and cut-offs from 1 to {DEPTH}; found "
            f"{len(runs)} seeds and cut-offs {list(ks)}."
        )
    report: Report | None = None
    with _predictions_file(predictions) as file:
        for seed, tables in progress(runs, "seeds"):
            case = make_case(tables, seed)
            report = report or Report(_describe(case, tables, [seed for seed, _ in runs]))
            _run(case, ks, config or TrainConfig(), report, file)
    assert report is not None
    return report


def _run(
    case: Case, ks: tuple[int, ...], config: TrainConfig, report: Report, file: TextIO | None
) -> None:
    """Judge every model once on one case's test links."""
    users = case.judged("test")
    report.degrees.append(np.diff(case.train.indptr)[users].astype(np.float64))
    for name, ranker, setting in rankers(case, config, report):
        ranking = rank(case, ranker, "test", DEPTH)
        report.by_user.setdefault(name, []).append(judge(case, ranking, "test", ks))
        report.slices.setdefault(name, []).append(_slices(case, ranking, max(ks)))
        report.lists.setdefault(name, []).append(measured(case, ranking.ranked))
        report.choices.setdefault(name, []).append(setting)
        if file is not None:
            _write(file, case, name, ranking)


def _slices(case: Case, ranking: Ranking, k: int) -> dict[str, Values]:
    """How users with little history fare, and how posts with little are found; none where none."""
    history = np.diff(case.train.indptr)[ranking.user_pos]
    met = np.diff(case.train.tocsc().indptr)
    found = {}
    users = history <= COLD
    if users.any():
        few = Ranking(ranking.user_pos[users], ranking.ranked[users], ranking.scores[users])
        values = judge(case, few, "test", (k,))[f"ndcg@{k}"]
        found[f"ndcg@{k} of users with at most {COLD} links"] = values
    relevant = sparse.csr_array(case.test[ranking.user_pos].multiply(met <= COLD))
    relevant.eliminate_zeros()
    having = np.flatnonzero(np.diff(relevant.indptr))
    if len(having):
        values = measure(ranking.ranked[having], relevant[having], (k,))[f"recall@{k}"]
        found[f"recall@{k} of posts with at most {COLD} links"] = values
    return found


def rankers(
    case: Case, config: TrainConfig, report: Report
) -> Iterator[tuple[str, Ranker, object]]:
    """Every model of the table, with the setting that valid chose; absences are noted once."""
    yield "popularity", baselines.popularity(case.train), None
    recent = recent_popularity(case)
    if recent is None:
        report.note("popularity_recent is left out: the links carry no time.")
    else:
        yield "popularity_recent", recent, {"days": RECENT_DAYS}
    yield from _neighbours(case)
    yield from _ease(case, report)
    fitted = fit(case, config)
    chosen_on_valid = {
        "epoch": fitted.best_epoch,
        "dim": fitted.encoder.dim,
        "lambda": fitted.encoder.lambda_,
        "network_share": fitted.encoder.share,
    }
    yield "graphsage", EmbeddingRanker(fitted.table), chosen_on_valid
    report.decoded(case, fitted)
    decoder = fitted.fit.decoder
    weights = dict(zip(decoder.parts, decoder.weights, strict=True))
    full = PartsRanker(fitted.known, fitted.table, decoder)
    yield "resonance", full, {"decoder": fitted.fit.choice, "weights": weights}


def _neighbours(case: Case) -> Iterator[tuple[str, Ranker, object]]:
    links = case.train
    knn = {each: partial(baselines.item_knn, links, each) for each in SHRINKS}
    shrink, ranker = chosen(knn, partial(valid_ndcg, case))
    yield "itemknn", ranker, {"shrink": shrink}
    walks = {each: partial(baselines.rp3beta, links, each) for each in BETAS}
    beta, ranker = chosen(walks, partial(valid_ndcg, case))
    yield "rp3beta", ranker, {"beta": beta}


def _ease(case: Case, report: Report) -> Iterator[tuple[str, Ranker, object]]:
    """EASE, where its matrices are not too large."""
    num_users, num_posts = case.train.shape
    if min(num_users, num_posts) > EASE_LIMIT or num_users * num_posts > EASE_CELLS:
        report.note(
            f"ease is left out: {num_users} users by {num_posts} posts pass its limits "
            f"({EASE_LIMIT} on the lesser side, {EASE_CELLS} cells of dense scores)."
        )
        return
    factors = baselines.ease_factors(case.train)
    solved = {each: partial(baselines.ease, factors, each) for each in LAMBDAS}
    lambda_, ranker = chosen(solved, partial(valid_ndcg, case))
    yield "ease", ranker, {"lambda": lambda_}


def recent_popularity(case: Case) -> Ranker | None:
    """Popularity over the last days of train; None where train has no times."""
    at = case.split.train["at"].dropna()
    if at.empty:
        return None
    since = int(at.max()) - RECENT_DAYS * DAY
    late = case.split.train[(case.split.train["at"] > since).fillna(False).astype(bool)]
    return baselines.popularity(
        matrix(late, case.users, case.posts, row="user_id", column="post_id")
    )


def _describe(case: Case, tables: Tables, seeds: list[int]) -> dict[str, object]:
    split = case.split
    return {
        "users": len(case.users),
        "posts": len(case.posts),
        "links": int(case.train.nnz + case.valid.nnz + case.test.nnz),
        "links_without_time": case.untimed,
        "train": int(case.train.nnz),
        "valid": int(case.valid.nnz),
        "test": int(case.test.nnz),
        "judged_users": len(case.judged("test")),
        "split": split.rule,
        "cut": split.cut,
        "seeds": seeds,
        "fingerprint": fingerprint(tables),
    }


@contextmanager
def _predictions_file(path: Path | None) -> Iterator[TextIO | None]:
    """The file, whole or not at all; None where none is wanted."""
    if path is None:
        yield None
        return
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        csv.writer(text).writerow(COLUMNS)
        yield text
        text.detach()


def _write(file: TextIO, case: Case, model: str, ranking: Ranking) -> None:
    """Append every judged user's list, best first, ranks from 1."""
    rows, places = np.nonzero(ranking.ranked >= 0)
    frame = pd.DataFrame(
        {
            "model": model,
            "seed": case.seed,
            "user_id": case.users.ids_at(ranking.user_pos[rows]),
            "rank": places + 1,
            "post_id": case.posts.ids_at(ranking.ranked[rows, places]),
            "score": ranking.scores[rows, places],
        }
    )
    frame.to_csv(file, index=False, header=False, lineterminator="\n")


def reliability(case: Case, fitted: Fitted, users: int = 300) -> list[tuple[float, float, int]]:
    """Predicted and observed share of engaged pairs, in ten bins of equal width in log-odds."""
    judged = case.judged("valid")
    drawn = np.sort(np.random.default_rng(case.seed).permutation(judged)[:users])
    odds, engaged = pairs(case, fitted.known, fitted.table, fitted.fit.decoder, drawn)
    edges = np.linspace(odds.min(), odds.max() + 1e-9, 11)
    places = np.digitize(odds, edges[1:-1])
    predicted = 1.0 / (1.0 + np.exp(-odds))
    return [
        (float(predicted[here].mean()), float(engaged[here].mean()), int(here.sum()))
        for here in (places == place for place in range(10))
        if here.any()
    ]
