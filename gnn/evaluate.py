"""The model beside the baselines, judged alike: the same links known, the same users, all posts.

Everything that is chosen (lambda, beta, shrink, the epoch to stop at, the decoder) is chosen on
valid. Test is scored once a reported run.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from gnn.baselines.ranker import Contender
from gnn.baselines.tuned import BASELINES, baselines
from gnn.case import Case, fingerprint, judge, make_case, rank
from gnn.config import TrainConfig
from gnn.decoding import EmbeddingRanker, PartsRanker, pairs
from gnn.fitting import Fitted, fit
from gnn.lists import measured
from gnn.predictions import predictions_file, write
from gnn.ratings import product_of, rating_errors
from gnn.results import ENCODER, FULL, Report
from gnn.slices import slices
from graph.errors import ConfigError
from graph.model import Tables
from graph.progress import progress

MODELS = (*BASELINES, ENCODER, FULL)
"""All that can be evaluated, in the order of the tables."""
DEPTH = 100


def evaluate(
    tables: Tables,
    seeds: Sequence[int],
    ks: tuple[int, ...] = (10, 20),
    config: TrainConfig | None = None,
    predictions: Path | None = None,
    models: Collection[str] = MODELS,
) -> Report:
    """Evaluate one graph, once a seed; see `evaluate_runs`.

    A seed draws the split where it is random, and always the model's start.
    """
    runs = [(seed, tables) for seed in seeds]
    return evaluate_runs(runs, ks, config, predictions, models)


def evaluate_runs(
    runs: Sequence[tuple[int, Tables]],
    ks: tuple[int, ...] = (10, 20),
    config: TrainConfig | None = None,
    predictions: Path | None = None,
    models: Collection[str] = MODELS,
) -> Report:
    """Evaluate graphs that may each bring their own ``split``.

    Args:
        runs: a seed and its graph each.
        ks: the cut-offs of the metrics, at most `DEPTH`.
        config: how to train the model.
        predictions: a CSV file for every judged user's top 100 per model; written whole or not
            at all.
        models: which of `MODELS`; the others are not even fitted.

    Raises:
        NotEnoughData: a part of a split would be empty.
        ConfigError: no run was given, a cut-off cannot be judged, or a model is not known.
    """
    if not runs or not ks or min(ks) < 1 or max(ks) > DEPTH:
        raise ConfigError(
            f"An evaluation needs at least one seed, and cut-offs from 1 to {DEPTH}; found "
            f"{len(runs)} seeds and cut-offs {list(ks)}."
        )
    wanted = known_models(models)
    report: Report | None = None
    with predictions_file(predictions) as file:
        for seed, tables in progress(runs, "seeds"):
            case = make_case(tables, seed)
            report = report or Report(_describe(case, tables, [seed for seed, _ in runs]))
            _run(case, tables, wanted, ks, config or TrainConfig(), report, file)
    assert report is not None
    return report


def known_models(names: Collection[str]) -> tuple[str, ...]:
    """Those names in the order of `MODELS`, each once.

    Raises:
        ConfigError: one is not known, or there is none.
    """
    unknown = sorted(set(names) - set(MODELS))
    if unknown or not names:
        raise ConfigError(
            f"models are {', '.join(unknown) or 'none at all'}: give any of {', '.join(MODELS)}."
        )
    return tuple(name for name in MODELS if name in names)


def models_named(text: str | None) -> tuple[str, ...]:
    """The models of a list such as ``ease, resonance``; all of them for None.

    Raises:
        ConfigError: one is not known.
    """
    return MODELS if text is None else known_models([each.strip() for each in text.split(",")])


def _run(
    case: Case,
    tables: Tables,
    models: Collection[str],
    ks: tuple[int, ...],
    config: TrainConfig,
    report: Report,
    file: TextIO | None,
) -> None:
    """Judge every model once on one case's test links."""
    report.degrees.append(np.diff(case.train.indptr)[case.judged("test")].astype(np.float64))
    for contender in baselines(case, models, report.note):
        _judge(case, contender, ks, report, file)
    fitted = fit(case, config) if {ENCODER, FULL} & set(models) else None
    if fitted is not None:
        for contender in model(fitted):
            if contender.name in models:
                _judge(case, contender, ks, report, file)
        report.reliability = report.reliability or reliability(case, fitted)
    product = None if fitted is None else product_of(fitted.table)
    for name, found in rating_errors(case, tables, product, report.note).items():
        report.ratings.setdefault(name, []).append(found)


def model(fitted: Fitted) -> Iterator[Contender]:
    """The model's two rows: its vectors alone, and the decoder over all parts."""
    chosen_on_valid = {
        "epoch": fitted.best_epoch,
        "dim": fitted.encoder.dim,
        "lambda": fitted.encoder.lambda_,
        "network_share": fitted.encoder.share,
    }
    yield Contender(ENCODER, EmbeddingRanker(fitted.table), chosen_on_valid)
    decoder = fitted.fit.decoder
    weights = dict(zip(decoder.parts, decoder.weights, strict=True))
    full = PartsRanker(fitted.known, fitted.table, decoder)
    yield Contender(FULL, full, {"decoder": fitted.fit.choice, "weights": weights})


def _judge(
    case: Case, contender: Contender, ks: tuple[int, ...], report: Report, file: TextIO | None
) -> None:
    """One model's row, and those of what it is without something."""
    name, ranking = contender.name, rank(case, contender.ranker, "test", DEPTH)
    report.by_user.setdefault(name, []).append(judge(case, ranking, "test", ks))
    report.slices.setdefault(name, []).append(slices(case, ranking, max(ks)))
    report.lists.setdefault(name, []).append(measured(case, ranking.ranked))
    report.choices.setdefault(name, []).append(contender.setting)
    if file is not None:
        write(file, case, name, ranking)
    for part, ranker in contender.without:
        less = rank(case, ranker, "test", DEPTH)
        values = judge(case, less, "test", ks) | slices(case, less, max(ks))
        report.ablation.setdefault(f"{name} - {part}", []).append(values)


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
