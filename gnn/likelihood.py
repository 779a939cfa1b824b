"""How likely a viewer is to engage with a post: parts in, a probability out. Needs numpy only.

An additive model: every part speaks through a curve of its own, a straight line that may bend at
some knots, and the log-odds are the sum::

    log-odds = bias + sum over parts of (slope * x + sum over its knots of bend * max(0, x - knot))

So what each part says can be told to people. Source: Hastie and Tibshirani, "Generalized Additive
Models", Statistical Science 1(3), 1986, with linear splines. `gnn.decoding` fits it; the feed and
the evaluation both call `Decoder.gains`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from graph.errors import ModelMismatch

Values = npt.NDArray[np.float64]
Reals = npt.NDArray[np.floating]
Curve = tuple[float, ...]
ROWS = 8192
"""Scored at a time, so that what is made of them stays in the processor's cache."""


@dataclass(frozen=True)
class Decoder:
    """The curves of the parts: their sum is the log-odds of an engagement."""

    parts: tuple[str, ...]
    """The parts' names, in the order of the columns."""
    slopes: tuple[float, ...]
    """By part: the log-odds that one unit adds, up to the first knot."""
    bias: float
    knots: tuple[Curve, ...] = ()
    """By part: where its line bends; none at all where nothing does."""
    bends: tuple[Curve, ...] = ()
    """By part and knot: what the slope changes by."""

    def __post_init__(self) -> None:
        curves = [*self.knots, *self.bends]
        numbers = [*self.slopes, self.bias, *(number for curve in curves for number in curve)]
        fits = len(self.slopes) == len(self.parts)
        fits &= len(self.knots) == len(self.bends) and len(self.knots) in (0, len(self.parts))
        pairs = zip(self.knots, self.bends, strict=fits)
        fits = fits and all(len(knots) == len(bends) for knots, bends in pairs)
        if not fits or not np.isfinite(numbers).all():
            raise ModelMismatch(
                f"The decoder's numbers do not fit its {len(self.parts)} parts: train again."
            )

    def gains(self, parts: npt.ArrayLike) -> Values:
        """What each part adds to the log-odds; shape ``(..., len(self.parts))``, as `parts`.

        Args:
            parts: finite; of a row that has another number nothing is told.

        Raises:
            ModelMismatch: the last axis is not one column a part.
        """
        raw = self._checked(parts)
        of, knots, bends = self._bending
        above = raw[..., of]
        above -= knots.astype(raw.dtype)
        np.maximum(above, 0, out=above)
        gained = raw * np.array(self.slopes, raw.dtype) + above @ bends.astype(raw.dtype)
        return np.asarray(gained, np.float64)

    @cached_property
    def _bending(self) -> tuple[npt.NDArray[np.intp], Values, Values]:
        """By knot: the part's place, where it is, and a row that has the bend in that place."""
        told = [
            (place, knot, bend)
            for place, (knots, bends) in enumerate(zip(self.knots, self.bends, strict=True))
            for knot, bend in zip(knots, bends, strict=True)
        ]
        of = np.array([place for place, _, _ in told], np.intp)
        rows = np.zeros((len(told), len(self.parts)))
        rows[np.arange(len(told)), of] = [bend for _, _, bend in told]
        return of, np.array([knot for _, knot, _ in told], np.float64), rows

    def scores(self, parts: npt.ArrayLike) -> Values:
        """The log-odds; shape ``(..., len(self.parts))`` in, ``(...)`` out.

        Raises:
            ModelMismatch: as for `gains`.
        """
        return np.asarray(scores_of([self], self._checked(parts))[0], dtype=np.float64)

    def likelihood(self, parts: npt.ArrayLike) -> Values:
        """The probability of an engagement; shape ``(n, len(self.parts))`` in, ``(n,)`` out."""
        return np.asarray(1.0 / (1.0 + np.exp(-np.clip(self.scores(parts), -500, 500))))

    def _checked(self, parts: npt.ArrayLike) -> np.ndarray:
        raw = np.asarray(parts)
        if raw.ndim == 0 or raw.shape[-1] != len(self.parts):
            raise ModelMismatch(
                f"The decoder expects {len(self.parts)} parts {self.parts}, found an array of "
                f"shape {raw.shape}: train again, or compute the same parts."
            )
        return raw if raw.dtype in (np.float32, np.float64) else raw.astype(np.float64)

    def as_json(self) -> dict[str, object]:
        """As plain lists and numbers."""
        return {
            "parts": list(self.parts),
            "slopes": list(self.slopes),
            "bias": self.bias,
            "knots": [list(each) for each in self.knots],
            "bends": [list(each) for each in self.bends],
        }

    @classmethod
    def from_json(cls, given: Mapping[str, object]) -> "Decoder":
        """The inverse of `as_json`.

        Raises:
            ModelMismatch: a field is missing or not of its kind.
        """
        try:
            names = _listed(given["parts"])
            knots, bends = (
                tuple(_floats(each) for each in _listed(given[key])) for key in ("knots", "bends")
            )
            (bias,) = _floats([given["bias"]])
            slopes = _floats(given["slopes"])
            return cls(tuple(str(each) for each in names), slopes, bias, knots, bends)
        except (KeyError, TypeError, ValueError) as error:
            raise ModelMismatch(f"The decoder cannot be read ({error!r}): train again.") from error


def scores_of(decoders: Sequence[Decoder], parts: Reals) -> Reals:
    """The log-odds by several decoders; those that bend at the same knots share the work of that.

    Args:
        decoders: of the same parts.
        parts: shape ``(..., len(parts))``.

    Returns:
        Shape ``(len(decoders), ...)``, of the type of `parts`.
    """
    rows = parts.reshape(-1, parts.shape[-1])
    found = np.empty((len(decoders), len(rows)), parts.dtype)
    for knots in dict.fromkeys(each.knots for each in decoders):
        places = [place for place, each in enumerate(decoders) if each.knots == knots]
        weights = np.array([_weights(decoders[place]) for place in places], parts.dtype)
        for start in range(0, len(rows), ROWS):
            span = slice(start, start + ROWS)
            found[places, span] = weights @ _ramps(rows[span], knots)
    found += np.array([[each.bias] for each in decoders], parts.dtype)
    return found.reshape(len(decoders), *parts.shape[:-1])


def _weights(decoder: Decoder) -> list[float]:
    return [*decoder.slopes, *(bend for bends in decoder.bends for bend in bends)]


def _ramps(rows: Reals, knots: Sequence[Curve]) -> Reals:
    """What the weights count: the parts, then how far each is above each of its knots.

    Shapes:
        rows: ``(num_rows, num_parts)``.
        output: ``(num_parts + num_knots, num_rows)``.
    """
    width, bending = rows.shape[1], [(i, knot) for i, each in enumerate(knots) for knot in each]
    ramps = np.empty((width + len(bending), len(rows)), rows.dtype)
    ramps[:width] = rows.T
    for above, (place, knot) in zip(ramps[width:], bending, strict=True):
        np.subtract(ramps[place], rows.dtype.type(knot), out=above)
        np.maximum(above, 0, out=above)
    return ramps


def _listed(given: object) -> Sequence[object]:
    if not isinstance(given, Sequence) or isinstance(given, str):
        raise TypeError(f"{given!r} is not a list")
    return given


def _floats(given: object) -> tuple[float, ...]:
    return tuple(_number(each) for each in _listed(given))


def _number(given: object) -> float:
    if not isinstance(given, int | float):
        raise TypeError(f"{given!r} is not a number")
    return float(given)
