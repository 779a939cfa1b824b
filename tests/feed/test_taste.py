"""The tags that a viewer's history bears."""

import pandas as pd

from feed.taste import tags_of
from feed.viewer import viewer_named
from graph.ingest import ingest_tables
from graph.store import GraphStore


def edges(*pairs: tuple[str, str]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


def test_a_tag_counts_by_how_many_posts_bear_it_and_hidden_posts_tell_nothing(
    store: GraphStore,
) -> None:
    privacy = ["public", "public", "private"]
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["a", "b"], "username": ["ann", "ben"]}),
            "posts": pd.DataFrame({"id": ["p", "q", "r"], "privacy": privacy}),
            "tags": pd.DataFrame({"id": ["jazz", "folk", "secret"]}),
            "authored": edges(("b", "p"), ("b", "q"), ("b", "r")),
            "tagged": edges(("p", "jazz"), ("q", "jazz"), ("q", "folk"), ("r", "secret")),
            "liked": edges(("a", "p"), ("a", "q"), ("a", "r")),
        },
    )
    history = ["p", "q", "r"]
    assert tags_of(store, viewer_named(store, "ann"), history) == {"jazz": 1.0, "folk": 0.5}
    of_author = tags_of(store, viewer_named(store, "ben"), history)
    assert of_author["secret"] == of_author["folk"] == 1 / 3
    assert tags_of(store, viewer_named(store, "ann"), []) == {}
