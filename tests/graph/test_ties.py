"""What ties people beside friendship, on each engine."""

from collections.abc import Sequence

import pandas as pd
import pytest

from graph.ingest import ingest_tables
from graph.queries import ties
from graph.store import GraphStore

CROWD = [f"u{number:03}" for number in range(ties.CROWD)]


def edges(*pairs: Sequence[str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    ingest_tables(
        any_store,
        {
            "users": pd.DataFrame({"id": ["ana", "bo", "cy", *CROWD]}),
            "tags": pd.DataFrame({"id": ["all", "jazz", "rye"]}),
            "groups": pd.DataFrame({"id": ["band", "everybody"]}),
            "interested_in": edges(
                ("bo", "rye"),
                ("ana", "rye"),
                ("ana", "jazz"),
                ("ana", "all"),
                *((user, "all") for user in CROWD),
            ),
            "member_of": edges(
                ("cy", "band"),
                ("ana", "band"),
                ("ana", "everybody"),
                *((user, "everybody") for user in CROWD),
            ),
            "asked": edges(("ana", "bo"), ("cy", "ana"), ("bo", "cy")),
        },
    )
    return any_store


def test_the_people_of_a_tag_or_group_are_listed_but_a_crowds_are_not(town: GraphStore) -> None:
    assert ties.interested_people(town, ["rye", "all", "none"]) == [("ana", "bo"), (), ()]
    assert ties.group_members(town, ["everybody", "band"]) == [(), ("ana", "cy")]
    town.run("drop_interested_in", source="ana", target="all")
    assert ties.interested_people(town, ["all"]) == [tuple(CROWD)]


def test_tags_and_groups_are_listed_for_many_users_at_once(town: GraphStore) -> None:
    tags = [("all", "jazz", "rye"), (), ("rye",)]
    assert ties.interests_of(town, ["ana", "cy", "bo"]) == tags
    assert ties.groups_of(town, ["cy", "bo", "nobody"]) == [("band",), (), ()]
    assert ties.interests_of(town, []) == []


def test_a_request_is_found_from_either_side(town: GraphStore) -> None:
    assert ties.asked_people(town, "ana") == {"bo", "cy"}
    assert ties.asked_people(town, CROWD[0]) == ties.asked_people(town, "nobody") == frozenset()
