"""No author takes more than their places, whatever the gate leaves out between the posts."""

from collections import Counter

import pandas as pd
import pytest

from feed.diversify import PER_AUTHOR, WINDOW, crowded
from feed.recommend import Recommender
from feed.request import Feed, FeedRequest
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW

HUB, SHY, OTHERS = 12, 12, 30


@pytest.fixture
def town(store: GraphStore) -> GraphStore:
    """A friend likes what one author posts, and what somebody posts who hides; others post too."""
    author = {f"hub{n:02}": "hub" for n in range(HUB)}
    author |= {f"shy{n:02}": "shy" for n in range(SHY)}
    author |= {f"other{n:02}": f"writer{n:02}" for n in range(OTHERS)}
    users = ["me", "friend", "fan", *sorted(set(author.values()))]
    liked = [("friend", post) for post in author if not post.startswith("other")]
    liked += [("fan", post) for post in author if not post.startswith("shy")]
    liked += [("friend", "other00"), ("me", "other00")]
    sources, targets = zip(*liked, strict=True)
    ingest_tables(
        store,
        {
            "users": pd.DataFrame(
                {"id": users, "privacy": [("public", "private")[user == "shy"] for user in users]}
            ),
            "posts": pd.DataFrame({"id": list(author), "created_at": NOW}),
            "authored": pd.DataFrame({"source": author.values(), "target": author.keys()}),
            "friend": pd.DataFrame({"source": ["friend"], "target": ["me"]}),
            "liked": pd.DataFrame({"source": sources, "target": targets, "at": NOW}),
        },
    )
    derive(store)
    return store


def most_of_one(feed: Feed) -> int:
    """The most posts of one author among any that stand together on a page."""
    authors = [each.post.card.author_id for each in feed.posts]
    windows = [authors[start : start + WINDOW] for start in range(len(authors) - WINDOW + 1)]
    return max(Counter(window).most_common(1)[0][1] for window in windows)


@pytest.mark.parametrize("kind", ["for_you", "similar"])
def test_what_the_gate_leaves_out_gives_no_author_more_places(town: GraphStore, kind: str) -> None:
    about = "other00" if kind == "similar" else None
    request = FeedRequest("me", kind=kind, similar_to=about, page_size=20)  # type: ignore[arg-type]
    feed = Recommender(town).feed(request, NOW)
    assert len(feed.posts) == 20
    assert not any(each.post.card.author_id == "shy" for each in feed.posts)
    assert most_of_one(feed) == PER_AUTHOR


def test_the_next_page_counts_the_authors_of_the_one_before(town: GraphStore) -> None:
    recommender, authors, cursor = Recommender(town), list[str | None](), None
    for _ in range(3):
        page = recommender.feed(FeedRequest("me", page_size=7, cursor=cursor), NOW)
        authors += [each.post.card.author_id for each in page.posts]
        cursor = page.next_cursor
    assert len(authors) == 21
    names = sorted({each for each in authors if each is not None})
    assert not crowded([None if each is None else names.index(each) for each in authors])


def test_a_crowd_is_more_than_two_of_ten_in_a_row_and_nobody_is_no_author() -> None:
    assert not crowded([1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 1])
    assert crowded([1, 1, 2, 3, 4, 5, 6, 7, 8, 1])
    assert not crowded([None] * 12)
