"""The parts of a score, by hand; the blend; the mood; exploration."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from feed_builders import FRIEND, NEWCOMER, STRANGER, VIEWER, shown

from feed.candidates import Candidate, Gathered
from feed.nearest import FeedModel
from feed.score import EXPLORATION, MOOD_GAIN, blend, mood_gains, parts, score
from gnn.artifact import ServingModel
from gnn.embeddings import EmbeddingTable
from gnn.features import PARTS
from gnn.likelihood import Decoder
from graph.errors import ModelMismatch

NOW = 1_700_000_000
NOTHING = Gathered({})


def found(**by_source: Sequence[tuple[str, float]]) -> Gathered:
    return Gathered(
        {
            source: tuple(Candidate(post_id, source, number, None) for post_id, number in rows)
            for source, rows in by_source.items()
        }
    )


def model(weights: Sequence[float] = (1.0,) * len(PARTS)) -> FeedModel:
    vectors = np.array([[1.0, 0.0], [0.0, 1.0], [3.0, 1.0]], dtype=np.float32)
    table = EmbeddingTable(
        np.array(["me"]),
        np.array([[2.0, 1.0]], dtype=np.float32),
        np.array(["a", "b", "c"]),
        vectors,
    )
    zeros, ones = (0.0,) * len(PARTS), (1.0,) * len(PARTS)
    return FeedModel(ServingModel(table, Decoder(PARTS, zeros, ones, tuple(weights), -1.0), {}))


def column(raw: npt.NDArray[np.float64], part: str) -> list[float]:
    values: list[float] = raw[:, PARTS.index(part)].tolist()
    return values


def test_the_parts_are_those_of_training() -> None:
    viewer = replace(VIEWER, interests=frozenset({"jazz", "chess", "war"}))
    posts = [
        shown("a", tags=("jazz", "chess", "art"), author_id=FRIEND, popularity=math.e - 1),
        shown("b", author_id=STRANGER),
        shown("unknown", author_id=None),
    ]
    evidence = found(
        similar=[("a", 0.25), ("b", 0.5), ("a", 0.125)],
        friends_engaged=[("b", 3.0)],
        friends_of_friends=[("a", 1.0)],
        popular=[("b", 99.0)],
    )
    raw = parts(viewer, posts, evidence, model())
    assert column(raw, "embedding") == [2.0, 1.0, 0.0]
    assert column(raw, "similar") == [0.375, 0.5, 0.0]
    assert column(raw, "interests") == [2.0, 0.0, 0.0]
    assert column(raw, "friends") == [1.0, 0.0, 0.0]
    assert column(raw, "friends_engaged") == pytest.approx([0.0, math.log(4), 0.0])
    assert column(raw, "friends_of_friends") == pytest.approx([math.log(2), 0.0, 0.0])
    assert column(raw, "popular") == pytest.approx([1.0, 0.0, 0.0])


def test_a_viewer_whom_the_model_does_not_know_has_no_embedding_part() -> None:
    stranger = replace(VIEWER, user_id="late")
    assert column(parts(stranger, [shown("a")], NOTHING, model()), "embedding") == [0.0]
    assert column(parts(NEWCOMER, [shown("a")], NOTHING, model()), "embedding") == [0.0]


def test_a_score_is_the_decoders_probability() -> None:
    weights = [0.5 if part == "embedding" else 0.0 for part in PARTS]
    (a, c) = score(VIEWER, [shown("a"), shown("c")], NOTHING, model(weights), NOW)
    assert a.score == pytest.approx(1 / (1 + math.exp(1.0 - 0.5 * 2.0)), abs=1e-9)
    assert c.score == pytest.approx(1 / (1 + math.exp(1.0 - 0.5 * 7.0)), abs=1e-9)
    assert c.gains["embedding"] == pytest.approx(3.5)
    assert score(VIEWER, [], NOTHING, None, NOW) == []


def test_without_a_model_each_part_but_the_embedding_speaks_for_a_post() -> None:
    evidence = found(
        similar=[("similar", 0.1)],
        friends_engaged=[("friends_engaged", 1.0)],
        friends_of_friends=[("friends_of_friends", 1.0)],
    )
    viewer = replace(VIEWER, interests=frozenset({"jazz"}))
    plain = shown("plain")
    others = [
        shown("similar"),
        shown("interests", tags=("jazz",)),
        shown("friends", author_id=FRIEND),
        shown("friends_engaged"),
        shown("friends_of_friends"),
        shown("popular", popularity=2.0),
    ]
    low, *rest = score(viewer, [plain, *others], evidence, None, NOW)
    assert 0.0 < low.score < 0.1
    assert {each.post_id for each in rest if each.score > low.score} == set(PARTS[1:])
    assert blend().parts == PARTS


def test_a_mood_lifts_its_champions_in_their_order_and_nothing_else() -> None:
    posts = [shown("a"), shown("b"), shown("c")]
    gains = mood_gains(posts, found(mood=[("b", 4.0), ("a", 1.0)]))
    assert gains.tolist() == pytest.approx([MOOD_GAIN * 0.625, MOOD_GAIN, 0.0])
    assert mood_gains(posts, NOTHING).tolist() == [0.0, 0.0, 0.0]
    assert mood_gains(posts, found(mood=[("a", 0.0)])).tolist() == [MOOD_GAIN / 2, 0.0, 0.0]
    lifted = score(VIEWER, posts, found(mood=[("b", 4.0)]), None, NOW)
    assert max(lifted, key=lambda each: each.score).post_id == "b"


def test_exploration_follows_from_the_name_and_the_day() -> None:
    posts = [shown(f"p{n}") for n in range(30)]

    def order(name: str, now: int = NOW) -> list[str]:
        scored = score(replace(NEWCOMER, username=name), posts, NOTHING, None, now)
        return [each.post_id for each in sorted(scored, key=lambda each: -each.score)]

    assert order("ana") == order("ana", NOW + 1)
    assert order("ana") != order("bo")
    assert order("ana") != order("ana", NOW + 86_400)


def test_exploration_is_bounded_and_never_for_a_viewer_with_a_taste() -> None:
    posts = [shown("dull"), shown("loved", popularity=1000.0)]
    for name in map(str, range(50)):
        dull, loved = score(replace(NEWCOMER, username=name), posts, NOTHING, None, NOW)
        assert loved.score > dull.score
        log_odds = math.log(dull.score / (1 - dull.score))
        assert abs(log_odds - blend().bias) <= EXPLORATION + 1e-6
    one, other = (
        score(replace(VIEWER, username=name), posts, NOTHING, None, NOW) for name in ("a", "b")
    )
    assert [each.score for each in one] == [each.score for each in other]


def test_a_broken_number_in_the_graph_is_no_score() -> None:
    (only,) = score(VIEWER, [shown("a", popularity=float("nan"))], NOTHING, None, NOW)
    assert 0.0 < only.score < 1.0


def test_a_model_of_other_parts_is_refused() -> None:
    known = model()
    table = EmbeddingTable(
        np.array(["me"]),
        np.zeros((1, 2), np.float32),
        np.array(["a"]),
        np.zeros((1, 2), np.float32),
    )
    fewer = Decoder(("embedding",), (0.0,), (1.0,), (1.0,), 0.0)
    assert known.decoder.parts == PARTS
    with pytest.raises(ModelMismatch, match="train"):
        FeedModel(ServingModel(table, fewer, {}))


def test_nearest_posts_come_by_inner_product_without_those_met() -> None:
    near = model()
    assert near.nearest("me", frozenset()) == [("c", 7.0), ("a", 2.0), ("b", 1.0)]
    assert near.nearest("me", frozenset({"c"})) == [("a", 2.0), ("b", 1.0)]
    assert near.nearest("late", frozenset()) == []
    assert (near.knows("me"), near.knows("late"), near.knows(None)) == (True, False, False)
    assert near.num_posts == 3
