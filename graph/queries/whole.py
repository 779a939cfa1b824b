"""The lists of `graph.queries.candidates` around all nodes at once: a few whole tables.

For a server that keeps them in memory: some seconds for a million edges, where a look-up a node
would take minutes. The same posts and people in the same order (tested).
"""

import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from graph.model import SIGNALS
from graph.queries import candidates
from graph.store import GraphStore

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
WRITTEN, POSTED, CHAMPIONS = 50, 100, 200
"""How long the lists of candidates.cypher are at most; what is written is so long twice."""
MORTAL = not (3, 12) <= sys.version_info < (3, 12, 7)
"""Whether what Python interns ends with the last who has it (gh-113993)."""
FELT = 20
"""Moods of one person, as `feels` limits them."""


@dataclass(frozen=True, slots=True)
class Lists:
    """Each node's list: ``targets[codes[starts[i]:starts[i + 1]]]``, and the scores beside it."""

    keys: list[str]
    """The nodes; those without a list have an empty one."""
    starts: Ints
    """Shape ``(len(keys) + 1,)``."""
    targets: list[str]
    """Every id that is in some list, ascending."""
    codes: npt.NDArray[np.int32]
    scores: npt.NDArray[np.float64]
    """Where all are 0 they take no room."""

    @classmethod
    def of(
        cls, keys: list[str], starts: Ints, targets: list[str], codes: Ints, scores: Floats
    ) -> "Lists":
        """The same, in as little room as it may take."""
        if not scores.any():
            scores = np.broadcast_to(np.float64(0.0), scores.shape)
        return cls(keys, starts, targets, codes.astype(np.int32), scores)


ReadWhole = Callable[[GraphStore], Lists]


def cards(store: GraphStore) -> pd.DataFrame:
    """All posts' cards, a row a post, with the fields of `graph.queries.posts.PostCard`."""
    return store.frame("whole_cards")


def engaged(store: GraphStore) -> Lists:
    """As `candidates.engaged_by`, for everybody, and all that each did anything with."""
    return engaged_in(signals(store), people(store))


def engaged_in(signals: Mapping[str, pd.DataFrame], people: "pd.Series[str]") -> Lists:
    """The same, of what was read already."""
    return _latest(signals.values(), people)


def signals(store: GraphStore) -> dict[str, pd.DataFrame]:
    """All edges of every signal, by its type."""
    return {kind.type: store.frame(f"export_{kind.file}") for kind in SIGNALS}


def responded(signals: Mapping[str, pd.DataFrame], people: "pd.Series[str]") -> Lists:
    """What each person openly responded to, as `candidates.responded_to`."""
    openly = [frame for edge, frame in signals.items() if edge not in candidates.UNTOLD]
    return _latest(openly, people)


def _latest(signals: Iterable[pd.DataFrame], people: "pd.Series[str]") -> Lists:
    every = pd.concat([edges(frame, "at") for frame in signals if len(frame)] or [edges()])
    return lists(every, people, once=True)


def around(
    by_type: Mapping[str, pd.DataFrame], people: "pd.Series[str]"
) -> tuple[Lists, npt.NDArray[np.int8]]:
    """Everybody's edges, as ``around_user`` tells those of one.

    Args:
        by_type: all edges of each type that it tells.
        people: everybody's id.

    Returns:
        The lists, whose scores are what edges weigh; and which type each edge is of, by its place
        among the given ones. Shape ``(len(codes),)``.
    """
    parts = [edges(frame).assign(score=_weights(frame)) for frame in by_type.values()]
    every = pd.concat(parts, ignore_index=True)
    weights, types = every["score"].to_numpy(), np.repeat(np.arange(len(parts)), [*map(len, parts)])
    found = lists(every.assign(score=np.arange(len(every), dtype=np.float64)), people)
    order = found.scores.astype(np.int64)
    return replace(found, scores=weights[order]), types[order].astype(np.int8)


def _weights(frame: pd.DataFrame) -> "pd.Series[float]":
    """How often something was done (of a rating percent of 50), once where nobody says."""
    if "percent" in frame:
        told = pd.to_numeric(frame["percent"]).astype("Float64") / 50.0
    elif "times" in frame:
        told = pd.to_numeric(frame["times"]).astype("Float64")
    else:
        return pd.Series(1.0, frame.index)
    return told.fillna(1.0).astype(np.float64)


def written(store: GraphStore) -> Lists:
    """As `candidates.written_by`, for everybody."""
    newest = {"source": True, "score": False, "target": True}
    found = store.frame("export_written").sort_values(list(newest), ascending=[*newest.values()])
    every = found.groupby("source").head(WRITTEN)
    public = found[found["open"] == 1].groupby("source").head(WRITTEN)
    kept = found.loc[every.index.union(public.index)]
    return lists(edges(kept, "score"), people(store), once=True)


def posted(store: GraphStore) -> Lists:
    """As `candidates.posted_in`, for every group that has posts."""
    first = {"source": True, "open": False, "score": False, "target": True}
    found = store.frame("export_posted").sort_values(list(first), ascending=list(first.values()))
    return lists(edges(found.groupby("source").head(POSTED), "score"), ())


def befriended(store: GraphStore) -> Lists:
    """As `candidates.friends_of`, for everybody."""
    one = edges(store.frame("export_friend"))
    other = one.rename(columns={"source": "target", "target": "source"})
    return lists(pd.concat([one, other]), people(store), once=True)


def felt(store: GraphStore) -> Lists:
    """What each person said they feel; the score is when (0 without a time)."""
    return lists(edges(store.frame("export_feels"), "at"), people(store), FELT)


def blocked(store: GraphStore) -> Lists:
    """As `graph.queries.people.blocks_around`, for everybody."""
    one = edges(store.frame("export_blocks"))
    other = one.rename(columns={"source": "target", "target": "source"})
    return lists(pd.concat([one, other]), people(store), once=True)


def engagers(engaged: Lists) -> Lists:
    """As `candidates.engagers`, for every post that anybody did anything with.

    Args:
        engaged: all that each person did anything with.
    """
    people_at = np.repeat(np.arange(len(engaged.keys)), np.diff(engaged.starts))
    order = np.argsort(engaged.codes, kind="stable")
    sizes = np.bincount(engaged.codes, minlength=len(engaged.targets))
    begins = np.cumsum(sizes) - sizes
    kept = np.arange(len(order)) - np.repeat(begins, sizes) < candidates.ENGAGERS
    starts = np.concatenate([[0], np.cumsum(np.minimum(sizes, candidates.ENGAGERS))])
    codes = people_at[order[kept]]
    return Lists.of(engaged.targets, starts, engaged.keys, codes, np.zeros(len(codes)))


def near(store: GraphStore) -> Lists:
    """As `candidates.near_people`, for everybody."""
    return lists(edges(store.frame("export_near"), "score"), people(store), candidates.NEAR)


def similar(store: GraphStore) -> Lists:
    """As `candidates.similar_to`, for every post."""
    posts = store.frame("whole_posts")["post_id"]
    return lists(edges(store.frame("export_similar"), "score"), posts)


def _champions(label: str) -> ReadWhole:
    def read(store: GraphStore) -> Lists:
        return lists(edges(store.frame(f"export_top_{label}"), "score"), (), CHAMPIONS)

    return read


WHOLE: Mapping[Callable[..., object], ReadWhole] = {
    candidates.engaged_by: engaged,
    candidates.written_by: written,
    candidates.posted_in: posted,
    candidates.friends_of: befriended,
    candidates.near_people: near,
    candidates.similar_to: similar,
    candidates.by_tag: _champions("tag"),
    candidates.by_category: _champions("category"),
    candidates.by_topic: _champions("topic"),
    candidates.by_mood: _champions("mood"),
    candidates.by_chart: _champions("chart"),
}
"""By what reads the lists of some nodes: what reads all."""


def people(store: GraphStore) -> "pd.Series[str]":
    """Everybody's id."""
    return store.frame("whole_people")["user_id"]


def edges(frame: pd.DataFrame | None = None, score: str = "") -> pd.DataFrame:
    """Source, target and score of edges; the score is 0 where there is none."""
    if frame is None or frame.empty:
        empty = pd.Series([], dtype="str")
        return pd.DataFrame({"source": empty, "target": empty, "score": np.empty(0)})
    scores = pd.Series(0.0, frame.index)
    if score:
        scores = pd.to_numeric(frame[score]).astype("Float64").fillna(0.0).astype(np.float64)
    return pd.DataFrame({"source": frame["source"], "target": frame["target"], "score": scores})


def lists(
    edges: pd.DataFrame, keys: Iterable[str], most: int | None = None, once: bool = False
) -> Lists:
    """A list a source: the highest score first, ties to the lower id; `keys` have one anyway.

    Args:
        edges: ``source``, ``target`` and ``score``.
        keys: nodes that have a list though no edge starts there.
        most: how long a list is at most.
        once: whether of several edges between two nodes only the highest counts.
    """
    targets, target = _coded(edges["target"])
    found, source = _coded(edges["source"])
    names = sorted({*found, *shared(keys)})
    source = np.asarray(pd.Index(names).get_indexer(pd.Index(found)), np.int64)[source]
    scores = edges["score"].to_numpy(np.float64)
    if once and len(source):
        order = np.lexsort((-scores, target, source))
        source, target, scores = source[order], target[order], scores[order]
        first = np.append(True, (np.diff(source) != 0) | (np.diff(target) != 0))
        source, target, scores = source[first], target[first], scores[first]
    order = np.lexsort((target, -scores, source))
    source, target, scores = source[order], target[order], scores[order]
    starts = np.searchsorted(source, np.arange(len(names) + 1))
    if most is not None:
        kept = np.arange(len(source)) - starts[source] < most
        source, target, scores = source[kept], target[kept], scores[kept]
        starts = np.searchsorted(source, np.arange(len(names) + 1))
    return Lists.of(names, starts.astype(np.int64), targets, target, scores)


def _coded(ids: pd.Series) -> tuple[list[str], Ints]:
    """The ids, ascending, and where each of the series is among them."""
    codes, names = pd.factorize(ids, sort=True)
    return shared(names), np.asarray(codes, np.int64)


def shared(ids: Iterable[str]) -> list[str]:
    """The ids, each as the one object that all tables in memory have of it; no texts.

    A node is in a dozen of them, and each frame that is read makes its ids anew.
    """
    return [*map(sys.intern, ids)] if MORTAL else list(ids)
