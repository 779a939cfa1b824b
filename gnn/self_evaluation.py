"""What a training finds of itself on valid, kept beside it: how good, how calibrated, how fair.

What is served was fitted on valid too, and would be judged by what it has seen. So the decoder
before that is judged, fitted and calibrated on the hold-out inside train alone. The epoch, the
spectrum's filter, the network's share and the decoder's shape were still chosen on valid, as every
choice of a training is: `resonance evaluate`, which holds out a test part too, is the stricter
judge. At most `JUDGED` users are looked at, a quarter of those that the decoder is fitted on, so
that a training takes no longer for it; coverage and authors' shares are those of their lists.
"""

from collections.abc import Mapping

import numpy as np

from gnn.baselines.counted import popularity
from gnn.baselines.ranker import Ranker
from gnn.calibration import calibration_error, reliability
from gnn.case import Case, judge, rank
from gnn.decoding import CALIBRATED_USERS, PartsRanker
from gnn.fitting import Fitted
from gnn.lists import measured
from gnn.metrics import Values
from gnn.parallel import calm
from gnn.results import FULL
from gnn.slices import degree_bins
from gnn.vocabulary import Positions

JUDGED = 1000
FIRST, DEEP = 10, 20
"""Cut-offs: NDCG's and the lists', and recall's."""
POPULAR = "popularity"


def self_evaluation(fitted: Fitted) -> dict[str, object]:
    """Sums over users alone, as plain values; nobody is named or can be told apart.

    ``judged_users`` of ``users_to_judge`` were looked at; ``ndcg@10`` and ``lists`` are by model:
    this training and popularity; ``recall_by_degree`` has bins of users by their links in train,
    ``reliability`` bins of pairs, and ``calibration_error`` is None where nothing could be held
    out inside train.
    """
    shown, case = fitted.shown, fitted.shown.case
    users = shown.users(JUDGED)
    decoder = fitted.judged or fitted.fit.before
    rankers: dict[str, Ranker] = {
        FULL: PartsRanker(shown.known, shown.table, decoder),
        POPULAR: popularity(case.train),
    }
    # One thread, as in fitting the decoder: the steps are small, and the sums the same anywhere.
    with calm():
        values, lists = {}, {}
        for name, ranker in rankers.items():
            values[name], lists[name] = _judged(case, ranker, users)
        drawn = shown.users(CALIBRATED_USERS)
        bins = reliability(shown, fitted.judged, drawn) if fitted.judged is not None else []
    return {
        "judged_users": len(users),
        "users_to_judge": len(case.judged("valid")),
        f"ndcg@{FIRST}": {
            name: float(found[f"ndcg@{FIRST}"].mean()) for name, found in values.items()
        },
        "recall_by_degree": _by_degree(case, users, values),
        "lists": lists,
        "reliability": [list(each) for each in bins],
        "calibration_error": calibration_error(bins),
    }


def _judged(
    case: Case, ranker: Ranker, users: Positions
) -> tuple[dict[str, Values], dict[str, float]]:
    ranking = rank(case, ranker, "valid", DEEP, users)
    return judge(case, ranking, "valid", (FIRST, DEEP)), measured(case, ranking.ranked)


def _by_degree(
    case: Case, users: Positions, values: Mapping[str, Mapping[str, Values]]
) -> dict[str, object]:
    """Mean recall by how much a user engaged before."""
    degrees = np.diff(case.train.indptr)[users].astype(np.float64)
    bins = degree_bins(degrees)
    recalls = {name: found[f"recall@{DEEP}"] for name, found in values.items()}
    return {
        "metric": f"recall@{DEEP}",
        "links": [float(degrees[here].mean()) for here in bins],
        "users": [int(here.sum()) for here in bins],
        "models": {
            name: [float(found[here].mean()) for here in bins] for name, found in recalls.items()
        },
    }
