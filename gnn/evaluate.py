"""The model beside the baselines, judged alike: the same links known, the same users, all posts.

Everything that is chosen (lambda, beta, shrink, the epoch to stop at, the decoder) is chosen on
valid. Test is scored once a reported run.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from gnn.baselines.ranker import Contender, Factors
from gnn.baselines.tuned import BASELINES, baselines
from gnn.calibration import reliability
from gnn.case import Case, fingerprint, judge, make_case, rank
from gnn.config import TrainConfig
from gnn.decoding import CALIBRATED_USERS, EmbeddingRanker, PartsRanker, Shown
from gnn.embeddings import TASTES
from gnn.factors import as_json
from gnn.fitting import Fitted, fit, shown
from gnn.lists import measured
from gnn.predictions import predictions_file, write
from gnn.ratings import product_of, rating_errors
from gnn.results import ENCODER, FULL, NETWORK, Report
from gnn.slices import slices
from gnn.source import Source
from graph.errors import ConfigError
from graph.model import Tables
from graph.progress import progress

MODELS = (*BASELINES, NETWORK, ENCODER, FULL)
"""All that can be evaluated, in the order of the tables."""
DEPTH = 100
ABLATED: Mapping[str, tuple[str, ...]] = {
    "network": ("network",),
    "taste": TASTES,
    "factors": ("factors",),
    "similar": ("similar",),
    "near": ("near",),
    "tags": ("interests", "tags"),
    "friends": ("friends", "friends_engaged", "friends_of_friends"),
    "popular": ("popular",),
    "recent": ("recent",),
}
"""What the full model is refitted without, in turn."""
ABLATED_CELLS = 250_000_000
"""Pairs of judged users and posts, up to which the test part is ranked once for each of these."""


def evaluate(
    graph: Tables | Source,
    seeds: Sequence[int],
    ks: tuple[int, ...] = (10, 20),
    config: TrainConfig | None = None,
    predictions: Path | None = None,
    models: Collection[str] = MODELS,
) -> Report:
    """Evaluate one graph, once a seed; see `evaluate_runs`.

    A seed draws the split where it is random, and always the model's start.
    """
    runs = [(seed, graph) for seed in seeds]
    return evaluate_runs(runs, ks, config, predictions, models)


def evaluate_runs(
    runs: Sequence[tuple[int, Tables | Source]],
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
        for seed, graph in progress(runs, "seeds"):
            case = make_case(graph, seed)
            report = report or Report(_describe(case, [seed for seed, _ in runs]))
            _run(case, wanted, ks, config or TrainConfig(), report, file)
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
    models: Collection[str],
    ks: tuple[int, ...],
    config: TrainConfig,
    report: Report,
    file: TextIO | None,
) -> None:
    """Judge every model once on one case's test links."""
    report.degrees.append(np.diff(case.train.indptr)[case.judged("test")].astype(np.float64))
    if case.source.valid_is_known_at_test:
        report.note("Valid is known when test is judged: the protocol has it for tuning alone.")
    for contender in baselines(case, models, report.note):
        _judge(case, contender, ks, report, file)
    fitted = fit(case, config) if {NETWORK, ENCODER, FULL} & set(models) else None
    product = None
    if fitted is not None:
        known = known_at_test(case, fitted)
        for contender in model(fitted, known, report.note):
            if contender.name in models:
                _judge(case, contender, ks, report, file)
        if fitted.judged is None:
            report.note("Calibration is left out: nothing could be held out inside train.")
        else:  # by a decoder that was neither fitted nor calibrated on it
            drawn = fitted.shown.users(CALIBRATED_USERS)
            report.reliability.append(reliability(fitted.shown, fitted.judged, drawn))
        product = product_of(known.table)
    for name, found in rating_errors(case, case.source.tables, product, report.note).items():
        report.ratings.setdefault(name, []).append(found)


def known_at_test(case: Case, fitted: Fitted) -> Shown:
    """What the model knows when test is judged."""
    final = case.at_test()
    return fitted.shown if final is case else shown(final, fitted.encoder)


def model(fitted: Fitted, known: Shown, note: Callable[[str], None]) -> Iterator[Contender]:
    """The model's rows: its vectors' learned half, whole vectors, the decoder over all parts."""
    table, linear = known.table, known.table.linear
    learned = Factors(table.user_vectors[:, linear:], table.post_vectors[:, linear:])
    yield Contender(NETWORK, learned, {"epoch": fitted.best_epoch})
    factoring = fitted.encoder.factoring
    chosen_on_valid = {
        "epoch": fitted.best_epoch,
        **fitted.encoder.directions.as_json(),
        "network_share": fitted.encoder.share,
        "factors": None if factoring is None else as_json(factoring),
    }
    yield Contender(ENCODER, EmbeddingRanker(known.table), chosen_on_valid)
    decoder = fitted.fit.decoder
    slopes = dict(zip(decoder.parts, decoder.slopes, strict=True))
    full = PartsRanker(known.known, known.table, decoder)
    setting = {"decoder": fitted.fit.choice, "slopes": slopes}
    yield Contender(FULL, full, setting, _ablations(fitted, known, note))


def _ablations(
    fitted: Fitted, known: Shown, note: Callable[[str], None]
) -> Iterator[tuple[str, PartsRanker]]:
    """The decoder, refitted without each of `ABLATED`, where ranking so often is affordable."""
    cells = len(known.case.judged("test")) * len(known.case.posts)
    if cells > ABLATED_CELLS:
        note(f"Ablations are left out: {cells} pairs to rank pass their limit of {ABLATED_CELLS}.")
        return
    for name, parts in ABLATED.items():
        yield name, PartsRanker(known.known, known.table, fitted.fit.without(parts))


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


def _describe(case: Case, seeds: list[int]) -> dict[str, object]:
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
        "fingerprint": fingerprint(case.source.tables),
    }
