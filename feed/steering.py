"""What a viewer steers their feed by; saved for them, or said with one request.

Three levels from -1 to 1, where 0 is as it comes, and tags to see more or less of. What the levels
do is in `feed.steering_weights`.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace

from graph.errors import SteeringRefused

LEVELS = ("discovery", "freshness", "variety")
TAGS = ("more_tags", "less_tags")
MOST_TAGS = 50
"""Tags to see more of, and as many to see less of."""


@dataclass(frozen=True, slots=True)
class Steering:
    """How far, and where to, from the feed as it comes."""

    discovery: float = 0.0
    """-1: from friends; 1: from beyond them."""
    freshness: float = 0.0
    """-1: evergreen; 1: fresh."""
    variety: float = 0.0
    """-1: familiar, more of the same in a row; 1: varied."""
    more_tags: tuple[str, ...] = ()
    """Tag ids, ascending, each once; none is in `less_tags`."""
    less_tags: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in LEVELS:
            object.__setattr__(self, name, _level(name, getattr(self, name)))
        for name in TAGS:
            object.__setattr__(self, name, _tags(name, getattr(self, name)))
        if both := set(self.more_tags) & set(self.less_tags):
            raise SteeringRefused(
                f"{min(both)!r} is in more_tags and in less_tags; take it out of one"
            )

    def as_json(self) -> str:
        """One line of JSON, every field in it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> "Steering":
        """What `as_json` said; a field that is missing is neutral.

        Raises:
            SteeringRefused: it is no JSON object, or a field is unknown or malformed.
        """
        try:
            told = json.loads(text)
        except ValueError as error:
            raise SteeringRefused(f"a steering is no JSON ({error})") from error
        if not isinstance(told, dict):
            raise SteeringRefused('a steering is a JSON object, such as {"discovery": 0.5}')
        return merged(None, told)


def merged(saved: Steering | None, asked: Mapping[str, object]) -> Steering:
    """The saved steering with the fields that a request gives in their place.

    A tag that the request moves from more to less, or back, leaves the saved side.

    Raises:
        SteeringRefused: a field is unknown or malformed.
    """
    known = [field.name for field in fields(Steering)]
    if unknown := sorted(set(asked) - set(known)):
        raise SteeringRefused(f"steering has no {unknown[0]!r}; it has {', '.join(known)}")
    given = replace(NEUTRAL, **asked)  # type: ignore[arg-type]  # checked as it is made
    base = saved or NEUTRAL
    kept = {name: getattr(base, name) for name in known if name not in asked}
    for name, other in (TAGS, TAGS[::-1]):
        if name in kept:
            taken = set(getattr(given, other))
            kept[name] = tuple(tag for tag in kept[name] if tag not in taken)
    return replace(given, **kept)


def _level(name: str, value: object) -> float:
    # A bool is an int in Python, and no level; a NaN is within no bounds.
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -1 <= value <= 1:
        raise SteeringRefused(f"{name} is {value!r}; give a number from -1 to 1")
    return float(value) + 0.0  # no -0.0, which would print unlike 0.0


def _tags(name: str, value: object) -> tuple[str, ...]:
    if not isinstance(value, (list, tuple)) or not all(
        isinstance(tag, str) and tag for tag in value
    ):
        raise SteeringRefused(f"{name} is {value!r}; give a list of tags")
    if len(value) > MOST_TAGS:
        raise SteeringRefused(f"{name} has {len(value)} tags; give {MOST_TAGS} at most")
    return tuple(sorted(set(value)))


NEUTRAL = Steering()
"""The feed as it comes."""
