"""The words that an index knows, to find those that somebody mistyped."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from graph.search.terms import ONE_TYPO, Term

MOST = 30
"""Words that one term is taken for."""


class Vocabulary:
    """Words by their length. A word that nothing says any more may stay: it finds nothing."""

    def __init__(self, words: Iterable[str] = ()):
        self._known: set[str] = set()
        self._by_length: dict[int, list[str]] = defaultdict(list)
        self.add(words)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, words: Iterable[str]) -> None:
        """Learn these words; what is too short to be mistyped is not kept."""
        for word in set(words) - self._known:
            if len(word) >= ONE_TYPO - 1:
                self._known.add(word)
                self._by_length[len(word)].append(word)

    def near(self, term: Term) -> list[str]:
        """Words that may be meant by the term, the nearest first; not the term itself."""
        most, letters = term.typos, len(term.word)
        if not most:
            return []
        found: list[tuple[float, str]] = []
        for length in range(letters - most, letters + most + 1):
            words = self._by_length.get(length, [])
            hits = extract(term.word, words, scorer=OSA.distance, score_cutoff=most, limit=MOST)
            found += [(distance, word) for word, distance, _ in hits if distance]
        return [word for _, word in sorted(found)[:MOST]]
