from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch

from gnn.case import make_case
from gnn.config import TrainConfig
from gnn.data import inputs, nodes_of
from gnn.folds import deal
from gnn.hashing import hashed, place, words
from gnn.split import engagements, hold_out
from gnn.supervision import Draws, Sample, draw, lesson
from graph.model import Tables


def test_every_link_is_supervised_once_and_never_beside_itself(planted: Tables) -> None:
    links = engagements(planted)
    folds = deal(links, 4, seed=0)
    assert sorted(index for fold in folds for index in fold.supervision.index) == list(links.index)
    for fold in folds:
        assert not set(fold.messages.index) & set(fold.supervision.index)
        assert len(fold.messages) + len(fold.supervision) == len(links)


def test_with_times_messages_are_older_than_what_they_predict(timed: Tables) -> None:
    folds = deal(engagements(timed), 4, seed=0)
    assert len(folds) == 4
    for fold in folds:
        assert fold.messages["at"].max() == fold.upto < fold.supervision["at"].min()


def test_supervised_links_are_in_no_message_no_degree_and_no_coordinate(
    planted: Tables,
) -> None:
    """Inputs of a fold are the same whatever the supervised links are."""
    case = make_case(planted, seed=0)
    fold = deal(case.split.train, 3, seed=0)[0]
    hidden = set(zip(fold.supervision["user_id"], fold.supervision["post_id"], strict=True))
    found = []
    for supervision in (fold.supervision, fold.supervision.iloc[:0]):
        rows = supervision.rename(columns={"user_id": "source", "post_id": "target"})
        everything = dict(case.tables) | {"viewed": rows[["source", "target"]]}
        nodes = nodes_of(everything, case.users, case.posts, 16)
        known = hold_out(everything, fold.messages)
        found.append(inputs(nodes, known, dim=8, coordinates=8, seed=0))
    users, posts = found[0].edges["User", "liked", "Post"].numpy()
    pairs = set(zip(case.users.ids_at(users), case.posts.ids_at(posts), strict=True))
    assert len(pairs) == len(fold.messages) and not pairs & hidden
    assert found[0].edges["User", "viewed", "Post"].shape == (2, 0)
    for label, features in found[0].features.items():
        torch.testing.assert_close(features, found[1].features[label], rtol=0, atol=0)


def test_who_competes_is_drawn_anew_and_never_a_message(
    planted: Tables,
) -> None:
    case = make_case(planted, seed=0)
    fold = deal(case.split.train, 3, seed=0)[0]
    nodes = nodes_of(case.tables, case.users, case.posts, 16)
    given = inputs(nodes, hold_out(case.tables, fold.messages), dim=8, coordinates=8, seed=0)
    made = lesson(case, fold, given, lambda_=10.0, pool=8)
    rng = np.random.default_rng(0)
    samples = [draw(made, 20, 5, 10, rng) for _ in range(2)]
    assert samples[0].post_pos.tolist() != samples[1].post_pos.tolist()
    for sample in samples:
        messages = made.messages[sample.user_pos][:, sample.post_pos].toarray() > 0
        assert not (sample.competes.numpy() & messages).any()
        rows, columns = (each.numpy() for each in sample.positives)
        supervised = made.supervision[sample.user_pos][:, sample.post_pos].toarray()
        assert len(rows) and (supervised[rows, columns] > 0).all()


def test_near_posts_are_drawn_anew_from_each_users_pool(planted: Tables) -> None:
    case = make_case(planted, seed=0)
    fold = deal(case.split.train, 3, seed=0)[0]
    nodes = nodes_of(case.tables, case.users, case.posts, 16)
    given = inputs(nodes, hold_out(case.tables, fold.messages), dim=8, coordinates=8, seed=0)
    made = lesson(case, fold, given, lambda_=10.0, pool=12)
    rng = np.random.default_rng(0)
    found = []
    for _ in range(2):
        sample = draw(made, len(made.users), 6, 1, rng)
        assert sample.user_pos.tolist() == made.users.tolist()
        near = [
            set(sample.post_pos[row]) & set(pool)
            for row, pool in zip(sample.competes.numpy(), made.pool, strict=True)
        ]
        assert all(6 <= len(each) <= 7 for each in near)  # the far post may lie in the pool
        found.append(near)
    assert found[0] != found[1]
    whole = draw(made, len(made.users), 12, 1, rng)
    for row, pool in zip(whole.competes.numpy(), made.pool, strict=True):
        assert set(pool) <= set(whole.post_pos[row])


def test_what_is_drawn_ahead_is_what_would_be_drawn_in_turn(planted: Tables) -> None:
    """And from the state that is told after each epoch the rest is drawn again."""
    case, config = make_case(planted, seed=0), TrainConfig(near=6, pool=12, far=4, batch_users=20)
    lessons = []
    for fold in deal(case.split.train, 3, seed=0):
        nodes = nodes_of(case.tables, case.users, case.posts, 16)
        given = inputs(nodes, hold_out(case.tables, fold.messages), dim=8, coordinates=8, seed=0)
        lessons.append(lesson(case, fold, given, lambda_=10.0, pool=config.pool))

    def all_of(sample: Sample) -> list[list[int]]:
        tensors = (sample.spectral, sample.competes, *sample.positives)
        arrays = (sample.user_pos, sample.post_pos, *(each.numpy() for each in tensors))
        return [each.tolist() for each in arrays]

    with ThreadPoolExecutor(1) as thread:
        ahead = Draws(lessons, config, np.random.default_rng(0), thread)
        in_turn = Draws(lessons, config, np.random.default_rng(0), None)
        for epoch in range(1, 6):
            samples = [all_of(each.take(epoch)) for each in (ahead, in_turn)]
            ahead.settle()
            assert samples[0] == samples[1] and ahead.state == in_turn.state
        rng = np.random.default_rng()
        rng.bit_generator.state = ahead.state
        again = all_of(Draws(lessons, config, rng, None).take(6))
        assert again == all_of(ahead.take(6)) != samples[0]


def test_hashing_is_the_same_everywhere_and_of_length_one() -> None:
    assert place("jazz") == place("jazz")
    rows = hashed([["a", "b"], [], ["b", "a"]], 64)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), [1, 0, 1], rtol=1e-6)
    assert rows[0].tolist() == rows[2].tolist()
    assert words("Hello, Wörld!") == ["hello", "wörld"] and words(None) == []
