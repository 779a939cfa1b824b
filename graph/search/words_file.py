"""The file of the embedded engine's index: SQLite's full-text tables, a row a node.

Words come to it as `graph.search.terms.said` reads them, so its tokenizer has nothing to decide:
``ascii`` takes any other letter, and an emoji, for part of a word. (``unicode61`` would take a
sentence of Han for one word and drop an emoji; the tables of letters in it are those of SQLite's
making.) ``prefix`` makes short beginnings one look-up.
"""

import sqlite3
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice

from graph.search.index import KINDS, Kind
from graph.sqlite_file import FileKind

_MADE = "tokenize = 'ascii', prefix = '1 2 3'"
_COLUMNS: dict[Kind, str] = {
    "people": "name, text",
    "posts": "name, tags, text",
    "groups": "name",
    "tags": "name",
}
SCAN = 5_000
"""The latest posts that say it, among which those of some authors are looked for."""
LOOKED = 20_000
"""The latest nodes that say it, among which those for everybody are looked for."""
_CLOSED = "SELECT 1 FROM closed WHERE closed.place ="

MERGED = 500
"""Pages of an index that a step merges: some milliseconds."""

WORDS = FileKind(
    noun="the index of words",
    holds="nothing that `resonance reindex` does not make again",
    setting="RESONANCE_STORE",
    mark=0x5265736E,
    version=1,
    schema=(
        "CREATE TABLE nodes (place INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL,"
        " author TEXT, UNIQUE (kind, id))",
        "CREATE TABLE states (name TEXT PRIMARY KEY, said TEXT NOT NULL) WITHOUT ROWID",
        *(
            f"CREATE VIRTUAL TABLE said_{kind} USING fts5({columns}, {_MADE})"
            for kind, columns in _COLUMNS.items()
        ),
        *(
            f"CREATE VIRTUAL TABLE words_{kind} USING fts5vocab(said_{kind}, 'row')"
            for kind in KINDS
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What the index holds of one node."""

    id: str
    said: tuple[str, ...]
    """By column, words with blanks between them."""
    author: str | None = None
    within: str | None = None
    """See `graph.queries.searched.Searched`."""


class WordsFile:
    """The tables, read and written; one thread at a time."""

    def __init__(self, connection: sqlite3.Connection):
        self._sql = connection

    def complete(self) -> None:
        """Make the table of what is not for everybody, which a file of before lacks."""
        self._sql.execute(
            "CREATE TABLE IF NOT EXISTS closed (place INTEGER PRIMARY KEY, within TEXT NOT NULL)"
        )

    def put(self, kind: Kind, entry: Entry) -> bool:
        """Have the node say this and nothing else; whether that is new."""
        names = _COLUMNS[kind].split(", ")
        if (found := self._place(kind, entry.id)) is None:
            row = self._sql.execute(
                "INSERT INTO nodes (kind, id, author) VALUES (?, ?, ?)",
                (kind, entry.id, entry.author),
            )
            marks = ", ".join("?" * (len(names) + 1))
            self._sql.execute(
                f"INSERT INTO said_{kind} (rowid, {_COLUMNS[kind]}) VALUES ({marks})",
                (row.lastrowid, *entry.said),
            )
            self._close(row.lastrowid, entry.within)
            return True
        place, author = found
        self._close(place, entry.within)
        if author != entry.author:
            self._sql.execute("UPDATE nodes SET author = ? WHERE place = ?", (entry.author, place))
        old = self._sql.execute(
            f"SELECT {_COLUMNS[kind]} FROM said_{kind} WHERE rowid = ?", (place,)
        ).fetchone()
        if old == entry.said:
            return author != entry.author
        values = ", ".join(f"{name} = ?" for name in names)
        self._sql.execute(f"UPDATE said_{kind} SET {values} WHERE rowid = ?", (*entry.said, place))
        return True

    def drop(self, kind: Kind, id: str) -> None:
        """Hold nothing of the node."""
        if (found := self._place(kind, id)) is not None:
            self._sql.execute(f"DELETE FROM said_{kind} WHERE rowid = ?", found[:1])
            self._sql.execute("DELETE FROM nodes WHERE place = ?", found[:1])
            self._close(found[0], None)

    def merge(self, kind: Kind) -> bool:
        """Bring the words a step nearer to where none of what was dropped is left; whether it was.

        SQLite keeps words that were deleted until the parts of its index are merged into one. A
        negative number of pages begins that whatever the parts' sizes are.
        """
        before = self._sql.total_changes
        self._sql.execute(
            f"INSERT INTO said_{kind} (said_{kind}, rank) VALUES ('merge', ?)", (-MERGED,)
        )
        return self._sql.total_changes - before > 1

    def clear(self) -> None:
        """Hold nothing at all, no kept word either."""
        for kind in KINDS:
            self._sql.execute(f"DELETE FROM said_{kind}")
        self._sql.execute("DELETE FROM nodes")
        self._sql.execute("DELETE FROM closed")
        self._sql.execute("DELETE FROM states")

    def ids(self, kind: Kind) -> set[str]:
        """All nodes of a kind."""
        rows = self._sql.execute("SELECT id FROM nodes WHERE kind = ?", (kind,))
        return {row[0] for row in rows}

    def words(self, kind: Kind) -> list[str]:
        """All words of a kind."""
        return [row[0] for row in self._sql.execute(f"SELECT term FROM words_{kind}")]

    def entries(self) -> set[tuple[str, Entry]]:
        """Everything that is held, by kind."""
        return {
            (kind, Entry(row[0], tuple(row[3:]), row[1], row[2]))
            for kind in KINDS
            for row in self._sql.execute(
                "SELECT id, author, within,"
                f" {', '.join(f's.{n}' for n in _COLUMNS[kind].split(', '))}"
                f" FROM nodes JOIN said_{kind} s ON s.rowid = place LEFT JOIN closed USING (place)"
            )
        }

    def matching(self, kind: Kind, query: str, most: int) -> list[str]:
        """Ids of nodes that match, whoever they are for; the latest to come first."""
        return self._read(
            f"SELECT id FROM (SELECT rowid AS at FROM said_{kind} WHERE said_{kind} MATCH ?"
            " ORDER BY rowid DESC LIMIT ?) JOIN nodes ON place = at ORDER BY at DESC",
            (query, most),
        )

    def matching_within(
        self, kind: Kind, query: str, groups: Collection[str], most: int
    ) -> list[str]:
        """Those for everybody, or for members of these groups, and by authors whom everybody sees.

        Among the latest `LOOKED`.
        """
        marks = ", ".join("?" * len(groups))
        rows = self._sql.execute(
            f"SELECT n.id, NOT EXISTS ({_CLOSED} n.place AND within NOT IN ({marks}))"
            " AND (n.author IS NULL OR EXISTS (SELECT 1 FROM nodes a WHERE a.kind = 'people'"
            f" AND a.id = n.author AND NOT EXISTS ({_CLOSED} a.place)))"
            f" FROM said_{kind} s CROSS JOIN nodes n ON n.place = s.rowid"
            f" WHERE said_{kind} MATCH ? ORDER BY s.rowid DESC",
            (*sorted(groups), query),
        )
        found = list(islice((id for id, shown in islice(rows, LOOKED) if shown), most))
        rows.close()
        return found

    def matching_among(self, kind: Kind, query: str, ids: Collection[str]) -> list[str]:
        """Those of these nodes that match."""
        places = self._places(kind, ids)
        found: list[str] = []
        for start in range(0, len(places), SCAN):
            part = places[start : start + SCAN]
            marks = ", ".join("?" * len(part))
            found += self._read(
                f"SELECT id FROM said_{kind} s JOIN nodes ON place = s.rowid"
                f" WHERE said_{kind} MATCH ? AND s.rowid IN ({marks}) ORDER BY place",
                (query, *part),
            )
        return found

    def closed_among(self, kind: Kind, ids: Collection[str]) -> list[tuple[str, list[str]]]:
        """Those of these nodes that are not for everybody, with the words that each says."""
        places = self._places(kind, ids)
        found: list[tuple[str, list[str]]] = []
        for start in range(0, len(places), SCAN):
            part = places[start : start + SCAN]
            rows = self._sql.execute(
                f"SELECT id, {_COLUMNS[kind]} FROM closed JOIN nodes USING (place)"
                f" JOIN said_{kind} s ON s.rowid = place"
                f" WHERE place IN ({', '.join('?' * len(part))}) ORDER BY place",
                part,
            )
            found += [(row[0], " ".join(row[1:]).split()) for row in rows]
        return found

    def matching_of(self, query: str, authors: Collection[str], most: int) -> list[str]:
        """Posts of these authors that match, among the latest `SCAN`; the latest first."""
        marks = ", ".join("?" * len(authors))
        return self._read(
            "SELECT id FROM (SELECT rowid AS at FROM said_posts WHERE said_posts MATCH ?"
            " ORDER BY rowid DESC LIMIT ?) JOIN nodes ON place = at"
            f" WHERE author IN ({marks}) ORDER BY at DESC LIMIT ?",
            (query, SCAN, *sorted(authors), most),
        )

    def state(self, name: str) -> str | None:
        """A word that was kept by `keep`."""
        row = self._sql.execute("SELECT said FROM states WHERE name = ?", (name,)).fetchone()
        return None if row is None else str(row[0])

    def keep(self, name: str, said: str) -> None:
        """Keep a word beside the tables."""
        self._sql.execute("INSERT OR REPLACE INTO states VALUES (?, ?)", (name, said))

    def _close(self, place: int | None, within: str | None) -> None:
        if within is None:
            self._sql.execute("DELETE FROM closed WHERE place = ?", (place,))
        else:
            self._sql.execute("INSERT OR REPLACE INTO closed VALUES (?, ?)", (place, within))

    def _place(self, kind: Kind, id: str) -> tuple[int, str | None] | None:
        row: tuple[int, str | None] | None = self._sql.execute(
            "SELECT place, author FROM nodes WHERE kind = ? AND id = ?", (kind, id)
        ).fetchone()
        return row

    def _places(self, kind: Kind, ids: Iterable[str]) -> list[int]:
        found = (self._place(kind, each) for each in sorted(ids))
        return [each[0] for each in found if each is not None]

    def _read(self, statement: str, values: Sequence[str | int]) -> list[str]:
        return [row[0] for row in self._sql.execute(statement, values)]
