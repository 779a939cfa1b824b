"""Finds the vectors of the highest inner product with one, exactly or by few bits."""

import faiss
import numpy as np
import numpy.typing as npt

EXACT = 2_000_000
"""Numbers, up to which an index holds vectors as they are; more of them in 8 bits, which is as
quick at six times as many."""
ROUGH = 25_000
"""Vectors, of which so many and more are first told apart by 2 bits a number: a request reads a
quarter of what it would, and leaves the processor's cache to others."""
LOOKED_CLOSER = 2_048
"""Of those, at least so many of the best are told apart by all 8 bits; or four times as many as are
wanted."""
TAUGHT, ROUNDS = 4_096, 10
"""Vectors that those 2 bits are learnt from, and how often these are looked at."""
LARGEST = np.float32(127.0)
"""Of 8 bits with a sign."""
BLOCK = 4_096
"""Posts that are rounded at once."""

Vector = npt.NDArray[np.float32]


class VectorIndex:
    """Finds the vectors of the highest inner product, or nearly so where they are wide."""

    def __init__(self, vectors: Vector):
        """Index vectors; shape ``(n, dim)``."""
        _in_one_thread()
        num, dim = vectors.shape
        self._steps: Vector | None = None
        """What a column counts in by; None: it is exact."""
        self._index: faiss.Index
        self._rough: faiss.Index | None = None
        """Finds by 2 bits a number, and looks closer at some in the other one."""
        if num * dim <= EXACT:
            self._index = faiss.IndexFlatIP(dim)
            self._index.add(np.ascontiguousarray(vectors, dtype=np.float32))
            return
        ends = vectors.max(axis=0, initial=0.0), -vectors.min(axis=0, initial=0.0)
        largest = np.maximum(*ends) / LARGEST
        self._steps = np.where(largest > 0.0, largest, 1.0).astype(np.float32)
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexScalarQuantizer(dim, kind, faiss.METRIC_INNER_PRODUCT)
        if num >= ROUGH and dim % 2 == 0:
            rough = faiss.IndexPQFastScan(dim, dim // 2, 4, faiss.METRIC_INNER_PRODUCT)
            rough.pq.cp.niter = ROUNDS
            rough.train(np.rint(vectors[:: num // TAUGHT + 1] / self._steps))
            self._rough = faiss.IndexRefine(rough, self._index)
        for start in range(0, num, BLOCK):  # what refines adds to both
            added = self._index if self._rough is None else self._rough
            added.add(np.rint(vectors[start : start + BLOCK] / self._steps))

    def nearest(self, vector: Vector, most: int) -> npt.NDArray[np.int64]:
        """The positions of so many at least, if there are as many, in no order.

        Args:
            vector: shape ``(dim,)``.
            most: how many are wanted; rounded ones are looked for twice as far, so that hardly any
                of these is missed.
        """
        _in_one_thread()
        if self._steps is not None:
            # Rounded as well: where all columns are whole numbers faiss is quickest, and where
            # there are so many as it likes (a multiple of 32) it takes no others.
            vector = _rounded(vector * self._steps)
            most = min(2 * most, self._index.ntotal)
        found: npt.NDArray[np.int64]
        if self._rough is not None:
            closer = faiss.IndexRefineSearchParameters()
            closer.k_factor = max(LOOKED_CLOSER / most, 2)
            found = self._rough.search(vector[None], most, params=closer)[1][0]
            if found.min() >= 0:  # by 2 bits nothing may be told apart: then it finds nothing
                return found
        found = self._index.search(vector[None], most)[1][0]
        return found


def _in_one_thread() -> None:
    """Have faiss compute in the thread that calls it, from now on.

    Its own threads spin while they wait for each other: where others want the processors too, one
    search takes all of them, and several times as long as in one thread.
    """
    faiss.omp_set_num_threads(1)


def _rounded(vector: Vector) -> Vector:
    """In the same direction, as nearly as whole numbers of 8 bits can be."""
    longest = float(np.abs(vector).max())
    return (
        np.asarray(np.rint(vector * (float(LARGEST) / longest)), np.float32) if longest else vector
    )
