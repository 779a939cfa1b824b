"""The SocialVerse API over HTTP: one page at a time, asked for again while that may help."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import NoReturn, Self
from urllib.parse import urlsplit

import requests

from graph.errors import LoadError, MalformedSource, SourceRefused, SourceUnavailable
from graph.loaders.socialverse_config import SocialVerseConfig
from graph.loaders.socialverse_secrets import redacted_logs

MAX_WAIT_S = 60.0
PASSING = (requests.Timeout, requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
"""What another try may put right."""
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
VALIDATORS = {"ETag": "If-None-Match", "Last-Modified": "If-Modified-Since"}
"""What an answer is marked with, and the header that asks whether it still holds."""
MAX_VALIDATOR = 200
NOT_MODIFIED = 304


@dataclass(frozen=True)
class Endpoint:
    """A path of the API: the key its rows are under, and which secret it asks for."""

    path: str
    key: str = "posts"
    by_token: bool = False


@dataclass(frozen=True)
class Answer:
    """A page's rows as they came, and the headers to ask with whether they still hold."""

    rows: list[object]
    validators: Mapping[str, str]


@dataclass(frozen=True)
class Failed:
    """What went wrong with one try, and may not with the next."""

    kind: type[LoadError]
    found: str
    step: str
    retry_after: str | None = None


class SocialVerseHttp:
    """Asks for pages; a token, a key or an address of the API is in no message and no log."""

    def __init__(self, config: SocialVerseConfig, sleep: Callable[[float], None]) -> None:
        self.config, self.sleep = config, sleep
        self.open = ExitStack()
        self.session = self.open.enter_context(requests.Session())
        # A proxy of the environment cannot reach this machine's own addresses.
        self.session.trust_env = urlsplit(config.url).hostname not in LOOPBACK

    def __enter__(self) -> Self:
        self.open.enter_context(redacted_logs([self.config.token, self.config.algorithm]))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self.open.close()

    def get(self, endpoint: Endpoint, page: int, validators: Mapping[str, str]) -> Answer | None:
        """A page's answer; None where it has not changed since `validators` were given.

        Raises:
            SourceUnavailable: no answer, or only 429 and 5xx, after all tries.
            SourceRefused: the token, the key or the address was turned away.
            MalformedSource: an answer in another shape than the API's.
        """
        tried = 0
        while isinstance(told := self._try(endpoint, page, validators), Failed):
            if tried == self.config.retries:
                self._fail(told.kind, endpoint, page, told.found, told.step)
            self.sleep(_wait(tried, told.retry_after))
            tried += 1
        return told

    def _try(
        self, endpoint: Endpoint, page: int, validators: Mapping[str, str]
    ) -> Answer | Failed | None:
        try:
            response = self._ask(endpoint, page, validators)
        except requests.RequestException as error:
            found = f"no answer ({type(error).__name__})"
            step = "check SOCIALVERSE_URL and the network, or try again later"
            if isinstance(error, PASSING):
                return Failed(SourceUnavailable, found, step)
            self._fail(SourceUnavailable, endpoint, page, found, step)
        status = response.status_code
        if status == 429 or status >= 500:
            found = f"status {status} after {self.config.retries + 1} tries"
            retry_after = response.headers.get("Retry-After")
            return Failed(SourceUnavailable, found, "try again later", retry_after)
        if status == NOT_MODIFIED and validators:
            return None
        if status != 200:
            self._turned_away(endpoint, page, status)
        try:
            body = response.json(parse_constant=lambda _: None)
        except (ValueError, RecursionError):
            return Failed(MalformedSource, "the answer is not JSON", "check the URL")
        return Answer(self._rows(endpoint, page, body), _validators(response.headers))

    def _ask(
        self, endpoint: Endpoint, page: int, validators: Mapping[str, str]
    ) -> requests.Response:
        params = {"page": str(page), "page_size": str(self.config.page_size)}
        secret = {} if endpoint.by_token else {"resonance_algorithm": self.config.algorithm}
        headers = {"Flic-Token": self.config.token} if endpoint.by_token else {}
        return self.session.get(
            self.config.url.rstrip("/") + endpoint.path,
            params=params | secret,
            headers=headers | dict(validators),
            timeout=self.config.timeout_s,
            # requests would send the token on to wherever the answer points.
            allow_redirects=False,
        )

    def _rows(self, endpoint: Endpoint, page: int, body: object) -> list[object]:
        if isinstance(body, dict) and not _succeeded(body.get("status")):
            found = "the answer says that it failed"
            self._fail(SourceRefused, endpoint, page, found, "check the token")
        rows = body.get(endpoint.key) if isinstance(body, dict) else None
        if not isinstance(rows, list):
            found = f"an object without a list under '{endpoint.key}'"
            self._fail(MalformedSource, endpoint, page, found, "check that the URL is SocialVerse")
        return rows

    def _turned_away(self, endpoint: Endpoint, page: int, status: int) -> NoReturn:
        setting = "SOCIALVERSE_TOKEN" if endpoint.by_token else "SOCIALVERSE_ALGORITHM"
        if status in {401, 403}:
            step = f"set {setting} to a valid one"
        elif 300 <= status < 400:
            step = "set SOCIALVERSE_URL to the address it points to"
        else:
            step = "check SOCIALVERSE_URL"
        self._fail(SourceRefused, endpoint, page, f"turned away with status {status}", step)

    def _fail(
        self, kind: type[LoadError], endpoint: Endpoint, page: int, found: str, step: str
    ) -> NoReturn:
        # From None: the library's own message has the address with the algorithm's key in it.
        raise kind(
            f"SocialVerse {endpoint.path}, page {page}, at {self.config.host}: {found}; {step}"
        ) from None


def _succeeded(status: object) -> bool:
    """The documents say true, the API says "success", and one path leaves it out."""
    return status is None or status is True or str(status).lower() in {"success", "true"}


def _validators(headers: Mapping[str, str]) -> dict[str, str]:
    given = {asks: headers.get(marks, "") for marks, asks in VALIDATORS.items()}
    return {asks: mark for asks, mark in given.items() if 0 < len(mark) <= MAX_VALIDATOR}


def _wait(tried: int, retry_after: str | None) -> float:
    """Seconds before the next try: 1, 2, 4, ..., or what the server asks for, at most a minute."""
    return min(max(2.0**tried, _asked_wait(retry_after or "")), MAX_WAIT_S)


def _asked_wait(retry_after: str) -> float:
    """Seconds, given as such or as a date."""
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        return parsedate_to_datetime(retry_after).timestamp() - time.time()
    except ValueError:
        return 0.0
