"""What a load did, row by row: nothing is lost in silence, nothing is counted twice."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from graph.errors import RowRefused

COUNTS = ("read", "new", "changed", "unchanged", "gone", "refused")
"""What is counted of the rows of a kind, in this order."""
EXAMPLES = 3
"""Refused rows that are named, of each kind and reason."""


def edges_named(sources: Iterable[object], targets: Iterable[object]) -> list[str]:
    """The first few (`EXAMPLES`) rows of an edge, for a person: "u:1 -> p:9"."""
    first = islice(zip(sources, targets, strict=True), EXAMPLES)
    return [f"{source} -> {target}" for source, target in first]


def _counts() -> Counter[str]:
    return Counter()


@dataclass
class LoadReport:
    """Rows of the graph by kind (`graph.model.KINDS`): read = new + changed + unchanged + refused.

    A row that repeats another of the same load, or is replaced by a later one, is unchanged.
    """

    strict: bool = False
    """Whether the first refusal ends the load, before anything is written; of a file of events,
    before anything of that part of it (`graph.events.intake.CHUNK`)."""
    read: Counter[str] = field(default_factory=_counts)
    new: Counter[str] = field(default_factory=_counts)
    changed: Counter[str] = field(default_factory=_counts)
    unchanged: Counter[str] = field(default_factory=_counts)
    gone: Counter[str] = field(default_factory=_counts)
    """Rows of the graph that the source has no more, or took back; not a part of `read`."""
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By kind and reason."""
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    """By kind and reason: where the first few (`EXAMPLES`) of the refused rows are."""
    mended: Counter[str] = field(default_factory=_counts)
    """What was put right or passed over and was no row: a repeated page, an unreadable time."""

    def refuse(self, file: str, reason: str, count: int = 1, *, where: Sequence[str] = ()) -> None:
        """Count rows that were read and not taken.

        Args:
            file: the kind that they would have been.
            reason: in a few words, the same for all rows of one fault.
            count: how many.
            where: the first few of them, for a person: "line 12", "u:1 -> p:9".

        Raises:
            RowRefused: the load is strict.
        """
        if count <= 0:
            return
        self.read[file] += count
        self.refused[file, reason] += count
        named = self.examples.setdefault((file, reason), [])
        new = [each for each in dict.fromkeys(where) if each not in named]
        named += new[: EXAMPLES - len(named)]
        if self.strict:
            rows = "a row" if count == 1 else f"{count:,} rows"
            written = (
                "What came in parts before is written." if self.wrote else "Nothing was written."
            )
            raise RowRefused(
                f"{self._named(file, reason) or file}: {rows} of {file} refused ({reason}); mend"
                f" the source, or load without --strict. {written}"
            )

    def count(self, file: str, **rows: int) -> None:
        """Add to some of the counts of a kind: ``count("liked", read=3, new=2, unchanged=1)``."""
        for part, number in rows.items():
            if number:
                getattr(self, part)[file] += number

    def mend(self, what: str, count: int = 1) -> None:
        """Count something that was put right or passed over."""
        if count > 0:
            self.mended[what] += count

    @property
    def wrote(self) -> bool:
        """Whether the load changed the graph."""
        return any(part.total() for part in (self.new, self.changed, self.gone))

    def refusals(self, file: str) -> int:
        """The refused rows of one kind, whatever the reason."""
        return sum(count for (kind, _), count in self.refused.items() if kind == file)

    def as_json(self) -> dict[str, object]:
        """The report as one JSON object: ``kinds``, ``refused`` (with reasons) and ``mended``."""
        return {
            "kinds": {file: self._row(file) for file in self._files()},
            "refused": [
                {
                    "kind": file,
                    "reason": reason,
                    "rows": count,
                    "examples": self.examples.get((file, reason), []),
                }
                for (file, reason), count in sorted(self.refused.items())
            ],
            "mended": dict(sorted(self.mended.items())),
        }

    def sums(self) -> dict[str, int]:
        """Rows of all kinds together, as `as_json` has them by kind."""
        rows = [self._row(file) for file in self._files()]
        return {name: sum(row[name] for row in rows) for name in COUNTS}

    def table(self) -> str:
        """The report for a terminal."""
        lines = [f"{'':<16}" + "".join(f"{name:>12}" for name in COUNTS)]
        for file in self._files():
            lines.append(f"{file:<16}" + "".join(f"{n:>12,}" for n in self._row(file).values()))
        for (file, reason), count in sorted(self.refused.items()):
            named = self._named(file, reason)
            lines.append(f"refused: {count:,} of {file} ({reason})" + f": {named}" * bool(named))
        lines += [f"mended: {count:,} x {what}" for what, count in sorted(self.mended.items())]
        return "\n".join(lines)

    def _named(self, file: str, reason: str) -> str:
        """The first few rows that were refused; nothing where none is named."""
        named = self.examples.get((file, reason), [])
        more = ", ..." if self.refused[file, reason] > len(named) else ""
        return f"{', '.join(named)}{more}" if named else ""

    def _files(self) -> list[str]:
        return sorted(file for file in self.read | self.gone if self.read[file] or self.gone[file])

    def _row(self, file: str) -> dict[str, int]:
        return {
            "read": self.read[file],
            "new": self.new[file],
            "changed": self.changed[file],
            "unchanged": self.unchanged[file],
            "gone": self.gone[file],
            "refused": self.refusals(file),
        }
