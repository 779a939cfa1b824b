"""What a viewer would give a post, in percent: predictors of RATED edges, and their errors.

The split is that of the links: what is predicted are the ratings of test's pairs, from those of
train's; what is chosen is chosen by the mean absolute error on valid's. Two plain predictors are
to be beaten, a user's own median and mean so far. Two are fitted:

* biases: mean + a user's offset + a post's offset, each shrunk to nothing where it rests on few
  ratings. Source: Koren, "Factorization meets the neighborhood", KDD 2008, section 2.1; the two
  offsets are estimated in turn, each from what the other leaves, until they hold still.
* biases and vectors: a line over the biases and the product of the model's vectors. It is fitted
  on half of valid's ratings and kept where it errs less on the other half: train's would not do,
  since the vectors were made from its pairs.

`resonance` is whichever of the four erred least on valid.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gnn.case import Case
from gnn.embeddings import EmbeddingTable
from gnn.matrices import edges
from gnn.results import FULL
from gnn.split import until
from gnn.vocabulary import Positions
from graph.model import Tables

SHRINKS = (1.0, 2.0, 5.0, 10.0, 25.0, 100.0)
"""How many ratings at the mean a user's, and a post's, offset is damped by: each pair is tried."""
ROUNDS = 10
ENOUGH = 50
"""Ratings that each part must have, at least."""
Percents = npt.NDArray[np.float64]
Predict = Callable[[Positions, Positions], Percents]
Product = Callable[[Positions, Positions], npt.NDArray[np.floating]]


@dataclass(frozen=True)
class Rated:
    """Ratings of one part of the split; all of shape ``(num_ratings,)``."""

    user_pos: Positions
    post_pos: Positions
    percent: Percents

    def __len__(self) -> int:
        return len(self.percent)

    def at(self, places: npt.NDArray[np.int64]) -> "Rated":
        """Some of them."""
        return Rated(self.user_pos[places], self.post_pos[places], self.percent[places])


def rated(case: Case, tables: Tables) -> dict[str, Rated]:
    """The ratings among each part's pairs; `tables`: the whole graph, nothing held out of it.

    In a split by time a rating that came after its part ended is in none: somebody may have viewed
    a post in train's time and rated it in test's.
    """
    ends: dict[str, int | None] = {"train": None, "valid": None, "test": None}
    if case.split.rule == "time":
        ends |= {"train": case.split.cut, "valid": int(case.split.valid["at"].max())}
    return {part: _of_part(case, tables, part, upto) for part, upto in ends.items()}


def _of_part(case: Case, tables: Tables, part: str, upto: int | None) -> Rated:
    """The ratings of a part's pairs that are not after `upto`, in the order of their ids."""
    known = {"rated": edges(tables, "rated")}
    frame = (known if upto is None else until(known, upto))["rated"]
    frame = frame.assign(percent=frame.get("percent", np.nan)).dropna(subset="percent")
    pairs = getattr(case.split, part)[["user_id", "post_id"]]
    both = (
        frame.drop_duplicates(["source", "target"], keep="last")
        .merge(pairs, left_on=["source", "target"], right_on=["user_id", "post_id"])
        .sort_values(["source", "target"])
    )
    return Rated(
        case.users.positions(both["source"], unknown="minus_one"),
        case.posts.positions(both["target"], unknown="minus_one"),
        both["percent"].to_numpy(dtype=np.float64),
    )


def rating_errors(
    case: Case, tables: Tables, product: Product | None, note: Callable[[str], None]
) -> dict[str, dict[str, float]]:
    """Each predictor's ``{"mae": ..., "rmse": ...}`` on test; none where ratings are too few.

    Args:
        case: the split.
        tables: the whole graph that the case was made of.
        product: of a user's and a post's vector; None without a model.
        note: told when there are ratings, and too few.
    """
    parts = rated(case, tables)
    counts = {part: len(each) for part, each in parts.items()}
    if min(counts.values()) < ENOUGH:
        if sum(counts.values()):
            note(f"ratings are left out: {counts}, and each part needs {ENOUGH} at least.")
        return {}
    train, valid, test = parts.values()
    predictors = fitted(train, valid, product, (len(case.users), len(case.posts)), case.seed)
    return {name: errors(predict, test) for name, predict in predictors.items()}


def product_of(table: EmbeddingTable) -> Product:
    """The dot product of each given pair's vectors."""
    users, posts = table.user_vectors, table.post_vectors
    return lambda user_pos, post_pos: np.einsum("nd,nd->n", users[user_pos], posts[post_pos])


def errors(predict: Predict, given: Rated) -> dict[str, float]:
    """Mean absolute and root mean squared error, in percent."""
    gap = predict(given.user_pos, given.post_pos) - given.percent
    return {"mae": float(np.abs(gap).mean()), "rmse": float(np.sqrt((gap**2).mean()))}


def fitted(
    train: Rated, valid: Rated, product: Product | None, shape: tuple[int, int], seed: int
) -> Mapping[str, Predict]:
    """Every predictor by name; `shape`: how many users and posts there are."""
    found = {
        "median_of_user": of_user(train, shape[0], "median"),
        "mean_of_user": of_user(train, shape[0], "mean"),
        "biases": _best([biases(train, u, p, shape) for u in SHRINKS for p in SHRINKS], valid),
    }
    best = _best(list(found.values()), valid)
    if product is not None:
        order = np.random.default_rng(seed).permutation(len(valid)).astype(np.int64)
        fitting, choosing = valid.at(order[::2]), valid.at(order[1::2])
        line = Line.over(found["biases"], product, fitting)
        if errors(line, choosing)["mae"] < errors(best, choosing)["mae"]:
            best = Line.over(found["biases"], product, valid)
        found["biases_and_vectors"] = Line.over(found["biases"], product, valid)
        found[FULL] = best
    return found


def _best(predictors: list[Predict], valid: Rated) -> Predict:
    """The one that errs least on valid; ties go to the first."""
    return min(predictors, key=lambda each: errors(each, valid)["mae"])


def of_user(train: Rated, num_users: int, what: str) -> Predict:
    """The median or mean of a user's ratings so far; of all where there are none."""
    percent = pd.Series(train.percent)
    own = percent.groupby(train.user_pos).agg(what)
    filled = np.full(num_users, percent.agg(what))
    filled[own.index.to_numpy()] = own.to_numpy()
    return lambda user_pos, post_pos: filled[user_pos]


def biases(train: Rated, user_shrink: float, post_shrink: float, shape: tuple[int, int]) -> Predict:
    """The mean, a user's offset and a post's; nobody's rating is below the least or above all."""
    mean = train.percent.mean()
    users, posts = np.zeros(shape[0]), np.zeros(shape[1])
    for _ in range(ROUNDS):
        posts = _offsets(
            train.post_pos, train.percent - mean - users[train.user_pos], post_shrink, shape[1]
        )
        users = _offsets(
            train.user_pos, train.percent - mean - posts[train.post_pos], user_shrink, shape[0]
        )
    ends = train.percent.min(), train.percent.max()
    return lambda user_pos, post_pos: np.clip(mean + users[user_pos] + posts[post_pos], *ends)


def _offsets(places: Positions, rest: Percents, shrink: float, size: int) -> Percents:
    """Each one's sum of what is left to explain, over how often plus `shrink`."""
    sums = np.bincount(places, rest, minlength=size)
    return np.asarray(sums / (np.bincount(places, minlength=size) + shrink))


@dataclass(frozen=True)
class Line:
    """A line over two columns: what the biases say, and the vectors' product."""

    biases: Predict
    product: Product
    weights: Percents
    """Shape ``(3,)``: of the two, and the intercept."""

    def __call__(self, user_pos: Positions, post_pos: Positions) -> Percents:
        """Percents, within 0 to 100."""
        rows = _rows(self.biases, self.product, user_pos, post_pos)
        return np.clip(rows @ self.weights, 0.0, 100.0)

    @classmethod
    def over(cls, biases: Predict, product: Product, given: Rated) -> "Line":
        """The line of least squares."""
        rows = _rows(biases, product, given.user_pos, given.post_pos)
        return cls(
            biases, product, np.asarray(np.linalg.lstsq(rows, given.percent)[0], dtype=np.float64)
        )


def _rows(biases: Predict, product: Product, user_pos: Positions, post_pos: Positions) -> Percents:
    columns = [biases(user_pos, post_pos), product(user_pos, post_pos), np.ones(len(user_pos))]
    return np.stack(columns, axis=1).astype(np.float64)
