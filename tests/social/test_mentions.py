"""Whom a text mentions."""

import pandas as pd
import pytest
from circle import id_of, viewer

from graph.ingest import ingest_tables
from graph.store import GraphStore
from social import friendships
from social.mentions import MOST, mentioned, names_mentioned


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@ana, look", ["ana"]),
        ("(@ana) and @ben.cat. And @ana!", ["ana", "ben.cat"]),
        ("mail me@home.org or @@ana or a.@ben", []),
        ("@zoe\u0308 and @под_вечер", ["zo\u00eb", "под_вечер"]),
        ("@ @. @-", []),
        ("@a", ["a"]),
    ],
)
def test_names_are_read_as_people_write_them(text: str, names: list[str]) -> None:
    assert names_mentioned(text) == names


def test_one_text_mentions_few_people() -> None:
    text = " ".join(f"@user{number}" for number in range(MOST * 2))
    assert names_mentioned(text) == [f"user{number}" for number in range(MOST)]


def test_who_may_not_see_the_post_is_not_mentioned(people: GraphStore) -> None:
    posts = pd.DataFrame({"id": ["p"], "privacy": ["friends"]})
    authored = pd.DataFrame({"source": [id_of("ana")], "target": ["p"]})
    ingest_tables(people, {"posts": posts, "authored": authored})
    text = "@ben @cat @gus @nobody @ana"
    assert mentioned(people, text, "p") == [id_of("ana")]
    friendships.ask(people, viewer(people, "ana"), "ben", 1)
    friendships.accept(people, viewer(people, "ben"), "ana", 1)
    assert mentioned(people, text, "p") == [id_of("ben"), id_of("ana")]
    assert mentioned(people, text, "another post") == []


def test_a_name_of_two_means_nobody(people: GraphStore) -> None:
    users = pd.DataFrame({"id": ["x:user:1"], "username": ["ben"]})
    posts = pd.DataFrame({"id": ["p"], "privacy": ["public"]})
    ingest_tables(people, {"users": users, "posts": posts})
    assert mentioned(people, "@ben @cat", "p") == [id_of("cat")]
