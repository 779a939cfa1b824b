"""Nothing that a viewer is told counts what people did not share: not alone, nor in a sum."""

import math
from collections.abc import Mapping

import pandas as pd
import pytest
from random_encoder import random_encoder, random_table

from feed.explain import Explanation
from feed.nearest import FeedModel
from feed.recommend import Recommender
from feed.request import FeedPost, FeedRequest
from gnn.artifact import ServingModel
from gnn.embeddings import PRODUCTS
from gnn.features import PARTS
from gnn.likelihood import Decoder
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW
from web.post_json import post_json

POSTS = [f"p{number}" for number in range(6)]
SECRETS = {
    "a friend's view": {"viewed": [("friend", "p3")]},
    "a friend's rating": {"rated": [("friend", "p3")]},
    "a friend's view beside another's like": {
        "liked": [("open friend", "p3")],
        "viewed": [("friend", "p3")],
    },
    "a view of a friend's friend": {"viewed": [("distant", "p3")]},
}


def pairs(some: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(some, columns=["source", "target"]).assign(at=NOW - 100)


def town(store: GraphStore, did: Mapping[str, list[tuple[str, str]]], **users: str) -> Recommender:
    """People who are friends in a row, and posts of a writer's; `users`: their privacy."""
    people = ["me", "friend", "open friend", "distant", "writer", "stranger", *users]
    privacy = [users.get(name, "public") for name in people]
    tables = {
        "users": pd.DataFrame({"id": people, "username": people, "privacy": privacy}),
        "posts": pd.DataFrame({"id": POSTS, "created_at": NOW - 1000, "privacy": "public"}),
        "authored": pd.DataFrame({"source": "writer", "target": POSTS}),
        "tags": pd.DataFrame({"id": ["rye"]}),
        "tagged": pd.DataFrame({"source": ["p3"], "target": ["rye"]}),
        "interested_in": pd.DataFrame({"source": ["me"], "target": ["rye"]}),
        "friend": pd.DataFrame(
            [("friend", "me"), ("me", "open friend"), ("distant", "open friend")],
            columns=["source", "target"],
        ),
    }
    rated = {"percent": 90} if "rated" in did else {}
    signals = {
        name: pairs(some).assign(**(rated if name == "rated" else {})) for name, some in did.items()
    }
    ingest_tables(store, tables | signals)
    derive(store)
    return Recommender(store, patience=0)


def page(made: Recommender, **asked: object) -> dict[str, FeedPost]:
    request = FeedRequest("me", page_size=20, **asked)  # type: ignore[arg-type]
    return {post.post.card.post_id: post for post in made.feed(request, NOW).posts}


def explained(made: Recommender, whole: bool) -> Explanation:
    told = made.explain(FeedRequest("me"), "p3", NOW, whole)
    assert told is not None and told.score is not None and told.gains is not None
    return told


@pytest.mark.parametrize("secret", SECRETS)
def test_what_is_told_of_a_post_is_the_same_whether_somebody_looked_at_it_in_secret(
    store: GraphStore, secret: str
) -> None:
    """But for what the popularity of a public post is, which is nobody's in particular."""
    made = town(store, SECRETS[secret])
    told, whole = explained(made, whole=False), explained(made, whole=True)
    assert told.gains is not None and whole.gains is not None
    assert {"friends_engaged", "friends_of_friends"} & set(whole.gains)
    assert set(told.gains) == {"interests", "popular"}
    assert not {"friends_engaged", "friends_of_friends"} & set(told.found_by)
    assert told.score == pytest.approx(1 / (1 + math.exp(4 - sum(told.gains.values()))), abs=1e-8)
    shown = page(made)["p3"]
    for answer in (post_json(shown), post_json(shown, scores=True)):
        assert answer["score"] == told.score
    parts = post_json(shown, scores=True)["scores"]
    assert parts == {name: round(gain, 6) for name, gain in told.gains.items()}
    assert post_json(shown, whole=True)["score"] == whole.score != told.score


def test_a_reasons_share_does_not_tell_how_many_did_it(store: GraphStore) -> None:
    made = town(store, {"liked": [("open friend", "p3")]})
    before, gains = page(made)["p3"], []
    for name in ("friend", "writer"):  # one a friend of the viewer's, one nobody of theirs
        ingest_tables(store, {"viewed": pairs([(name, "p3")])})
        after = page(made)["p3"]
        assert after.reasons == before.reasons
        gains.append(after.gains["friends_engaged"])
    assert gains[0] > before.gains["friends_engaged"] and gains[1] == gains[0]
    shares = {reason.source: reason.share for reason in before.reasons}
    assert shares["friends_engaged"] == pytest.approx(1 / len(shares), abs=1e-4)


def test_the_author_of_a_post_for_friends_is_not_told_that_it_was_read(store: GraphStore) -> None:
    made = town(store, {"viewed": [("friend", "p3")]})
    ingest_tables(store, {"posts": pd.DataFrame({"id": ["p3"], "privacy": ["friends"]})})
    derive(store)
    told = made.explain(FeedRequest("writer"), "p3", NOW)
    whole = made.explain(FeedRequest("writer"), "p3", NOW, whole=True)
    assert whole is not None and whole.gains is not None and whole.gains["popular"] > 0
    assert told is not None and told.gains is not None and "popular" not in told.gains


def test_a_vector_that_counts_who_read_a_post_for_friends_is_not_told(store: GraphStore) -> None:
    """A model makes a post's vector of all that was done with it, views among it."""
    town(store, {"viewed": [("friend", "p3")], "liked": [("me", "p0")]})
    friends = pd.DataFrame({"source": ["me"], "target": ["writer"]})
    table = random_table(["me", "friend"], POSTS)
    decoder = Decoder(PARTS, (0.1,) * len(PARTS), -1.0)
    model = FeedModel(ServingModel(table, decoder, {}, random_encoder(table)))
    made, behind = Recommender(store, model, patience=0), {"nearest", *PRODUCTS}
    ingest_tables(store, {"friend": friends})
    for privacy, told_of in (("public", True), ("friends", False)):
        ingest_tables(store, {"posts": pd.DataFrame({"id": ["p3"], "privacy": [privacy]})})
        told, whole = explained(made, whole=False), explained(made, whole=True)
        assert "nearest" in whole.found_by and behind & set(whole.gains or {})
        assert ("nearest" in told.found_by) == told_of == bool(behind & set(told.gains or {}))
        said = {each.source for each in page(made)["p3"].reasons}
        assert not said & behind or told_of


def test_the_place_by_score_alone_is_by_what_is_told_of_scores(store: GraphStore) -> None:
    """Of two posts, of which a friend in secret looked at one and a stranger at the other."""
    made = town(store, {"viewed": [("friend", "p1"), ("stranger", "p4")]})
    for whole in (False, True):
        told = [made.explain(FeedRequest("me"), each, NOW, whole) for each in ("p1", "p4")]
        one, other = ((each.score, each.rank_by_score) for each in told if each is not None)
        assert None not in one and (one == other) == (not whole)


def test_who_blocks_the_viewer_counts_in_no_part_of_theirs(store: GraphStore) -> None:
    did = {"viewed": [("distant", "p3"), ("distant", "p1"), ("me", "p1")]}
    made = town(store, did)
    assert "friends_of_friends" in (explained(made, whole=True).gains or {})
    ingest_tables(store, {"blocks": pairs([("distant", "me")])[["source", "target"]]})
    assert not {"friends_of_friends", "near"} & set(explained(made, whole=True).gains or {})


@pytest.mark.parametrize(
    ("also", "told"),
    [
        ({}, set()),
        ({"liked": [("stranger", "p0"), ("stranger", "p1")]}, {"p1"}),
        ({"liked": [("stranger", "p0")], "rated": [("stranger", "p1")]}, set()),
        ({"commented": [("stranger", "p0"), ("stranger", "p1")]}, set()),
        ({"liked": [("hidden", "p0"), ("hidden", "p1")]}, set()),
        ({"viewed": [(name, "p0") for name in ("distant", "writer", "hidden")]}, {"p1", "p2"}),
    ],
    ids=["views", "likes", "a like and a rating", "comments", "likes of who hides", "a crowd"],
)
def test_what_few_people_did_is_not_told_as_what_is_similar(
    store: GraphStore, also: Mapping[str, list[tuple[str, str]]], told: set[str]
) -> None:
    """Whoever writes a post, and shows it to one person, would read what else that person saw."""
    views = [("stranger", "p0"), ("stranger", "p1"), ("stranger", "p2")]
    viewed = {"viewed": [*views, *also.get("viewed", ())]}
    made = town(store, {**also, **viewed}, hidden="private")
    assert set(page(made, kind="similar", similar_to="p0")) == told
    ingest_tables(store, {"liked": pairs([("me", "p0")])})
    posts = page(made)
    assert {name for name in ("p1", "p2") if posts[name].gains["similar"] > 0} == {"p1", "p2"}
    said = {name for name in posts if any(each.source == "similar" for each in posts[name].reasons)}
    assert said == told
