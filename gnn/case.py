"""One evaluation: a graph without its held-out links, and rankings judged against them."""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pandas as pd
from scipy import sparse

from gnn.baselines.ranker import Ranker
from gnn.matrices import Floats, blocks, ids_of, matrix
from gnn.metrics import Values, hits_of, measure, ndcg, top
from gnn.parallel import calm, side_by_side
from gnn.source import Source
from gnn.split import Split, engagements, hold_out, present, split_links, until
from gnn.vocabulary import Positions, Vocabulary
from graph.model import Tables

BLOCK = 128
VALID_USERS = 3000
Part = Literal["valid", "test"]


@dataclass(frozen=True)
class Case:
    """A graph as training may know it, and the links held out of it."""

    seed: int
    tables: Tables
    """The graph with nothing held out left in it."""
    split: Split
    users: Vocabulary
    posts: Vocabulary
    """All that there are: every post is ranked for every user."""
    train: sparse.csr_array
    valid: sparse.csr_array
    test: sparse.csr_array
    """Shape ``(num_users, num_posts)`` of ones."""
    untimed: int
    """Links in no part of a split by time, since they carry none."""
    source: Source
    """Where the tables come from."""

    def without(self, pairs: pd.DataFrame) -> Tables:
        """The graph with content that tells nothing of these pairs; its links are to be taken out.

        Args:
            pairs: frame with columns user_id and post_id.
        """
        return self.tables if self.source.without is None else self.source.without(pairs)

    def at_test(self) -> "Case":
        """The case as it is known when test is judged: its valid too, where the protocol has it."""
        if not self.source.valid_is_known_at_test:
            return self
        links = pd.concat([self.split.train, self.split.valid], ignore_index=True)
        cut = None if self.split.cut is None else int(links["at"].max())
        return replace(
            self,
            tables=hold_out(self.source.tables, links, cut),
            split=replace(self.split, train=links, valid=links.iloc[:0], cut=cut),
            train=sparse.csr_array(self.train + self.valid),
            valid=sparse.csr_array(self.valid.shape, dtype=self.valid.dtype),
        )

    def judged(self, part: Part) -> Positions:
        """The users who have links in `part`."""
        return np.flatnonzero(np.diff(self.relevant(part).indptr)).astype(np.int64)

    def relevant(self, part: Part) -> sparse.csr_array:
        """The links to be found."""
        return self.valid if part == "valid" else self.test

    def masked(self, part: Part) -> sparse.csr_array:
        """The links never ranked: those of train, and at test those of valid too."""
        return self.train if part == "valid" else sparse.csr_array(self.train + self.valid)


@dataclass(frozen=True)
class Ranking:
    """Every judged user's best posts."""

    user_pos: Positions
    ranked: Positions
    """Shape ``(len(user_pos), depth)``, best first, -1 where a list ended."""
    scores: Floats
    """As `ranked`; nan where a list ended."""


def make_case(given: Tables | Source, seed: int, upto: int | None = None) -> Case:
    """Split a graph's links and take the held-out ones out of it.

    Args:
        given: the graph, or with how its content looks when further links are held out.
        seed: draws the split where it is random.
        upto: what is dated later (Unix seconds) is hidden; None hides what is later than now.

    Raises:
        NotEnoughData: a part of the split would be empty.
    """
    source = given if isinstance(given, Source) else Source(given)
    tables = source.tables
    seen = until(tables, present() if upto is None else upto)
    links = engagements(seen)
    split = split_links(links, seed)
    known = hold_out(seen, split.train, split.cut)
    users, posts = ids_of(tables, "User"), ids_of(tables, "Post")
    parts = [
        matrix(frame, users, posts, row="user_id", column="post_id")
        for frame in (split.train, split.valid, split.test)
    ]
    untimed = len(links) - sum(int(part.nnz) for part in parts)
    train, valid, test = parts
    return Case(seed, known, split, users, posts, train, valid, test, untimed, source)


def rank(
    case: Case, ranker: Ranker, part: Part, depth: int = 100, users: Positions | None = None
) -> Ranking:
    """The `depth` best unmasked posts of `users`, by default of all who have links in `part`."""
    users, masked = case.judged(part) if users is None else users, case.masked(part)
    ranked, kept = [], []
    for user_pos in blocks(users, BLOCK):
        scores = ranker.scores(user_pos).astype(np.float32)
        seen = masked[user_pos].tocoo()
        scores[seen.row, seen.col] = -np.inf
        best = top(scores, depth)
        ranked.append(best)
        values = np.take_along_axis(scores, np.maximum(best, 0), axis=1)
        kept.append(np.where(best >= 0, values, np.nan))
    return Ranking(users, np.concatenate(ranked), np.concatenate(kept))


def judge(case: Case, ranking: Ranking, part: Part, ks: tuple[int, ...]) -> dict[str, Values]:
    """Every metric of a ranking, one value a judged user."""
    return measure(ranking.ranked, case.relevant(part)[ranking.user_pos], ks)


def valid_ndcg(case: Case, ranker: Ranker, k: int = 10) -> float:
    """What every choice is made by: mean NDCG at `k` on valid, of at most `VALID_USERS` users."""
    ranking = rank(case, ranker, "valid", k, _choosing(case))
    return float(judge(case, ranking, "valid", (k,))[f"ndcg@{k}"].mean())


def valid_ndcgs(case: Case, scored: Callable[[Positions], Iterable[Floats]]) -> list[float]:
    """`valid_ndcg` of several rankers that share work, in threads.

    Args:
        case: the data.
        scored: what each ranker says of some users and all posts, in arrays that nobody else needs
            (they are written on); asked by several threads at once.
    """
    with calm():
        found = side_by_side(
            lambda some: ndcgs_of(case, scored(some), some), blocks(_choosing(case), BLOCK)
        )
    return [float(each.mean()) for each in np.concatenate(found, axis=1)]


def ndcgs_of(case: Case, scores: Iterable[Floats], user_pos: Positions, k: int = 10) -> np.ndarray:
    """NDCG at `k` on valid of some users, by several scores of theirs, which are written on.

    Returns:
        Shape ``(num_scores, len(user_pos))``.
    """
    seen, relevant = case.train[user_pos].tocoo(), case.valid[user_pos]
    counts, found = np.diff(relevant.indptr).astype(np.int64), []
    for each in scores:
        each[seen.row, seen.col] = -np.inf
        found.append(ndcg(hits_of(top(each, k), relevant), counts, k))
    return np.stack(found)


def _choosing(case: Case) -> Positions:
    """Whom choices are made by."""
    judged = np.random.default_rng(case.seed).permutation(case.judged("valid"))
    return np.sort(judged[:VALID_USERS])


def fingerprint(tables: Tables, upto: int | None = None) -> str:
    """A short hash of who engaged with what, equal whatever the order of rows."""
    links: pd.DataFrame = engagements(tables, upto)
    lines = (links["user_id"] + "\t" + links["post_id"]).str.cat(sep="\n") if len(links) else ""
    return hashlib.sha256(lines.encode()).hexdigest()[:16]
