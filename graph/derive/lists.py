"""The derived lists of some nodes, as the full rebuild would make them of what is held.

Not by definitions of their own: what is certain to hold a node's list is picked out, and the same
functions are asked that a rebuild asks of everything.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass

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
from graph.derive.held import Held, Source
from graph.derive.near import near_people
from graph.derive.similar import similar_posts
from graph.derive.ties import Floats, Ids, Ints

WALKS = 200_000
"""Of a post or user from which more walks lead, the list is left to the full rebuild."""
MARGIN = 100
"""More posts than a chart keeps, for what is decided by sums whose last digit may differ."""


def lists_of(held: Held, sources: Collection[Source]) -> Mapping[Source, pd.DataFrame]:
    """Each node's whole list: ``target``, ``score`` and ``rank``.

    One that takes more than `WALKS` is left out.
    """
    made = dict(_champions(held, [each for each in sources if each.edge == "TOP"]))
    for source in sources:
        if source.edge != "TOP":
            found = (_similar if source.edge == "SIMILAR" else _near)(held, source.id)
            if found is not None:
                made[source] = found
    return made


def _champions(held: Held, sources: Collection[Source]) -> Iterator[tuple[Source, pd.DataFrame]]:
    if not sources:
        return
    wanted = {label: {each.id for each in sources if each.label == label} for label in SOURCES}
    charts = {each.id for each in sources if each.label == "Chart"}
    codes = {each.removeprefix(PROJECT) for each in charts if each.startswith(PROJECT)}
    topics = {topic for topic, code in held.codes.items() if code in codes}
    edges, posts = {}, [_of_charts(held, charts)]
    for label, file in SOURCES.items():
        names = wanted[label] | topics if label == "Topic" else wanted[label]
        if names:
            edges[file], chosen = _bearing(held, file, names)
            posts.append(chosen)
    chosen = np.unique(np.concatenate(posts))
    ids = held.posts.some(chosen)
    authored, popular = _beside(held, _debuts(held) if DEBUTS in charts else _nowhere())
    tables = {
        **edges,
        "posts": pd.DataFrame({"id": ids, "created_at": held.created_at[chosen]}),
        "authored": authored,
        "topics": pd.DataFrame(
            {"id": sorted(topics), "project_code": [held.codes[each] for each in sorted(topics)]}
        ),
    }
    scores = pd.Series(held.score[chosen], ids)
    made = champions(tables, scores, popular) if charts else borne(tables, scores)
    by_source = {
        (label, id): frame
        for label, frames in made.items()
        for id, frame in frames.groupby("source")
    }
    nothing = pd.DataFrame({"target": [], "score": [], "rank": []})
    for source in sources:
        yield source, by_source.get((source.label, source.id), nothing)


def _bearing(held: Held, file: str, names: Collection[str]) -> tuple[pd.DataFrame, Ints]:
    """Edges to these names from the posts that may be among the best of each; and those posts."""
    posts, targets, weights = [np.empty(0, np.int64)], list[str](), [np.empty(0)]
    for name in sorted(names):
        place = held.names[file].at(name)
        if place is None:
            continue
        bearing, weight = held.bears[file].to(place)
        best = _best(held.score[bearing] * weight, KEEP)
        posts.append(bearing[best])
        weights.append(weight[best])
        targets += [name] * len(best)
    chosen = np.concatenate(posts)
    sources = held.posts.some(chosen)
    told = {"source": sources, "target": targets, "weight": np.concatenate(weights)}
    return pd.DataFrame(told), chosen


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
    created_at = held.public_since
    authored = held.author >= 0
    size = max(int(held.author.max(initial=-1)) + 1, 1)
    audience = np.bincount(held.author[authored], held.popular[authored], minlength=size)
    own = authored & ~np.isnan(created_at)
    own[own] = audience[held.author[own]] < AUDIENCE + 1e-6
    posts = np.flatnonzero(own)
    posts = posts[np.argsort(-created_at[posts], kind="stable")]
    turns = pd.Series(posts).groupby(held.author[posts]).cumcount().to_numpy()
    kept = posts[turns < DEBUT_POSTS][: KEEP + MARGIN]
    oldest = created_at[kept[-1]] if len(kept) else np.inf
    return np.asarray(posts[created_at[posts] >= oldest], np.int64)


def _beside(held: Held, posts: Ints) -> tuple[pd.DataFrame, pd.Series]:
    """What the authors of these posts wrote, all of it, and its popularity."""
    authors = np.unique(held.author[posts])
    pairs = [
        (user, post) for user in authors[authors >= 0].tolist() for post in _written(held, user)
    ]
    users = held.users.some(np.array([user for user, _ in pairs], np.int64))
    places = np.array([post for _, post in pairs], np.int64)
    ids = held.posts.some(places)
    told = pd.DataFrame({"source": users, "target": ids}, dtype="str")
    popular = pd.Series(held.popular[places], ids)
    return told.sort_values(["source", "target"]), popular[~popular.index.duplicated()]


def _written(held: Held, user: int) -> list[int]:
    written: list[int] = held.authored.to(user)[0].tolist()
    return written


def _best(scores: Floats, keep: int) -> Ints:
    """Where the `keep` highest are, and those that tie with the last; none that is no number."""
    there = np.flatnonzero(~np.isnan(scores))
    if len(there) <= keep:
        return there
    floor = np.partition(scores[there], len(there) - keep)[len(there) - keep]
    return np.asarray(there[scores[there] >= floor], np.int64)


def _similar(held: Held, post_id: str) -> pd.DataFrame | None:
    """The list of one post; None: it takes too many walks."""
    post = held.posts.at(post_id)
    users = _nowhere() if post is None else held.engaged.of(post)[0]
    if not len(users):
        return _frame(sparse.csr_array((1, 0)), [])
    if int(held.engaged.many_to(users).sum()) > WALKS:
        return None
    edges = _edges(held.users, users, held.engaged.to, held.posts)
    degrees = held.engaged.many_of(edges.ends).astype(float)
    of = int(np.flatnonzero(edges.ends == post)[0])
    return _frame(similar_posts(edges.links, post_degrees=degrees, of=of), edges.ids)


def _near(held: Held, user_id: str) -> pd.DataFrame | None:
    """The list of one user; None: it takes too many walks."""
    user = held.users.at(user_id)
    posts = _nowhere() if user is None else held.engaged.to(user)[0]
    tags = _nowhere() if user is None else held.interests.of(user)[0]
    if not len(posts) and not len(tags):
        return _frame(sparse.csr_array((1, 0)), [])
    if int(held.engaged.many_of(posts).sum() + held.interests.many_to(tags).sum()) > WALKS:
        return None
    by_post = _edges(held.posts, posts, held.engaged.of, held.users)
    by_tag = _edges(held.tags, tags, held.interests.to, held.users)
    _, people, ids = _in_order(held.users, np.concatenate([by_post.ends, by_tag.ends]))
    links, interests = _onto(by_post, people), _onto(by_tag, people)
    activity = np.maximum(held.engaged.many_to(people).astype(float), 1.0)
    of = int(np.flatnonzero(people == user)[0])
    found = near_people(links, interests, held.shown[people], activity=activity, of=of)
    return _frame(found, ids)


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


def _frame(best: sparse.csr_array, ids: list[str]) -> pd.DataFrame:
    """The one row of `best`, ranked as a rebuild ranks."""
    targets, scores = [ids[at] for at in best.indices.tolist()], best.data.astype(float)
    return ranked(pd.DataFrame({"source": "", "target": targets, "score": scores}))
