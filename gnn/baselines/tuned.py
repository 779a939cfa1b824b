"""Every baseline with the setting that is best on valid, by NDCG@10; the grids, small and stated.

A baseline that a graph does not allow is left out, and a note says why.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, replace
from functools import partial

from gnn.baselines import counted
from gnn.baselines.ease import EASE_CELLS, EASE_LIMIT, ease, ease_factors
from gnn.baselines.factors import AlsSetting, BprSetting, als, bpr
from gnn.baselines.lightgcn import LightGcnSetting, lightgcn
from gnn.baselines.ranker import Contender, Ranker, chosen
from gnn.case import Case, valid_ndcg
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
Made = tuple[Ranker, object]
"""A baseline, and what was chosen on valid (None where nothing was to choose)."""


def baselines(case: Case, wanted: Collection[str], note: Note) -> Iterator[Contender]:
    """Those of `wanted` that this case allows, one after the other, in the order of `BASELINES`."""
    for name, make in BASELINES.items():
        made = make(case, note) if name in wanted else None
        if made is not None:
            yield Contender(name, *made)


def _popularity(case: Case, note: Note) -> Made:
    return counted.popularity(case.train), None


def _recent(case: Case, note: Note) -> Made | None:
    recent = recent_popularity(case)
    if recent is None:
        note("popularity_recent is left out: the links carry no time.")
        return None
    return recent, {"days": RECENT_DAYS}


def recent_popularity(case: Case) -> Ranker | None:
    """Popularity over the last days of train; None where train has no times."""
    at = case.split.train["at"].dropna()
    if at.empty:
        return None
    since = int(at.max()) - RECENT_DAYS * DAY
    late = case.split.train[(case.split.train["at"] > since).fillna(False).astype(bool)]
    return counted.popularity(matrix(late, case.users, case.posts, row="user_id", column="post_id"))


def _item_knn(case: Case, note: Note) -> Made:
    knn = {each: partial(counted.item_knn, case.train, each) for each in SHRINKS}
    shrink, ranker = chosen(knn, partial(valid_ndcg, case))
    return ranker, {"shrink": shrink}


def _rp3beta(case: Case, note: Note) -> Made:
    walks = {each: partial(counted.rp3beta, case.train, each) for each in BETAS}
    beta, ranker = chosen(walks, partial(valid_ndcg, case))
    return ranker, {"beta": beta}


def _ease(case: Case, note: Note) -> Made | None:
    """EASE, where its matrices are not too large."""
    num_users, num_posts = case.train.shape
    if min(num_users, num_posts) > EASE_LIMIT or num_users * num_posts > EASE_CELLS:
        note(
            f"ease is left out: {num_users} users by {num_posts} posts pass its limits "
            f"({EASE_LIMIT} on the lesser side, {EASE_CELLS} cells of dense scores)."
        )
        return None
    solved_for = ease_factors(case.train)
    solved = {each: partial(ease, solved_for, each) for each in LAMBDAS}
    lambda_, ranker = chosen(solved, partial(valid_ndcg, case))
    return ranker, {"lambda": lambda_}


def _bpr(case: Case, note: Note) -> Made:
    fits = {each: partial(bpr, case.train, each, case.seed) for each in BPRS}
    setting, ranker = chosen(fits, partial(valid_ndcg, case))
    return ranker, asdict(setting)


def _als(case: Case, note: Note) -> Made:
    fits = {each: partial(als, case.train, each, case.seed) for each in ALSES}
    setting, ranker = chosen(fits, partial(valid_ndcg, case))
    return ranker, asdict(setting)


def _lightgcn(case: Case, note: Note) -> Made:
    score = partial(valid_ndcg, case)
    trained = [(each, lightgcn(case.train, each, case.seed, score)) for each in LIGHTGCNS]
    setting, best = max(trained, key=lambda each: each[1].value)
    if best.bounded:
        note(f"lightgcn was ended by its bound of {setting.steps} steps, not by valid.")
    return best.ranker, asdict(replace(setting, steps=best.step))


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
