"""SocialVerse's pages on disk: what was fetched lately is not fetched again.

One JSON file a page, of the kept fields alone (`socialverse_fields`), without token or algorithm.
A file is written beside its place and then moved there, and carries its rows' digest: a
half-written one is never read. A run that breaks off leaves its mark behind, and the next one
takes that run's pages as they are.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from graph.errors import ConfigError
from graph.loaders.socialverse_config import SocialVerseConfig
from graph.loaders.socialverse_fields import KEPT

RESUME_S = 6 * 3600
"""A run that broke off longer ago is not taken up: its pages are too old to go with new ones."""
RUN = "run.json"

Rows = list[dict[str, object] | None]


@dataclass(frozen=True)
class CachedPage:
    """A page as it was told."""

    rows: Rows
    """The kept fields of each row; None for what was no object."""
    digest: str
    """Of all rows: another digest, another page."""
    checked_at: float
    """When the source last told, or confirmed, this page (Unix seconds)."""
    validators: Mapping[str, str]
    """The headers to ask with whether it has changed, by name; empty where it gave none."""

    @classmethod
    def of(cls, rows: Rows, checked_at: float, validators: Mapping[str, str]) -> Self:
        """A page with its digest."""
        return cls(rows, _digest(rows), checked_at, validators)


class PageCache:
    """The pages of one source under a folder; another address or page size has its own files."""

    def __init__(
        self,
        config: SocialVerseConfig,
        max_age_s: float = 0.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Pages younger than `max_age_s` are not asked for again."""
        self.folder = config.cache / _source(config)
        self.page_size, self.max_age_s, self.clock = config.page_size, max_age_s, clock
        self.young_after = self.resumed_from = float("inf")

    def begin(self) -> None:
        """Start a run, or take up the one that broke off: its pages count as fresh."""
        now = self.clock()
        self.young_after, self.resumed_from = now - self.max_age_s, float("inf")
        began = _object(self.folder / RUN).get("began")
        if isinstance(began, float) and now - RESUME_S < began <= now:
            self.resumed_from = began
        else:
            self._write(self.folder / RUN, {"began": now})

    def end(self) -> None:
        """All pages have come: the next run starts anew, without the leftovers of killed ones."""
        with suppress(OSError):
            (self.folder / RUN).unlink(missing_ok=True)
            for file in self.folder.rglob("*.tmp"):
                if file.stat().st_mtime < self.clock() - RESUME_S:  # else another run's
                    file.unlink()

    def is_fresh(self, page: CachedPage) -> bool:
        """Whether it need not be asked for in this run."""
        at = page.checked_at
        return at <= self.clock() and (at > self.young_after or at >= self.resumed_from)

    def read(self, path: str, page: int) -> CachedPage | None:
        """The page, or None where there is none that is whole."""
        found = _object(self._file(path, page))
        try:
            kept = CachedPage(**found)  # type: ignore[arg-type]
        except TypeError:
            return None
        good = isinstance(kept.checked_at, float) and isinstance(kept.validators, dict)
        return kept if good and kept.digest == _digest(kept.rows) else None

    def write(self, path: str, page: int, kept: CachedPage) -> None:
        """Put the page in its place, whole or not at all.

        Raises:
            ConfigError: the folder cannot be written.
        """
        self._write(self._file(path, page), asdict(kept))

    def forget_after(self, path: str, page: int) -> None:
        """Remove the pages behind the last one: the source no longer tells them."""
        with suppress(OSError):
            while (behind := self._file(path, page := page + 1)).exists():
                behind.unlink()

    def _file(self, path: str, page: int) -> Path:
        return self.folder / path.strip("/").replace("/", "-") / f"{self.page_size}-{page}.json"

    def _write(self, file: Path, told: Mapping[str, object]) -> None:
        beside = file.with_name(f"{file.name}.{os.getpid()}.tmp")
        try:
            file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            beside.write_text(json.dumps(told), encoding="ascii")
            os.replace(beside, file)
        except OSError as error:
            raise ConfigError(
                f"the page cache {file.parent} cannot be written ({error.strerror}); "
                "set SOCIALVERSE_CACHE to a folder that can"
            ) from error


def _source(config: SocialVerseConfig) -> str:
    """The folder's name: the host to be read by people, and what else the pages depend on."""
    parts = urlsplit(config.url)
    where = json.dumps([parts.scheme, config.host, parts.path.rstrip("/"), KEPT], sort_keys=True)
    readable = "".join(sign if sign.isalnum() or sign in ".-" else "_" for sign in config.host)
    return f"{readable[:80]}-{hashlib.sha256(where.encode()).hexdigest()[:12]}"


def _digest(rows: object) -> str:
    told = json.dumps(rows, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(told.encode("ascii")).hexdigest()


def _object(file: Path) -> dict[str, object]:
    """The file's JSON object; an empty one where it is missing or no such thing."""
    try:
        found = json.loads(file.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
