"""A progress bar where a person watches, silence where nobody does."""

from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

T = TypeVar("T")


def progress(items: Iterable[T], what: str, total: int | None = None) -> Iterable[T]:
    """Pass `items` through, with a bar on a terminal's standard error (nothing elsewhere)."""
    return tqdm(items, desc=what, total=total, disable=None, leave=False, dynamic_ncols=True)
