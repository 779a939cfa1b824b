"""Which acts are under way, as every process of one machine knows: each has a lock while it lasts.

The system lets go of a lock when its process ends, however that ends. So nobody waits for an act
whose process was killed, and nobody takes one for dead that only takes long.
"""

import fcntl
import os
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

_FLOCK = "hhqqi0q"
"""``struct flock`` of Linux: the kind of lock, from where, its first byte, how many, 0."""


class Acts:
    """Those of one opening of the file, and what others have. Safe to share between threads."""

    def __init__(self, path: Path | None = None):
        """Open the file at `path`, and make it if it is not there; None: no others ask.

        It stays empty: an act's lock is of one byte, where its name says. Which byte is locked is
        the opening's, and not the process's (``F_OFD_SETLK``): closing another ends none of these.

        Raises:
            OSError: it cannot be made or opened.
        """
        self._file = None if path is None else os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self._turn, self._mine = threading.Lock(), set[str]()

    @contextmanager
    def begun(self) -> Iterator[str]:
        """An act, which is under way until the block ends; its name.

        Raises:
            OSError: it cannot be locked.
        """
        name = uuid4().hex
        self._lock(name, fcntl.F_WRLCK)
        with self._turn:
            self._mine.add(name)
        try:
            yield name
        finally:
            with self._turn:
                self._mine.discard(name)
            self._lock(name, fcntl.F_UNLCK)

    def last(self, name: str) -> bool:
        """Whether the act of that name is under way, whoever began it."""
        with self._turn:
            if name in self._mine:
                return True
        if self._file is None:
            return False
        found = fcntl.fcntl(self._file, fcntl.F_OFD_GETLK, _flock(name, fcntl.F_WRLCK))
        return bool(struct.unpack(_FLOCK, found)[0] != fcntl.F_UNLCK)

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            os.close(self._file)
            self._file = None

    def _lock(self, name: str, kind: int) -> None:
        if self._file is not None:
            fcntl.fcntl(self._file, fcntl.F_OFD_SETLK, _flock(name, kind))


def _flock(name: str, kind: int) -> bytes:
    return struct.pack(_FLOCK, kind, os.SEEK_SET, int(name[:15], 16), 1, 0)
