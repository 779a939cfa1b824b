"""Finds the vectors of the highest inner product with one, exactly or by few bits."""

from typing import Any, Protocol

import faiss
import numpy as np
import numpy.typing as npt

EXACT = 2_000_000
"""Numbers, up to which an index holds vectors as they are; more of them in 8 bits, which is as
quick at six times as many."""
ROUGH = 25_000
"""Vectors, of which so many and more are told apart by 2 bits a number: a request reads a sixteenth
of what they are, and leaves the processor's cache to others."""
FINE = 128
"""Columns that have twice as many bits there: those in which the vectors are largest."""
LOOKED_CLOSER = 800
"""So many at least are found by 2 bits, for whoever wants fewer to find these among them; or three
times as many as are wanted."""
TAUGHT, ROUNDS = 4_096, 10
"""Vectors that those 2 bits are learnt from, and how often these are looked at."""
LARGEST = np.float32(127.0)
"""Of 8 bits with a sign."""
PIECE = 512 << 10
"""Bytes of vectors that several queries go through at a time."""
BLOCK = 4_096
"""Posts that are rounded at once."""

Vector = npt.NDArray[np.float32]
Positions = npt.NDArray[np.int64]


class VectorIndex(Protocol):
    """Finds the vectors of the highest inner product, or nearly so where they are many and wide."""

    def nearest(self, vector: Vector, most: int) -> Positions:
        """The positions of so many at least, in no order; fewer where few bits tell none apart.

        Args:
            vector: shape ``(dim,)``.
            most: how many are wanted, of those that there are; where vectors are held by few bits
                more are found, so that hardly any of these is missed.
        """


def index_of(vectors: Vector) -> VectorIndex:
    """An index of vectors; shape ``(n, dim)``."""
    _in_one_thread()
    num, dim = vectors.shape
    if num * dim <= EXACT:
        return _Exact(vectors)
    return _By2Bits(vectors) if num >= ROUGH and dim % 2 == 0 else _By8Bits(vectors)


def inner_products(queries: Vector, vectors: Vector, positions: Positions) -> Vector:
    """Of a few vectors with some of many, which are read where they lie.

    numpy would gather them first, which takes longer than to multiply them.

    Args:
        queries: shape ``(num_queries, dim)``.
        vectors: shape ``(n, dim)``; without gaps between the rows.
        positions: of those that are meant.

    Returns:
        Shape ``(num_queries, len(positions))``.

    Raises:
        IndexError: there is no such position.
        ValueError: the queries are of another width.
    """
    if queries.shape[1] != vectors.shape[1]:
        raise ValueError(f"{queries.shape[1]} columns, where vectors have {vectors.shape[1]}")
    found = np.zeros((len(queries), len(positions)), np.float32)
    if not found.size or not vectors.shape[1]:
        return found
    if positions.min() < 0 or positions.max() >= len(vectors):
        raise IndexError(f"positions from {positions.min()} to {positions.max()}: {len(vectors)}")
    _in_one_thread()
    asked, many = (np.ascontiguousarray(each, np.float32) for each in (queries, vectors))
    # faiss goes through all of these for each query: so few that they stay where they are at hand.
    step = len(positions) if len(asked) == 1 else max(PIECE // many[0].nbytes, 1)
    for start in range(0, len(positions), step):
        some = positions[start : start + step]
        at = np.ascontiguousarray(np.broadcast_to(some, (len(asked), len(some))), np.int64)
        told = np.empty(at.shape, np.float32)
        pointers = [faiss.swig_ptr(each) for each in (told, asked, many, at)]
        # The types that faiss tells of itself leave it out.
        faiss.fvec_inner_products_by_idx(*pointers, many.shape[1], *at.shape)  # type: ignore[attr-defined]
        found[:, start : start + step] = told
    return found


def _in_one_thread() -> None:
    """Have faiss compute in the thread that calls it, from now on.

    Its own threads spin while they wait for each other: where others want the processors too, one
    search takes all of them, and several times as long as in one thread.
    """
    faiss.omp_set_num_threads(1)


class _Exact:
    """Of vectors as they are."""

    def __init__(self, vectors: Vector):
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))

    def nearest(self, vector: Vector, most: int) -> Positions:
        """See `VectorIndex.nearest`."""
        return _found(self._index, vector, most)


class _By8Bits:
    """Of whole numbers, by what each column counts in."""

    def __init__(self, vectors: Vector):
        ends = vectors.max(axis=0, initial=0.0), -vectors.min(axis=0, initial=0.0)
        largest = np.maximum(*ends) / LARGEST
        self._steps = np.where(largest > 0.0, largest, 1.0).astype(np.float32)
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexScalarQuantizer(vectors.shape[1], kind, faiss.METRIC_INNER_PRODUCT)
        for start in range(0, len(vectors), BLOCK):
            self._index.add(np.rint(vectors[start : start + BLOCK] / self._steps))

    def nearest(self, vector: Vector, most: int) -> Positions:
        """See `VectorIndex.nearest`."""
        # Rounded as well: where all columns are whole numbers faiss is quickest, and where
        # there are so many as it likes (a multiple of 32) it takes no others.
        return _found(self._index, _rounded(vector * self._steps), 2 * most)


class _By2Bits:
    """Of pairs of numbers, each the nearest of sixteen (Jégou et al., product quantisation, 2011).

    The largest columns are there twice: what they are, and by how much the first missed that.
    """

    def __init__(self, vectors: Vector):
        num, dim = vectors.shape
        squares = np.einsum("ij,ij->j", vectors, vectors, dtype=np.float64)
        by_size = np.argsort(-squares, kind="stable")
        self._fine, rest = by_size[: min(FINE, dim)], np.sort(by_size[FINE:])
        self._columns = np.concatenate([self._fine, self._fine, rest])
        first: Any = faiss.ProductQuantizer(len(self._fine), len(self._fine) // 2, 4)

        def told(some: Vector) -> Vector:
            large = np.ascontiguousarray(some[:, self._fine], dtype=np.float32)
            missed = large - first.decode(first.compute_codes(large))
            return np.hstack([large, missed, some[:, rest]])

        width = len(self._columns)
        self._index = faiss.IndexPQFastScan(width, width // 2, 4, faiss.METRIC_INNER_PRODUCT)
        first.cp.niter = self._index.pq.cp.niter = ROUNDS
        taught = vectors[:: num // TAUGHT + 1]
        first.train(np.ascontiguousarray(taught[:, self._fine], dtype=np.float32))
        self._index.train(told(taught))
        for start in range(0, num, BLOCK):
            self._index.add(told(vectors[start : start + BLOCK]))

    def nearest(self, vector: Vector, most: int) -> Positions:
        """See `VectorIndex.nearest`."""
        return _found(self._index, vector[self._columns], max(LOOKED_CLOSER, 3 * most))


def _found(index: faiss.Index, vector: Vector, most: int) -> Positions:
    _in_one_thread()
    found: Positions = index.search(vector[None], min(most, index.ntotal))[1][0]
    return found[found >= 0]  # where it tells none apart faiss says so


def _rounded(vector: Vector) -> Vector:
    """In the same direction, as nearly as whole numbers of 8 bits can be."""
    longest = float(np.abs(vector).max())
    return (
        np.asarray(np.rint(vector * (float(LARGEST) / longest)), np.float32) if longest else vector
    )
