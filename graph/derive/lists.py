"""The derived lists of some nodes, as the full rebuild would make them of what is held.

Not by definitions of their own: what is certain to hold a node's list is picked out, and the same
functions are asked that a rebuild asks of everything.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from scipy import sparse

from graph.derive.champions import (
    AUDIENCE,
    DEBUT_POSTS,
    DEBUTS,
    KEEP,
    POPULAR,
    PROJECT,
    RECENT,
    SOURCES,
    borne,
    champions,
    ranked,
)
from graph.derive.held import Held, Ranked, Source
from graph.derive.near import near_people
from graph.derive.similar import similar_posts
from graph.derive.ties import Floats, Ids, Ints

WALKS = 200_000
"""Of a post or user from which more walks lead, the list is left to the full rebuild."""
MARGIN = 100
"""More posts than a chart keeps, for what is decided by sums whose last digit may differ."""


def lists_of(held: Held, sources: Collection[Source]) -> Mapping[Source, Ranked]:
    """Each node's whole list; one that takes more than `WALKS` is left out."""
    made = _champions(held, [each for each in sources if each.edge == "TOP"])
    for source in sources:
        if source.edge != "TOP":
            found = (_similar if source.edge == "SIMILAR" else _near)(held, source.id)
            if found is not None:
                made[source] = found
    return made


def _champions(held: Held, sources: Collection[Source]) -> dict[Source, Ranked]:
    if not sources:
        return {}
    wanted = {label: {each.id for each in sources if each.label == label} for label in SOURCES}
    charts = {each.id for each in sources if each.label == "Chart"}
    codes = {each.removeprefix(PROJECT) for each in charts if each.startswith(PROJECT)}
    topics = {topic for topic, code in held.codes.items() if code in codes}
    names = {label: sorted(some) for label, some in wanted.items()}
    names["Topic"] = sorted(wanted["Topic"] | topics)
    bearing = {label: _bearing(held, SOURCES[label], some) for label, some in names.items() if some}
    written = _written(held, _debuts(held) if DEBUTS in charts else _nowhere())
    may = [_of_charts(held, charts), *(each.posts for each in bearing.values())]
    chosen = np.unique(np.concatenate(may))
    # All of them by number, in the order of their ids, by which ties are broken: pandas is many
    # times as quick with numbers.
    posts = _Numbers(held.posts, np.concatenate([chosen, written.posts]))
    tables = {SOURCES[label]: each.table(posts) for label, each in bearing.items()}
    scores = pd.Series(held.score[chosen], posts.of(chosen))
    if charts:
        told = [(at, held.codes[each]) for at, each in enumerate(names["Topic"]) if each in topics]
        tables["topics"] = pd.DataFrame(told, columns=["id", "project_code"])
        created_at = {"id": scores.index, "created_at": held.created_at[chosen]}
        tables["posts"] = pd.DataFrame(created_at)
        tables["authored"] = written.table(held.users, posts)
        popular = pd.Series(held.public_popular[posts.places], range(len(posts.places)))
        made = champions(tables, scores, popular)
    else:
        made = borne(tables, scores)
    found = {
        Source("TOP", label, each if label == "Chart" else names[label][each]): ranked
        for label, frame in made.items()
        for each, ranked in _apart(frame, posts.ids)
    }
    return {source: found.get(source, ()) for source in sources}


def _apart(edges: pd.DataFrame, ids: Sequence[str]) -> Iterator[tuple[Any, Ranked]]:
    """Each source's list of ranked edges, whose sources lie together; `ids` by target."""
    targets = [ids[at] for at in edges["target"].tolist()]
    ranked = list(zip(targets, edges["score"].tolist(), strict=True))
    starts = np.flatnonzero(edges["rank"].to_numpy() == 0).tolist()
    for start, end in pairwise([*starts, len(ranked)]):
        yield edges["source"].iat[start], ranked[start:end]


class _Bearing(NamedTuple):
    """Edges to some names from the posts that may be among the best of each."""

    posts: Ints
    names: Ints
    """By number."""
    weights: Floats

    def table(self, posts: "_Numbers") -> pd.DataFrame:
        """The same as a table's rows."""
        ends = {"source": posts.of(self.posts), "target": self.names}
        return pd.DataFrame({**ends, "weight": self.weights})


def _bearing(held: Held, file: str, names: Sequence[str]) -> _Bearing:
    posts, numbers, weights = [_nowhere()], [_nowhere()], [np.empty(0)]
    for number, name in enumerate(names):
        place = held.names[file].at(name)
        if place is None:
            continue
        bearing, weight = held.bears[file].to(place)
        best = _best(held.score[bearing] * weight, KEEP)
        posts.append(bearing[best])
        numbers.append(np.full(len(best), number))
        weights.append(weight[best])
    return _Bearing(np.concatenate(posts), np.concatenate(numbers), np.concatenate(weights))


class _Numbers:
    """Nodes by number, in the order of their ids."""

    def __init__(self, ids: Ids, places: Ints):
        """Of those at these places, each once."""
        _, self.places, self.ids = _in_order(ids, places)
        self._order = np.argsort(self.places)

    def of(self, places: Ints) -> Ints:
        """The numbers of those at these places."""
        found = np.searchsorted(self.places, places, sorter=self._order)
        return np.asarray(self._order[found], np.int64)


def _of_charts(held: Held, charts: Collection[str]) -> Ints:
    """The posts that may be in these charts of the whole graph."""
    found = [np.empty(0, np.int64)]
    if POPULAR in charts:
        found.append(_best(held.score, KEEP))
    if RECENT in charts:
        found.append(_best(held.public_since, KEEP))
    if DEBUTS in charts:
        found.append(_debuts(held))
    return np.concatenate(found)


def _debuts(held: Held) -> Ints:
    """The newest posts of authors without an audience, some more than the chart has."""
    created_at, popular = held.public_since, held.public_popular
    authored = held.author >= 0
    size = max(int(held.author.max(initial=-1)) + 1, 1)
    audience = np.bincount(held.author[authored], popular[authored], minlength=size)
    own = authored & ~np.isnan(created_at)
    own[own] = audience[held.author[own]] < AUDIENCE + 1e-6
    posts = np.flatnonzero(own)
    posts = posts[np.argsort(-created_at[posts], kind="stable")]
    turns = pd.Series(posts).groupby(held.author[posts]).cumcount().to_numpy()
    kept = posts[turns < DEBUT_POSTS][: KEEP + MARGIN]
    oldest = created_at[kept[-1]] if len(kept) else np.inf
    return np.asarray(posts[created_at[posts] >= oldest], np.int64)


class _Written(NamedTuple):
    """Who wrote which post."""

    users: Ints
    posts: Ints

    def table(self, users: Ids, posts: "_Numbers") -> pd.DataFrame:
        """The same as a table's rows, in their order."""
        ends = _Numbers(users, self.users).of(self.users), posts.of(self.posts)
        told = pd.DataFrame({"source": ends[0], "target": ends[1]})
        return told.sort_values(["source", "target"], ignore_index=True)


def _written(held: Held, posts: Ints) -> _Written:
    """What the authors of these posts wrote, all of it."""
    authors = np.unique(held.author[posts])
    authors = authors[authors >= 0]
    theirs = [held.authored.to(each)[0] for each in authors.tolist()]
    users = np.repeat(authors, [len(each) for each in theirs])
    return _Written(users, np.concatenate([_nowhere(), *theirs]))


def _best(scores: Floats, keep: int) -> Ints:
    """Where the `keep` highest are, and those that tie with the last; none that is no number."""
    there = np.flatnonzero(~np.isnan(scores))
    if len(there) <= keep:
        return there
    floor = np.partition(scores[there], len(there) - keep)[len(there) - keep]
    return np.asarray(there[scores[there] >= floor], np.int64)


def _similar(held: Held, post_id: str) -> Ranked | None:
    """The list of one post; None: it takes too many walks."""
    post = held.posts.at(post_id)
    users = _nowhere() if post is None else held.engaged.of(post)[0]
    if not len(users):
        return ()
    if int(held.engaged.many_to(users).sum()) > WALKS:
        return None
    edges = _edges(held.users, users, held.engaged.to, held.posts)
    degrees = held.engaged.many_of(edges.ends).astype(float)
    of = int(np.flatnonzero(edges.ends == post)[0])
    return _ranked(similar_posts(edges.links, post_degrees=degrees, of=of), edges.ids)


def _near(held: Held, user_id: str) -> Ranked | None:
    """The list of one user; None: it takes too many walks."""
    user = held.users.at(user_id)
    posts = _nowhere() if user is None else held.engaged.to(user)[0]
    tags = _nowhere() if user is None else held.interests.of(user)[0]
    if not len(posts) and not len(tags):
        return ()
    if int(held.engaged.many_of(posts).sum() + held.interests.many_to(tags).sum()) > WALKS:
        return None
    by_post = _edges(held.posts, posts, held.engaged.of, held.users)
    by_tag = _edges(held.tags, tags, held.interests.to, held.users)
    _, people, ids = _in_order(held.users, np.concatenate([by_post.ends, by_tag.ends]))
    links, interests = _onto(by_post, people), _onto(by_tag, people)
    activity = np.maximum(held.engaged.many_to(people).astype(float), 1.0)
    of = int(np.flatnonzero(people == user)[0])
    found = near_people(links, interests, held.shown[people], activity=activity, of=of)
    return _ranked(found, ids)


@dataclass(frozen=True, slots=True)
class _Edges:
    """From some nodes to the others at the ends of their edges, both in the order of their ids.

    So that sums are made, and ties broken, in the order in which a rebuild does it.
    """

    links: sparse.csr_array
    """Ones; shape ``(num_nodes, num_ends)``."""
    ends: Ints
    ids: list[str]
    """Of the ends."""


def _edges(
    nodes: Ids, places: Ints, to: Callable[[int], tuple[Ints, Floats]], others: Ids
) -> _Edges:
    _, ordered, _ = _in_order(nodes, places)
    lists = [to(place)[0] for place in ordered.tolist()]
    rows = np.repeat(np.arange(len(lists)), [len(each) for each in lists])
    columns, ends, ids = _in_order(others, np.concatenate([*lists, _nowhere()]))
    shape = (len(lists), len(ends))
    links = sparse.csr_array((np.ones(len(rows)), (rows, columns)), shape=shape)
    return _Edges(links, ends, ids)


def _onto(edges: _Edges, people: Ints) -> sparse.csr_array:
    """The edges, turned: from `people`, who are all of their ends and others."""
    turned = sparse.coo_array(edges.links.T)
    rows = pd.Index(people).get_indexer(pd.Index(edges.ends))[turned.row]
    shape = (len(people), edges.links.shape[0])
    return sparse.csr_array((turned.data, (rows, turned.col)), shape=shape)


def _in_order(ids: Ids, places: Ints) -> tuple[Ints, Ints, list[str]]:
    """Where each stands among the distinct ones in the order of their ids; these, and their ids."""
    distinct, inverse = np.unique(places, return_inverse=True)
    names = ids.some(distinct)
    order = np.array(sorted(range(len(names)), key=names.__getitem__), np.int64)
    rank = np.empty(len(order), np.int64)
    rank[order] = np.arange(len(order))
    return rank[inverse], distinct[order], [names[at] for at in order.tolist()]


def _nowhere() -> Ints:
    return np.empty(0, np.int64)


def _ranked(best: sparse.csr_array, ids: Sequence[str]) -> Ranked:
    """The one row of `best`, ranked as a rebuild ranks."""
    edges = pd.DataFrame({"source": 0, "target": best.indices, "score": best.data.astype(float)})
    found = ranked(edges)
    targets = [ids[at] for at in found["target"].tolist()]
    return list(zip(targets, found["score"].tolist(), strict=True))
