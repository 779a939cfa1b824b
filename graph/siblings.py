"""What the processes of one server tell each other of their writes, through memory they share.

Each has a store of its own, over one graph that many may write. What one writes, the others know
of when they next look: so what they keep of the graph is as fresh as if they were one process.
What is told lies in a ring; who looks so seldom that it was overwritten takes everything for
changed. All of it is made before the processes part (`os.fork`), and ends with the last of them.
"""

import fcntl
import json
import mmap
import struct
import tempfile
import threading
from collections.abc import Collection
from types import TracebackType

from graph.changes import ALL, LEFT, News

RING = 1 << 20
"""Bytes: some 10,000 writes of one person each."""
MOST = RING // 8
"""Bytes of one thing that is told; a write that names more ids is told as a change of all."""

_END, _JOINED = struct.Struct("=Q"), struct.Struct("=QI")
"""At the beginning: how much was ever told, in bytes; and, after that, how many ever joined."""
_HEAD = struct.Struct("=II")
"""Before each thing told: by which of them, and its length."""


class ProcessLock:
    """One thread of all these processes has it at a time; one that dies lets go of it."""

    def __init__(self) -> None:
        self._turn, self._file = threading.Lock(), tempfile.TemporaryFile()

    def __enter__(self) -> None:
        self._turn.acquire()
        # A lock of the process, which is why threads take turns first.
        fcntl.lockf(self._file, fcntl.LOCK_EX)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        fcntl.lockf(self._file, fcntl.LOCK_UN)
        self._turn.release()

    def close(self) -> None:
        """Let go of the file that it rests on."""
        self._file.close()


class Siblings:
    """The ring, as one of the processes has it. Safe to share between threads."""

    def __init__(self) -> None:
        """Nothing was told yet."""
        self._memory = mmap.mmap(-1, _JOINED.size + RING)
        self._lock = ProcessLock()
        self._me, self._read = 0, 0

    def join(self) -> None:
        """Begin here, in a process of its own: what was told before is of no use to it."""
        with self._lock:
            self._read, joined = _JOINED.unpack_from(self._memory)
            self._me = joined + 1
            _JOINED.pack_into(self._memory, 0, self._read, self._me)

    @property
    def number(self) -> int:
        """Of this process among all that ever joined; from 1."""
        return self._me

    def tell(self, news: News) -> None:
        """Have the others know of a write that was made."""
        kind, ids = news
        said = json.dumps([kind, sorted(ids)]).encode()
        if len(said) > MOST:
            said = json.dumps([ALL, []]).encode()
        with self._lock:
            end = self._end()
            told = _HEAD.pack(self._me, len(said)) + said
            self._put(end, told)
            # Last: a process that died before this has told nothing.
            _END.pack_into(self._memory, 0, end + len(told))

    def news(self) -> Collection[News]:
        """What the others told since this was last asked."""
        if self._end() == self._read:  # mostly; a torn read is no such number
            return ()
        found: list[News] = []
        with self._lock:
            end, at = self._end(), self._read
            self._read = end
            # Less than the ring: one that died while it told may have overwritten the oldest.
            if end - at > RING - MOST - _HEAD.size:
                return [(ALL, frozenset()), (LEFT, frozenset())]
            while at < end:
                by, length = _HEAD.unpack(self._get(at, _HEAD.size))
                if by != self._me:
                    kind, ids = json.loads(self._get(at + _HEAD.size, length))
                    found.append((kind, frozenset(ids)))
                at += _HEAD.size + length
        return found

    def close(self) -> None:
        """Let go of the memory."""
        self._memory.close()
        self._lock.close()

    def _end(self) -> int:
        """How much was ever told, in bytes."""
        end: int = _END.unpack_from(self._memory)[0]
        return end

    def _put(self, at: int, told: bytes) -> None:
        begin = at % RING
        first = told[: RING - begin]
        place = _JOINED.size + begin
        self._memory[place : place + len(first)] = first
        rest = told[len(first) :]
        self._memory[_JOINED.size : _JOINED.size + len(rest)] = rest

    def _get(self, at: int, length: int) -> bytes:
        place, beyond = _JOINED.size + at % RING, max(0, at % RING + length - RING)
        told = self._memory[place : place + length - beyond]
        return told + self._memory[_JOINED.size : _JOINED.size + beyond]
