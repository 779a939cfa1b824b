"""Neo4j's full-text indexes: what somebody looks for as a query of Lucene's.

Nothing that somebody wrote is syntax: words are letters and digits alone, and what they wrote
as it was stands in quotes. To Lucene an accented letter is another letter: so a word is asked for
with any accents too, and what is two letters away where one typo is allowed. That is more than
answers; `graph.search.matching` decides.
"""

import unicodedata
from collections.abc import Collection, Sequence

from graph.search.accents import spellings
from graph.search.index import Kind
from graph.search.terms import Asked, Chunk, Term, said
from graph.store import Call, GraphStore


class LuceneIndex:
    """The indexes that the server keeps; other processes' writes are in them at once."""

    def __init__(self, store: GraphStore):
        """Ask nothing yet."""
        self._store = store
        self._filled = False

    def find(self, kind: Kind, asked: Asked, groups: Collection[str] = ()) -> list[str]:
        """See `SearchIndex.find`."""
        if kind == "people":
            return self._found(_people(asked))
        words = query_of(asked)
        if kind == "tags":
            return self._found([("find_tags", {"words": words})])
        told = {"words": words, "groups": sorted(groups)}
        if kind == "groups":
            return self._found([("find_groups", told)])
        return self._found([("find_posts", told), *_lately(words, groups)])

    def of_people(self, asked: Asked, user_ids: Collection[str]) -> list[str]:
        """See `SearchIndex.of_people`."""
        if not user_ids:
            return []
        calls = [
            (f"{name}_of", {**params, "user_ids": sorted(user_ids)})
            for name, params in _people(asked)
        ]
        return self._found(calls)

    def written_by(self, asked: Asked, author_ids: Collection[str]) -> list[str]:
        """See `SearchIndex.written_by`."""
        if not author_ids:
            return []
        words, ids = query_of(asked), sorted(author_ids)
        return self._found([("find_posts_by", {"words": words, "author_ids": ids})])

    def tagged(self, tag_ids: Sequence[str], groups: Collection[str] = ()) -> list[str]:
        """See `SearchIndex.tagged`."""
        clauses = [f"tags:{quoted(' '.join(words))}" for each in tag_ids if (words := said(each))]
        if not clauses:
            return []
        return self._found(_lately(" OR ".join(clauses), groups))

    def catch_up(self) -> None:
        """See `SearchIndex.catch_up`: it always is."""

    def scrub(self) -> None:
        """See `SearchIndex.scrub`: the server's own part of what it erases."""

    def close(self) -> None:
        """See `SearchIndex.close`: there is nothing to let go of."""

    def wait(self) -> None:
        """Wait until the indexes are filled, which takes its time once, on an older graph."""
        if not self._filled:
            self._store.run("await_search")
            self._filled = True

    def _found(self, calls: Sequence[Call]) -> list[str]:
        self.wait()
        found = self._store.run_all(calls)
        return list(dict.fromkeys(row["id"] for rows in found for row in rows))


def _lately(words: str, groups: Collection[str]) -> list[Call]:
    return [
        ("find_posts_lately", {"words": words, "groups": sorted(groups)}),
        ("find_posts_of_any", {"words": words}),
    ]


def _people(asked: Asked) -> list[Call]:
    return [
        ("find_people", {"words": query_of(asked, parts=True)}),
        ("find_handles", {"words": handles_of(asked)}),
    ]


def query_of(told: Asked, *, parts: bool = False) -> str:
    """The query for nodes that say all of it; `parts`: words with digits inside usernames too."""
    return " AND ".join(_chunk(each, parts) for each in told.chunks)


def handles_of(told: Asked) -> str:
    """The query for usernames, of which letters alone are indexed, by their runs."""
    words = [_letters(term.word) for term in told.terms]
    return " AND ".join(f"({_near(word)})" for word in words if word) or quoted("")


def quoted(text: str) -> str:
    """The text as a phrase, whatever it holds."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _chunk(chunk: Chunk, parts: bool) -> str:
    words = " AND ".join(f"({_term(term, parts)})" for term in chunk.terms)
    ways = [f"{quoted(chunk.text)}^8", f"({words})"]
    if _plain(chunk.text) and not chunk.text.isascii():
        ways.append(f"{chunk.text}*^2")
    return f"({' OR '.join(ways)})"


def _term(term: Term, parts: bool) -> str:
    if len(term.words) > 1:
        # Lucene takes a run of Thai for one word, as of its neighbours; of Han each letter.
        return f"{quoted(' '.join(term.words))} OR *{term.word}*"
    if parts and any(letter.isdigit() for letter in term.word):
        return f"{_near(term.word)} OR username:*{term.word}*"
    return _near(term.word)


def _near(word: str) -> str:
    if not _plain(word):
        return quoted(word)
    ways = [f"{word}^8", f"{word}*^4", f"/{_accented(word)}.*/"]
    if len(word) > 2:
        ways.append(f"{word}~{1 if len(word) == 3 else 2}")
    return " OR ".join(ways)


def _accented(word: str) -> str:
    """A pattern for the word with any accents."""
    known = spellings()
    return "".join(f"[{each}{known[each]}]" if each in known else each for each in word)


def _plain(word: str) -> bool:
    """Whether it is letters, their marks and digits: then it may stand without quotes."""
    return all(unicodedata.category(letter)[0] in "LMN" for letter in word)


def _letters(word: str) -> str:
    """The longest run of letters in a word."""
    runs = "".join(letter if letter.isalpha() else " " for letter in word).split()
    return max(runs, key=len, default="")
