"""Keeps derived edges up, a few nodes at a time, between one full rebuild and the next.

What was written through the store is told by its changes. Around those nodes is read what lists
rest on (`graph.derive.around`), which lists may differ follows from it (`graph.derive.held`), and
each is made anew (`graph.derive.lists`) and swapped (`graph.derive.swap`). All of it goes in short
steps, so that whoever calls can let others go before. Lists of nodes around, whose scores change a
little too, are left to the full rebuild.
"""

import logging
import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice

import pandas as pd

from graph.derive.around import read_around, read_whole
from graph.derive.clock import Clock, Rebuilt, begin_fading, begun, clock_of, end, fading
from graph.derive.fading import Fading
from graph.derive.held import Held, Ranked, Source, Touched
from graph.derive.lease import hold_lists
from graph.derive.lists import lists_of
from graph.derive.swap import drop, swap
from graph.derive.unheard import unheard
from graph.machine import memory
from graph.model import SIGNALS, Row, Tables
from graph.queries.derivation import derivation
from graph.queries.stats import stats
from graph.store import READ, Call, GraphStore, Runs

log = logging.getLogger(__name__)

MOST, BYTES = 5_000_000, 2_000
"""Rows of one table; a graph that has more is held where memory has so many bytes for each of them.
It takes a third of that while it is read (some 600 of a row in the largest table), then less."""
LARGE = 600.0
"""Seconds after which the rows of such a graph are counted again."""
IDS, NODES, LISTS, POPULAR = 500, 10, 20, 100
"""In one step: ids that are looked for, nodes that are looked around, lists that are made, posts
whose popularity is stored because it faded."""
TURN = 10
"""Of so many steps that look around nodes or make lists one is for what was done before this began
to look, then for what faded, however much waits that was written to."""
LEAST, REST = 60.0, 100.0
"""Seconds, and how many times as long as that took, after which the whole graph is read again where
others may write to it unheard: a hundredth of the time, as `feed.filling` takes."""
CHARTS = 5.0
"""Seconds for which charts, that nearly every write changes, wait for all other lists."""


class Fresh:
    """What waits to be brought up to date, and does it; for one thread, and one in all.

    Every method may raise a `StoreError`; then what waited waits still.
    """

    def __init__(
        self,
        store: GraphStore,
        clock: Callable[[], float] = time.monotonic,
        keeper: str = "",
        rest: Callable[[float], object] = lambda _: None,
        wall: Callable[[], float] = time.time,
    ):
        """Hold nothing yet.

        Args:
            store: the graph.
            clock: counts seconds from whenever; nobody sets it.
            keeper: under whose name lists are changed (`graph.derive.lease.Lease`); empty: while
                nobody has the lease.
            rest: is called between two tables, while the whole graph is read, with the seconds
                since that began or went on: when it returns it goes on.
            wall: Unix seconds, as of which a graph without any times is derived.
        """
        self._store, self._clock, self._keeper, self._rest = store, clock, keeper, rest
        self._wall = wall
        self._held: Held | None = None
        self._run, self._mark = "", store.changes.mark()
        self._ids: dict[str, float] = {}
        """What was written to and not looked at, and when that was noticed."""
        self._sources: dict[Source, float] = {}
        self._behind: dict[Source, float] = {}
        """Of what was done before this began to look; they wait for the others, but for every
        `TURN`-th step."""
        self._made: list[tuple[Source, Ranked, float]] = []
        self._old: dict[Source, tuple[Sequence[str], float]] = {}
        """What is to be dropped of lists that were swapped, and from when; the earliest first."""
        self._popular: dict[str, float] = {}
        """Of posts, that is to be stored on them."""
        self._fading, self._turn = Fading(), 0
        self._begun: Clock | None = None
        """As of when the graph says that lists are being made, or were at last."""
        self._hidden: list[Call] = []
        """By which those lists are found that hold what must be in none any more."""
        self._looks = True
        self._large_until, self._again = -math.inf, math.inf
        self.changed = 0
        """Lists that are other ones now."""

    @property
    def waiting(self) -> int:
        """Nodes that were written to, and lists that may differ."""
        lists = len(self._sources) + len(self._behind) + len(self._fading)
        lists += len(self._made) + len(self._old)
        return len(self._ids) + len(self._hidden) + lists

    @property
    def holds(self) -> bool:
        """Whether what lists rest on is read."""
        return self._held is not None

    @property
    def age(self) -> float:
        """Seconds since the first of them came to wait; what only faded counts as just come."""
        now = self._clock()
        return now - min([self._first, *(at for *_, at in self._made), now])

    @property
    def _first(self) -> float:
        """When the first node or list came to wait, of those that nothing was made for yet."""
        waits = (self._ids, self._sources, self._behind)
        return min((min(each.values()) for each in waits if each), default=math.inf)

    def look(self) -> bool:
        """Notice what was written since the last look; whether anything can be done now.

        Nothing does while a rebuild is under way, or where the graph is too large to be held.

        Raises:
            Lost: as `step`.
        """
        self._store.changes.heed()
        known = derivation(self._store)
        if known is not None and (known.running or known.run != self._run):
            self._forget()
        if known is not None and known.running:
            return False
        mark = self._store.changes.mark()
        written = self._store.changes.nodes_since(self._mark)
        if self._held is None or written is None:
            if not self._hold(mark):
                return False
            written = frozenset[str]()
        elif self._clock() >= self._again:
            written |= unheard(self._held, self._read(self._held.clock)[1])
        self._mark = mark
        self._wait_for(written)
        assert self._held is not None, "it was held just now"
        try:
            self._fade(self._held)
        except Rebuilt:
            self._forget()
            return False
        return self._able

    def step(self) -> bool:
        """One short piece of the work; whether any is left that can be done now.

        Raises:
            Lost: another has the lease by now; this one is of no more use.
        """
        assert self._held is not None, "it was looked before"
        try:
            if self._due:
                self._drop_some()
            elif self._made:
                self._swap_some()
            elif self._popular:
                self._store_popularity()
            elif self._hidden:
                self._find_leading()
            else:
                self._do_next(self._held)
        except Rebuilt:
            self._forget()
            return False
        return self._able

    def _do_next(self, held: Held) -> None:
        """Look, or make lists, by turns; some of them, and all that are left, are for the rest."""
        self._turn = (self._turn + 1) % TURN
        rest = self._turn == 0 or not (self._ids or self._sources)
        if rest and self._behind:
            self._make_of(held, self._behind)
        elif rest and self._fading.waits:
            self._freshen(held)
        elif self._fading.may_tell(self._first):
            self._move(held)
        elif self._ids and (self._looks or not self._sources):
            self._look_around(held)
            self._looks = False
        else:
            self._make_of(held, self._sources)
            self._looks = True

    @property
    def _able(self) -> bool:
        fading = self._fading.waits or self._fading.untold
        return self._due or self.waiting > len(self._old) or bool(self._popular) or fading

    @property
    def _due(self) -> bool:
        """Whether all have ended who began to read the first of those lists as it was."""
        return next((at for _, at in self._old.values()), math.inf) <= self._clock()

    def _hold(self, mark: int) -> bool:
        """Read the whole graph; whether it is held."""
        if self._clock() < self._large_until:
            return False
        if (most := max(stats(self._store).values())) > max(MOST, memory() // BYTES):
            log.info("derived edges change by derive alone: a table has %d rows", most)
            self._large_until = self._clock() + LARGE
            return False
        tables, held = self._read()
        known = derivation(self._store)
        if known is None or known.running:
            return False
        begun = fading(self._store, known.run)
        self._held, self._run, self._begun = held, known.run, begun
        self._fading = Fading(self._clock(), None in (known.engaged_at, known.created_at))
        posts, users = _later(tables, held.clock)
        # What was written while all was read may be known by now, and is in no list.
        for each in self._store.changes.nodes_since(mark) or ():
            posts |= {each} if held.posts.at(each) is not None else set()
            users |= {each} if held.users.at(each) is not None else set()
        behind = held.all_lists(posts, users)
        self._follow(Touched(popular=behind.popular, hidden_posts=behind.hidden_posts))
        self._behind = dict.fromkeys(sorted(behind.sources), self._clock())
        return True

    def _read(self, clock: Clock | None = None) -> tuple[Tables, Held]:
        """The whole graph as it is now, and what is held of it, as of the clock."""
        took, began = 0.0, time.monotonic()

        def rest() -> None:
            nonlocal took, began
            spent = time.monotonic() - began
            self._rest(spent)
            self._store.changes.heed()  # what others tell is kept for a time only
            took, began = took + spent, time.monotonic()

        tables = read_whole(self._store, rest)
        held = Held(tables, clock or self._known_clock(tables))
        took += time.monotonic() - began
        alone = self._store.changes.alone
        self._again = math.inf if alone else self._clock() + max(LEAST, REST * took)
        return tables, held

    def _known_clock(self, tables: Tables) -> Clock:
        """What derived edges are as of, from now on where nothing was derived yet."""
        now = int(self._wall())
        pairs = pd.concat([tables[edge.file][["at"]] for edge in SIGNALS])
        latest = clock_of(pairs, tables["posts"]["created_at"])
        found = begun(self._store, Clock(latest.engaged_at or now, latest.created_at or now))
        return Clock(
            now if found.engaged_at is None else found.engaged_at,
            now if found.created_at is None else found.created_at,
        )

    def _look_around(self, held: Held) -> None:
        """Look at some of the nodes that were written to."""
        ids = list(self._ids)[:IDS]
        posts = {row["post_id"] for row in self._store.run("post_cards", post_ids=ids)}
        users = {row["user_id"] for row in self._store.run("user_cards", user_ids=ids)}
        posts.update(each for each in ids if held.posts.at(each) is not None)
        users.update(each for each in ids if held.users.at(each) is not None)
        nodes = [each for each in ids if each in posts or each in users]
        some, rest = nodes[:NODES], set(nodes[NODES:])
        around = read_around(
            self._store,
            [each for each in some if each in posts],
            [each for each in some if each in users],
        )
        self._follow(held.take(around), min((self._ids[each] for each in some), default=None))
        for each in ids:
            if each not in rest:
                del self._ids[each]

    def _follow(self, touched: Touched, since: float | None = None) -> None:
        """Have what follows wait, since it was noticed."""
        now = self._clock() if since is None else since
        for source in sorted(touched.sources):
            self._sources.setdefault(source, now)
            self._behind.pop(source, None)
            self._fading.pass_over(source)
        for post_id in sorted(touched.hidden_posts):
            self._hidden.append(("similar_leading_to", {"post_id": post_id}))
        for user_id in sorted(touched.hidden_people):
            self._hidden.append(("near_leading_to", {"user_id": user_id}))
        self._popular |= touched.popular
        for post_id in sorted(touched.posts):
            self._ids.setdefault(post_id, now)

    def _find_leading(self) -> None:
        """Have the lists wait that lead to something hidden."""
        name, params = self._hidden[-1]
        edge, label = ("SIMILAR", "Post") if name.startswith("similar") else ("NEAR", "User")
        found = {Source(edge, label, row["source"]) for row in self._store.run(name, **params)}
        self._follow(Touched(sources=found))
        self._hidden.pop()

    def _make_of(self, held: Held, waiting: dict[Source, float]) -> None:
        """Make some of the lists that wait; charts at last."""
        soon = self._clock() - CHARTS
        may = (each for each in waiting.items() if each[0].label != "Chart" or each[1] < soon)
        some = list(islice(may, LISTS)) or list(islice(waiting.items(), LISTS))
        self._make(held, some)
        for source, _ in some:
            del waiting[source]

    def _make(self, held: Held, some: Sequence[tuple[Source, float]]) -> None:
        """Make lists, each with since when it waits, for the next steps to swap."""
        made = lists_of(held, [source for source, _ in some])
        # Those of a kind together, as they are swapped.
        kinds = sorted(some, key=lambda each: each[0][:2], reverse=True)
        self._made = [(each, made[each], since) for each, since in kinds if each in made]

    def _swap_some(self) -> None:
        lists = {source: ranked for source, ranked, _ in reversed(self._made)}

        def work() -> int:
            swapped = swap(self._store, lists, self._run, self._keeper)
            for source, targets in swapped.old.items():
                self._old.pop(source, None)  # what is old of the list is as of now
                if targets:
                    self._old[source] = targets, self._clock() + READ
            self.changed += swapped.changed
            del self._made[-swapped.done :]
            return swapped.writes

        self._own(work)

    def _drop_some(self) -> None:
        now = self._clock()
        due = {source: targets for source, (targets, at) in self._old.items() if at <= now}

        def work() -> int:
            for source in list(due)[: drop(self._store, due, self._run, self._keeper)]:
                del self._old[source]
            return 1

        self._own(work)

    def _store_popularity(self) -> None:
        some = dict(islice(self._popular.items(), LISTS))
        self._store_popular(some)
        for each in some:
            del self._popular[each]

    def _store_popular(self, some: Mapping[str, float]) -> None:
        rows: list[Row] = [{"id": each, "popularity": popular} for each, popular in some.items()]

        def work(graph: Runs) -> int:
            hold_lists(graph, self._run, self._keeper)
            graph.run("store_popularity", rows=rows)
            return 1

        self._own(lambda: self._store.transact(work))

    def _fade(self, held: Held) -> None:
        """Take ages from a later moment once what comes counts double; what is stored follows.

        The graph knows before that it does: who was ended is followed by one who goes on.
        """
        clock = held.clock.moved(held.latest, int(self._wall()))
        clock = clock if self._begun is None else clock.or_later(self._begun)
        if clock == held.clock:
            return
        if clock != self._begun:

            def work(graph: Runs) -> int:
                hold_lists(graph, self._run, self._keeper)
                begin_fading(graph, self._run, clock)
                return 1

            self._own(lambda: self._store.transact(work))
            self._begun = clock
        sources, posts = held.count_from(clock)
        self._popular = held.popularity_of(self._popular)
        for source, _, since in self._made:
            self._sources.setdefault(source, since)
        self._made = []
        waiting = self._sources.keys() | self._behind.keys()
        self._fading.add(sorted(sources - waiting), posts, self._clock())

    def _freshen(self, held: Held) -> None:
        """Make some of the lists that faded; or store the popularity of posts."""
        if self._fading:
            self._make(held, [(each, self._clock()) for each in self._fading.lists(LISTS)])
        else:
            posts = self._fading.posts(POPULAR)
            self._store_popular(held.popularity_of(held.posts.some(posts)))
            self._fading.stored(posts)

    def _move(self, held: Held) -> None:
        """Have the graph keep the moment as of which all is by now."""

        def work(graph: Runs) -> int:
            hold_lists(graph, self._run, self._keeper)
            end(graph, self._run, held.clock)
            return 1

        self._own(lambda: self._store.transact(work))
        self._fading.untold = False

    def _own(self, work: Callable[[], int]) -> int:
        """Write, in as many transactions as `work` tells; it is nothing to look at anew."""
        changes = self._store.changes
        mark = changes.mark()
        written = changes.nodes_since(self._mark)
        writes = work()
        if written is not None and changes.mark() == mark + writes:  # nobody else wrote meanwhile
            self._wait_for(written)
            self._mark = mark + writes
        return writes

    def _wait_for(self, written: Iterable[str]) -> None:
        now = self._clock()
        for each in sorted(written):
            self._ids.setdefault(each, now)

    def _forget(self) -> None:
        """Hold nothing, as in the beginning: what waited is in the rebuild, or is found again."""
        self._held = None
        self._ids, self._sources, self._behind, self._popular = {}, {}, {}, {}
        self._made, self._hidden, self._old = [], [], {}
        self._fading = Fading()


def _later(tables: Tables, clock: Clock) -> tuple[set[str], set[str]]:
    """The posts that were made, or engaged with, after what is derived; and who engaged."""
    created = tables["posts"]
    posts = set(created["id"][created["created_at"].gt(clock.created_at).fillna(False)])
    users = set[str]()
    for edge in SIGNALS:
        edges = tables[edge.file]
        later = edges[edges["at"].gt(clock.engaged_at).fillna(False)]
        posts.update(later["target"])
        users.update(later["source"])
    return posts & set(created["id"]), users & set(tables["users"]["id"])
