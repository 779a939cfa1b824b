"""Exploration: the same tables from either engine, and from py2neo beside the real server."""

import pandas as pd
import pytest
from filled_graphs import Filled

from graph.derive.rebuild import derive
from graph.errors import ParameterError, UnknownQuery
from graph.explore import explorations, explore, parameters
from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig
from village.world import World

SAMPLES = {"user_id": "sv:user:4", "post_id": "sv:post:12", "tag_id": "synths", "limit": "7"}


def texts(name: str) -> dict[str, str]:
    return {each.name: SAMPLES[each.name] for each in explorations()[name].parameters}


@pytest.mark.parametrize("name", sorted(explorations()))
def test_every_exploration_runs_and_is_bounded(
    any_filled: Filled, name: str, village: World
) -> None:
    def fill(store: GraphStore) -> None:
        ingest_tables(store, {file: frame.head(60) for file, frame in village.tables.items()})

    frame = explore(any_filled(fill), name, texts(name))
    assert len(frame) <= 60


@pytest.mark.neo4j
def test_both_engines_and_py2neo_answer_alike(
    store: GraphStore, neo4j_store: GraphStore, neo4j_config: StoreConfig, village: World
) -> None:
    from graph.py2neo_explore import to_frame

    for each in (store, neo4j_store):
        ingest_tables(each, village.tables)
        derive(each)
    for name in ("hubs", "tags", "mood_map", "lonely_posts", "people_you_may_know"):
        ours = explore(store, name, texts(name))
        theirs = explore(neo4j_store, name, texts(name))
        pd.testing.assert_frame_equal(ours, theirs)
        assert len(ours)
        pd.testing.assert_frame_equal(
            to_frame(neo4j_config, name, texts(name)), theirs, check_dtype=False
        )


def test_limit_has_a_default_and_other_parameters_must_be_given() -> None:
    assert parameters(explorations(), "hubs", {}) == {"limit": 20}
    with pytest.raises(ParameterError, match=r"missing \['user_id'\].*--set NAME=VALUE"):
        parameters(explorations(), "neighbourhood", {})
    with pytest.raises(ParameterError, match=r"unknown \['colour'\]"):
        parameters(explorations(), "hubs", {"colour": "red"})
    with pytest.raises(ParameterError, match="'many', not a whole number"):
        parameters(explorations(), "hubs", {"limit": "many"})


def test_an_unknown_exploration_lists_what_there_is() -> None:
    with pytest.raises(UnknownQuery, match="hubs"):
        parameters(explorations(), "hub", {})
