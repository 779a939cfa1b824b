"""How likely a viewer is to engage with a post: parts in, a probability out. Needs numpy only.

A logistic regression over standardised parts:
 p = 1 / (1 + exp(-(bias + w . (x - means) / scales))).
`gnn.decoding` fits it; the feed and the evaluation both call `Decoder.likelihood`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from graph.errors import ModelMismatch

Values = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Decoder:
    """The weights of the parts: their weighted sum is the log-odds of an engagement."""

    parts: tuple[str, ...]
    """The parts' names, in the order of the columns."""
    means: tuple[float, ...]
    scales: tuple[float, ...]
    """Every part is shifted by its mean and divided by its scale (positive) first."""
    weights: tuple[float, ...]
    bias: float

    def __post_init__(self) -> None:
        numbers = [*self.means, *self.scales, *self.weights, self.bias]
        lengths = {len(self.parts), len(self.means), len(self.scales), len(self.weights)}
        if len(lengths) != 1 or not np.isfinite(numbers).all() or min(self.scales) <= 0:
            raise ModelMismatch(
                f"The decoder's numbers do not fit its {len(self.parts)} parts: train again."
            )

    def scores(self, parts: npt.ArrayLike) -> Values:
        """The log-odds; shape ``(..., len(self.parts))`` in, ``(...)`` out.

        Raises:
            ModelMismatch: the last axis is not one column a part.
        """
        raw = np.asarray(parts)
        if raw.ndim == 0 or raw.shape[-1] != len(self.parts):
            raise ModelMismatch(
                f"The decoder expects {len(self.parts)} parts {self.parts}, found an array of "
                f"shape {raw.shape}: train again, or compute the same parts."
            )
        slopes = np.asarray(self.weights) / np.asarray(self.scales)
        shift = self.bias - float(np.dot(slopes, self.means))
        return np.asarray(raw @ slopes.astype(raw.dtype) + shift, dtype=np.float64)

    def likelihood(self, parts: npt.ArrayLike) -> Values:
        """The probability of an engagement; shape ``(n, len(self.parts))`` in, ``(n,)`` out."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.scores(parts), -500, 500))))

    def contributions(self, parts: npt.ArrayLike) -> Values:
        """What each part adds to the log-odds, against an average pair; shape as `parts`."""
        raw = np.asarray(parts, dtype=np.float64)
        standard = (raw - np.asarray(self.means)) / np.asarray(self.scales)
        return np.asarray(standard * np.asarray(self.weights), dtype=np.float64)

    def as_json(self) -> dict[str, object]:
        """As plain lists and numbers."""
        return {
            "parts": list(self.parts),
            "means": list(self.means),
            "scales": list(self.scales),
            "weights": list(self.weights),
            "bias": self.bias,
        }

    @classmethod
    def from_json(cls, given: Mapping[str, object]) -> "Decoder":
        """The inverse of `as_json`.

        Raises:
            ModelMismatch: a field is missing or not of its kind.
        """
        try:
            names = given["parts"]
            if not isinstance(names, Sequence) or isinstance(names, str):
                raise TypeError("parts is not a list")
            means, scales, weights = (_floats(given[key]) for key in ("means", "scales", "weights"))
            (bias,) = _floats([given["bias"]])
            return cls(tuple(str(each) for each in names), means, scales, weights, bias)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelMismatch(f"The decoder cannot be read ({error!r}): train again.") from error


def _floats(given: object) -> tuple[float, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise TypeError(f"{given!r} is not a list of numbers")
    return tuple(float(each) for each in given)
