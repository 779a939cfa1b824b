"""How users with little history fare, and how posts with little are found."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

from gnn.case import Case, Part, Ranking, judge
from gnn.metrics import Values, measure

DEGREE_BINS = 5
COLD = 5
"""Train links, up to which a user or a post has little history."""


def degree_bins(degrees: Values) -> list[npt.NDArray[np.bool_]]:
    """Who is in which filled bin: about equally many users each, by their links in train."""
    edges = np.unique(np.quantile(degrees, np.linspace(0, 1, DEGREE_BINS + 1)))
    bins = np.digitize(degrees, edges[1:-1], right=True)
    return [bins == each for each in np.unique(bins)]


def slices(case: Case, ranking: Ranking, k: int, part: Part = "test") -> dict[str, Values]:
    """How users with little history fare, and how posts with little are found; none where none."""
    history = np.diff(case.train.indptr)[ranking.user_pos]
    met = np.diff(case.train.tocsc().indptr)
    found = {}
    users = history <= COLD
    if users.any():
        few = Ranking(ranking.user_pos[users], ranking.ranked[users], ranking.scores[users])
        values = judge(case, few, part, (k,))[f"ndcg@{k}"]
        found[f"ndcg@{k} of users with at most {COLD} links"] = values
    relevant = sparse.csr_array(case.relevant(part)[ranking.user_pos].multiply(met <= COLD))
    relevant.eliminate_zeros()
    having = np.flatnonzero(np.diff(relevant.indptr))
    if len(having):
        values = measure(ranking.ranked[having], relevant[having], (k,))[f"recall@{k}"]
        found[f"recall@{k} of posts with at most {COLD} links"] = values
    return found
