"""A post's moods, told in the shapes that language models left in `post_summary.emotions`."""

from collections.abc import Callable, Sequence

from graph.moods import mood_terms

PROSE = "It runs through the whole film, from the first words to the last."


def terms_of(moods: Sequence[tuple[str, float]], turn: int) -> list[str]:
    """Distinct terms for weighted moods: one a quarter of weight; `turn` varies which.

    Read back through `graph.moods`, their shares are the weights again.
    """
    terms = []
    for mood, weight in moods:
        known = mood_terms()[mood]
        terms += [known[(turn + k) % len(known)] for k in range(round(weight * 4))]
    return [term.capitalize() if (turn + k) % 5 < 2 else term for k, term in enumerate(terms)]


def _one_key(terms: list[str]) -> object:
    return {"conveyed_emotions": terms}


def _bare_list(terms: list[str]) -> object:
    return [*terms[:-1], terms[-1] + "."]


def _mixed(terms: list[str]) -> object:
    return {"primary_emotion": terms[0], "secondary_emotions": terms[1:]}


def _several_lists(terms: list[str]) -> object:
    return {"speaker_emotions": terms[:2], "audience_emotions": terms[2:]}


def _several_texts(terms: list[str]) -> object:
    return {"initial_emotion": terms[0], "final_emotion": " and ".join(terms[1:3])} | (
        {"emotionalTone": terms[3]} if len(terms) > 3 else {}
    )


def _objects_under_a_key(terms: list[str]) -> object:
    return {"expressed": [{"emotion": term, "intensity": "high"} for term in terms]}


def _booleans(terms: list[str]) -> object:
    return {term.replace(" ", "_"): True for term in terms} | {"boredom": False}


def _objects(terms: list[str]) -> object:
    return [{"emotion": term, "intensity": 7, "context": PROSE} for term in terms]


def _null(_: list[str]) -> object:
    return None


def _emotion_as_key(terms: list[str]) -> object:
    return {term.replace(" ", "_"): PROSE for term in terms}


SHAPES: tuple[Callable[[list[str]], object], ...] = (
    _one_key,
    _bare_list,
    _mixed,
    _several_lists,
    _several_texts,
    _objects_under_a_key,
    _booleans,
    _objects,
    _null,
    _emotion_as_key,
)
"""The nine measured shapes, and the emotion as a key over prose."""
SHAPE_SHARES = (0.5, 0.36, 0.06, 0.04, 0.02, 0.006, 0.003, 0.003, 0.001, 0.007)
