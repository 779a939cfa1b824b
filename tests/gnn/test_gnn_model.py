import numpy as np
import pytest
import torch
from scipy import sparse

from gnn.case import make_case
from gnn.data import inputs, nodes_of
from gnn.model import GraphSage
from gnn.spectrum import aligned, spectrum
from graph.model import Tables


def test_the_network_does_not_depend_on_the_order_of_edges(planted: Tables) -> None:
    case = make_case(planted, seed=0)
    nodes = nodes_of(case.tables, case.users, case.posts, 16)
    given = inputs(nodes, case.tables, dim=8, coordinates=8, seed=0)
    widths = {label: each.shape[1] for label, each in given.features.items()}
    torch.manual_seed(0)
    network = GraphSage(widths, given.edges, hidden=16, out=8, layers=2, dropout=0.5).eval()
    shuffled = {
        edge: pairs[:, torch.randperm(pairs.shape[1])] for edge, pairs in given.edges.items()
    }
    with torch.no_grad():
        first, second = network(given.features, given.edges), network(given.features, shuffled)
    assert first["User"].shape == (len(case.users), 8)
    for label in ("User", "Post"):
        torch.testing.assert_close(first[label], second[label])


def test_a_neighbour_is_heard(planted: Tables) -> None:
    case = make_case(planted, seed=0)
    nodes = nodes_of(case.tables, case.users, case.posts, 16)
    given = inputs(nodes, case.tables, dim=8, coordinates=8, seed=0)
    widths = {label: each.shape[1] for label, each in given.features.items()}
    network = GraphSage(widths, given.edges, hidden=16, out=8, layers=1, dropout=0.0).eval()
    alone = {edge: pairs[:, :0] for edge, pairs in given.edges.items()}
    with torch.no_grad():
        first, second = network(given.features, given.edges), network(given.features, alone)
    assert not torch.allclose(first["User"], second["User"])


def test_the_spectrum_is_the_singular_value_decomposition() -> None:
    rng = np.random.default_rng(0)
    links = sparse.csr_array((rng.random((30, 20)) < 0.3).astype(np.float32))
    found = spectrum(links, sparse.csr_array((0, 20), dtype=np.float32), dim=20, seed=0)
    expected = np.linalg.svd(links.toarray(), compute_uv=False)
    np.testing.assert_allclose(found.values, expected, rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(found.basis.T @ found.basis, np.eye(20), atol=1e-3)


@pytest.mark.parametrize("exponent", [0.0, 0.35])
def test_with_every_direction_the_spectral_score_ranks_as_ease_does(exponent: float) -> None:
    """EASE of the links divided by both degrees' power, multiplied back by the posts' own."""
    rng = np.random.default_rng(0)
    links = (rng.random((30, 20)) < 0.3).astype(np.float32)
    content = sparse.csr_array((0, 20), dtype="f4")
    found = spectrum(sparse.csr_array(links), content, 20, seed=0, exponent=exponent)
    scores = found.users @ found.post_table(5.0).T
    of_users, of_posts = (np.maximum(links.sum(axis=axis), 1) ** exponent for axis in (1, 0))
    damped = links / of_users[:, None] / of_posts
    damped *= np.sqrt(links.sum() / (damped**2).sum())
    inverse = np.linalg.inv(damped.T @ damped + 5.0 * np.eye(20))
    weights = -inverse / np.diag(inverse)
    np.fill_diagonal(weights, 0.0)
    weights = weights * of_posts / of_posts[:, None]
    unseen = links == 0
    np.testing.assert_allclose(scores[unseen], (links @ weights)[unseen], atol=1e-3)


def test_a_turned_basis_is_turned_back() -> None:
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.standard_normal((12, 4)))[0].astype(np.float32)
    turn = np.linalg.qr(rng.standard_normal((4, 4)))[0].astype(np.float32)
    np.testing.assert_allclose(basis @ turn @ aligned(basis @ turn, basis), basis, atol=1e-5)
