"""The peer `implicit`: a user's 20 best posts by ALS and by ItemKNN, as its documentation asks.

Both rank by vectors or lists that lie in memory, of who engaged with what and nothing else. They
lack the gate, reasons, diversity, contents, whatever else the graph knows, and whoever came since
they were fitted; what was engaged with is left out, as in our feed.
"""

import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from implicit.cpu.als import AlternatingLeastSquares
from implicit.nearest_neighbours import CosineRecommender
from scipy import sparse
from threadpoolctl import threadpool_limits

from bench.feed import PAGE
from bench.suite.asking import Asking, asked
from bench.suite.results import ALS, KNN, Amount, Figure, Times
from bench.suite.villages import Village
from gnn.baselines.counted import SIMILAR_KEPT
from gnn.factors import AlsSetting
from gnn.matrices import ids_of, matrix
from graph.derive.engagements import engagements

ENGINE = "memory"


class Model(Protocol):
    """What every model of the library has."""

    def fit(self, user_items: object, show_progress: bool) -> None:
        """Learn from a `csr_matrix` of shape ``(num_users, num_posts)``."""

    def recommend(self, userid: int, user_items: object, N: int) -> object:  # noqa: N803
        """The best posts' positions and their scores; the user's own row says what to leave out."""


def library(place: Village, asking: Asking) -> Iterator[Figure]:
    """Fit both, and ask each for everybody's page."""
    users, posts = (ids_of(place.world.tables, label) for label in ("User", "Post"))
    pos = {user_id: user_pos for user_pos, user_id in enumerate(users.ids)}
    pairs = engagements(place.world.tables)
    links = sparse.csr_matrix(matrix(pairs, users, posts, row="user_id", column="post_id"))
    # One thread, as our feed has. The library warns of a matrix that ItemKNN hands itself.
    with threadpool_limits(1, "blas"), warnings.catch_warnings(action="ignore"):
        models: Mapping[str, Model] = {
            ALS: AlternatingLeastSquares(**vars(AlsSetting()), num_threads=1, random_state=0),
            KNN: CosineRecommender(K=SIMILAR_KEPT, num_threads=1),
        }
        fitted = {name: _fitted(model, links) for name, model in models.items()}
        took = {
            name: asked(_best(model, links, pos), asking, name) for name, model in models.items()
        }
    for name in models:
        yield Amount(f"{name}: fitting", ENGINE, place.size, fitted[name], "s")
        yield Times(name, ENGINE, place.size, took[name])


def _fitted(model: Model, links: sparse.csr_matrix) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    model.fit(links, show_progress=False)
    return time.perf_counter() - began


def _best(
    model: Model, links: sparse.csr_matrix, pos: Mapping[str, int]
) -> Callable[[str], object]:
    def best(user_id: str) -> object:
        return model.recommend(pos[user_id], links[pos[user_id]], N=PAGE)

    return best
