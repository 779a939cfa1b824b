"""The SocialVerse API over HTTP: pages, retries, and what can go wrong on the way."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import NoReturn, Self
from urllib.parse import urlsplit

import requests

from graph.errors import LoadError, MalformedSource, SourceRefused, SourceUnavailable
from graph.loaders.socialverse_config import SocialVerseConfig

MAX_WAIT_S = 60.0
PASSING = (requests.Timeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
"""What another try may put right."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class Endpoint:
    """A path of the API: the key its rows are under, and which secret it asks for."""

    path: str
    key: str = "posts"
    by_token: bool = False


class SocialVersePages:
    """Reads an endpoint's rows, page after page, each page tried again while that may help."""

    def __init__(
        self,
        config: SocialVerseConfig,
        refused: Counter[str],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.config, self.refused, self.sleep = config, refused, sleep
        self.session = requests.Session()
        # A proxy of the environment cannot reach this machine's own addresses.
        self.session.trust_env = urlsplit(config.url).hostname not in LOOPBACK

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.session.close()

    def read(self, endpoint: Endpoint) -> Iterator[list[object]]:
        """The pages' rows, until a page is empty, short, seen before, or one too many."""
        seen: set[str] = set()
        for page in range(1, self.config.max_pages + 1):
            rows, cap = self._page(endpoint, page)
            if not rows:
                return
            first = _first_id(rows)
            if first in seen:
                self.refused[f"page_repeated:{endpoint.path}"] += 1
                return
            seen.add(first)
            yield rows
            if len(rows) < cap:
                return
        self.refused[f"page_cap_reached:{endpoint.path}"] += 1

    def _page(self, endpoint: Endpoint, page: int) -> tuple[list[object], int]:
        """The rows of a page, and the number of rows that makes it a full one."""
        response = self._get(endpoint, page)
        try:
            body = response.json(parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            self._fail(MalformedSource, endpoint, page, "the answer is not JSON", "check the URL")
        rows = body.get(endpoint.key) if isinstance(body, dict) else None
        if isinstance(body, dict) and not _succeeded(body.get("status")):
            self._fail(
                SourceRefused, endpoint, page, "the answer says that it failed", "check the token"
            )
        if not isinstance(rows, list):
            found = f"an object without a list under '{endpoint.key}'"
            self._fail(MalformedSource, endpoint, page, found, "check that the URL is SocialVerse")
        return rows, _cap(body.get("max_page_size"), self.config.page_size)

    def _get(self, endpoint: Endpoint, page: int) -> requests.Response:
        for tried in range(self.config.retries + 1):
            last = tried == self.config.retries
            try:
                response = self._ask(endpoint, page)
            except PASSING as error:
                if last:
                    self._unreachable(endpoint, page, error)
                self.sleep(_wait(tried, None))
                continue
            except requests.RequestException as error:
                self._unreachable(endpoint, page, error)
            if response.status_code != 429 and response.status_code < 500:
                return self._accepted(endpoint, page, response)
            if not last:
                self.sleep(_wait(tried, response.headers.get("Retry-After")))
        found = f"status {response.status_code} after {self.config.retries + 1} tries"
        self._fail(SourceUnavailable, endpoint, page, found, "try again later")

    def _ask(self, endpoint: Endpoint, page: int) -> requests.Response:
        params = {"page": str(page), "page_size": str(self.config.page_size)}
        secret = {} if endpoint.by_token else {"resonance_algorithm": self.config.algorithm}
        return self.session.get(
            self.config.url.rstrip("/") + endpoint.path,
            params=params | secret,
            headers={"Flic-Token": self.config.token} if endpoint.by_token else {},
            timeout=self.config.timeout_s,
            # requests would send the token on to wherever the answer points.
            allow_redirects=False,
        )

    def _accepted(
        self, endpoint: Endpoint, page: int, response: requests.Response
    ) -> requests.Response:
        status = response.status_code
        if status == 200:
            return response
        setting = "SOCIALVERSE_TOKEN" if endpoint.by_token else "SOCIALVERSE_ALGORITHM"
        if status in {401, 403}:
            step = f"set {setting} to a valid one"
        elif 300 <= status < 400:
            step = "set SOCIALVERSE_URL to the address it points to"
        else:
            step = "check SOCIALVERSE_URL"
        self._fail(SourceRefused, endpoint, page, f"turned away with status {status}", step)

    def _unreachable(
        self, endpoint: Endpoint, page: int, error: requests.RequestException
    ) -> NoReturn:
        found = f"no answer ({type(error).__name__})"
        step = "check SOCIALVERSE_URL and the network, or try again later"
        self._fail(SourceUnavailable, endpoint, page, found, step)

    def _fail(
        self, kind: type[LoadError], endpoint: Endpoint, page: int, found: str, step: str
    ) -> NoReturn:
        # From None: the library's own message has the address with the algorithm's key in it.
        raise kind(
            f"SocialVerse {endpoint.path}, page {page}, at {self.config.host}: {found}; {step}"
        ) from None


def _first_id(rows: list[object]) -> str:
    first = rows[0]
    return repr(first.get("id", first) if isinstance(first, dict) else first)


def _succeeded(status: object) -> bool:
    """The documents say true, the API says "success", and one path leaves it out."""
    return status is None or status is True or str(status).lower() in {"success", "true"}


def _cap(max_page_size: object, asked: int) -> int:
    """Rows of a full page: what was asked for, unless the answer says that it caps lower."""
    if isinstance(max_page_size, int) and 1 <= max_page_size < asked:
        return max_page_size
    return asked


def _wait(tried: int, retry_after: str | None) -> float:
    """Seconds before the next try: 1, 2, 4, ..., or what the server asks for, at most a minute."""
    asked = float(retry_after) if retry_after is not None and retry_after.isdigit() else 0.0
    return min(max(2.0**tried, asked), MAX_WAIT_S)
