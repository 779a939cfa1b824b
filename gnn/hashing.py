"""Words and names as vectors of a fixed width, without a vocabulary to outgrow.

Source: Weinberger, Dasgupta, Langford, Smola and Attenberg, "Feature Hashing for Large Scale
Multitask Learning", ICML 2009: a token adds its sign at its place; collisions cancel on average.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from gnn.matrices import Floats

_WORD = re.compile(r"\w+")


def words(text: object) -> list[str]:
    """A text's words in lower case; none where the source gave no text."""
    return _WORD.findall(text.lower()) if isinstance(text, str) else []


@lru_cache(maxsize=1 << 18)
def place(token: str) -> tuple[int, float]:
    """A token's hash and its sign; the same on every machine and in every process."""
    number = int.from_bytes(blake2b(token.encode(), digest_size=8).digest(), "big")
    return number >> 1, 1.0 if number & 1 else -1.0


def hashed(bags: Sequence[Iterable[str]], width: int) -> Floats:
    """Bags of tokens as rows of length 1 (or 0, for an empty bag); shape ``(len(bags), width)``."""
    rows = np.zeros((len(bags), width), dtype=np.float32)
    for row, bag in zip(rows, bags, strict=True):
        for token in bag:
            number, sign = place(token)
            row[number % width] += sign
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), dtype=np.float32)
