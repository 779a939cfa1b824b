"""How the order would change: the present page beside the asked one, and what fails is told."""

from collections.abc import Iterator

import pandas as pd
import pytest

from feed.memory import ViewerMemory
from feed.preview import Preview, preview
from feed.recommend import Recommender
from feed.request import FeedRequest
from graph.derive.rebuild import derive
from graph.errors import MemoryUnavailable, NoSuchViewer, SteeringRefused
from graph.ingest import ingest_tables
from graph.store import GraphStore

NOW = 1_700_000_000


@pytest.fixture
def shelf(any_store: GraphStore) -> GraphStore:
    """Three posts on jazz that forty like, and three on bread that two do."""
    posts = [f"jazz{number}" for number in range(3)] + [f"rye{number}" for number in range(3)]
    tagged = pd.DataFrame({"source": posts, "target": [post[:-1] for post in posts]})
    others = [f"u{number}" for number in range(40)]
    likes = [(user, post) for post in posts for user in others[: 40 if "jazz" in post else 2]]
    liked = pd.DataFrame(likes, columns=["source", "target"]).assign(at=NOW - 60)
    ingest_tables(
        any_store,
        {
            "users": pd.DataFrame({"id": ["me", *others]}),
            "posts": pd.DataFrame({"id": posts, "created_at": NOW - 3600}),
            "tags": pd.DataFrame({"id": ["jazz", "rye"]}),
            "tagged": tagged,
            "liked": liked,
        },
    )
    derive(any_store)
    return any_store


@pytest.fixture
def memory() -> Iterator[ViewerMemory]:
    with ViewerMemory(None) as opened:
        yield opened


def places(found: Preview) -> dict[str, tuple[int | None, int | None]]:
    return {each.post.post.card.post_id: (each.before, each.after) for each in found.posts}


def test_a_tag_that_is_wanted_less_leaves_and_others_come(
    shelf: GraphStore, memory: ViewerMemory
) -> None:
    asked = {"less_tags": ["jazz"], "more_tags": ["rye"]}
    recommender = Recommender(shelf, memory=memory)
    found = preview(recommender, FeedRequest("me", page_size=2, steering=asked), NOW)
    told = places(found)
    jazz = [post for post in told if post.startswith("jazz")]
    assert jazz and all(told[post][1] is None for post in jazz)
    assert sorted(told[post][1] or 0 for post in told if post.startswith("rye")) == [1, 2]
    assert [each.after for each in found.posts] == sorted(
        (each.after for each in found.posts), key=lambda place: (place is None, place or 0)
    )
    assert (found.present.less_tags, found.asked.less_tags) == ((), ("jazz",))
    assert (memory.served("user me", NOW), memory.steering("user me")) == ({}, None)


def test_nobody_but_a_user_has_a_feed_to_steer(store: GraphStore) -> None:
    with pytest.raises(NoSuchViewer, match="nobody is named 'you'"):
        preview(Recommender(store), FeedRequest("you"), NOW)
    ingest_tables(store, {"users": pd.DataFrame({"id": ["you"]})})
    asked = {"less_tags": ["a"], "more_tags": ["a"]}
    with pytest.raises(SteeringRefused, match="'a' is in more_tags"):
        preview(Recommender(store), FeedRequest("you", steering=asked), NOW)


def test_a_memory_that_cannot_be_read_is_named(
    store: GraphStore, memory: ViewerMemory, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise MemoryUnavailable("gone")

    monkeypatch.setattr(memory, "served", broken)
    ingest_tables(store, {"users": pd.DataFrame({"id": ["me"]})})
    found = preview(Recommender(store, memory=memory), FeedRequest("me"), NOW)
    assert found == Preview(found.present, found.asked, (), ("memory",))
