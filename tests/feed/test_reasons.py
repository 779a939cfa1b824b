"""Reasons on a small graph, word for word; what may not be told is not."""

import ast
import inspect
from collections.abc import Iterator, Mapping, Sequence

import pandas as pd
import pytest
from filled_graphs import Filled

import feed.people_reasons
import feed.reasons
from feed.recommend import recommend
from feed.request import FeedRequest, Reason
from graph.cypher_files import queries_of
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.queries.paths import PREFIX
from graph.store import GraphStore

NOW = 1_700_000_000


def edges(*pairs: Sequence[str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"]).assign(**columns)


@pytest.fixture
def circle(filled: Filled) -> GraphStore:
    """Me knows Bo; Bo knows Cy, and Cy knows nobody else."""
    tables: Mapping[str, pd.DataFrame] = {
        "users": pd.DataFrame({"id": ["me", "bo", "cy"], "username": ["Me", "Bo", "Cy"]}),
        "posts": pd.DataFrame(
            {
                "id": ["by_bo", "liked", "viewed", "tagged", "by_cy", "mine"],
                "title": ["By Bo", "Liked", "Viewed", "Tagged", "By Cy", "An old\nfavourite"],
                "created_at": NOW - 86_400,
            }
        ),
        "tags": pd.DataFrame({"id": ["jazz"], "name": ["jazz"]}),
        "moods": pd.DataFrame({"id": ["calm"], "name": ["calm"]}),
        "authored": edges(("bo", "by_bo"), ("cy", "by_cy")),
        "friend": edges(("bo", "me"), ("bo", "cy")),
        "tagged": edges(("tagged", "jazz")),
        "evokes": edges(("tagged", "calm")),
        "interested_in": edges(("me", "jazz")),
        "liked": edges(("bo", "liked"), ("me", "mine"), ("cy", "mine"), at=NOW - 60),
        "viewed": edges(("bo", "viewed"), at=NOW - 60),
        "shared": edges(("cy", "by_cy"), at=NOW - 60),
    }

    def fill(store: GraphStore) -> None:
        ingest_tables(store, tables)
        derive(store)

    return filled(fill)


def reasons(store: GraphStore, mood: str | None = None) -> dict[str, dict[str, Reason]]:
    """By post, then by source."""
    feed = recommend(store, FeedRequest("Me", mood=mood, page_size=50), None, NOW)
    return {
        each.post.card.post_id: {reason.source: reason for reason in each.reasons}
        for each in feed.posts
    }


def update(store: GraphStore, **tables: pd.DataFrame) -> None:
    ingest_tables(store, tables)


def path(reason: Reason) -> list[str]:
    return [f"{node.kind} {node.name}" for node in reason.path]


def test_a_tag_is_called_by_its_name_where_it_has_one(circle: GraphStore) -> None:
    ids = ["tag:17", "tag:18"]
    tables = {
        "tags": pd.DataFrame({"id": ids, "name": ["Slow bread", None]}),
        "tagged": edges(("by_bo", "tag:17"), ("liked", "tag:18")),
        "interested_in": edges(("me", "tag:17"), ("me", "tag:18")),
    }
    update(circle, **tables)
    told = reasons(circle)
    named = told["by_bo"]["interests"]
    assert named.sentence == "About Slow bread, one of your interests."
    assert (named.path[1].id, named.path[1].name) == ("tag:17", "Slow bread")
    assert told["liked"]["interests"].sentence == "About tag:18, one of your interests."
    asked = recommend(circle, FeedRequest("Me", tag="tag:17"), None, NOW).posts
    sentences = [reason.sentence for reason in asked[0].reasons]
    assert "About the tag that you asked for: Slow bread." in sentences


def test_each_source_tells_its_path(circle: GraphStore) -> None:
    told = reasons(circle, mood="calm")
    friend = told["by_bo"]["friends"]
    assert friend.sentence == "By your friend Bo."
    assert path(friend) == ["user Me", "user Bo", "post By Bo"]
    liked = told["liked"]["friends_engaged"]
    assert liked.sentence == "Your friend Bo responded to it."
    assert path(liked) == ["user Me", "user Bo", "post Liked"]
    tagged = told["tagged"]
    assert tagged["interests"].sentence == "About jazz, one of your interests."
    assert path(tagged["interests"]) == ["user Me", "tag jazz", "post Tagged"]
    assert tagged["mood"].sentence == "Evokes the mood that you asked for: calm."
    assert path(tagged["mood"]) == ["mood calm", "post Tagged"]
    assert tagged["mood"].share > tagged["interests"].share
    far = told["by_cy"]["friends_of_friends"]
    assert far.sentence == "Cy, a friend of your friend Bo, had a part in it."
    assert path(far) == ["user Me", "user Bo", "user Cy", "post By Cy"]
    alike = told["by_cy"]["similar"]
    assert alike.sentence == "Like \u201cAn old favourite\u201d, which you engaged with."
    assert path(alike) == ["user Me", "post An old favourite", "post By Cy"]


def test_a_friends_view_is_counted_and_never_told(circle: GraphStore) -> None:
    told = reasons(circle)["viewed"]
    assert "friends_engaged" not in told
    assert all("Bo" not in reason.sentence for reason in told.values())


def test_a_friend_who_hides_is_never_named(circle: GraphStore) -> None:
    for hidden in (
        {"users": pd.DataFrame({"id": ["bo"], "privacy": ["private"]})},
        {"users": pd.DataFrame({"id": ["bo"], "privacy": ["public"], "active": [False]})},
        {
            "users": pd.DataFrame({"id": ["bo"], "active": [True]}),
            "blocks": edges(("bo", "me")),
        },
    ):
        update(circle, **hidden)
        told = reasons(circle)
        assert "by_bo" not in told
        assert "liked" in told
        names = {node.id for by in told.values() for each in by.values() for node in each.path}
        assert "bo" not in names


def test_a_friends_only_friend_is_named_to_friends(circle: GraphStore) -> None:
    update(circle, users=pd.DataFrame({"id": ["bo", "cy"], "privacy": ["friends", "friends"]}))
    told = reasons(circle)
    assert "friends_engaged" in told["liked"]
    assert "by_cy" not in told
    assert all("cy" not in [n.id for n in r.path] for by in told.values() for r in by.values())


def test_a_friends_comment_is_counted_and_never_told(circle: GraphStore) -> None:
    """It may answer somebody whom the viewer may not see: then they see no comment at all."""
    update(circle, commented=edges(("bo", "viewed"), ("cy", "tagged"), at=NOW - 60))
    told = reasons(circle)
    assert "friends_engaged" not in told["viewed"]
    assert "friends_of_friends" not in told["tagged"]
    update(circle, reacted=edges(("bo", "viewed"), ("cy", "tagged"), at=NOW - 60, kind="love"))
    told = reasons(circle)
    assert "friends_engaged" in told["viewed"]
    assert "friends_of_friends" in told["tagged"]


@pytest.mark.parametrize("block", [("bo", "di"), ("di", "bo")])
def test_nobody_is_named_for_a_post_whose_author_a_block_keeps_them_from(
    circle: GraphStore, block: tuple[str, str]
) -> None:
    update(
        circle,
        users=pd.DataFrame({"id": ["di"], "username": ["Di"]}),
        authored=edges(("di", "viewed")),
        liked=edges(("bo", "viewed"), at=NOW - 60),
    )
    assert "friends_engaged" in reasons(circle)["viewed"]
    update(circle, blocks=edges(block))
    assert "friends_engaged" not in reasons(circle)["viewed"]


@pytest.mark.parametrize(("people", "others"), [(1, 9), (2, 9), (3, 0), (3, 1), (3, 2), (9, 2)])
def test_what_people_of_a_like_taste_viewed_is_told_of_several_of_them_alone(
    circle: GraphStore, people: int, others: int
) -> None:
    """Whoever likes what few people alone like has these for all who are near; Cy is near, too."""
    names = [f"near {number}" for number in range(people + others)]
    viewed = [(name, "mine") for name in names] + [(name, "tagged") for name in names[:people]]
    update(
        circle,
        users=pd.DataFrame({"id": names, "username": names}),
        viewed=edges(*viewed, at=NOW),
    )
    derive(circle)
    told = reasons(circle)["tagged"]
    several = people >= 3 and others + 1 >= 3
    assert ("near" in told) == several
    if several:
        assert told["near"].sentence == "People whose taste is like yours engaged with it."
        assert path(told["near"]) == ["user Me", "post Tagged"]


def test_a_past_post_that_is_gone_is_never_titled(circle: GraphStore) -> None:
    update(circle, posts=pd.DataFrame({"id": ["mine"], "deleted": [True]}))
    told = reasons(circle)
    assert "similar" not in told["by_cy"]
    assert all("favourite" not in each.sentence for by in told.values() for each in by.values())


def test_a_post_whose_every_path_is_private_still_has_a_reason(circle: GraphStore) -> None:
    circle.replace("TOP", {})
    told = reasons(circle)["viewed"]
    assert [reason.source for reason in told.values()] == ["discovery"]
    assert path(told["discovery"]) == ["post Viewed"]


TASTE = {"near", "nearest", "alike", "alike_taste", "discovery"}
"""Reasons that tell of what people have in common without naming any: no path may."""
CHARTS = {"popular", "recent", "debuts"}


def told_in(module: object) -> Iterator[str]:
    """The sources of the reasons that a module makes."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):  # type: ignore[arg-type]
        if isinstance(node, ast.Call) and getattr(node.func, "id", "").endswith("Reason"):
            if isinstance(node.args[0], ast.Constant):
                yield node.args[0].value


def test_every_reason_has_a_query_that_draws_it_unless_it_must_name_nobody() -> None:
    """Each query is pasted into the real Neo4j Browser (`tests/web/browser`)."""
    told = {*told_in(feed.reasons), *told_in(feed.people_reasons)}
    drawn = {
        each.name.removeprefix(PREFIX)
        for each in queries_of("neo4j")
        if each.name.startswith(PREFIX)
    }
    assert drawn == told - TASTE - CHARTS | {"chart"}
