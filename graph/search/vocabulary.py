"""The words that an index knows, to find those that somebody mistyped."""

from collections import defaultdict
from collections.abc import Iterable

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from graph.search.terms import ONE_TYPO, Term


class Vocabulary:
    """Words by their length, of hidden nodes too; one that nothing says any more may stay.

    So whoever uses some of them must first leave out what not everybody may know of.
    """

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
        """All words that may be meant by the term, the nearest first; not the term itself.

        However many they are: a cut here would tell by what it drops that a hidden word is there.
        """
        most, letters = term.typos, len(term.word)
        if not most:
            return []
        found: list[tuple[float, str]] = []
        for length in range(letters - most, letters + most + 1):
            words = self._by_length.get(length, [])
            hits = extract(term.word, words, scorer=OSA.distance, score_cutoff=most, limit=None)
            found += [(distance, word) for word, distance, _ in hits if distance]
        return [word for _, word in sorted(found)]
