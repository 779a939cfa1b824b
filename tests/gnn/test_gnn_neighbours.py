"""Neighbours of a trained model, on vectors whose angles are known."""

import numpy as np
import pytest

from gnn.embeddings import EmbeddingTable
from gnn.neighbours import NEAREST, nearest_posts, nearest_users
from graph.errors import ModelMismatch

ANGLES = {"at": 0.0, "b": 10.0, "a": 10.0, "right": 90.0, "behind": 180.0}


def table(num_posts: int = 0) -> EmbeddingTable:
    """Users at those angles, each of another length; one without any direction; equal posts."""
    turned = np.radians(list(ANGLES.values()))
    lengths = np.arange(1, len(ANGLES) + 1)
    vectors = np.column_stack([np.cos(turned), np.sin(turned)]) * lengths[:, None]
    return EmbeddingTable(
        np.array([*ANGLES, "nowhere"]),
        np.vstack([vectors, [0.0, 0.0]]).astype(np.float32),
        np.array([f"p{number:02}" for number in range(num_posts)], dtype=np.str_),
        np.ones((num_posts, 2), np.float32),
    )


def test_the_angle_decides_and_not_the_length_and_ties_go_by_id() -> None:
    found = nearest_users(table(), "at")
    assert sorted(found[:2]) == ["a", "b"] and sorted(found[2:4]) == ["nowhere", "right"]
    assert found[4] == "behind"
    assert nearest_posts(table(20), "p05")[:2] == ["p00", "p01"]


def test_as_many_are_found_as_a_picture_holds_and_never_itself() -> None:
    found = nearest_posts(table(20), "p05")
    assert len(found) == NEAREST and "p05" not in found


def test_who_is_unknown_or_alone_has_no_neighbours() -> None:
    with pytest.raises(ModelMismatch, match="'later'"):
        nearest_users(table(), "later")
    with pytest.raises(ModelMismatch, match="'p00'"):
        nearest_posts(table(1), "p00")
