"""A ranked list, pinned when it was made, so that its pages never repeat nor skip.

A slate holds ids alone: each page passes the gate again when it is shown. Pages are asked for by
a cursor, which carries its slate (`feed.cursors`), or by number, for which the process keeps
everyone's last slates, or several processes together (`feed.shared_slates`).
"""

import json
import threading
from collections import OrderedDict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol

SLATES, SLATE_IDS = 10_000, 1_000_000
"""The most slates that a process keeps, and ids in them: some 100 MB."""
KEPT_SECONDS = 3_600
"""How long a slate is kept for pages asked for by number: then page 2 follows a new page 1."""

Filter = str | int | float | bool | None | Collection[str]


@dataclass(frozen=True, slots=True)
class Slate:
    """What one viewer was ranked for one request."""

    viewer: str
    """Whose it is, as `viewer_key` says it."""
    asked: str
    """The `digest` of what the request filtered and steered by."""
    made_at: int
    """Unix seconds."""
    post_ids: tuple[str, ...]
    """In ranked order, each once."""


def viewer_key(user_id: str | None, username: str) -> str:
    """One name for who asks: a user by id; a newcomer by the name given, which is no user's id.

    >>> viewer_key("sv:user:1", "ana"), viewer_key(None, "sv:user:1")
    ('user sv:user:1', 'name sv:user:1')
    """
    return f"name {username}" if user_id is None else f"user {user_id}"


def digest(filters: Mapping[str, Filter]) -> str:
    """A short name of a request's filters, the same on every machine.

    Neither order counts, of the filters nor of the values in one; None and an empty collection
    are the same as no filter. 128 bits, so that nobody finds two requests of one name.

    >>> digest({"mood": "happy", "but": ["b", "a"]}) == digest({"but": {"a", "b"}, "mood": "happy"})
    True
    >>> digest({"mood": None}) == digest({})
    True
    """
    told = {name: _canonical(value) for name, value in filters.items()}
    said = {name: value for name, value in told.items() if value not in (None, [])}
    text = json.dumps(said, sort_keys=True)
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _canonical(value: Filter) -> object:
    if value is None or isinstance(value, (str, int, float)):
        return value
    return sorted(set(value))


class KeptSlates(Protocol):
    """The last slate of each viewer and request: of one process, or of several that share them."""

    def get(self, viewer: str, asked: str, now: int) -> Slate | None:
        """The last slate of this viewer for this request; None where there is none, or too old."""

    def put(self, slate: Slate) -> None:
        """Keep a slate in the place of the last one for the same viewer and request."""

    def forget(self, viewer: str) -> None:
        """Drop every slate of this viewer."""


class Slates:
    """The last slate of each viewer and request, for pages asked for by number; thread-safe."""

    def __init__(
        self, slates: int = SLATES, ids: int = SLATE_IDS, kept_seconds: int = KEPT_SECONDS
    ):
        """Keep at most `slates` slates and `ids` ids in all; what was used longest ago goes."""
        self._slates, self._ids, self._kept_seconds = slates, ids, kept_seconds
        self._kept: OrderedDict[tuple[str, str], Slate] = OrderedDict()
        self._held = 0
        self._turn = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, viewer: str, asked: str, now: int) -> Slate | None:
        """The last slate of this viewer for this request; None where there is none, or too old."""
        with self._turn:
            slate = self._kept.get((viewer, asked))
            if slate is None:
                return None
            if now - slate.made_at >= self._kept_seconds:
                self._drop((viewer, asked))
                return None
            self._kept.move_to_end((viewer, asked))
            return slate

    def put(self, slate: Slate) -> None:
        """Keep a slate in the place of the last one for the same viewer and request."""
        key = slate.viewer, slate.asked
        with self._turn:
            self._drop(key)
            self._kept[key] = slate
            self._held += len(slate.post_ids)
            while len(self._kept) > self._slates or self._held > self._ids:
                self._drop(next(iter(self._kept)))

    def forget(self, viewer: str) -> None:
        """Drop every slate of this viewer."""
        with self._turn:
            for key in [key for key in self._kept if key[0] == viewer]:
                self._drop(key)

    def _drop(self, key: tuple[str, str]) -> None:
        if (old := self._kept.pop(key, None)) is not None:
            self._held -= len(old.post_ids)
