"""The embedded engine's index, kept in step with the graph by what the store tells of its writes.

No writer waits for it: whoever searches first brings it up to the graph, by reading the nodes that
writes named since the last time (`graph.changes`). Between two processes' lives the seal of the
graph tells whether it was written to: it was if it does not bear the name any more that the index
took when it was closed, as after a crash, after a load by another command, or where another graph
was put in its place. Then all nodes are read again, and those written that differ.

A typo is taken for words alone that something says which everybody may see. Were others among the
few that it is taken for, what they displace would tell that a hidden or deleted node says them.
"""

import threading
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Protocol, runtime_checkable

from graph.progress import progress
from graph.queries.searched import (
    Searched,
    searched_groups,
    searched_posts,
    searched_tags,
    searched_users,
)
from graph.search.index import KINDS, Kind
from graph.search.matching import match
from graph.search.terms import Asked, Term, said
from graph.search.vocabulary import Vocabulary
from graph.search.words_file import LOOKED, WORDS, Entry, WordsFile
from graph.sqlite_file import connect, scrub, translated, writing
from graph.store import GraphStore

BATCH = 2_000
"""Nodes that are read, and written, together."""
CANDIDATES = 1_200
EXACTLY, BEGINNING, MISTYPED = 300, 600, 300
"""Candidates at most, in all and by how they answer."""
BY_AUTHORS, BY_TAGS = 200, 600
MEANT = 30
"""Words that one term is taken for."""
TOGETHER = 100
"""Tags that are looked for in posts together."""
STEPS = 10_000
"""Of one table's merging at most; each is a bounded part of it."""
SEAL, FORM = "seal", "form"
CLOSED = "closed"
"""The form of a file that tells for whom nodes are; one of before is read again."""
GROUPS = 1_000
"""Groups of one person's whose posts are looked at."""

_READ: Mapping[Kind, Callable[[GraphStore, Sequence[str]], list[Searched]]] = {
    "people": searched_users,
    "posts": searched_posts,
    "groups": searched_groups,
    "tags": searched_tags,
}


@runtime_checkable
class Sealed(Protocol):
    """A graph that can tell, the next time it is opened, whether it was written to since."""

    def seal(self) -> str:
        """See `graph.ladybug_store.LadybugStore.seal`."""


class EmbeddedIndex:
    """An index in a file, or, without one, in memory."""

    def __init__(self, store: GraphStore, path: Path | None = None):
        """Open or make the file; nothing is read of the graph before it is needed.

        Raises:
            MemoryUnavailable: the file cannot be made or read, or is none of this kind.
        """
        self._store, self._path = store, path
        self._place = WORDS.noun if path is None else str(path)
        self._turn = threading.Lock()
        self._sql = connect(WORDS, path)
        self._file = WordsFile(self._sql)
        self._vocabulary: dict[Kind, Vocabulary] = {}
        self._mark: int | None = None
        """Up to where in the store's changes the index is true; None: nobody knows."""

    def find(self, kind: Kind, asked: Asked, groups: Collection[str] = ()) -> list[str]:
        """See `SearchIndex.find`; a post that has all of it in its title or tags comes first."""
        shown: dict[str, None] = {}
        every: dict[str, None] = {}
        with self._in_step() as file:
            ways, full = list(self._ways(kind, asked)), False
            if kind == "groups":
                shown |= dict.fromkeys(_closed(file, kind, asked, _few(groups)))
            for query, most in ways if kind in ("posts", "groups") else ():
                some = file.matching_within(kind, query, _few(groups), most)
                shown |= dict.fromkeys(some)
                full = len(some) == most
            for query, most in () if full else ways:
                every |= dict.fromkeys(file.matching(kind, query, most))
        return list(dict.fromkeys([*list(shown)[:CANDIDATES], *list(every)[:CANDIDATES]]))

    def of_people(self, asked: Asked, user_ids: Collection[str]) -> list[str]:
        """See `SearchIndex.of_people`."""
        with self._in_step() as file:
            query = _query(asked, self._any_way("people"))
            found = file.matching_among("people", query, user_ids)
            return list(dict.fromkeys([*found, *_closed(file, "people", asked, user_ids)]))

    def written_by(self, asked: Asked, author_ids: Collection[str]) -> list[str]:
        """See `SearchIndex.written_by`."""
        with self._in_step() as file:
            query = _query(asked, self._any_way("posts"))
            return file.matching_of(query, author_ids, BY_AUTHORS)

    def tagged(self, tag_ids: Sequence[str], groups: Collection[str] = ()) -> list[str]:
        """See `SearchIndex.tagged`."""
        ways = [_phrase(words) for each in tag_ids if (words := said(each))]
        if not ways:
            return []
        with self._in_step() as file:
            query = f"tags : ({' OR '.join(ways)})"
            shown = file.matching_within("posts", query, _few(groups), BY_TAGS)
            return list(dict.fromkeys([*shown, *file.matching("posts", query, BY_TAGS)]))

    def catch_up(self) -> None:
        """See `SearchIndex.catch_up`."""
        with self._in_step():
            pass

    def scrub(self) -> None:
        """See `SearchIndex.scrub`; others search between two steps of it."""
        self.catch_up()
        for kind in KINDS:
            for _ in range(STEPS):
                with self._turn, translated(WORDS, self._place, "written"):
                    with writing(self._sql):
                        if not self._file.merge(kind):
                            break
        with self._turn, translated(WORDS, self._place, "written"):
            self._vocabulary.clear()
            scrub(self._sql)

    def rebuild(self) -> int:
        """Make it anew from the graph; how many nodes it holds."""
        with self._turn, translated(WORDS, self._place, "written"):
            self._mark = None
            self._file.complete()
            with writing(self._sql):
                self._file.clear()
            self._update()
            return sum(len(self._file.ids(kind)) for kind in KINDS)

    def entries(self) -> set[tuple[str, Entry]]:
        """Everything that it holds, in step."""
        with self._in_step() as file:
            return file.entries()

    def as_left(self) -> bool:
        """Whether the graph is as it was when the index was closed; nothing is read or mended."""
        with self._turn, translated(WORDS, self._place, "read"):
            return self._sealed()

    def close(self) -> None:
        """Take the graph's seal, so that the next opening knows what happened in between."""
        with self._turn, translated(WORDS, self._place, "closed"):
            if (
                self._mark is not None
                and self._path is not None
                and isinstance(self._store, Sealed)
            ):
                seal = self._store.seal()
                # After the seal: what is written from now on breaks it, and is not missed.
                self._update()
                with writing(self._sql):
                    self._file.keep(SEAL, seal)
            self._sql.close()

    @contextmanager
    def _in_step(self) -> Iterator[WordsFile]:
        """The file, in step with the graph, for this thread alone."""
        with self._turn, translated(WORDS, self._place, "read"):
            self._update()
            yield self._file

    def _update(self) -> None:
        changes = self._store.changes
        # First the mark, then the reading: what is written meanwhile is read again.
        mark = changes.mark()
        if mark == self._mark:
            return
        if self._mark is None:
            self._file.complete()
        named = None if self._mark is None else changes.nodes_since(self._mark)
        if named is not None:
            self._read({kind: sorted(named) for kind in KINDS})
        elif self._mark is not None or not self._sealed():
            self._read_all()
        self._mark = mark

    def _sealed(self) -> bool:
        """Whether the graph is as it was when the index was closed."""
        kept = self._file.state(SEAL)
        if not kept or self._file.state(FORM) != CLOSED or not isinstance(self._store, Sealed):
            return False
        return [row["name"] for row in self._store.run("seal")] == [kept]

    def _read_all(self) -> None:
        ids = all_ids(self._store)
        self._read(ids, "reading what is searched")
        with writing(self._sql):
            for kind in KINDS:
                for gone in self._file.ids(kind) - set(ids[kind]):
                    self._file.drop(kind, gone)
            self._file.keep(FORM, CLOSED)

    def _read(self, ids: Mapping[Kind, Sequence[str]], told: str = "") -> None:
        """Have the file hold of these nodes what the graph says now."""
        for kind, each in ids.items():
            batches = [each[at : at + BATCH] for at in range(0, len(each), BATCH)]
            for batch in progress(batches, f"{told}: {kind}") if told else batches:
                found = {one.id: _entry(kind, one) for one in _READ[kind](self._store, batch)}
                with writing(self._sql):
                    for id in batch:
                        self._put(kind, id, found.get(id))

    def _put(self, kind: Kind, id: str, entry: Entry | None) -> None:
        if entry is None:
            self._file.drop(kind, id)
        elif self._file.put(kind, entry) and kind in self._vocabulary:
            self._vocabulary[kind].add(word for text in entry.said for word in text.split())

    def _words(self, kind: Kind) -> Vocabulary:
        if kind not in self._vocabulary:
            self._vocabulary[kind] = Vocabulary(self._file.words(kind))
        return self._vocabulary[kind]

    def _any_way(self, kind: Kind) -> Callable[[Term], list[str]]:
        words = self._words(kind)

        def ways(term: Term) -> list[str]:
            meant = (quoted(each) for each in words.near(term) if self._open(kind, each))
            return [*_begins(term), *islice(meant, MEANT)]

        return ways

    def _open(self, kind: Kind, word: str) -> bool:
        """Whether something says the word that everybody may see, or a tag on such a post."""
        if kind != "tags":
            return bool(self._file.matching_within(kind, quoted(word), (), 1))
        ids = self._file.matching(kind, quoted(word), LOOKED)
        tags = [_phrase(words) for each in ids if (words := said(each))]
        return any(
            self._file.matching_within("posts", f"tags : ({' OR '.join(some)})", (), 1)
            for some in (tags[at : at + TOGETHER] for at in range(0, len(tags), TOGETHER))
        )

    def _ways(self, kind: Kind, asked: Asked) -> Iterator[tuple[str, int]]:
        """Queries, of which each finds what those before it find and more; and how much of it."""
        exact, begun = _query(asked, _exact), _query(asked, _begins)
        if kind == "posts":
            yield f"{{name tags}} : ({begun})", EXACTLY
        yield exact, EXACTLY
        yield begun, BEGINNING
        if any(term.typos for term in asked.terms):
            yield _query(asked, self._any_way(kind)), BEGINNING + MISTYPED


def all_ids(store: GraphStore) -> dict[Kind, list[str]]:
    """The ids of all nodes that can be searched for; posts by when they were made."""
    posts = store.frame("searched_times").sort_values(["at", "id"])["id"]
    return {
        "people": sorted(store.frame("whole_people")["user_id"]),
        "posts": posts.tolist(),
        "groups": sorted(store.frame("export_groups")["id"]),
        "tags": sorted(store.frame("export_tags")["id"]),
    }


def quoted(word: str) -> str:
    """The word as a query has it; a word has no quotes in it."""
    return f'"{word}"'


def _entry(kind: Kind, node: Searched) -> Entry:
    name, text = (" ".join(said(each)) for each in (node.name, node.text))
    tags = " ".join(word for tag in node.tags for word in said(tag))
    if kind == "people":
        return Entry(node.id, (name, text), None, node.within)
    if kind == "posts":
        return Entry(node.id, (name, tags, text), node.author_id, node.within)
    return Entry(node.id, (name,), None, node.within)


def _closed(file: WordsFile, kind: Kind, asked: Asked, ids: Collection[str]) -> list[str]:
    """Those of these nodes that answer, with typos too, and are not for everybody.

    Each by its own words, so that none takes the place of another.
    """
    return [
        id
        for id, words in file.closed_among(kind, ids)
        if all(match(term, words) for term in asked.terms)
    ]


def _few(groups: Collection[str]) -> list[str]:
    return sorted(groups)[:GROUPS]


def _query(asked: Asked, ways: Callable[[Term], list[str]]) -> str:
    return " AND ".join(f"({' OR '.join(ways(term))})" for term in asked.terms)


def _phrase(words: Sequence[str]) -> str:
    return quoted(" ".join(words))


def _exact(term: Term) -> list[str]:
    return [_phrase(term.words)]


def _begins(term: Term) -> list[str]:
    return [f"{quoted(term.word)} *"] if len(term.words) == 1 else _exact(term)
