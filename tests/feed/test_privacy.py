"""No feed shows, names or hints at what its viewer may not see: held against an oracle."""

from collections.abc import Iterator

import pytest
from feed_oracle import Oracle

from feed.recommend import recommend
from feed.request import Feed, FeedRequest, Reason
from graph.queries.candidates import by_chart, similar_to
from graph.store import GraphStore
from village.world import NOW

EVERY = 4
"""Of the village's users, how many are left out for each that is tried."""


def feeds(store: GraphStore, oracle: Oracle) -> Iterator[tuple[str | None, Feed]]:
    """Long feeds of many users, plain and asked for by mood, and a stranger's."""
    usernames = {user: row["username"] for user, row in oracle.users.items()}
    yield None, recommend(store, FeedRequest("nobody at all", page_size=100), None, NOW)
    for place, user in enumerate(sorted(usernames)[::EVERY]):
        mood = "happy" if place % 2 else None
        request = FeedRequest(usernames[user], mood=mood, page_size=100)
        yield user, recommend(store, request, None, NOW)


@pytest.fixture(scope="module")
def served(shady_store: GraphStore, oracle: Oracle) -> list[tuple[str | None, Feed]]:
    return list(feeds(shady_store, oracle))


Served = list[tuple[str | None, Feed]]


def test_no_feed_holds_a_post_that_is_hidden_from_its_viewer(
    served: Served, oracle: Oracle
) -> None:
    hidden = 0
    for viewer, feed in served:
        shown = [each.post.card.post_id for each in feed.posts]
        assert [post_id for post_id in shown if not oracle.brings(viewer, post_id)] == []
        hidden += sum(not oracle.brings(viewer, post_id) for post_id in oracle.posts)
        assert feed.degraded == ()
    assert hidden > 30 * len(served)


def test_what_a_viewer_may_see_and_knows_not_comes_before_what_they_know(
    served: Served, oracle: Oracle
) -> None:
    for viewer, feed in served:
        known = [(viewer, each.post.card.post_id) in oracle.engaged for each in feed.posts]
        assert known == [each.seen for each in feed.posts]
        assert known == sorted(known)
        if any(known):
            new = {post for post in oracle.posts if (viewer, post) not in oracle.engaged}
            assert sum(oracle.brings(viewer, post) for post in new) == known.count(False)


def test_friends_only_and_group_posts_do_reach_those_who_may_see_them(
    served: Served, oracle: Oracle
) -> None:
    shown = {(viewer, each.post.card.post_id) for viewer, feed in served for each in feed.posts}
    assert any(oracle.posts[post]["privacy"] == "friends" for _, post in shown)
    assert any(post in oracle.group for _, post in shown)
    assert any(post not in oracle.author for _, post in shown)


def test_every_reason_is_a_path_that_exists(
    served: Served, oracle: Oracle, shady_store: GraphStore
) -> None:
    told, queries = set[str](), set[str]()
    charts = {
        chart: set(listed.ids)
        for chart in ("popular", "recent", "debuts")
        for listed in by_chart(shady_store, [chart])
    }
    for viewer, feed in served:
        known = sorted(post for user, post in oracle.engaged if user == viewer)
        lists = zip(known, similar_to(shady_store, known), strict=True)
        similar_pairs = {(via, post) for via, listed in lists for post in listed.ids}
        for each in feed.posts:
            assert 1 <= len(each.reasons) <= 3
            assert sum(reason.share for reason in each.reasons) == pytest.approx(1.0, abs=0.001)
            for reason in each.reasons:
                told.add(reason.source)
                assert reason.path[-1].id == each.post.card.post_id
                assert _exists(reason, viewer, oracle, charts, similar_pairs), (viewer, reason)
                if reason.query is not None:
                    drawn = shady_store.run(reason.query.name, **reason.query.parameters)
                    assert drawn, reason
                    queries.add(reason.query.name)
    personal = {"interests", "friends", "friends_engaged", "friends_of_friends", "similar"}
    assert told >= personal | {"mood", "popular", "recent"}
    assert queries >= {f"path_{source}" for source in personal | {"mood", "chart"}}


def _exists(
    reason: Reason,
    viewer: str | None,
    oracle: Oracle,
    charts: dict[str, set[str]],
    similar: set[tuple[str, str]],
) -> bool:
    """Whether each step of the path is an edge of the tables, of the kind that is told."""
    ids = [node.id for node in reason.path]
    steps = list(zip(ids, ids[1:], strict=False))
    if reason.source in ("popular", "recent", "debuts"):
        return ids[1] in charts[ids[0]]
    if reason.source == "mood":
        return (ids[1], ids[0]) in oracle.evokes
    if reason.source == "discovery":
        return len(ids) == 1
    assert ids[0] == viewer
    if reason.source in ("near", "nearest"):
        return len(ids) == 2
    if reason.source == "groups":
        return steps[0] in oracle.members and oracle.group[ids[2]] == ids[1]
    if reason.source == "friends_engaged" and len(ids) == 2:
        known = [
            a for a, post in oracle.gestures if post == ids[1] and (viewer, a) in oracle.friends
        ]
        return (
            int(reason.sentence.split()[0]) <= len(known) and "people you know" in reason.sentence
        )
    if reason.source == "interests":
        return steps[0] in oracle.interested and (ids[2], ids[1]) in oracle.tagged
    if reason.source == "similar":
        return steps[0] in oracle.engaged and steps[1] in similar
    people, last = steps[:-1], steps[-1]
    by = oracle.author.get(last[1]) == last[0]
    told = {
        "friends": by,
        "friends_engaged": last in oracle.gestures,
        "friends_of_friends": by or last in oracle.gestures,
    }[reason.source]
    length = 3 if reason.source == "friends_of_friends" else 2
    return told and len(steps) == length and all(step in oracle.friends for step in people)


def test_nobody_is_named_whom_the_viewer_may_not_see(served: Served, oracle: Oracle) -> None:
    named = 0
    for viewer, feed in served:
        for reason in (reason for each in feed.posts for reason in each.reasons):
            for node in reason.path[1:]:
                if node.kind == "user":
                    assert oracle.sees_profile(viewer, node.id)
                    named += 1
                if node.kind == "post":
                    assert oracle.sees(viewer, node.id)
    assert named > 100


def test_hidden_people_had_been_there_to_be_named(oracle: Oracle) -> None:
    hidden = [(a, b) for a, b in oracle.friends if not oracle.sees_profile(a, b)]
    assert len(hidden) > 30
