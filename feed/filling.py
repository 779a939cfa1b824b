"""Keeps what ranking rests on in memory, so that a request finds its lists there.

A background thread reads whole tables (`graph.queries.whole`) again and again: what people post
every few seconds, what they do every minute, derived edges every few minutes; on a large graph less
often, so that it never takes more than a small part of one core. Without it the same lists are read
a node at a time as requests need them. Nothing of it is ever shown (`feed.remembered`).
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence

from feed.remembered import (
    CARD_SECONDS,
    DERIVED_SECONDS,
    NEW_SECONDS,
    PEOPLE_SECONDS,
    ReadLists,
    ReadPeople,
    Remembered,
)
from graph.errors import StoreError
from graph.kept import keeper
from graph.machine import give_back
from graph.queries import candidates as queries
from graph.queries import tables, whole
from graph.queries.stats import stats
from graph.store import GraphStore

log = logging.getLogger(__name__)

SHARE = 100.0
"""What took a second to read is not read again for so many: a hundredth of one core a part. Ladybug
hands whole tables over with every other thread stopped."""

MOST = 50_000_000
"""Rows of one table; a graph that has more is not read whole: it would fill a server's memory."""

MANY = 2_000
"""Nodes that were written to, from which on a part is read again where every write is known."""

_PARTS: Mapping[float, Sequence[ReadLists | ReadPeople]] = {
    CARD_SECONDS / 2: (),
    NEW_SECONDS / 2: (queries.written_by, queries.posted_in),
    PEOPLE_SECONDS / 2: (queries.engaged_by, queries.friends_of),
    DERIVED_SECONDS / 2: (
        queries.by_tag,
        queries.by_category,
        queries.by_topic,
        queries.by_mood,
        queries.by_chart,
        queries.similar_to,
        queries.near_people,
    ),
}
"""What is read together, by the seconds after which it is read again, at the soonest; () are the
cards."""


class Filling:
    """Fills what a recommender remembers, now and, between `start` and `stop`, again and again."""

    def __init__(
        self,
        store: GraphStore,
        remembered: Callable[[], Remembered],
        clock: Callable[[], float] = time.monotonic,
        edges: bool = False,
    ):
        """Read nothing yet.

        Args:
            store: where whole tables are read.
            remembered: what is to be filled; another one when the last was full.
            clock: seconds.
            edges: whether what viewers' vectors are made of is to be read, too.
        """
        self._store, self._remembered, self._clock = store, remembered, clock
        self._edges = edges
        self._filled: Remembered | None = None
        self._due: dict[float, float] = {}
        self._marks: dict[float, int] = {}
        """Of the store's changes, when each part was read."""
        self._texts: tuple[int | None, int] = (None, 0)
        """Likewise when texts were read, and how often all had been forgotten by then."""
        self._texts_due = 0.0
        self._read_anew = False
        self._blanked = store.changes.mark()
        self._ends, self._once = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    def fill(self) -> float:
        """Read what is due; in how many seconds something is due again.

        Raises:
            StoreError: a table cannot be read; what was remembered stays.
        """
        remembered = self._remembered()
        if remembered is not self._filled:
            self._filled, self._due, self._marks = remembered, {}, {}
            self._texts_due = 0.0
            if (most := max(stats(self._store).values())) > MOST:
                log.info("lists are read as requests need them: a table has %d rows", most)
                self._due = dict.fromkeys(_PARTS, float("inf"))
        for seconds, reads in _PARTS.items():
            if self._due.get(seconds, 0.0) <= self._clock():
                self._due[seconds] = self._refill(remembered, seconds, reads)
        self._once.set()
        if self._read_anew:
            give_back()  # what lists lay in until now, and what tables were read into
            self._read_anew = False
        if self._due[CARD_SECONDS / 2] < float("inf"):
            self._read_texts(remembered)
        return min(max(0.0, min(self._due.values()) - self._clock()), DERIVED_SECONDS)

    @property
    def done(self) -> bool:
        """Whether all was read once."""
        return self._once.is_set()

    def _refill(
        self, remembered: Remembered, seconds: float, reads: Sequence[ReadLists | ReadPeople]
    ) -> float:
        """Read one part, unless it is known to be as it was; and say when it is due again."""
        keeping = keeper(self._store)
        forgot = 0 if keeping is None else keeping.forgot
        began, mark = self._clock(), self._store.changes.mark()
        if self._as_read(self._marks.get(seconds)):
            return began + seconds
        found = {
            read: whole.WHOLE[read](self._store) for read in reads if read != queries.engaged_by
        }
        signals = whole.signals(self._store) if queries.engaged_by in reads else {}
        if signals:  # which are read once for all that rests on them
            found[queries.engaged_by] = whole.engaged_in(signals, whole.people(self._store))
        cards = None if reads else whole.cards(self._store)
        if keeping is not None and cards is not None:
            keeping.fill(tables.of_posts(cards), mark, forgot)
        if keeping is not None and queries.engaged_by in found:
            two = found[queries.friends_of], found[queries.engaged_by]
            keeping.fill(tables.of_people(self._store, *two, signals, self._edges), mark, forgot)
        pause = max(seconds, SHARE * (self._clock() - began))
        for read, lists in found.items():
            remembered.fill(read, lists, mark, pause)
        if cards is not None:
            remembered.fill_cards(cards, mark, pause)
        self._marks[seconds] = mark
        self._read_anew = True
        return self._clock() + pause

    def _read_texts(self, remembered: Remembered) -> None:
        """Have what pages show beside the lists; and no word of what was written to."""
        keeping, changes = keeper(self._store), self._store.changes
        if keeping is None:
            return
        forgot, mark = keeping.forgot, changes.mark()
        read_at, known = self._texts
        keeping.blank(changes.since(self._blanked) or ())
        self._blanked = mark
        if forgot == known and self._as_read(read_at):
            return
        began = self._clock()
        if began < self._texts_due:
            return
        self._texts_due = began + DERIVED_SECONDS / 2
        keeping.fill(tables.of_texts(self._store, *remembered.likeliest()), mark, forgot)
        self._texts = mark, forgot
        self._texts_due = max(self._texts_due, self._clock() + SHARE * (self._clock() - began))

    def _as_read(self, mark: int | None) -> bool:
        """Whether what was read then is known to hold, but for few nodes, which are read anew."""
        changes = self._store.changes
        if not changes.alone or mark is None:
            return False
        written = changes.since(mark)
        return written is not None and len(written) < MANY

    def start(self) -> None:
        """Fill in a thread of its own until `stop`."""
        self._thread = threading.Thread(target=self._run, name="filling", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; a table that is being read is read to its end first."""
        self._ends.set()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        pause = 0.0
        while not self._ends.wait(pause):
            try:
                pause = self.fill()
            except StoreError as error:
                log.warning("lists are read as requests need them: %s", error)
                pause = NEW_SECONDS
