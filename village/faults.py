"""What can be wrong with a SocialVerse server and its rows, on demand.

Everything is a plain attribute that a test may set between two readings; paths as in
`village.socialverse.PATHS`, pages from 1, rows by their own ``id``.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from threading import Lock

from village.socialverse import INTERACTIONS, Row, SocialVerseRows

Pages = frozenset[tuple[str, int]]


class Missing(Enum):
    """`MISSING` in place of a field's value: the row is without the field."""

    MISSING = "missing"


MISSING = Missing.MISSING


class Instead(Enum):
    """What the server does in place of answering."""

    ERROR = "error"
    """It answers the status, with a message as JSON."""
    HTML = "html"
    """It answers the status, with a web page."""
    DROP = "drop"
    """It ends the connection in the midst of its answer."""


@dataclass(frozen=True)
class Failure:
    """The first `times` requests for a page of a path go wrong."""

    path: str
    page: int = 1
    status: int = 500
    times: int = 1
    instead: Instead = Instead.ERROR
    retry_after: str = ""
    """The header of that name: seconds, or a date."""


@dataclass
class Faults:
    """What the server does wrong; nothing by default."""

    failures: tuple[Failure, ...] = ()
    html: frozenset[str] = frozenset()
    """Paths that answer 200 with a web page."""
    ignores_page: frozenset[str] = frozenset()
    """Paths that answer the first page whatever was asked."""
    wrong_key: frozenset[str] = frozenset()
    """Paths whose rows are under ``data``."""
    second_shape: frozenset[str] = frozenset()
    """Interaction paths that answer whole posts of the token's own user."""
    empty: Pages = frozenset()
    """Pages without rows, where there are some."""
    short: Pages = frozenset()
    """Pages with the first half of their rows."""
    repeated: Pages = frozenset()
    """Pages that tell the rows of the page before."""
    most_rows: int | None = None
    """Pages have no more rows than this, whatever was asked; the answer does not say so."""
    slow_s: float = 0.0
    """Seconds that each answer takes."""
    slow_times: int | None = None
    """How many answers are slow; None: all."""
    validators: frozenset[str] = frozenset()
    """``ETag`` and ``Last-Modified``, if answers bear them and heed the questions."""
    gone: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Rows that vanished."""
    told: Mapping[str, Mapping[int, Row]] = field(default_factory=dict)
    """Fields that are told otherwise, by row; `MISSING` is a value too."""
    added: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
    """Further rows, behind the others."""


class FailureCounts:
    """Which failures are still to come; safe among threads."""

    def __init__(self) -> None:
        self._had: Counter[Failure] = Counter()
        self._slow = 0
        self._lock = Lock()

    def next(self, faults: Faults, path: str, page: int) -> Failure | None:
        """The failure of this request, if it has one."""
        with self._lock:
            for failure in faults.failures:
                here = (failure.path, failure.page) == (path, page)
                if here and self._had[failure] < failure.times:
                    self._had[failure] += 1
                    return failure
        return None

    def wait_s(self, faults: Faults) -> float:
        """Seconds to wait before this answer."""
        with self._lock:
            self._slow += 1
            slow = faults.slow_times is None or self._slow <= faults.slow_times
        return faults.slow_s if slow else 0.0


class FaultyRows:
    """The village's rows with what is wrong with them."""

    def __init__(self, rows: SocialVerseRows, faults: Faults) -> None:
        self.rows, self.faults = rows, faults

    def page(self, path: str, page: int, size: int) -> list[object]:
        """One page of `size` rows, faults of pages and of rows included."""
        faults = self.faults
        place = 1 if path in faults.ignores_page else page - ((path, page) in faults.repeated)
        size = min(size, faults.most_rows or size)
        rows = self._range(path, (place - 1) * size, place * size)
        if (path, page) in faults.empty:
            return []
        return rows[: len(rows) // 2] if (path, page) in faults.short else rows

    def _range(self, path: str, start: int, stop: int) -> list[object]:
        if path in self.faults.second_shape and path in INTERACTIONS:
            return [*self.rows.own_posts(start, stop)]
        gone, added = self.faults.gone.get(path), self.faults.added.get(path, ())
        if not gone and not added:
            return [self._told(path, row) for row in self.rows.rows(path, start, stop)]
        every = self.rows.rows(path, 0, self.rows.count(path))
        left = [self._told(path, row) for row in every if row["id"] not in (gone or ())]
        return [*left, *added][start:stop]

    def _told(self, path: str, row: Row) -> object:
        changed = self.faults.told.get(path, {}).get(int(str(row["id"])))
        if changed is None:
            return row
        return {name: value for name, value in (row | changed).items() if value is not MISSING}
