"""All pages of a SocialVerse path: where they end, what of them is kept, and what is missing."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from graph.loaders.socialverse_cache import CachedPage, PageCache, Rows
from graph.loaders.socialverse_fields import kept_row
from graph.loaders.socialverse_http import Answer, Endpoint, SocialVerseHttp
from graph.progress import progress
from graph.report import LoadReport

NOTHING = CachedPage([], "", 0.0, {})
"""A page that is not in the cache."""


@dataclass(frozen=True)
class Listing:
    """The rows of a path in the source's order."""

    rows: Rows
    whole: bool
    """Whether these are all the rows there are, as far as a reader can tell."""


class SocialVersePages:
    """Reads a path to its end, out of the cache what is fresh there."""

    def __init__(
        self, http: SocialVerseHttp, report: LoadReport, cache: PageCache | None = None
    ) -> None:
        self.http, self.report, self.cache = http, report, cache
        self.told: Counter[str] = Counter()
        """How many pages were ``cached``, ``unchanged``, ``changed`` or ``new``."""

    def read(self, endpoint: Endpoint) -> Listing:
        """All rows; what shows that some may be missing is counted in the report."""
        pages = list(progress(self._pages(endpoint), endpoint.path))
        if self.cache is not None:
            self.cache.forget_after(endpoint.path, len(pages))
        flaws = list(self._flaws(pages))
        for flaw in flaws:
            self.report.mend(f"{flaw}: {endpoint.path}")
        told = pages[:-1] if _repeats(pages) else pages
        rows = [row for page in told for row in page.rows]
        return Listing(rows, whole=bool(rows) and not flaws)

    def _flaws(self, pages: list[CachedPage]) -> Iterator[str]:
        sizes = [len(page.rows) for page in pages]
        if _repeats(pages):
            yield "page repeated"
        elif not _at_end(pages, self.http.config.page_size):
            yield "page cap reached"
        filled = max((place for place, size in enumerate(sizes) if size), default=0)
        if any(size < max(sizes) for size in sizes[:filled]):
            yield "short page before the last"

    def _pages(self, endpoint: Endpoint) -> Iterable[CachedPage]:
        pages = self._fresh(endpoint)
        if pages and not self._ended(pages) and self._moved(endpoint, len(pages), pages[-1]):
            pages = []
        self.told["cached"] += len(pages)
        yield from pages
        while not self._ended(pages):
            pages.append(self._ask(endpoint, len(pages) + 1))
            yield pages[-1]

    def _fresh(self, endpoint: Endpoint) -> list[CachedPage]:
        """The first pages out of the cache, as far as they are fresh and of one reading."""
        pages: list[CachedPage] = []
        while self.cache is not None and not self._ended(pages):
            page = self.cache.read(endpoint.path, len(pages) + 1)
            if page is None or not self.cache.is_fresh(page):
                break
            if pages and page.checked_at < pages[0].checked_at:
                break
            pages.append(page)
        return pages

    def _moved(self, endpoint: Endpoint, page: int, last: CachedPage) -> bool:
        """Whether the last page that came before a reading broke off is another now.

        Rows ascend by id, so one that vanished meanwhile moved all later ones up: reading on
        from the next page would miss one.
        """
        return self._ask(endpoint, page).digest != last.digest

    def _ended(self, pages: list[CachedPage]) -> bool:
        config = self.http.config
        full = len(pages) >= config.max_pages
        return full or _repeats(pages) or _at_end(pages, config.page_size)

    def _ask(self, endpoint: Endpoint, page: int) -> CachedPage:
        """The page as the source has it now, and so the cache."""
        if self.cache is None:
            self.told["new"] += 1
            return _came(endpoint, self.http.get(endpoint, page, {}), NOTHING, 0.0)
        known = self.cache.read(endpoint.path, page) or NOTHING
        answer = self.http.get(endpoint, page, known.validators)
        came = _came(endpoint, answer, known, self.cache.clock())
        same = known.digest == came.digest
        self.told["new" if known is NOTHING else "unchanged" if same else "changed"] += 1
        self.cache.write(endpoint.path, page, came)
        return came


def _came(endpoint: Endpoint, answer: Answer | None, known: CachedPage, at: float) -> CachedPage:
    """The answer's page, or the known one where the answer is that it still holds."""
    if answer is None:
        return replace(known, checked_at=at)
    rows = [kept_row(endpoint.path, row) for row in answer.rows]
    return CachedPage.of(rows, at, answer.validators)


def _at_end(pages: list[CachedPage], page_size: int) -> bool:
    """Whether an empty page follows one that was not full.

    An empty one behind a full one may be a fault, as may a short one: a look past it tells.
    """
    if len(pages) < 2 or pages[-1].rows:
        return False
    full = len(pages[0].rows) if len(pages) > 2 else page_size
    return len(pages[-2].rows) < max(full, 1)


def _repeats(pages: list[CachedPage]) -> bool:
    """Whether the last page begins as an earlier one did: the source ignores what was asked."""
    if len(pages) < 2 or not pages[-1].rows:
        return False
    return _first(pages[-1]) in {_first(page) for page in pages[:-1] if page.rows}


def _first(page: CachedPage) -> str:
    row = page.rows[0]
    return repr(row.get("id", row) if row is not None else None)
