"""A topic's owner is named to those alone who may see them."""

import json

import pandas as pd
import pytest
from filled_graphs import Filled

from feed.owners import with_visible_owners
from graph.ingest import ingest_tables
from graph.queries.people import ViewerContext
from graph.queries.posts import NodeCard
from graph.store import GraphStore

ME = ViewerContext("me", "me", blocks=frozenset({"foe"}))


@pytest.fixture
def people(filled: Filled) -> GraphStore:
    return filled(of_each_kind)


def of_each_kind(store: GraphStore) -> None:
    """Somebody open, somebody private, somebody blocked, and two of one name."""
    ids = ["open", "shy", "foe", "twin", "other-twin"]
    privacy = ["public", "private", "public", "public", "private"]
    names = ["open", "shy", "foe", "twin", "twin"]
    ingest_tables(
        store, {"users": pd.DataFrame({"id": ids, "username": names, "privacy": privacy})}
    )


def told(store: GraphStore, details: str | None) -> str | None:
    """The fields of a topic, as they are left for me."""
    topics = {"t": NodeCard("t", "Topic", details, None)}
    return with_visible_owners(store, ME, topics)["t"].details


def test_an_owner_whom_the_viewer_may_see_stays(people: GraphStore) -> None:
    details = '{"owner": {"username": "open"}, "slug": "s"}'
    assert told(people, details) == details


@pytest.mark.parametrize("name", ["shy", "foe", "nobody", "twin", None, 7])
def test_any_other_owner_is_left_out(people: GraphStore, name: object) -> None:
    details = {"owner": {"username": name, "first_name": "F"}, "slug": "s"}
    assert json.loads(told(people, json.dumps(details)) or "") == {"slug": "s"}


@pytest.mark.parametrize("details", [None, "", "{}", "no JSON", "[1]", '{"slug": "s"}'])
def test_fields_without_an_owner_stay_as_they_came(people: GraphStore, details: str | None) -> None:
    assert told(people, details) == details
