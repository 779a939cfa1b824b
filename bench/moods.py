"""What the mood lexicon covers: the terms that posts say, the posts, and the words people type.

The counts of terms are measured on 1,000 public posts and are not ours to ship: they are read
(``--counts``, or ``RESONANCE_EMOTIONS``) at run time. They name only the terms seen twice or more;
the others were seen once each and are taken to be unmapped, so every share of all terms here is a
lower bound.

Posts are simulated, as the counts do not say which terms stand together: a post has Binomial(9,
mean / 9) terms (of the measured 0 to 9, median 4), drawn by their counts, each once a post; those
with no term at all are left out, as they have no emotion. Two figures, between which the truth
lies: terms fall on posts independently; or, the worst case, unmapped terms never stand beside
mapped ones (and their posts are no longer than others). ``--folder`` measures a graph folder
instead.
"""

import json
from collections.abc import Mapping
from pathlib import Path

import click
import numpy as np

from graph.errors import MalformedSource, ResonanceError
from graph.loaders.folder import read_folder
from graph.loaders.moods import mood_weights
from graph.moods import mood_terms, moodless_words, plain, understand

ROOT = Path(__file__).parents[1]
COUNTS = ROOT.parent / "shared" / "reference" / "emotion_counts.json"
TYPED = ROOT / "tests" / "graph" / "mood_words.txt"
TERMS, USES, POSTS, MOST = 592, 4215, 1000, 9
"""Distinct terms and uses in the measured posts, the posts, and the most terms that one had."""
SIMULATED = 20_000


def read_counts(path: Path) -> dict[str, int]:
    """Term to how often it was seen, of those seen twice or more.

    Raises:
        MalformedSource: the file is not there, or has no such counts.
    """
    try:
        counts = json.loads(path.read_text(encoding="utf-8"))["terms_seen_twice_or_more"]
        return {str(term): int(count) for term, count in counts.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise MalformedSource(
            f"{path} cannot be read as counts of emotion terms ({error!r}); give --counts a JSON "
            'file with {"terms_seen_twice_or_more": {term: count}}.'
        ) from error


def read_typed(path: Path) -> list[str]:
    """The words of a file of ``word: mood`` lines.

    Raises:
        MalformedSource: the file cannot be read.
    """
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, ValueError) as error:
        raise MalformedSource(f"{path} cannot be read ({error}); give --typed a text.") from error
    return [line.partition(":")[0].strip() for line in lines if line and not line.startswith("#")]


def term_lines(counts: Mapping[str, int]) -> list[str]:
    """How many of the terms, and of their uses, name a mood; and which do not."""
    mapped = {term: count for term, count in counts.items() if mood_weights([term])}
    left = {term: count for term, count in counts.items() if term not in mapped}
    moodless = [term for term in left if plain(term) in moodless_words()]
    uses, all_uses = sum(mapped.values()), sum(counts.values())
    return [
        _share("terms mapped, of those counted", len(mapped), len(counts)),
        _share("term mass mapped, of those counted", uses, all_uses),
        _share("terms mapped, of all (at least)", len(mapped), TERMS),
        _share("term mass mapped, of all (at least)", uses, USES),
        _share("term mass that names no mood", sum(left[each] for each in moodless), USES),
        f"unmapped: {', '.join(f'{term} {count}' for term, count in left.items()) or 'none'}",
    ]


def post_lines(counts: Mapping[str, int], seed: int) -> list[str]:
    """The share of simulated posts with an emotion that get a mood; see the module."""
    mapped = sum(count for term, count in counts.items() if mood_weights([term]))
    independent = simulate(counts, seed)
    return [
        _share("posts with a mood, simulated (independent terms)", independent, SIMULATED),
        _share("posts with a mood, worst case (unmapped terms apart)", mapped, USES),
    ]


def simulate(counts: Mapping[str, int], seed: int) -> int:
    """How many of `SIMULATED` posts with an emotion have a term that names a mood."""
    rng = np.random.default_rng(seed)
    once = max(0, USES - sum(counts.values()))
    weights = np.array([*counts.values(), *[1] * once], dtype=float)
    named = np.array([bool(mood_weights([term])) for term in counts] + [False] * once)
    sizes = rng.binomial(MOST, USES / POSTS / MOST, size=SIMULATED * 2)
    told = sizes[sizes > 0][:SIMULATED]
    return sum(_with_mood(rng, weights, named, part) for part in np.array_split(told, 20))


def _with_mood(
    rng: np.random.Generator, weights: np.ndarray, named: np.ndarray, sizes: np.ndarray
) -> int:
    """How many posts of these sizes have a named term; distinct terms are drawn by weight.

    The terms with the `size` earliest of exponential times, at rates of their weights, are such a
    draw (Efraimidis and Spirakis, 2006); it has a named one if fewer than `size` unnamed ones are
    earlier than the first named.
    """
    times = rng.exponential(size=(len(sizes), len(weights))) / weights
    first = times[:, named].min(axis=1, initial=np.inf)
    before = (times[:, ~named] < first[:, None]).sum(axis=1)
    return int((named.any() & (before < sizes)).sum())


def folder_lines(folder: Path) -> list[str]:
    """The share of a graph folder's posts that evoke a mood, and how many evoke each.

    Raises:
        LoadError: the folder is no graph folder.
    """
    tables = read_folder(folder)
    posts = len(tables["posts"]) if "posts" in tables else 0
    evokes = tables.get("evokes")
    if evokes is None:
        return [_share("posts with a mood", 0, posts)]
    known = evokes[evokes["target"].isin(list(mood_terms()))]
    told = known["target"].value_counts()
    return [
        _share("posts with a mood", known["source"].nunique(), posts),
        f"posts a mood: {', '.join(f'{mood} {count}' for mood, count in told.items())}",
    ]


def typed_lines(words: list[str]) -> list[str]:
    """How many of the words that people type find a mood; and which do not."""
    nothing = [word for word in words if understand(word).mood is None]
    return [
        _share("typed words answered", len(words) - len(nothing), len(words)),
        f"typed words that find nothing: {', '.join(nothing) or 'none'}",
    ]


def _share(what: str, some: int, of: int) -> str:
    return f"{what:<54} {some:>6} of {of:>6} = {some / of if of else 0:.1%}"


@click.command()
@click.option(
    "--counts",
    type=click.Path(path_type=Path),
    envvar="RESONANCE_EMOTIONS",
    default=COUNTS,
    show_default=True,
    help="JSON file with the counts of terms.",
)
@click.option(
    "--typed",
    type=click.Path(path_type=Path),
    default=TYPED,
    show_default=True,
    help="Text file of what people type, one `word: moods` a line.",
)
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Measure this graph folder's posts."
)
@click.option("--seed", default=0, show_default=True, help="Of the simulated posts.")
def main(counts: Path, typed: Path, folder: Path | None, seed: int) -> None:
    """Print what the mood lexicon covers: terms, posts, and words that people type."""
    try:
        if folder is not None:
            lines = folder_lines(folder)
        else:
            counted = read_counts(counts)
            lines = term_lines(counted) + post_lines(counted, seed)
        for line in [f"{len(mood_terms())} moods", *lines, *typed_lines(read_typed(typed))]:
            click.echo(line)
    except ResonanceError as error:
        raise click.ClickException(str(error)) from error


if __name__ == "__main__":
    main()
