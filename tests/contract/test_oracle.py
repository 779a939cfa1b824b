"""The feed's sources against an independent program: the same graphs, walked by networkx."""

import itertools
from collections import Counter
from collections.abc import Iterator

import networkx as nx
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from feed import sources
from feed.hits import Hits
from feed.remembered import Remembered
from feed.request import FeedRequest
from feed.sources import Ask
from graph.ingest import ingest_tables
from graph.model import Tables
from graph.queries.people import viewer_context
from graph.store import GraphStore

PEOPLE, POSTS, TAGS = range(7), range(8), range(4)
prefixes: Iterator[int] = itertools.count()

pairs = st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(POSTS)), max_size=20)
planted = st.fixed_dictionaries(
    {
        "friend": st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=14),
        "interested_in": st.sets(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(TAGS))),
        "top": st.sets(st.tuples(st.sampled_from(TAGS), st.sampled_from(POSTS)), max_size=20),
        "authored": st.dictionaries(st.sampled_from(POSTS), st.sampled_from(PEOPLE)),
        "liked": pairs,
        "viewed": pairs,
    }
)
ENGINE = settings(max_examples=settings().max_examples // 6)


def walked(drawn: dict[str, set[tuple[int, int]]], prefix: str) -> nx.MultiDiGraph:
    """The same graph in networkx: nodes by id, edges keyed by type."""
    graph = nx.MultiDiGraph()
    graph.add_nodes_from(f"{prefix}user:{person}" for person in PEOPLE)
    for a, b in drawn["friend"]:
        if a != b:
            graph.add_edge(f"{prefix}user:{a}", f"{prefix}user:{b}", key="FRIEND")
            graph.add_edge(f"{prefix}user:{b}", f"{prefix}user:{a}", key="FRIEND")
    for person, tag in drawn["interested_in"]:
        graph.add_edge(f"{prefix}user:{person}", f"{prefix}tag:{tag}", key="INTERESTED_IN")
    for tag, post in drawn["top"]:
        graph.add_edge(f"{prefix}tag:{tag}", f"{prefix}post:{post}", key="TOP")
    for post, author in dict(drawn["authored"]).items():
        graph.add_edge(f"{prefix}user:{author}", f"{prefix}post:{post}", key="AUTHORED")
    for file in ("liked", "viewed"):
        for person, post in drawn[file]:
            graph.add_edge(f"{prefix}user:{person}", f"{prefix}post:{post}", key=file.upper())
    return graph


def loaded(store: GraphStore, drawn: dict[str, set[tuple[int, int]]], prefix: str) -> None:
    def edges(rows: object, source: str, target: str) -> pd.DataFrame:
        named = [(f"{prefix}{source}:{a}", f"{prefix}{target}:{b}") for a, b in rows]  # type: ignore[attr-defined]
        return pd.DataFrame(named, columns=["source", "target"])

    authored = {(author, post) for post, author in dict(drawn["authored"]).items()}
    tables: Tables = {
        "users": pd.DataFrame({"id": [f"{prefix}user:{each}" for each in PEOPLE]}),
        "posts": pd.DataFrame({"id": [f"{prefix}post:{each}" for each in POSTS]}),
        "tags": pd.DataFrame({"id": [f"{prefix}tag:{each}" for each in TAGS]}),
        "friend": edges(drawn["friend"], "user", "user"),
        "interested_in": edges(drawn["interested_in"], "user", "tag"),
        "authored": edges(authored, "user", "post"),
        "liked": edges(drawn["liked"], "user", "post"),
        "viewed": edges(drawn["viewed"], "user", "post"),
    }
    ingest_tables(store, tables)
    store.replace("TOP", {"Tag": edges(drawn["top"], "tag", "post").assign(score=1.0, rank=0)})


def steps(graph: nx.MultiDiGraph, node: str, *types: str) -> set[str]:
    return {end for _, end, key in graph.out_edges(node, keys=True) if key in types}


ANY = ("LIKED", "VIEWED")


@ENGINE
@given(drawn=planted, person=st.sampled_from(PEOPLE))
def test_tag_and_friend_sources_are_what_networkx_computes(
    any_store: GraphStore, drawn: dict[str, set[tuple[int, int]]], person: int
) -> None:
    prefix = f"{next(prefixes)}:"  # every example is a component of its own: no need to wipe
    loaded(any_store, drawn, prefix)
    graph, viewer = walked(drawn, prefix), f"{prefix}user:{person}"
    friends = steps(graph, viewer, "FRIEND")
    known = {viewer, *friends}
    mutual = Counter(
        other for friend in friends for other in steps(graph, friend, "FRIEND") - known
    )

    remembered = Remembered(any_store, patience=0.0)
    context = viewer_context(any_store, viewer, viewer)
    ask = Ask(any_store, remembered, context, FeedRequest(viewer), None, now=0)

    def told(hits: Hits) -> dict[str, float]:
        return dict(zip(remembered.ids(hits.places), hits.scores.tolist(), strict=True))

    assert told(sources.interests(ask)) == Counter(
        post for tag in steps(graph, viewer, "INTERESTED_IN") for post in steps(graph, tag, "TOP")
    )
    assert told(sources.friends(ask)).keys() == {
        post for friend in friends for post in steps(graph, friend, "AUTHORED")
    }
    assert told(sources.friends_engaged(ask)) == Counter(
        post for friend in friends for post in steps(graph, friend, *ANY)
    )
    assert ask.second_circle == sorted(mutual, key=lambda found: (-mutual[found], found))
    assert told(sources.friends_of_friends(ask)) == Counter(
        post for other in mutual for post in steps(graph, other, "AUTHORED", *ANY)
    )
