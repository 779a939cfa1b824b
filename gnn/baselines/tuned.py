"""Every baseline with the setting that is best on valid, by NDCG@10; the grids, small and stated.

Of learned factors the best may lie beyond: where it is at an end of its grid it is looked for on.

A baseline that a graph does not allow is left out, and a note says why.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial
from typing import NamedTuple

from gnn.baselines import counted
from gnn.baselines.ease import EASE_CELLS, EASE_LIMIT, ease, ease_factors
from gnn.baselines.factors import BprSetting, als, bpr
from gnn.baselines.lightgcn import LightGcnSetting, lightgcn
from gnn.baselines.ranker import Contender, Ranker, Setting, chosen, gone_on
from gnn.case import Case, valid_ndcg
from gnn.factors import AlsSetting
from gnn.matrices import matrix

RECENT_DAYS = 30
DAY = 86_400
SHRINKS = (0.0, 10.0, 50.0, 200.0)
BETAS = (0.0, 0.2, 0.3, 0.4, 0.6)
LAMBDAS = (5.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
BPRS = tuple(
    BprSetting(iterations=iterations, regularization=regularization)
    for iterations in (40, 70, 120)
    for regularization in (0.001, 0.01, 0.03)
)
ALSES = tuple(
    AlsSetting(alpha=alpha, regularization=alpha * times)
    for alpha in (3.0, 10.0, 30.0)
    for times in (1.0, 3.0, 5.0, 8.0)
)
LIGHTGCNS = tuple(LightGcnSetting(regularization=each) for each in (0.0001, 0.01, 0.1))

Note = Callable[[str], None]


class Made(NamedTuple):
    """A baseline, as valid chose it."""

    ranker: Ranker
    """Fitted on train."""
    setting: object
    """What was chosen; None where nothing was to choose."""
    again: Callable[[Case], Ranker]
    """Fits the same setting where more links are known."""


def baselines(case: Case, wanted: Collection[str], note: Note) -> Iterator[Contender]:
    """Those of `wanted` that this case allows, one after the other, in the order of `BASELINES`.

    They know what the protocol lets be known when test is judged (`Case.at_test`).
    """
    final = case.at_test()
    for name, make in BASELINES.items():
        made = make(case, note) if name in wanted else None
        if made is not None:
            ranker = made.ranker if final is case else made.again(final)
            yield Contender(name, ranker, made.setting)


def _best(
    case: Case, fits: Callable[[Case], Mapping[Setting, Callable[[], Ranker]]]
) -> tuple[Setting, Ranker, Callable[[Case], Ranker]]:
    """The setting that is best on valid, what it fits, and how it is fitted on another case."""
    setting, ranker = chosen(fits(case), partial(valid_ndcg, case))
    return setting, ranker, lambda later: fits(later)[setting]()


def _popularity(case: Case, note: Note) -> Made:
    def fit(case: Case) -> Ranker:
        return counted.popularity(case.train)

    return Made(fit(case), None, fit)


def _recent(case: Case, note: Note) -> Made | None:
    if case.split.train["at"].dropna().empty:
        note("popularity_recent is left out: the links carry no time.")
        return None
    return Made(recent_popularity(case), {"days": RECENT_DAYS}, recent_popularity)


def recent_popularity(case: Case) -> Ranker:
    """Popularity over the last days of train, which has times."""
    at = case.split.train["at"].dropna()
    since = int(at.max()) - RECENT_DAYS * DAY
    late = case.split.train[(case.split.train["at"] > since).fillna(False).astype(bool)]
    return counted.popularity(matrix(late, case.users, case.posts, row="user_id", column="post_id"))


def _item_knn(case: Case, note: Note) -> Made:
    shrink, ranker, again = _best(
        case, lambda case: {each: partial(counted.item_knn, case.train, each) for each in SHRINKS}
    )
    return Made(ranker, {"shrink": shrink}, again)


def _rp3beta(case: Case, note: Note) -> Made:
    beta, ranker, again = _best(
        case, lambda case: {each: partial(counted.rp3beta, case.train, each) for each in BETAS}
    )
    return Made(ranker, {"beta": beta}, again)


def _ease(case: Case, note: Note) -> Made | None:
    """EASE, where its matrices are not too large."""
    num_users, num_posts = case.train.shape
    if min(num_users, num_posts) > EASE_LIMIT or num_users * num_posts > EASE_CELLS:
        note(
            f"ease is left out: {num_users} users by {num_posts} posts pass its limits "
            f"({EASE_LIMIT} on the lesser side, {EASE_CELLS} cells of dense scores)."
        )
        return None

    def fits(case: Case) -> dict[float, Callable[[], Ranker]]:
        solved_for = ease_factors(case.train)
        return {each: partial(ease, solved_for, each) for each in LAMBDAS}

    lambda_, ranker, again = _best(case, fits)
    return Made(ranker, {"lambda": lambda_}, again)


def _bpr(case: Case, note: Note) -> Made:
    def fit(setting: BprSetting, case: Case) -> Ranker:
        return bpr(case.train, setting, case.seed)

    setting, ranker = _from_grid(case, BPRS, fit, _beyond_bprs)
    return Made(ranker, asdict(setting), partial(fit, setting))


def _beyond_bprs(best: BprSetting) -> Iterator[Callable[[BprSetting], BprSetting]]:
    passes, ridges = (
        {getattr(each, name) for each in BPRS} for name in ("iterations", "regularization")
    )
    if best.iterations == max(passes):
        yield lambda at: replace(at, iterations=2 * at.iterations)
    if best.regularization == min(ridges):
        yield lambda at: replace(at, regularization=at.regularization / 10)
    if best.regularization == max(ridges):
        yield lambda at: replace(at, regularization=at.regularization * 3)


def _als(case: Case, note: Note) -> Made:
    def fit(setting: AlsSetting, case: Case) -> Ranker:
        return als(case.train, setting, case.seed)

    setting, ranker = _from_grid(case, ALSES, fit, _beyond_alses)
    return Made(ranker, asdict(setting), partial(fit, setting))


def _beyond_alses(best: AlsSetting) -> Iterator[Callable[[AlsSetting], AlsSetting]]:
    """Ridges are in proportion to what a link weighs; few factors are in the grid at all."""
    alphas = {each.alpha for each in ALSES}
    ridges = {each.regularization for each in ALSES if each.alpha == best.alpha}
    if best.alpha == max(alphas):
        yield partial(_weighed, times=3.0)
    if best.alpha == min(alphas):
        yield partial(_weighed, times=1 / 3)
    if best.regularization == max(ridges):
        yield lambda at: replace(at, regularization=2 * at.regularization)
    if best.regularization == min(ridges):
        yield lambda at: replace(at, regularization=at.regularization / 2)
    yield lambda at: replace(at, factors=2 * at.factors)


def _weighed(at: AlsSetting, times: float) -> AlsSetting:
    return replace(at, alpha=times * at.alpha, regularization=times * at.regularization)


def _from_grid(
    case: Case,
    grid: Iterable[Setting],
    fit: Callable[[Setting, Case], Ranker],
    beyond: Callable[[Setting], Iterable[Callable[[Setting], Setting]]],
) -> tuple[Setting, Ranker]:
    """The best of a grid; and what lies beyond where that is at an end of it."""
    score = partial(valid_ndcg, case)
    best, ranker = chosen({each: partial(fit, each, case) for each in grid}, score)
    return gone_on(best, ranker, beyond(best), lambda each: fit(each, case), score)


def _lightgcn(case: Case, note: Note) -> Made:
    score = partial(valid_ndcg, case)
    trained = [(each, lightgcn(case.train, each, case.seed, score)) for each in LIGHTGCNS]
    setting, best = max(trained, key=lambda each: each[1].value)
    if best.bounded:
        note(f"lightgcn was ended by its bound of {setting.steps} steps, not by valid.")
    setting = replace(setting, steps=best.step)

    def again(later: Case) -> Ranker:
        once = replace(setting, check_every=setting.steps)  # the last step alone is looked at
        return lightgcn(later.train, once, later.seed, lambda ranker: 0.0).ranker

    return Made(best.ranker, asdict(setting), again)


BASELINES: Mapping[str, Callable[[Case, Note], Made | None]] = {
    "popularity": _popularity,
    "popularity_recent": _recent,
    "itemknn": _item_knn,
    "rp3beta": _rp3beta,
    "ease": _ease,
    "bpr": _bpr,
    "als": _als,
    "lightgcn": _lightgcn,
}
"""Name -> how it is made; the order of the tables."""
