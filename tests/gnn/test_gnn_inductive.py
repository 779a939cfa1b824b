"""Serving's encoder makes the vectors that torch makes, and some for who and what came later."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gnn.artifact import ENCODER, load_model, save_model
from gnn.config import TrainConfig
from gnn.inductive import Around, InductiveEncoder
from gnn.known import Places
from gnn.matrices import Floats
from gnn.train import Trained, train
from graph.errors import ModelMismatch
from graph.model import KINDS, EdgeKind, Tables
from village.world import World, plant

WIDE = 2
"""Rounds of messages, so that neighbours' states after the first count too."""


@pytest.fixture(scope="module")
def world() -> World:
    return plant(users=90, posts=200, communities=3, seed=4)


@pytest.fixture(scope="module")
def config() -> TrainConfig:
    """With damped and weighed links, so that folding in must do as the decomposition did."""
    return TrainConfig(
        factors=12,
        factor_ridges=(0.5,),
        softmax_steps=20,
        hidden=16,
        out=8,
        layers=WIDE,
        epochs=8,
        spectrum_dims=(24,),
        exponents=(0.3,),
        contents=(0.3,),
        strengths=(0.4,),
        coordinates=12,
    )


@pytest.fixture(scope="module", autouse=True)
def factors_taken() -> Iterator[None]:
    """Whether they pay or not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("gnn.factoring.PAYS", 0.0)
        yield


@pytest.fixture(scope="module")
def trained(world: World, config: TrainConfig, factors_taken: None) -> Trained:
    return train(world.tables, config, seed=0)


CONTENT = {"tagged", "in_category", "evokes", "about"}
NEVER_READ = {"hid", "mutes", "mutes_tags", "mutes_words", "blocks", "member_of", "asked"}


def weights_of(frame: pd.DataFrame) -> pd.Series:
    """As `graph.queries.around` tells them."""
    percent = frame.get("percent", pd.Series(pd.NA, frame.index)).astype("Float64") / 50
    times = frame.get("times", frame.get("weight", pd.Series(pd.NA, frame.index)))
    return percent.fillna(times.astype("Float64")).fillna(1.0).astype(float)


def around(tables: Tables, node_id: str, label: str) -> Around:
    """What stands around a node in whole tables."""
    ends: dict[str, dict[str, float]] = {}
    for file, frame in tables.items():
        kind = KINDS[file]
        if not isinstance(kind, EdgeKind) or file in NEVER_READ:
            continue
        weights = weights_of(frame)
        for near, far, one in (
            ("source", "target", kind.source),
            ("target", "source", kind.target),
        ):
            at = frame[near] == node_id
            if one == label and at.any():
                ends.setdefault(file, {}).update(zip(frame[far][at], weights[at], strict=True))
    nodes = tables["users" if label == "User" else "posts"].set_index("id")
    row = nodes.loc[node_id]
    born = row.get("joined_at" if label == "User" else "created_at")
    said = [row.get(each) for each in ("title", "text")] if label == "Post" else []
    text = " ".join(each for each in said if isinstance(each, str))
    return Around(node_id, ends, text, None if pd.isna(born) else int(born))


class InPlace(InductiveEncoder):
    """The encoder, with posts where training had them: folding in is another matter."""

    def post_place(self, around: Around) -> Floats:
        posts = self.known["Post"]
        place = posts.places.summed(posts.rows([around.node_id]), np.ones(1, np.float32))
        return np.asarray(place * self._damping(around.links()))


def vector(encoder: InductiveEncoder, tables: Tables, node_id: str, label: str) -> Floats:
    found = around(tables, node_id, label)
    encoded = encoder.user(found) if label == "User" else encoder.post(found)
    assert encoded is not None
    return encoded.vector


def without(tables: Tables, gone: set[str]) -> dict[str, pd.DataFrame]:
    """The tables without these users or posts, and without their edges."""
    left = {}
    for file, frame in tables.items():
        for column in {"id", "source", "target"} & set(frame.columns):
            frame = frame[~frame[column].isin(gone)]
        left[file] = frame.reset_index(drop=True)
    return left


def test_every_user_has_the_vector_that_torch_gave_them(trained: Trained, world: World) -> None:
    table = trained.embeddings
    for row, user_id in enumerate(table.user_ids):
        ours = vector(trained.encoder, world.tables, str(user_id), "User")
        np.testing.assert_allclose(ours, table.user_vectors[row], rtol=1e-5, atol=1e-5)


def test_every_user_has_the_factors_that_training_gave_them(trained: Trained, world: World) -> None:
    table = trained.embeddings
    assert trained.metadata["factors"] is not None and table.user_factors.shape[1] == 12
    for row, user_id in enumerate(table.user_ids):
        found = trained.encoder.user(around(world.tables, str(user_id), "User"))
        assert found is not None
        np.testing.assert_allclose(found.factors, table.user_factors[row], rtol=1e-5, atol=1e-5)
    assert table.user_factors.any(axis=1).mean() > 0.9


def test_every_post_has_the_vector_that_torch_gave_it(trained: Trained, world: World) -> None:
    encoder = InPlace(**vars(trained.encoder))
    table = trained.embeddings
    for row, post_id in enumerate(table.post_ids):
        ours = vector(encoder, world.tables, str(post_id), "Post")
        np.testing.assert_allclose(ours, table.post_vectors[row], rtol=1e-5, atol=1e-5)


def test_a_post_folds_in_where_training_had_it(trained: Trained, world: World) -> None:
    """By those who engaged with it and by its content; as far as the spectrum had converged."""
    table = trained.embeddings
    for row, post_id in enumerate(table.post_ids):
        ours = vector(trained.encoder, world.tables, str(post_id), "Post")
        theirs = table.post_vectors[row]
        assert ours @ theirs > 0.999 * np.linalg.norm(ours) * np.linalg.norm(theirs)


def test_who_and_what_came_later_is_ranked_among_their_own(
    world: World, config: TrainConfig
) -> None:
    """Users and posts that training never saw; some of the users know such posts alone."""
    users, posts = (
        sorted(each)[:12] for each in (world.community_of_user, world.community_of_post)
    )
    early = without(world.tables, {*users, *posts})
    trained = train(early, config, seed=0)
    encoder, table = trained.encoder, trained.embeddings
    assert not {*users, *posts} & {*table.user_ids.tolist(), *table.post_ids.tolist()}
    for post_id in posts:
        found = encoder.post(around(world.tables, post_id, "Post"))
        assert found is not None
        encoder.known["Post"].keep(post_id, found)
    own, others, own_factors, others_factors = [], [], [], []
    for user_id in users:
        found = encoder.user(around(world.tables, user_id, "User"))
        assert found is not None
        scores = table.post_vectors @ found.vector
        at_home = np.array(
            [
                world.community_of_post[str(post)] == world.community_of_user[user_id]
                for post in table.post_ids
            ]
        )
        own.append(scores[at_home].mean())
        others.append(scores[~at_home].mean())
        products = table.post_factors @ found.factors
        own_factors.append(products[at_home].mean())
        others_factors.append(products[~at_home].mean())
    assert np.mean(np.array(own) > np.array(others)) > 0.9
    assert np.mean(np.array(own_factors) > np.array(others_factors)) > 0.9


def test_a_like_moves_the_vector_and_a_later_post_counts(trained: Trained, world: World) -> None:
    encoder = trained.encoder
    before = around(world.tables, sorted(world.community_of_user)[0], "User")
    liked = dict(before.ends.get("liked", {}))
    fresh = next(post for post in sorted(world.community_of_post) if post not in before.links())
    after = replace(before, ends={**before.ends, "liked": liked | {fresh: 1.0}})
    one, other = encoder.user(before), encoder.user(after)
    assert one is not None and other is not None
    assert np.abs(one.vector - other.vector).max() > 1e-3
    post = encoder.post(Around("app:post:new", {"tagged": {"jazz": 1.0}}, "A new one"))
    assert post is not None
    told = replace(before, ends={**before.ends, "liked": liked | {"app:post:new": 1.0}})
    unknown = encoder.user(told)
    encoder.known["Post"].keep("app:post:new", post)
    known = encoder.user(told)
    assert unknown is not None and known is not None
    assert np.abs(known.vector - unknown.vector).max() > 1e-4
    liked_too = Around("app:post:new", {"tagged": {"jazz": 1.0}, "liked": {before.node_id: 1.0}})
    by_whom = encoder.post(liked_too)
    assert by_whom is not None and by_whom.factors.any() and not post.factors.any()


def test_of_whom_nothing_is_known_there_is_no_vector(trained: Trained) -> None:
    assert trained.encoder.user(Around("app:user:new", {"liked": {}})) is None
    assert trained.encoder.post(Around("app:post:new", {})) is None
    # A link to what nobody knows is something, though no message comes of it.
    found = trained.encoder.user(Around("app:user:new", {"liked": {"app:post:unheard": 1.0}}))
    assert found is not None and np.isfinite(found.vector).all()


def test_many_that_come_later_are_kept_and_those_trained_on_stay(trained: Trained) -> None:
    users = trained.encoder.known["User"]
    first, (state, *_) = users.ids[0], users.states
    before = state.table[0].copy()
    new = trained.encoder.user(Around("x", {"interested_in": {"jazz": 1.0}}))
    assert new is not None
    users.keep(first, new)
    np.testing.assert_array_equal(state.take(users.rows([first])), before[None])
    many = 300
    for number in range(many):
        users.keep(f"later:{number}", replace(new, states=new.states + number, usual=number))
    rows = users.rows(["later:299", "nobody", first, "later:0"])
    assert rows.tolist() == [users.row["later:299"], 0, users.row["later:0"]]
    found = [new.states[0] + 299, before, new.states[0]]
    np.testing.assert_array_equal(state.take(rows), found)
    np.testing.assert_array_equal(users.usual.take(rows)[[0, 2]], [299.0, 0.0])
    # One who was met again is as they are now.
    users.keep("later:299", new)
    np.testing.assert_array_equal(state.take(rows)[0], new.states[0])


def test_what_training_left_lies_in_the_embedding_table_alone(
    trained: Trained, tmp_path: Path
) -> None:
    """However many come later: these are as large as all that a model has."""
    save_model(tmp_path, trained)
    loaded = load_model(tmp_path)
    left = loaded.without([str(trained.embeddings.user_ids[0])], [])
    for made in (trained, loaded, left):
        table, encoder = made.embeddings, made.encoder
        assert encoder is not None
        for label, vectors, factors in (
            ("User", table.user_vectors, table.user_factors),
            ("Post", table.post_vectors, table.post_factors),
        ):
            assert np.shares_memory(encoder.known[label].places.vectors, vectors)
            assert np.shares_memory(encoder.known[label].factors.table, factors)


def test_places_of_the_trained_and_of_the_later_add_up() -> None:
    places = Places(
        np.array([[1, 2, 9], [3, 4, 9]], np.float32),
        np.array([2, 0.5], np.float32),
        np.array([1, 10], np.float32),
    )
    for row, place in ((2, [5, 6]), (3, [7, 8]), (2, [1, 1])):
        places.put(row, np.array(place, np.float32))
    assert len(places) == 2
    ones = np.ones(3, np.float32)
    for rows, counts, expected in (
        ([], ones[:0], [0, 0]),
        ([0, 1], ones[:2], [2 + 1.5, 40 + 20]),
        ([1, 0], np.array([2, 1], np.float32), [2 + 3, 40 + 40]),
        ([2, 3], ones[:2], [1 + 7, 1 + 8]),
        ([3, 0, 2], np.array([1, 3, 2], np.float32), [7 + 6 + 2, 8 + 120 + 2]),
    ):
        assert places.summed(np.array(rows, np.int64), counts).tolist() == expected


def test_places_that_do_not_fit_are_refused() -> None:
    vectors = np.zeros((2, 3), np.float32)
    for times, axes in ((np.ones(3), np.ones(2)), (np.ones(2), np.ones(4))):
        with pytest.raises(ModelMismatch, match="train"):
            Places(vectors, times.astype(np.float32), axes.astype(np.float32))


def test_who_left_is_known_no_more_and_the_others_are_as_they_were(
    trained: Trained, world: World
) -> None:
    table = trained.embeddings
    gone_user, gone_post = str(table.user_ids[3]), str(table.post_ids[5])
    left = table.without([gone_user], [gone_post])

    def untouched(node: tuple[str, str]) -> bool:
        label, node_id = node
        found = around(world.tables, node_id, label)
        near = {each for ends in found.ends.values() for each in ends}
        return bool(found.links()) and not near & {gone_user, gone_post}

    encoder = trained.encoder.over(left)
    assert not encoder.known["User"].rows([gone_user]).size
    assert not encoder.known["Post"].rows([gone_post]).size
    before = trained.encoder.over(table)
    users = (("User", str(each)) for each in left.user_ids)
    posts = (("Post", str(each)) for each in left.post_ids)
    for label, node_id in (next(filter(untouched, each)) for each in (users, posts)):
        ours, theirs = (vector(each, world.tables, node_id, label) for each in (encoder, before))
        np.testing.assert_allclose(ours, theirs, rtol=1e-6, atol=1e-6)


def test_the_encoder_comes_back_from_its_file(
    trained: Trained, world: World, tmp_path: Path
) -> None:
    save_model(tmp_path, trained)
    encoder = load_model(tmp_path).encoder
    assert encoder is not None
    linked = trained.embeddings.user_factors.any(axis=1)
    found = around(world.tables, str(trained.embeddings.user_ids[linked][3]), "User")
    ours, before = encoder.user(found), trained.encoder.user(found)
    assert ours is not None and before is not None and ours.factors.any()
    np.testing.assert_array_equal(ours.vector, before.vector)
    np.testing.assert_array_equal(ours.factors, before.factors)
    linked = trained.embeddings.post_factors.any(axis=1)
    liked = around(world.tables, str(trained.embeddings.post_ids[linked][3]), "Post")
    post, post_before = encoder.post(liked), trained.encoder.post(liked)
    assert post is not None and post_before is not None and post.factors.any()
    np.testing.assert_array_equal(post.vector, post_before.vector)
    np.testing.assert_array_equal(post.factors, post_before.factors)
    (tmp_path / ENCODER).write_bytes(b"half an encoder")
    with pytest.raises(ModelMismatch, match="train"):
        load_model(tmp_path)
