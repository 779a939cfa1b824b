"""What was written through one store, by the ids that the writes named.

Who keeps what was read can tell by it whether that still holds: take the `mark`, read, keep both;
what was kept holds as long as no id that it rests on was written to since. A query's parameters
name every node whose properties, and both ends of every edge, that it changes; a text that deletes
nodes changes what stands around their neighbours too, whom it does not name, and so counts as a
change of everything; but not to those who keep nothing of a node but its own properties
(`nodes_since`). Of one node's derived edges, which change again and again, only that node is named:
nobody keeps them by their other ends.
"""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import repeat
from typing import Protocol

import pandas as pd

from graph.cypher_files import Query

MOST = 200_000
"""Ids that are remembered; beyond them everything counts as changed."""
ROWS = 5_000
"""Rows of a load above which everything counts as changed: it is a new graph to whoever reads."""
NAMED, AROUND, ALL, LEFT = "named", "around", "all", "left"
"""Kinds of news: these ids were named; they may be gone, and edges around any changed; anything;
somebody left, and whatever was read may be of them."""
LENGTH = 500
"""Characters: a longer text is no id. Who keeps something by a longer one must not."""


News = tuple[str, frozenset[str]]
"""A write: its kind, and the ids that it named."""


class Others(Protocol):
    """Other processes that write to the same graph and tell of it (`graph.siblings`)."""

    def tell(self, news: News) -> None:
        """Have them know of a write that was made here."""

    def news(self) -> Collection[News]:
        """What they told since this was last asked."""


class Changes:
    """A count of writes, and which was the last to name each id. Safe to share between threads."""

    def __init__(self, alone: bool, told: bool = False):
        """Nothing was written yet.

        Args:
            alone: whether every write to the graph passes here: no other process can make one.
            told: whether all who can make one tell the others that are to be joined (`join`).
        """
        self.alone, self._told = alone, told
        self._lock = threading.Lock()
        self._count = 0
        self._all = 0
        self._all_nodes = 0
        self._last: dict[str, int] = {}
        self._writes: deque[tuple[int, Collection[str]]] = deque()
        self._watched: dict[str, list[threading.Event]] = {}
        self._others: Others | None = None
        self._gone: Callable[[Collection[str]], object] = frozenset
        self._left: Callable[[], object] = frozenset
        self._heeding = threading.Lock()

    def mark(self) -> int:
        """This moment; what is read after it may be kept under it."""
        return self._count

    def note(self, ids: Iterable[str]) -> None:
        """Say that a write which named these ids was just made, or may have been."""
        self._made((NAMED, frozenset(ids)))

    def note_around(self, ids: Iterable[str]) -> None:
        """Say that these nodes may be gone, or changed, and with them edges around any others."""
        self._made((AROUND, frozenset(ids)))

    def note_all(self) -> None:
        """Say that anything may have changed."""
        self._made((ALL, frozenset()))

    def join(self, others: Others, gone: Callable[[Collection[str]], object]) -> None:
        """Tell others what is noted from now on, and hear of them what they note (`heed`).

        Where they tell of every write, it is from now on as if no other process made any.

        Args:
            others: the processes.
            gone: is told the ids of nodes that others may have erased.
        """
        self._others, self._gone = others, gone
        self.alone = self.alone or self._told

    def note_left(self) -> None:
        """Have others keep nothing that they read of somebody who leaves here."""
        if self._others is not None:
            self._others.tell((LEFT, frozenset()))

    def when_somebody_left(self, forget: Callable[[], object]) -> None:
        """Call this when somebody left in another process: all that was read may be of them."""
        self._left = forget

    def heed(self) -> None:
        """Note what others wrote by now; call it before resting on what is kept."""
        if self._others is not None:
            with self._heeding:  # whoever finds nothing new finds it noted, too
                for news in self._others.news():
                    if news[0] == LEFT:
                        self._left()
                        continue
                    self._heard(news)
                    if news[0] == AROUND and news[1]:
                        self._gone(news[1])

    def _made(self, news: News) -> None:
        self._heard(news)
        if self._others is not None:
            self._others.tell(news)

    def _heard(self, news: News) -> None:
        kind, ids = news
        with self._lock:
            # The count is last: whoever has a mark finds all that was noted up to it.
            count = self._count + 1
            if kind == NAMED:
                self._last.update(dict.fromkeys(ids, count))
            if kind == AROUND:
                self._all = count
            if kind != ALL:
                self._writes.append((count, ids))
            self._count = count
            if kind == ALL or len(self._last) > MOST or len(self._writes) > MOST:
                self._forget()
            for watched in ids & self._watched.keys() if kind == NAMED else self._watched:
                self._wake(watched)

    @contextmanager
    def watching(self, id: str) -> Iterator[threading.Event]:
        """An event that is set by every write that names the id, once the write is made.

        Who waits clears it before reading, so that no write falls in between.
        """
        woken = threading.Event()
        with self._lock:
            self._watched.setdefault(id, []).append(woken)
        try:
            yield woken
        finally:
            with self._lock:
                left = [each for each in self._watched[id] if each is not woken]
                self._watched[id] = left
                if not left:
                    del self._watched[id]

    def holds(self, mark: int, *ids: str) -> bool:
        """Whether nothing that names one of these ids was written since `mark`."""
        last = self._last
        return self._all <= mark and max(map(last.get, ids, repeat(0)), default=0) <= mark

    def since(self, mark: int) -> frozenset[str] | None:
        """The ids that were written to since `mark`; None: anything may have changed."""
        with self._lock:
            return None if self._all > mark else self._named(mark)

    def nodes_since(self, mark: int) -> frozenset[str] | None:
        """The ids of nodes whose own properties may differ since `mark`, or that may be gone.

        None: any may. For those who keep no edges; `since` is for the others.
        """
        with self._lock:
            return None if self._all_nodes > mark else self._named(mark)

    def _named(self, mark: int) -> frozenset[str]:
        found: set[str] = set()
        for count, ids in reversed(self._writes):
            if count <= mark:
                break
            found.update(ids)
        return frozenset(found)

    def _wake(self, id: str) -> None:
        for woken in self._watched[id]:
            woken.set()

    def _forget(self) -> None:
        # In this order: a reader in between finds either the ids or that everything changed.
        self._all = self._all_nodes = self._count
        self._last = {}
        self._writes.clear()


class Write:
    """What one write names, or the writes of one transaction; told when they are made."""

    def __init__(self) -> None:
        self._ids: set[str] = set()
        self._everything = False
        self._around = False

    def add(self, query: Query, params: Mapping[str, object]) -> None:
        """A query is to be run with these parameters; one that only reads changes nothing."""
        if not query.writes:
            return
        if query.derives:  # who keeps lists asks for them by the node that they start from
            self._ids.update(_texts(params["source"]))
            return
        many = any(isinstance(each, list) and len(each) > ROWS for each in params.values())
        if many:
            self._everything = True
        else:
            self._around |= query.deletes_nodes
            self._ids.update(_texts(tuple(params.values())))

    def add_frame(self, frame: pd.DataFrame) -> None:
        """The rows of a load."""
        if len(frame) > ROWS:
            self._everything = True
            return
        for name in frame.columns:
            if frame[name].dtype == object or isinstance(frame[name].dtype, pd.StringDtype):
                self._ids.update(_texts(frame[name].tolist()))

    def add_around(self) -> None:
        """Edges around any node may change, and no node itself."""
        self._around = True

    def tell(self, changes: Changes) -> None:
        """Note it: it was made, or may have been."""
        if self._everything:
            changes.note_all()
        elif self._around:
            changes.note_around(self._ids)
        elif self._ids:
            changes.note(self._ids)


def _texts(value: object) -> Iterator[str]:
    """Every text in it that may be an id."""
    if isinstance(value, str):
        if len(value) <= LENGTH:
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)
