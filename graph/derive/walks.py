"""Walks of two steps over the graph, from every node to the nodes where they likeliest end."""

from collections.abc import Iterator

import numpy as np
from scipy import sparse

from graph.progress import progress

PRODUCTS = 4_000_000
"""Walks that are scored at a time: some 200 MB."""


def nearest(
    first: sparse.csr_array, second: sparse.csr_array, keep: int, doing: str, begin: int = 0
) -> sparse.csr_array:
    """Each node's `keep` likeliest others after a step by `first` and one by `second`.

    Args:
        first: weights of the first step; shape ``(num_rows, num_between)``, a row for each node
            from `begin` on.
        second: weights of the second, back to the nodes; shape ``(num_between, num_nodes)``.
        keep: how many others to keep for each node.
        doing: what a progress bar calls it.
        begin: the node that the first row is of.

    Returns:
        Shape ``(num_rows, num_nodes)`` float32, each row holding the `keep` largest of that row of
        ``first @ second``, zeros left out; ties go to the lower position; never the row's own node.
    """
    num_nodes = second.shape[1]
    blocks = [
        _best(first[start:end] @ second, begin + start, keep)
        for start, end in progress(list(_blocks(first, second)), doing)
    ]
    empty = sparse.csr_array((0, num_nodes), dtype=np.float32)
    return sparse.csr_array(sparse.vstack([empty, *blocks], format="csr"), dtype=np.float32)


def _blocks(first: sparse.csr_array, second: sparse.csr_array) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose products are of like cost; a row that costs more stands alone."""
    fan_out = np.diff(second.indptr)[first.indices]
    costs = np.concatenate(([0], np.cumsum(fan_out, dtype=np.int64)))[first.indptr]
    start = 0
    while start < first.shape[0]:
        end = int(np.searchsorted(costs, costs[start] + PRODUCTS, side="right")) - 1
        end = min(max(end, start + 1), first.shape[0])
        yield start, end
        start = end


def _best(block: sparse.csr_array, first_row: int, keep: int) -> sparse.csr_array:
    """Keep each row's `keep` largest entries; the diagonal, left out, starts at `first_row`."""
    rows = np.repeat(np.arange(block.shape[0]), np.diff(block.indptr))
    off_diagonal = (block.indices != rows + first_row) & (block.data > 0)
    rows, columns = rows[off_diagonal], block.indices[off_diagonal]
    # Compared as stored (float32), so that equal scores tie alike on every machine.
    scores = block.data[off_diagonal].astype(np.float32)
    likely = scores >= _floors(scores, rows, block.shape[0], keep)[rows]
    rows, columns, scores = rows[likely], columns[likely], scores[likely]
    order = np.lexsort((columns, -scores, rows))
    rows, columns, scores = rows[order], columns[order], scores[order]
    places = np.arange(len(rows)) - np.searchsorted(rows, rows, side="left")
    kept = places < keep
    return sparse.csr_array((scores[kept], (rows[kept], columns[kept])), shape=block.shape)


def _floors(scores: np.ndarray, rows: np.ndarray, num_rows: int, keep: int) -> np.ndarray:
    """Each row's `keep`-th largest score: what is below need not be sorted; shape ``(num_rows,)``.

    Args:
        scores: (num_scores,) float32, a row's together.
        rows: (num_scores,) the row of each, ascending.
        num_rows: rows without a score count too.
        keep: a row with no more than so many has no floor (0).
    """
    ends = np.searchsorted(rows, np.arange(num_rows + 1))
    floors = np.zeros(num_rows, np.float32)
    for row in np.flatnonzero(np.diff(ends) > keep):
        part = scores[ends[row] : ends[row + 1]]
        floors[row] = np.partition(part, len(part) - keep)[len(part) - keep]
    return floors
