"""One request's way on a planted village, whose right answers are known."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import cast

import numpy as np
import pandas as pd
import pytest
from feed_oracle import Oracle
from filled_graphs import Fill, Filled

from feed.nearest import FeedModel
from feed.pool import Pool
from feed.rank import PER_SOURCE
from feed.recommend import Recommender, recommend
from feed.request import Feed, FeedRequest
from feed.score import Scores, score
from feed.sources import Ask, Gathered
from feed.steps import STEP
from gnn.artifact import ServingModel
from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.inductive import Around, InductiveEncoder
from gnn.known import Encoded
from gnn.likelihood import Decoder
from graph.actions.posts import Told, delete, edit
from graph.derive.rebuild import derive
from graph.errors import StatementFailed, StoreUnavailable
from graph.ingest import ingest_tables
from graph.model import Row
from graph.queries.candidates import by_chart
from graph.store import Call, GraphStore
from village.world import NOW, World


def ids(feed: Feed) -> list[str]:
    return [each.post.card.post_id for each in feed.posts]


def ask(store: GraphStore, username: str, **asked: object) -> Feed:
    request = FeedRequest(username, **asked)  # type: ignore[arg-type]
    return recommend(store, request, None, NOW)


@pytest.fixture(scope="module")
def warm(oracle: Oracle) -> list[str]:
    """Ids of active users with a history of some posts, whose names are their own."""
    counts = pd.Series([user for user, _ in oracle.engaged]).value_counts()
    return [
        user for user in sorted(oracle.users) if counts.get(user, 0) >= 5 and active(oracle, user)
    ]


def active(oracle: Oracle, user: str) -> bool:
    return bool(oracle.users[user]["active"])


def name(oracle: Oracle, user: str) -> str:
    return str(oracle.users[user]["username"])


class Failing:
    """The real store, but for some queries that fail."""

    def __init__(self, store: GraphStore, names: Sequence[str], error: type[Exception]):
        self.engine, self.changes = store.engine, store.changes
        self._store = store
        self._names = names
        self._error = error

    def run(self, name: str, /, **params: object) -> list[Row]:
        if name in self._names:
            raise self._error(f"{name} fails in this test")
        return self._store.run(name, **params)

    def run_all(self, calls: Sequence[Call]) -> list[list[Row]]:
        return [self.run(name, **params) for name, params in calls]


def test_people_of_different_communities_get_their_own_communitys_posts(
    shady_store: GraphStore, oracle: Oracle, village: World, warm: list[str]
) -> None:
    at_home, by_community = [], {}
    for user in warm[:24]:
        community, posts = (
            village.community_of_user[user],
            ids(ask(shady_store, name(oracle, user))),
        )
        at_home += [village.community_of_post[post] == community for post in posts]
        by_community.setdefault(community, set(posts))
    assert np.mean(at_home) > 0.6  # 0.25 by chance
    one, other, *_ = by_community.values()
    assert len(one & other) <= 3


def test_the_feed_finds_favourites_that_popularity_does_not(
    shady_store: GraphStore, oracle: Oracle, village: World, warm: list[str]
) -> None:
    (popular,) = by_chart(shady_store, ["popular"])
    own, plain = 0, 0
    for user in warm[:24]:
        favourites = set(village.favourites[user])
        own += len(favourites.intersection(ids(ask(shady_store, name(oracle, user)))))
        new = [post for post in popular.ids if (user, post) not in oracle.engaged][:10]
        plain += len(favourites.intersection(new))
    assert own > 1.5 * plain


def test_pages_are_full_never_overlap_and_end(
    shady_store: GraphStore, oracle: Oracle, warm: list[str]
) -> None:
    for user in warm[:2]:
        pages = []
        while page := ids(ask(shady_store, name(oracle, user), page=len(pages) + 1, page_size=40)):
            pages.append(page)
        shown = [post for page in pages for post in page]
        assert len(shown) == len(set(shown))
        assert {len(page) for page in pages[:-1]} == {40}
        assert set(shown) == {post for post in oracle.posts if oracle.brings(user, post)}
        beyond = ask(shady_store, name(oracle, user), page=1_000_000)
        assert beyond.posts == ()


def test_the_same_request_gets_the_same_feed(
    shady_store: GraphStore, oracle: Oracle, warm: list[str]
) -> None:
    for username in (name(oracle, warm[0]), "a stranger"):
        one, other = (ask(shady_store, username) for _ in range(2))
        assert replace(one, next_cursor=None) == replace(other, next_cursor=None)


def test_a_category_filters_before_any_cut(
    shady_store: GraphStore, oracle: Oracle, village: World, warm: list[str]
) -> None:
    of_category = dict(
        zip(*village.tables["in_category"][["source", "target"]].to_numpy().T, strict=True)
    )
    for category in sorted(set(of_category.values())):
        for user in warm[:2]:
            feed = ask(shady_store, name(oracle, user), category_id=category)
            assert len(feed.posts) == 10
            assert {of_category[post] for post in ids(feed)} == {category}
            assert {each.category.id for each in feed.posts if each.category} == {category}


def test_a_project_filters_and_an_unknown_one_has_no_posts(shady_store: GraphStore) -> None:
    feed = ask(shady_store, "a stranger", project_code="kitchen")
    assert len(feed.posts) == 10
    assert {each.post.card.project_code for each in feed.posts} == {"kitchen"}
    assert ask(shady_store, "a stranger", project_code="nothing").posts == ()


def test_a_mood_changes_the_order_for_viewers_with_a_history_and_without(
    shady_store: GraphStore, oracle: Oracle, warm: list[str]
) -> None:
    for username in (*(name(oracle, user) for user in warm[:5]), "a stranger"):
        plain, calm = ask(shady_store, username), ask(shady_store, username, mood="calm")
        assert ids(plain) != ids(calm)

        def evoking(feed: Feed) -> int:
            return sum((post, "calm") in oracle.evokes for post in ids(feed))

        assert evoking(calm) > evoking(plain)
        assert evoking(calm) >= 4  # calm posts have few authors, each with two of ten


def test_a_newcomers_feed_is_marked_and_strangers_get_unlike_ones(
    shady_store: GraphStore, oracle: Oracle
) -> None:
    feeds = [ask(shady_store, f"stranger {number}") for number in range(8)]
    assert all(feed.cold_start and not feed.known and len(feed.posts) == 10 for feed in feeds)
    assert len({tuple(ids(feed)) for feed in feeds}) == 8
    assert len({post for feed in feeds for post in ids(feed)}) > 15
    for feed in feeds:
        assert all(oracle.brings(None, post) for post in ids(feed))


def test_one_like_makes_a_feed_personal(
    filled: Filled, derived_village: Fill, village: World
) -> None:
    store = filled(derived_village)
    (popular,) = by_chart(store, ["popular"])
    liked = {village.community_of_post[post]: post for post in popular.ids[20:60]}
    names = [f"new to {community}" for community in liked]
    ingest_tables(store, {"users": pd.DataFrame({"id": names, "username": names})})
    assert all(ask(store, name).cold_start for name in names)
    likes = pd.DataFrame({"source": names, "target": list(liked.values()), "at": NOW})
    ingest_tables(store, {"liked": likes})
    feeds = {name: ask(store, name) for name in names}
    for feed in feeds.values():
        assert not feed.cold_start
        assert sum(post.gains["similar"] > 0 for post in feed.posts) >= 5
    for one, other in itertools.combinations(feeds.values(), 2):
        assert len(set(ids(one)) & set(ids(other))) <= 5


def test_an_author_without_an_audience_has_a_place(store: GraphStore) -> None:
    """Every other writer has a post that is liked; a friend has two, and a fresh one."""
    author = {f"p{n:02}": f"writer{n:02}" for n in range(30)}
    author |= {"f1": "friend", "f2": "friend", "fresh": "friend", "debut": "new"}
    liked = [post for post in author if post not in ("fresh", "debut")]
    ingest_tables(
        store,
        {
            "users": pd.DataFrame({"id": ["me", "fan", *sorted(set(author.values()))]}),
            "posts": pd.DataFrame({"id": list(author), "created_at": NOW}),
            "authored": pd.DataFrame({"source": author.values(), "target": author.keys()}),
            "friend": pd.DataFrame({"source": ["friend"], "target": ["me"]}),
            "liked": pd.DataFrame({"source": "fan", "target": liked, "at": NOW}),
        },
    )
    derive(store)
    feed = ask(store, "me", page_size=20)
    assert ids(feed).index("debut") == 9
    (of_debut,) = [post for post in feed.posts if post.post.card.post_id == "debut"]
    assert "debuts" in {reason.source for reason in of_debut.reasons}
    assert all(reason.query is not None for reason in of_debut.reasons)


def test_an_id_finds_its_user_before_a_name_does_and_a_name_serves_too(
    store: GraphStore,
) -> None:
    users = pd.DataFrame({"id": ["u1", "u2", "u3"], "username": ["u2", None, "ru\u017e"]})
    ingest_tables(store, {"users": users, "posts": pd.DataFrame({"id": ["p"]})})
    assert ask(store, "u1").known
    assert ask(store, "ruz\u030c").known
    assert not ask(store, "U2").known
    liked = pd.DataFrame({"source": ["u2"], "target": ["p"], "at": [NOW]})
    ingest_tables(store, {"liked": liked})
    assert not ask(store, "u2").cold_start
    assert ask(store, "u1").cold_start


def test_known_posts_come_back_only_when_nothing_else_is_left(store: GraphStore) -> None:
    tables = {
        "users": pd.DataFrame({"id": ["me", "you"], "username": ["Me", "You"]}),
        "posts": pd.DataFrame({"id": [f"p{n}" for n in range(6)], "created_at": NOW}),
        "authored": pd.DataFrame({"source": ["me", "you"], "target": ["p0", "p1"]}),
        "hid": pd.DataFrame({"source": ["me"], "target": ["p5"]}),
        "viewed": pd.DataFrame({"source": ["me"] * 2, "target": ["p2", "p3"], "at": [5, 9]}),
    }
    ingest_tables(store, tables)
    derive(store)
    feed = ask(store, "Me")
    assert sorted(ids(feed)[:2]) == ["p1", "p4"]
    assert sorted(ids(feed)[2:]) == ["p2", "p3"]
    assert feed.seen_included
    assert [each.seen for each in feed.posts] == [False, False, True, True]
    assert not ask(store, "Me", page_size=2).seen_included


@pytest.mark.parametrize("filled", [False, True])
@pytest.mark.parametrize("kind", ["friends", "catch_up"])
def test_a_friends_feed_ends_no_sooner_for_what_the_friend_hides(
    store: GraphStore, kind: str, filled: bool
) -> None:
    """Not in lists that are kept either, once the friend hides a post, shows it or deletes it."""
    newest = [f"p{n:02}" for n in range(59, -1, -1)]
    made = ["ours", *(f"theirs{n}" for n in range(60)), *newest]
    groups = ["g1", *(["g2"] * 60), *([None] * 60)]
    tables = {
        "users": pd.DataFrame({"id": ["me", "bo"], "username": ["Me", "Bo"]}),
        "groups": pd.DataFrame({"id": ["g1", "g2"], "privacy": "private"}),
        "posts": pd.DataFrame({"id": made, "created_at": range(NOW, NOW - len(made), -1)}),
        "authored": pd.DataFrame({"source": "bo", "target": made}),
        "posted_in": pd.DataFrame({"source": made, "target": groups}).dropna(),
        "friend": pd.DataFrame({"source": ["bo"], "target": ["me"]}),
        "member_of": pd.DataFrame({"source": ["me"], "target": ["g1"]}),
    }
    ingest_tables(store, tables)
    recommender = Recommender(store)
    if filled:
        recommender.filling().fill()

    def reads() -> list[str]:
        asked = FeedRequest("Me", kind=kind, page_size=100)  # type: ignore[arg-type]
        return ids(recommender.feed(asked, NOW))

    assert reads() == ["ours", *newest[:50]]
    edit(store, newest[0], "bo", Told(privacy="private"), NOW)
    edit(store, newest[1], "bo", Told(privacy="friends"), NOW)
    assert reads() == ["ours", *newest[1:52]]
    delete(store, newest[2], "bo", NOW)
    assert reads() == ["ours", newest[1], *newest[3:53]]
    edit(store, newest[0], "bo", Told(privacy="public"), NOW)
    assert reads() == ["ours", *newest[:2], *newest[3:52]]


@pytest.mark.parametrize(
    ("query", "source"),
    [
        ("by_tag", "interests"),
        ("written_by", "friends"),
        ("engaged_by", "friends_engaged"),
        ("friends_of", "friends_of_friends"),
        ("near_people", "near"),
        ("similar_posts", "similar"),
        ("by_category", "category"),
        ("by_mood", "mood"),
        ("responded_to", "reasons"),
        ("blocks_around", "reasons"),
    ],
)
def test_a_failing_source_is_left_out_and_named(
    shady_store: GraphStore, oracle: Oracle, warm: list[str], query: str, source: str
) -> None:
    broken = Failing(shady_store, [query], StatementFailed)
    asked = FeedRequest(name(oracle, warm[0]), mood="calm", category_id="sv:category:2")
    feed = recommend(broken, asked, None, NOW)  # type: ignore[arg-type]
    assert set(feed.degraded) >= {source}
    assert len(feed.posts) == 10
    assert all(each.reasons for each in feed.posts)


def test_charts_that_fail_cost_a_warm_viewer_nothing_but_their_posts(
    shady_store: GraphStore, oracle: Oracle, warm: list[str]
) -> None:
    broken = Failing(shady_store, ["by_chart"], StoreUnavailable)
    feed = recommend(broken, FeedRequest(name(oracle, warm[0])), None, NOW)  # type: ignore[arg-type]
    assert feed.degraded == ("popular", "recent", "debuts")
    assert len(feed.posts) == 10


@pytest.mark.parametrize("query", ["users_named", "viewer_context", "engaged_with", "user_cards"])
def test_without_the_viewer_or_the_authors_there_is_no_feed(
    shady_store: GraphStore, oracle: Oracle, warm: list[str], query: str
) -> None:
    broken = Failing(shady_store, [query], StoreUnavailable)
    with pytest.raises(StoreUnavailable):
        recommend(broken, FeedRequest(name(oracle, warm[0])), None, NOW)  # type: ignore[arg-type]


def planted_model(village: World, but: str = "") -> FeedModel:
    """A model that knows everyone's community, but for one user."""
    users = [user for user in village.community_of_user if user != but]
    posts = list(village.community_of_post)
    eye = np.eye(4, dtype=np.float32)
    table = EmbeddingTable(
        np.array(users),
        eye[[village.community_of_user[user] for user in users]],
        np.array(posts),
        eye[[village.community_of_post[post] for post in posts]],
    )
    slopes = tuple(4.0 if part == "network" else 0.1 for part in PARTS)
    return FeedModel(ServingModel(table, Decoder(PARTS, slopes, -3.0), {}))


def test_a_model_ranks_and_brings_what_is_nearest(
    shady_store: GraphStore, oracle: Oracle, village: World, warm: list[str]
) -> None:
    user = warm[0]
    request = FeedRequest(name(oracle, user))
    feed = recommend(shady_store, request, planted_model(village), NOW)
    assert (feed.strategy, feed.learnt) == ("model", True)
    at_home = [village.community_of_post[p] == village.community_of_user[user] for p in ids(feed)]
    assert sum(at_home[:9]) == 9
    assert any(r.source == "nearest" for each in feed.posts for r in each.reasons)
    unlearnt = recommend(shady_store, request, planted_model(village, but=user), NOW)
    assert (unlearnt.strategy, unlearnt.learnt) == ("model", False)
    assert len(unlearnt.posts) == 10


def whole_feed(recommender: Recommender, request: FeedRequest) -> list[str]:
    """The ids of all that comes, page after page."""
    feed = recommender.feed(request, NOW)
    found = ids(feed)
    while feed.next_cursor is not None:
        feed = recommender.feed(replace(request, cursor=feed.next_cursor), NOW)
        found += ids(feed)
    return found


@pytest.mark.parametrize("first", [4, 40])
def test_a_models_feed_begins_by_few_posts_of_each_source_and_has_all_the_same(
    shady_store: GraphStore,
    oracle: Oracle,
    village: World,
    warm: list[str],
    monkeypatch: pytest.MonkeyPatch,
    first: int,
) -> None:
    """Few of each may be too few for the first places: then all of them are looked at."""
    ranked = list[int]()

    def counted(ask: Ask, posts: Pool, found: Gathered) -> Scores:
        ranked.append(len(posts))
        return score(ask, posts, found)

    monkeypatch.setattr("feed.rank.score", counted)
    recommender = Recommender(shady_store, planted_model(village))
    request = FeedRequest(name(oracle, warm[0]), page_size=20)
    monkeypatch.setattr("feed.rank.FIRST", PER_SOURCE)
    whole, all_of_it = whole_feed(recommender, request), ranked[0]
    ranked.clear()
    monkeypatch.setattr("feed.rank.FIRST", first)
    by_few = whole_feed(recommender, request)
    assert ranked[0] < all_of_it and len(set(by_few)) == len(by_few) > 3 * STEP
    assert set(by_few) == set(whole)
    without = list[list[str]]()
    for few in (PER_SOURCE, first):
        monkeypatch.setattr("feed.rank.FIRST", few)
        without.append(whole_feed(Recommender(shady_store), request))
    assert without[0] == without[1]


class Echo:
    """An encoder for which people are alike who liked the same posts."""

    def __init__(self, posts: Sequence[str]):
        self.known = {"User": Kept(), "Post": Kept()}
        self.axis = {post: axis for axis, post in enumerate(posts)}

    def user(self, around: Around) -> Encoded | None:
        vector = np.zeros(len(self.axis), np.float32)
        for post in around.ends.get("liked", {}):
            vector[self.axis[post]] = 1.0
        return Encoded(vector, vector[None], vector) if vector.any() else None

    def post(self, around: Around) -> Encoded | None:
        """As the post whose title is this one's text."""
        vector = np.zeros(len(self.axis), np.float32)
        vector[self.axis.get(around.text, 0)] = 1.0
        return Encoded(vector, vector[None], vector)


class Kept:
    """Who and what came later."""

    def __init__(self) -> None:
        self.ids: list[str] = []

    def keep(self, node_id: str, encoded: Encoded) -> None:
        self.ids.append(node_id)


def test_a_like_and_a_post_that_came_after_training_count_in_the_next_feed(
    any_store: GraphStore,
) -> None:
    posts = [f"p{number}" for number in range(4)]
    ingest_tables(
        any_store,
        {
            "users": pd.DataFrame({"id": ["ana", "ben"], "username": ["ana", "ben"]}),
            "posts": pd.DataFrame(
                {"id": [*posts, "q"], "title": [None] * 4 + ["p3"], "created_at": [NOW - 99] * 5}
            ),
            "liked": pd.DataFrame({"source": ["ana"], "target": ["p0"], "at": [NOW - 50]}),
        },
    )
    derive(any_store)
    eye = np.eye(4, dtype=np.float32)
    table = EmbeddingTable(np.array(["ben"]), eye[:1], np.array(posts), eye)
    slopes = tuple(4.0 if part == "network" else 0.1 for part in PARTS)
    decoder, encoder = Decoder(PARTS, slopes, -3.0), Echo(posts)
    model = FeedModel(ServingModel(table, decoder, {}, cast(InductiveEncoder, encoder)))
    recommender = Recommender(any_store, model)
    scored = {
        each.post.card.post_id: each.gains["network"]
        for each in recommender.feed(FeedRequest("ana"), NOW).posts
    }
    assert scored["q"] == scored["p3"] == 0.0
    assert encoder.known["Post"].ids == ["q"] and encoder.known["User"].ids == ["ana"]
    liked = pd.DataFrame({"source": ["ana"], "target": ["p3"], "at": [NOW]})
    ingest_tables(any_store, {"liked": liked})
    first = recommender.feed(FeedRequest("ana"), NOW + 1).posts[0]
    assert first.post.card.post_id == "q" and first.gains["network"] > 0.0


def test_a_newcomer_is_ranked_by_the_blend_whatever_the_model_holds(
    shady_store: GraphStore, village: World
) -> None:
    request = FeedRequest("a stranger")
    with_model = recommend(shady_store, request, planted_model(village), NOW)
    without = recommend(shady_store, request, None, NOW)
    assert ids(with_model) == ids(without)
    assert with_model.strategy == "cold_start"


def test_an_empty_graph_has_an_empty_feed(store: GraphStore) -> None:
    feed = ask(store, "anyone", mood="calm")
    assert feed.posts == ()
    assert feed.degraded == ()
