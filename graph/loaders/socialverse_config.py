"""Where the SocialVerse API is, and the two secrets it asks for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from graph.errors import ConfigError

CACHE = Path(".data/cache/socialverse")
SYNC_AGE_S = 15 * 60.0
"""How old a page may be for `resonance sync` not to ask for it again."""


@dataclass(frozen=True)
class SocialVerseConfig:
    """Where the API is and what it asks of its callers."""

    url: str = field(repr=False)
    """The base address, ``https://host``; kept out of `repr` as it may carry a password."""
    token: str = field(repr=False)
    """The ``Flic-Token`` header of posts and users; never shown."""
    algorithm: str = field(repr=False)
    """The ``resonance_algorithm`` parameter of the four interaction paths; never shown."""
    page_size: int = 1000
    timeout_s: float = 60.0
    """Seconds to connect, and seconds without a byte; the API takes up to 25 for a page."""
    retries: int = 3
    """Further tries after 429, 5xx, a timeout or a lost connection."""
    max_pages: int = 10_000
    """The most pages of one path; reaching it is counted, since rows may be missing."""
    cache: Path = CACHE
    """The folder of the pages that were fetched (`PageCache`)."""

    def __post_init__(self) -> None:
        _check_url(self.url)
        for setting, secret in (("TOKEN", self.token), ("ALGORITHM", self.algorithm)):
            if not secret or not secret.isascii() or not secret.isprintable() or " " in secret:
                raise ConfigError(
                    f"SOCIALVERSE_{setting} is empty or has blanks or non-ASCII characters; "
                    "copy it again, without quotes"
                )
        if not (1 <= self.page_size <= 1000 and self.timeout_s > 0):
            raise ConfigError(
                f"SocialVerse: page_size {self.page_size} must be 1 to 1000 and timeout_s "
                f"{self.timeout_s} above 0; correct the two"
            )
        if self.retries < 0 or self.max_pages < 1:
            raise ConfigError(
                f"SocialVerse: retries {self.retries} must be 0 or more and max_pages "
                f"{self.max_pages} 1 or more; correct the two"
            )

    @property
    def host(self) -> str:
        """Host and port, without a user name or password: fit for messages."""
        return urlsplit(self.url).netloc.rpartition("@")[2]

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> Self:
        """Read SOCIALVERSE_URL, _TOKEN and _ALGORITHM; SOCIALVERSE_CACHE may be left out.

        Raises:
            ConfigError: one is missing or malformed.
        """
        names = ("SOCIALVERSE_URL", "SOCIALVERSE_TOKEN", "SOCIALVERSE_ALGORITHM")
        if missing := [name for name in names if not environ.get(name)]:
            raise ConfigError(
                f"SocialVerse: {', '.join(missing)} not set; export the address, the token and "
                "the algorithm key that its owner gave you"
            )
        url, token, algorithm = (environ[name] for name in names)
        return cls(url, token, algorithm, cache=Path(environ.get("SOCIALVERSE_CACHE") or CACHE))


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment:
        raise ConfigError("SOCIALVERSE_URL is no base address; set it to https:// and a host")
