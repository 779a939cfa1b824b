"""Who a request is for, and in how many rounds a server is asked that."""

from collections.abc import Sequence
from typing import cast

import pandas as pd
import pytest

from feed.viewer import viewer_named
from graph.changes import Changes
from graph.ingest import ingest_tables
from graph.kept import for_request
from graph.model import Row
from graph.queries.profiles import feeling
from graph.store import Call, GraphStore


class Far:
    """The real store as if it were on a server: what is asked at once is one round."""

    def __init__(self, store: GraphStore):
        self.engine, self.changes = store.engine, Changes(alone=False)
        self._store = store
        self.rounds = 0

    def run(self, name: str, /, **params: object) -> list[Row]:
        self.rounds += 1
        return self._store.run(name, **params)

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        self.rounds += 1
        return self._store.run_all(calls)


@pytest.fixture
def far(store: GraphStore) -> Far:
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["a", "b"], "username": ["ann", "ben"]}),
            "posts": pd.DataFrame({"id": ["p", "q"], "privacy": "public"}),
            "liked": pd.DataFrame({"source": ["a", "b"], "target": ["p", "q"]}),
            "hid": pd.DataFrame({"source": ["a"], "target": ["q"], "at": [1]}),
        },
    )
    return Far(store)


@pytest.mark.parametrize(
    ("known", "rounds"), [({}, 2), ({"ann": "a"}, 1), ({"ann": "b"}, 2), ({"ann": "nobody"}, 2)]
)
def test_all_that_a_feed_asks_of_whom_it_knows_by_name_is_one_round(
    far: Far, known: dict[str, str], rounds: int
) -> None:
    """A wrong guess costs a round, never a wrong answer."""
    asked = for_request(cast(GraphStore, far))
    viewer = viewer_named(asked, "ann", None, known)
    assert feeling(asked, "a") is None and far.rounds == rounds
    assert (viewer.user_id, viewer.engaged, viewer.hidden_at) == ("a", {"p": 0}, {"q": 1})
    assert known == {"ann": "a"}


def test_whose_id_is_known_is_asked_of_in_one_round_and_teaches_no_name(far: Far) -> None:
    asked, known = for_request(cast(GraphStore, far)), dict[str, str]()
    assert viewer_named(asked, "ben", "a", known).user_id == "a"
    assert far.rounds == 1 and known == {}
    assert viewer_named(asked, "somebody", None, known).user_id is None and known == {}
