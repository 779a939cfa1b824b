"""Neighbours are drawn fairly; all of them, and block by block, make the vectors of the whole."""

from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
import torch

from gnn.baselines.counted import popularity
from gnn.baselines.ranker import Ranker
from gnn.case import Case, judge, make_case, rank
from gnn.config import TrainConfig
from gnn.data import Inputs, inputs, nodes_of
from gnn.decoding import EmbeddingRanker
from gnn.fitting import fit
from gnn.model import GraphSage
from gnn.passes import at_once, states_of, vectors_of
from gnn.sampling import Neighbours, Subgraph, distinct
from graph.model import Tables

LIKED, LIKED_BY = ("User", "liked", "Post"), ("Post", "rev_liked", "User")
COUNTS = {"User": 400, "Post": 50}
HUB = 7


@pytest.fixture(scope="module")
def case(planted: Tables) -> Case:
    return make_case(planted, seed=0)


@pytest.fixture(scope="module")
def given(case: Case) -> Inputs:
    nodes = nodes_of(case.tables, case.users, case.posts, 16)
    return inputs(nodes, case.tables, dim=8, coordinates=8, seed=0)


@pytest.fixture(scope="module")
def network(given: Inputs) -> GraphSage:
    widths = {label: each.shape[1] for label, each in given.features.items()}
    torch.manual_seed(0)
    return GraphSage(widths, given.edges, hidden=16, out=8, layers=2, dropout=0.5).eval()


@pytest.fixture(scope="module")
def pairs() -> np.ndarray:
    """Everybody likes the hub and some others."""
    rng = np.random.default_rng(0)
    users, posts = np.nonzero(rng.random((COUNTS["User"], COUNTS["Post"])) < 0.05)
    rest = posts != HUB
    everybody = np.arange(COUNTS["User"])
    return np.stack(
        [
            np.concatenate([users[rest], everybody]),
            np.concatenate([posts[rest], np.full(len(everybody), HUB)]),
        ]
    )


@pytest.fixture(scope="module")
def neighbours(pairs: np.ndarray) -> Neighbours:
    return Neighbours({LIKED: pairs, LIKED_BY: pairs[::-1]}, COUNTS)


def named(part: Subgraph, number: int) -> list[tuple[tuple[str, str, str], int, int]]:
    """A block's edges in positions of the whole graph."""
    return [
        (each, int(part.nodes[each[0]][source]), int(part.nodes[each[2]][target]))
        for each, edges in part.blocks[number].edges.items()
        for source, target in edges.T
    ]


@pytest.mark.parametrize(("size", "count"), [(10, 3), (6, 5), (7, 1), (5, 5)])
def test_every_set_of_neighbours_is_as_likely_as_any_other(size: int, count: int) -> None:
    """Chi-square of the counts of all sets, at most five deviations above its mean."""
    sets = list(combinations(range(size), count))
    drawn = distinct(np.full(300 * len(sets), size), count, np.random.default_rng(0))
    met = Counter(tuple(row) for row in np.sort(drawn, axis=1).tolist())
    assert met.keys() <= set(sets)
    square = sum((met[each] - 300) ** 2 / 300 for each in sets)
    freedom = len(sets) - 1
    assert square <= freedom + 5 * np.sqrt(2 * freedom)


def test_rows_of_unlike_sizes_are_drawn_within_their_own() -> None:
    sizes = np.array([4, 1_000_000, 5])
    drawn = distinct(np.repeat(sizes, 500), 4, np.random.default_rng(0)).reshape(3, 500, 4)
    assert (drawn >= 0).all() and (drawn < sizes[:, None, None]).all()
    assert all(len(set(row)) == 4 for row in drawn.reshape(-1, 4).tolist())
    assert abs(drawn[1].mean() / 500_000 - 1) < 0.05


def test_a_draw_holds_edges_of_the_graph_none_twice_and_no_more_than_asked(
    neighbours: Neighbours, pairs: np.ndarray
) -> None:
    seeds = {"Post": np.array([HUB, 3, 12])}
    part = neighbours.sample(seeds, [4, 6], np.random.default_rng(0))
    there = {(LIKED, *pair) for pair in pairs.T.tolist()}
    there |= {(LIKED_BY, *pair) for pair in pairs[::-1].T.tolist()}
    degree = Counter((each, target) for each, _, target in there)
    np.testing.assert_array_equal(part.nodes["Post"][:3], seeds["Post"])
    for number, fanout in enumerate([4, 6]):
        edges = named(part, number)
        assert len(set(edges)) == len(edges) and set(edges) <= there
        heard = Counter((each, target) for each, _, target in edges)
        assert heard == {each: min(degree[each], fanout) for each in heard}
        for label, count in part.blocks[number].targets.items():
            known = {target for each, target in heard if each[2] == label}
            joined = {target for each, target in degree if each[2] == label}
            assert known == joined & set(part.nodes[label][:count].tolist())
    assert part.blocks[1].targets == {"Post": 3}


def test_a_round_makes_the_states_that_the_next_one_reads(neighbours: Neighbours) -> None:
    part = neighbours.sample({"User": np.array([5, 1])}, [3, 3, 3], np.random.default_rng(0))
    for before, after in zip(part.blocks[:-1], part.blocks[1:], strict=True):
        for (source, _, _), edges in after.edges.items():
            assert edges[0].max() < before.targets[source]
    for (source, _, _), edges in part.blocks[0].edges.items():
        assert edges[0].max() < len(part.nodes[source])


def test_a_hub_is_heard_in_part_and_its_neighbours_are_equally_likely(
    neighbours: Neighbours,
) -> None:
    many = 8_000
    part = neighbours.sample({"Post": np.full(many, HUB)}, [5], np.random.default_rng(1))
    sources, targets = part.blocks[0].edges[LIKED]
    assert (np.bincount(targets, minlength=many) == 5).all()
    met = np.bincount(part.nodes["User"][sources], minlength=COUNTS["User"])
    expected = 5 * many / COUNTS["User"]
    square = float(((met - expected) ** 2 / expected).sum())
    freedom = COUNTS["User"] - 1
    assert abs(square - freedom) <= 5 * np.sqrt(2 * freedom)


def test_the_same_generator_draws_the_same(neighbours: Neighbours) -> None:
    def drawn(seed: int) -> Subgraph:
        seeds = {"User": np.arange(40)}
        return neighbours.sample(seeds, [2, 2], np.random.default_rng(seed))

    first, second, other = drawn(0), drawn(0), drawn(1)
    assert [named(first, n) for n in (0, 1)] == [named(second, n) for n in (0, 1)]
    assert named(first, 1) != named(other, 1)


def test_two_edges_between_the_same_nodes_are_both_heard() -> None:
    pairs = np.array([[0, 0, 1], [2, 2, 2]])
    twice = Neighbours({LIKED: pairs}, COUNTS)
    part = twice.sample({"Post": np.array([2])}, [None], np.random.default_rng(0))
    assert part.nodes["User"][part.blocks[0].edges[LIKED][0]].tolist() == [0, 0, 1]


def test_runs_of_nodes_cover_a_label_once_within_the_size(
    neighbours: Neighbours, pairs: np.ndarray
) -> None:
    size = 60
    runs = list(neighbours.spans("Post", size))
    np.testing.assert_array_equal(np.concatenate(runs), np.arange(COUNTS["Post"]))
    costs = np.bincount(pairs[1], minlength=COUNTS["Post"]) + 1
    assert costs[HUB] > size
    assert all(costs[run].sum() <= size or run.tolist() == [HUB] for run in runs)
    assert len(runs) > 10


def test_with_all_neighbours_a_sample_has_the_vectors_of_the_whole(
    given: Inputs, network: GraphSage
) -> None:
    seeds = {"User": np.array([30, 2, 17]), "Post": np.array([5, 41])}
    with torch.no_grad():
        whole = network(given.features, given.edges)
        drawn = vectors_of(network, given, seeds, None, np.random.default_rng(0))
        capped = vectors_of(network, given, seeds, 1, np.random.default_rng(0))
    for label, each in seeds.items():
        torch.testing.assert_close(drawn[label], whole[label][each], atol=1e-6, rtol=0)
        assert not torch.allclose(capped[label], whole[label][each], atol=1e-3)


@pytest.mark.parametrize("size", [1, 80, 800])
def test_block_by_block_every_layer_is_that_of_the_whole(
    given: Inputs, network: GraphSage, size: int
) -> None:
    config = TrainConfig(edges_at_once=size)
    assert given.num_edges > size
    with torch.no_grad():
        whole = network.states(given.features, given.edges)
        blocks = list(states_of(network, given, config))
    assert len(blocks) == len(whole) == 3
    for expected, found in zip(whole, blocks, strict=True):
        assert found.keys() == expected.keys()
        for label, each in expected.items():
            torch.testing.assert_close(found[label], each, atol=1e-5, rtol=0)


def test_a_graph_of_so_many_edges_is_computed_on_whole(given: Inputs) -> None:
    assert at_once(given, TrainConfig(edges_at_once=given.num_edges))
    assert not at_once(given, TrainConfig(edges_at_once=given.num_edges - 1))


def test_with_enough_neighbours_training_is_that_of_the_whole(
    case: Case, quick: TrainConfig
) -> None:
    """Without dropout, whose draws differ. A wrong gradient would show in the next step's loss."""
    still = replace(quick, dropout=0.0, layers=2, epochs=6)
    whole = fit(case, still)
    all_drawn = fit(case, replace(still, edges_at_once=400, neighbours=1_000))
    one_drawn = fit(case, replace(still, edges_at_once=400, neighbours=1))
    np.testing.assert_allclose(all_drawn.losses, whole.losses, rtol=1e-3)
    assert not np.allclose(one_drawn.losses, whole.losses, rtol=1e-2)


def test_on_drawn_neighbours_the_loss_falls_and_the_model_beats_popularity(
    case: Case, quick: TrainConfig
) -> None:
    config = replace(quick, edges_at_once=400, neighbours=3)
    fitted, again = fit(case, config), fit(case, config)
    assert fitted.losses == again.losses
    assert np.mean(fitted.losses[-3:]) < np.mean(fitted.losses[:3]) - 0.1

    def ndcg(ranker: Ranker) -> float:
        ranking = rank(case, ranker, "test", 10)
        return float(judge(case, ranking, "test", (10,))["ndcg@10"].mean())

    popular = ndcg(popularity(case.train))
    assert ndcg(EmbeddingRanker(fitted.shown.table)) > popular + 0.1
