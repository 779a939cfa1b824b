"""Tags and text of a post, out of what its author and its film's summary say.

Whoever says it decides what it weighs (0..1) and which go first where there are too many:

* the author's own tags and hashtags: 1;
* the summary's keywords: their own weight, 1 to 10, as tenths (0.5 where they have none);
* its topics: 0.3, for they name a field ("life") that many posts share;
* words of the title: 0.2, and words that the description repeats: 0.1. They only fill up to
  `ENOUGH` tags, since a single word out of a sentence is a guess.

Summaries are written by language models, in two dialects and any shape; nothing here raises.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import islice

from graph.loaders.values import number, text
from graph.loaders.words import (
    MAX_DEPTH,
    MAX_ITEMS,
    MAX_READ,
    folded,
    is_private,
    parts_of,
    says_something,
    tag_name,
    texts,
    words_of,
)

MAX_TAGS, MAX_KEYWORDS, MAX_TOPICS, ENOUGH = 12, 8, 4, 4
OWN, UNWEIGHED, TOPIC, TITLE, DESCRIPTION = 1.0, 0.5, 0.3, 0.2, 0.1
MAX_TEXT = 2000

_WEIGHT_KEYS = ("weight", "score", "relevance", "importance")
_HASHTAG = re.compile(r"(?:^|\s)#(?=[^\W_])([\w-]+)")
_MARKS = re.compile("[*`>|]")
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$", re.MULTILINE)


def post_tags(
    *,
    tags: object = None,
    keywords: object = None,
    topics: object = None,
    title: object = None,
    description: object = None,
    without: Collection[str] = (),
) -> dict[str, float]:
    """Tag to weight in 0..1, at most `MAX_TAGS`, those of the weightiest source first.

    Each part may be anything, and the same parts make the same tags in the same order. `keywords`
    and `topics` are those of either dialect (``topics_of_video``, ``topics``). `without` are names
    of people (the author's username) that must not become tags.
    """
    names = {folded(each) for each in without}
    found: dict[str, float] = {}

    def add(said: Iterable[tuple[str, float]], limit: int) -> None:
        room = max(0, min(limit, MAX_TAGS - len(found)))
        new = (pair for pair in said if pair[0] not in found and pair[0] not in names)
        found.update(islice(_once(new), room))

    add(((tag, OWN) for tag in _own_tags(tags, title, description)), MAX_TAGS)
    add(_heaviest(keywords), MAX_KEYWORDS)
    add(((tag, TOPIC) for tag in _told_tags(topics)), MAX_TOPICS)
    add(((word, TITLE) for word in words_of(_speakable(title, names))), ENOUGH - len(found))
    add(((word, DESCRIPTION) for word in _repeated(description, names)), ENOUGH - len(found))
    return found


def summary_text(
    *,
    description: object = None,
    keywords: object = None,
    topics: object = None,
    slug: object = None,
    without: Collection[str] = (),
) -> str:
    """What a summary says as one line of at most `MAX_TEXT` characters; "" where it says nothing.

    The description without its headings; where there is none, the keywords and topics, and else
    the words of the post's `slug`. Addresses, file names, handles and the names in `without` are
    left out.
    """
    names = {folded(each) for each in without}
    said = _speakable(_HEADING.sub(" ", _joined(description)), names)
    if not said:
        listed = [*_heaviest(keywords), *((tag, TOPIC) for tag in _told_tags(topics))]
        tags = (tag for tag, _ in _once(listed) if tag not in names)
        said = _speakable(", ".join(islice(tags, MAX_TAGS)), names)
    if not said:
        words = text(slug, 200)
        said = "" if is_private(words) else _speakable(words.replace("-", " "), names)
    return said


def hashtags(*spoken: object) -> Iterator[str]:
    """The tags that texts mark by ``#``; "" for what makes none."""
    for told in spoken:
        for hashtag in _HASHTAG.findall(text(told, MAX_READ)):
            yield tag_name(hashtag)


def _own_tags(tags: object, title: object, description: object) -> Iterator[str]:
    """The author's tags (one text may join them by ``#``), then hashtags of title and text."""
    for told in texts(tags):
        for part in re.split("[#,;\n]", told):
            yield tag_name(part)
    yield from hashtags(title, description)


def _heaviest(keywords: object) -> list[tuple[str, float]]:
    """Keyword and weight, the heaviest first, then by name; of one told twice the heavier first."""
    weighed = [
        (tag, weight) for tag, weight in _weighed(keywords, MAX_DEPTH) if says_something(tag)
    ]
    return sorted(weighed, key=lambda pair: (-pair[1], pair[0]))


def _weighed(value: object, depth: int) -> Iterator[tuple[str, float]]:
    """Each keyword in any shape: text, ``{"keyword": ..., "weight": 8}`` or ``{"morning": 8}``."""
    if isinstance(value, str):
        yield from ((tag_name(part), UNWEIGHED) for part in parts_of(value))
    elif isinstance(value, list) and depth:
        for item in value[:MAX_ITEMS]:
            yield from _weighed(item, depth - 1)
    elif isinstance(value, dict) and depth and (scored := _scored(value)):
        yield from scored
    elif isinstance(value, dict) and depth:
        own = next((w for key in _WEIGHT_KEYS if (w := _weight(value.get(key)))), None)
        said = [told for key, told in value.items() if key not in _WEIGHT_KEYS]
        yield from ((tag, own or weight) for tag, weight in _weighed(said, depth))


def _scored(value: dict[str, object]) -> list[tuple[str, float]]:
    """The keys of an object of nothing but weights; else nothing."""
    pairs = [(tag_name(key), _weight(told)) for key, told in value.items()]
    weighed = [(tag, weight) for tag, weight in pairs if weight is not None]
    return weighed if len(weighed) == len(pairs) and not value.keys() & {*_WEIGHT_KEYS} else []


def _weight(value: object) -> float | None:
    """1 to 10 as tenths, a fraction as it is; None for what is no weight."""
    told = number(value)
    if told is None or told <= 0:
        return None
    return round(told if told < 1 else min(told, 10) / 10, 3) or None


def _told_tags(value: object) -> Iterator[str]:
    parts = (part for told in texts(value) for part in parts_of(told))
    return (tag for part in parts if says_something(tag := tag_name(part)))


def _repeated(description: object, names: Collection[str]) -> list[str]:
    counts = Counter(words_of(_speakable(_HEADING.sub(" ", _joined(description)), names)))
    often = [(word, count) for word, count in counts.items() if count > 1]
    return [word for word, _ in sorted(often, key=lambda pair: (-pair[1], pair[0]))]


def _joined(value: object) -> str:
    return "\n".join(islice(texts(value), MAX_ITEMS))[:MAX_READ]


def _speakable(told: object, names: Collection[str]) -> str:
    """The text on one line, without addresses and names, cut at a word's end."""
    tokens = (token.strip("#_") for token in _MARKS.sub("", text(told, MAX_READ)).split())
    kept = [t for t in tokens if t and not is_private(t) and folded(t) not in names]
    line = unicodedata.normalize("NFC", " ".join(kept))
    cut = line[:MAX_TEXT]
    return cut if cut == line else cut.rpartition(" ")[0] or cut


def _once(pairs: Iterable[tuple[str, float]]) -> Iterator[tuple[str, float]]:
    """Each tag the first time that it comes; none that is empty."""
    seen = {""}
    for tag, weight in pairs:
        if tag not in seen:
            seen.add(tag)
            yield tag, weight
