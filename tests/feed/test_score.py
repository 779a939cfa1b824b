"""The parts of a score, by hand; the blend; the mood; exploration."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from feed_builders import FRIEND, NEWCOMER, STRANGER, VIEWER, Shelf, card
from random_encoder import DIM, OUT, RandomTraining, random_encoder

from feed.hits import NOTHING as NO_HITS
from feed.hits import Hits
from feed.nearest import NEAREST, FeedModel
from feed.numbers import Numbers
from feed.pool import Pool, pool
from feed.remembered import Remembered
from feed.request import FeedRequest
from feed.score import (
    BLEND,
    EXPLORATION,
    MOOD_GAIN,
    Scores,
    blend,
    gains,
    mood_gains,
    parts,
    score,
)
from feed.sources import Ask, Gathered
from feed.vector_index import EXACT, ROUGH, Positions, Vector, index_of
from gnn.artifact import ServingModel
from gnn.embeddings import PRODUCTS, EmbeddingTable, UserSide
from gnn.features import FEW, PARTS
from gnn.inductive import Around
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch
from graph.queries.people import ViewerContext
from graph.queries.posts import PostCard

NOW = 1_700_000_000
NOTHING = Gathered({})


class Desk:
    """Cards on a shelf, and what sources are said to have found of them."""

    def __init__(self, *cards: PostCard):
        self.shelf = Shelf(cards)
        self.remembered = Remembered(self.shelf)  # type: ignore[arg-type]
        self.ids = sorted(each.post_id for each in cards)
        self.posts: Pool = pool(self.remembered, self.remembered.places(self.ids))

    def ask(self, viewer: ViewerContext, model: FeedModel | None = None, now: int = NOW) -> Ask:
        request = FeedRequest(viewer.username)
        vectors = None if model is None else model.vectors(Around(viewer.user_id or "", {}))
        return Ask(  # type: ignore[arg-type]
            self.shelf, self.remembered, viewer, request, model, now, vectors=vectors
        )

    def found(self, **by_source: Sequence[tuple[str, float]]) -> Gathered:
        return Gathered(
            {
                source: Hits(
                    self.remembered.places([post_id for post_id, _ in rows]),
                    np.array([number for _, number in rows]),
                )
                for source, rows in by_source.items()
            }
        )

    def scores(
        self,
        viewer: ViewerContext,
        found: Gathered = NOTHING,
        model: FeedModel | None = None,
        now: int = NOW,
    ) -> dict[str, float]:
        made = self.scored(viewer, found, model, now)
        return dict(zip(self.ids, made.chances.tolist(), strict=True))

    def scored(
        self,
        viewer: ViewerContext,
        found: Gathered = NOTHING,
        model: FeedModel | None = None,
        now: int = NOW,
    ) -> Scores:
        return score(self.ask(viewer, model, now), self.posts, found)


def model(weights: Sequence[float] = (1.0,) * len(PARTS)) -> FeedModel:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0]], dtype=np.float32)
    table = EmbeddingTable(
        np.array(["me"]),
        np.array([[2.0, 1.0]], dtype=np.float32),
        np.array(["a", "b", "c"]),
        vectors,
    )
    return FeedModel(ServingModel(table, Decoder(PARTS, tuple(weights), -1.0), {}))


def products_of(model: FeedModel, viewer: UserSide, *posts: str) -> npt.NDArray[np.float32]:
    """By what a page knows posts: numbers that were given before, to others too."""
    numbers = Numbers()
    numbers.places(["somewhere else"])
    model.products(viewer, numbers, numbers.places(posts[:1]))
    return model.products(viewer, numbers, numbers.places(posts))


def column(raw: npt.NDArray[np.float64], part: str) -> list[float]:
    values: list[float] = raw[:, PARTS.index(part)].tolist()
    return values


def test_the_parts_are_those_of_training() -> None:
    known = {f"known {n}": NOW for n in range(FEW)}
    viewer = replace(VIEWER, interests=frozenset({"jazz", "chess", "war"}), engaged=known)
    desk = Desk(
        card("a", tags=("jazz", "chess", "art"), author_id=FRIEND, popularity=math.e - 1),
        card("b", author_id=STRANGER),
        card("unknown", author_id=None),
    )
    evidence = desk.found(
        similar=[("a", 0.375), ("b", 0.5)],
        friends_engaged=[("b", 3.0)],
        friends_of_friends=[("a", 1.0)],
        near=[("b", 0.25)],
        popular=[("b", 99.0)],
    )
    raw = parts(desk.ask(viewer, model()), desk.posts, evidence)
    assert column(raw, "network") == [2.0, 1.0, 0.0]
    assert column(raw, "similar") == [0.375, 0.5, 0.0]
    assert column(raw, "interests") == [2.0, 0.0, 0.0]
    assert column(raw, "friends") == [1.0, 0.0, 0.0]
    assert column(raw, "friends_engaged") == pytest.approx([0.0, math.log(4), 0.0])
    assert column(raw, "friends_of_friends") == pytest.approx([math.log(2), 0.0, 0.0])
    assert column(raw, "near") == [0.0, 0.25, 0.0]
    assert column(raw, "popular") == pytest.approx([1.0, 0.0, 0.0])


def test_a_viewer_whom_the_model_does_not_know_has_no_embedding_part() -> None:
    desk = Desk(card("a"))
    for viewer in (replace(VIEWER, user_id="late"), NEWCOMER):
        raw = parts(desk.ask(viewer, model()), desk.posts, NOTHING)
        assert not raw[:, : len(PRODUCTS)].any()


def test_a_score_is_the_decoders_probability() -> None:
    desk = Desk(card("a"), card("c"))
    weights = [0.5 if part == "network" else 0.0 for part in PARTS]
    made = desk.scored(VIEWER, NOTHING, model(weights))
    for at, product in enumerate((2.0, 7.0)):
        wanted = 1 / (1 + math.exp(1.0 - 0.5 * product))
        assert made.chances[at] == pytest.approx(wanted, abs=1e-9)
    assert gains(made.gained[1])["network"] == pytest.approx(3.5)
    assert Desk().scores(VIEWER) == {}


def test_without_a_model_each_part_but_near_and_vectors_speaks_for_a_post() -> None:
    desk = Desk(
        card("plain"),
        card("similar"),
        card("interests", tags=("jazz",)),
        card("friends", author_id=FRIEND),
        card("friends_engaged"),
        card("friends_of_friends"),
        card("popular", popularity=2.0),
    )
    evidence = desk.found(
        similar=[("similar", 0.1)],
        friends_engaged=[("friends_engaged", 1.0)],
        friends_of_friends=[("friends_of_friends", 1.0)],
    )
    found = desk.scores(replace(VIEWER, interests=frozenset({"jazz"})), evidence)
    assert 0.0 < found["plain"] < 0.1
    assert {each for each in found if found[each] > found["plain"]} == set(BLEND)
    assert blend().parts == PARTS


def test_what_is_similar_to_few_known_posts_counts_as_if_to_five() -> None:
    desk = Desk(card("a"), card("b"))
    found = desk.found(similar=[("a", 0.1)])
    for known in range(1, 12):
        viewer = replace(VIEWER, engaged={f"known {n}": NOW for n in range(known)})
        scored = score(desk.ask(viewer), desk.posts, found)
        gained = gains(scored.gained[0])["similar"]
        assert gained == pytest.approx(0.1 * BLEND["similar"] * max(FEW / known, 1.0))
        assert math.log(scored.chances[0] / (1 - scored.chances[0])) == pytest.approx(
            blend().bias + gained, abs=1e-6
        )


def test_a_mood_lifts_its_champions_in_their_order_and_nothing_else() -> None:
    desk = Desk(card("a"), card("b"), card("c"))
    places = desk.posts.places
    evoked = desk.found(mood=[("b", 4.0), ("a", 1.0)]).hits("mood")
    assert mood_gains(places, evoked).tolist() == pytest.approx([MOOD_GAIN * 0.625, MOOD_GAIN, 0.0])
    assert mood_gains(places, NO_HITS).tolist() == [0.0, 0.0, 0.0]
    weak = desk.found(mood=[("a", 0.0)]).hits("mood")
    assert mood_gains(places, weak).tolist() == [MOOD_GAIN / 2, 0.0, 0.0]
    lifted = desk.scores(VIEWER, desk.found(mood=[("b", 4.0)]))
    assert max(lifted, key=lambda each: lifted[each]) == "b"


def test_exploration_follows_from_the_name_and_the_day() -> None:
    desk = Desk(*(card(f"p{n:02}") for n in range(30)))

    def order(name: str, now: int = NOW) -> list[str]:
        found = desk.scores(replace(NEWCOMER, username=name), now=now)
        return sorted(found, key=lambda each: -found[each])

    assert order("ana") == order("ana", NOW + 1)
    assert order("ana") != order("bo")
    assert order("ana") != order("ana", NOW + 86_400)


def test_exploration_is_bounded_and_never_for_a_viewer_with_a_taste() -> None:
    desk = Desk(card("dull"), card("loved", popularity=1000.0))
    for name in map(str, range(50)):
        found = desk.scores(replace(NEWCOMER, username=name))
        assert found["loved"] > found["dull"]
        log_odds = math.log(found["dull"] / (1 - found["dull"]))
        assert abs(log_odds - blend().bias) <= EXPLORATION + 1e-6
    one, other = (desk.scores(replace(VIEWER, username=name)) for name in ("a", "b"))
    assert one == other


def test_a_broken_number_in_the_graph_is_no_score() -> None:
    (only,) = Desk(card("a", popularity=float("nan"))).scores(VIEWER).values()
    assert 0.0 < only < 1.0


def test_a_model_of_other_parts_is_refused() -> None:
    known = model()
    table = EmbeddingTable(
        np.array(["me"]),
        np.zeros((1, 2), np.float32),
        np.array(["a"]),
        np.zeros((1, 2), np.float32),
    )
    fewer = Decoder(("network",), (1.0,), 0.0)
    assert known.decoder.parts == PARTS
    with pytest.raises(ModelMismatch, match="train"):
        FeedModel(ServingModel(table, fewer, {}))


def nearest_of(near: FeedModel, viewer: UserSide, but: frozenset[str]) -> list[tuple[str, float]]:
    """What is nearest, by id: the same where no post, some or all have a place already."""
    every = list[list[tuple[str, float]]]()
    for some in ((), ("z", "b"), reversed([*near._now.post_ids])):
        numbers = Numbers()
        numbers.places(some)
        for _ in range(2):
            hits = near.nearest(viewer, numbers, but)
            every.append(list(zip(numbers.ids(hits.places), hits.scores.tolist(), strict=True)))
    assert every == every[:1] * 6
    return every[0]


def test_nearest_posts_come_by_inner_product_without_those_met() -> None:
    near = model()
    mine = near.vectors(Around("me", {}))
    assert mine is not None and near.vectors(Around("late", {})) is None
    assert nearest_of(near, mine, frozenset()) == [("c", 7.0), ("a", 2.0), ("b", 1.0)]
    assert nearest_of(near, mine, frozenset({"c"})) == [("a", 2.0), ("b", 1.0)]
    products = products_of(near, mine, "c", "unheard", "a")
    assert products[:, 0].tolist() == [7.0, 0.0, 2.0] and not products[:, 1:].any()
    assert near.num_posts == 3


def test_who_comes_again_is_looked_for_again_only_where_something_differs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A post that came meanwhile is there all the same."""
    searches = list[int]()

    class Counted:
        def __init__(self, vectors: Vector):
            self._index = index_of(vectors)

        def nearest(self, vector: Vector, most: int) -> Positions:
            searches.append(most)
            return self._index.nearest(vector, most)

    monkeypatch.setattr("feed.nearest.index_of", Counted)
    training = RandomTraining(["me", "you"], ["a", "b"])
    near = FeedModel(
        ServingModel(training.embeddings, training.decoder, {}, encoder=training.encoder)
    )
    viewer = near.vectors(Around("me", {"liked": {"a": 1.0}}))
    assert viewer is not None
    first = nearest_of(near, viewer, frozenset())
    assert nearest_of(near, viewer, frozenset()) == first and len(searches) == 1
    near.learn([Around("new", {"liked": {"me": 1.0}})], NOW)
    assert {post_id for post_id, _ in nearest_of(near, viewer, frozenset())} == {"a", "b", "new"}
    assert len(searches) == 1
    assert {post_id for post_id, _ in nearest_of(near, viewer, frozenset({"a"}))} == {"b", "new"}
    acted = near.vectors(Around("me", {"liked": {"a": 1.0, "b": 1.0}}))
    assert acted is not None and nearest_of(near, acted, frozenset()) != first
    assert len(searches) == 3
    near.forget(["you"], [])
    assert {post_id for post_id, _ in nearest_of(near, viewer, frozenset())} == {"a", "b"}
    assert len(searches) == 4


LONELY = 11
"""A column."""


@pytest.mark.parametrize(
    ("dim", "rough"),
    [(320, ROUGH), (1_001, ROUGH), (2_112, ROUGH), (700, 1_000), (1_001, 1_000), (2_112, 1_000)],
)
def test_what_is_nearest_by_wide_vectors_is_found_too(
    dim: int, rough: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In 8 bits, by all columns: the last ones may be all that two have in common.

    Where there are many, by 2 bits first.
    """
    monkeypatch.setattr("feed.vector_index.ROUGH", rough)
    monkeypatch.setattr("feed.vector_index.TAUGHT", 700)
    rng = np.random.default_rng(dim)
    posts = [f"p{number:04}" for number in range(3_000)]
    weights = (1.0 + np.arange(dim)) ** -0.25
    vectors = (rng.standard_normal((len(posts), dim)) * weights).astype(np.float32)
    vectors[:, 7] = 0.0  # what nothing has
    vectors[:, LONELY] = 0.0  # and what three have, of whom no sample need know
    vectors[[2_501, 2_499, 2_003], LONELY] = [5.0, 4.0, 3.0]
    vectors[0] *= 8.0  # and one that stands out
    mine = rng.standard_normal(dim).astype(np.float32)
    table = EmbeddingTable(np.array(["me"]), mine[None], np.array(posts), vectors)
    near = FeedModel(ServingModel(table, Decoder(PARTS, (1.0,) * len(PARTS), -1.0), {}))
    viewer = near.vectors(Around("me", {}))
    assert viewer is not None
    products = vectors @ mine
    order = np.argsort(-products, kind="stable")
    but = frozenset(posts[at] for at in order[:40])
    found = nearest_of(near, viewer, but)
    assert len(found) == NEAREST and not but & {post_id for post_id, _ in found}
    exact = [posts[at] for at in order[40 : 40 + NEAREST]]
    assert [post_id for post_id, _ in found][:50] == exact[:50]
    assert len(set(exact) - {post_id for post_id, _ in found}) <= (
        0 if vectors.size <= EXACT else 4
    )
    by_id = dict(zip(posts, products.tolist(), strict=True))
    nothing = UserSide(np.zeros((1, dim), np.float32), viewer.factors)
    alike = nearest_of(near, nothing, but)
    assert {score for _, score in alike} == {0.0}
    assert len({post_id for post_id, _ in alike} - but) == NEAREST
    lonely = UserSide(np.zeros((1, dim), np.float32), viewer.factors)
    lonely.vectors[0, LONELY] = 1.0
    assert nearest_of(near, lonely, frozenset())[:3] == [
        ("p2501", 5.0),
        ("p2499", 4.0),
        ("p2003", 3.0),
    ]
    assert [score for _, score in found] == pytest.approx([by_id[each] for each, _ in found])


def test_factors_are_a_part_of_their_own_and_no_nearness() -> None:
    """Of a post that was trained on, and of one that came later."""
    people, posts = ["me"], ["a", "b"]
    table = EmbeddingTable(
        np.array(people),
        np.array([[2.0]], np.float32),
        np.array(posts),
        np.array([[1.0], [3.0]], np.float32),
        user_factors=np.array([[1.0, 2.0]], np.float32),
        post_factors=np.array([[5.0, 0.0], [0.0, 1.0]], np.float32),
    )
    near = FeedModel(ServingModel(table, Decoder(PARTS, (1.0,) * len(PARTS), -1.0), {}))
    mine = near.vectors(Around("me", {}))
    assert mine is not None
    assert nearest_of(near, mine, frozenset()) == [("b", 6.0), ("a", 2.0)]
    assert products_of(near, mine, "b", "unheard", "a")[:, -1].tolist() == [2.0, 0.0, 5.0]
    assert near.embedding_of("me") == [2.0, 1.0, 2.0]
    vectors = np.zeros((1, DIM + OUT), np.float32), np.zeros((2, DIM + OUT), np.float32)
    wide = replace(table, user_vectors=vectors[0], post_vectors=vectors[1])
    encoder = replace(random_encoder(wide), alpha=3.0, ridge=1.0)
    later = FeedModel(ServingModel(wide, Decoder(PARTS, (1.0,) * len(PARTS), -1.0), {}, encoder))
    later.learn([Around("c", {"liked": {"me": 1.0}}), Around("d", {}, "Unliked")], NOW)
    mine = later.vectors(Around("me", {"liked": {"b": 1.0}}))
    assert mine is not None
    # of b alone, whose factors are (0, 1): all of them add 1, the link 2 more, the ridge 1; 4 x = 3
    np.testing.assert_allclose(mine.factors, [[0.0, 0.75]], atol=1e-6)
    of_all, own = np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([1.0, 2.0])
    expected = np.linalg.solve(of_all + 2.0 * np.outer(own, own) + np.eye(2), 3.0 * own)
    products = products_of(later, mine, "c", "d", "b")[:, -1]
    np.testing.assert_allclose(products, [0.75 * expected[1], 0.0, 0.75], rtol=1e-5)


def test_what_is_learnt_of_later_posts_is_learnt_again_also_where_the_clock_was_set_back() -> None:
    training = RandomTraining(["me"], ["a"])
    model = FeedModel(
        ServingModel(training.embeddings, training.decoder, {}, encoder=training.encoder)
    )
    numbers = Numbers()
    places = numbers.places(["a", "new"])
    assert model.unlearnt(numbers, places, NOW) == ["new"]
    model.learn([Around("new", {"liked": {"me": 1.0}})], NOW)
    told = {at: model.unlearnt(numbers, places, NOW + at) for at in (0, 599, 600, -3_600)}
    assert told == {0: [], 599: [], 600: ["new"], -3_600: ["new"]}
