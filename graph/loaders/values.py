"""Plain values out of foreign JSON: each function takes anything and never raises."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from math import floor, isfinite

WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.[0-9]{0,18})?")
LIMIT = 2**62
EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
"""No app's row is older; what says so was read on the wrong scale, or never had a time."""
DAY = 86_400
FULL = 100
"""The largest percent that a rating has; SocialVerse's go down to as much below 0."""
MILLISECONDS = 1e11
"""An epoch as large as this is not in seconds."""
SCALES = ((MILLISECONDS, 1), (1e14, 1_000), (1e17, 1_000_000))
"""Below the first number an epoch is in seconds, below the next in ms, then in microseconds."""


def whole(value: object) -> int | None:
    """An integer, a float without a fraction, or digits as text; None for anything else."""
    if isinstance(value, str) and WHOLE.fullmatch(value.strip()):
        return int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < LIMIT:
        return value
    return None


def number(value: object) -> float | None:
    """A finite number, or one as text; None for anything else, true and false among it."""
    if isinstance(value, str) and NUMBER.fullmatch(value.strip()):
        return float(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < LIMIT:
        return float(value)
    return None


def seconds(value: object, now: float) -> int | None:
    """Unix seconds, UTC, of a date as text (ISO 8601; UTC where it has no zone) or of an epoch.

    An epoch is a number or digits, in seconds, milliseconds or microseconds, told apart by size.
    None for what is no time, lies before 2000, or lies more than a day (clocks and zones are not
    exact) after `now`, in Unix seconds.
    """
    epoch = number(value)
    at = _dated(value) if epoch is None else _scaled(epoch)
    return at if at is not None and EARLIEST <= at <= now + DAY else None


def _scaled(epoch: float) -> int | None:
    for limit, scale in SCALES:
        if abs(epoch) < limit:
            return floor(epoch / scale)
    return None


def _dated(value: object) -> int | None:
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value.strip())
        return floor((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return None


def text(value: object, limit: int) -> str:
    """Text of at most `limit` characters that every engine can store; "" for anything else."""
    if not isinstance(value, str):
        return ""
    # A lone surrogate (legal in JSON) is not UTF-8, and NUL ends a text in some engines.
    return value.replace("\0", "").encode("utf-8", "ignore").decode("utf-8")[:limit]


def name(value: object, limit: int = 150) -> str:
    """A name as one compares it: NFC, without outer or doubled blanks."""
    return " ".join(unicodedata.normalize("NFC", text(value, limit)).split())


def username(value: object) -> str:
    """A username as `name`; digits may come as a number, and are a name all the same."""
    return name(str(value) if isinstance(value, int) and not isinstance(value, bool) else value)


def record(value: object) -> Mapping[str, object]:
    """An object as it is; an empty one for ``[]``, null and everything else."""
    return value if isinstance(value, dict) else {}


def items(value: object) -> list[object]:
    """A list as it is; an empty one for everything else."""
    return value if isinstance(value, list) else []


def yes(value: object, missing: bool = False) -> bool:
    """A flag as JSON, PHP or a form would say it; `missing` for null, False for the unreadable."""
    if value is None:
        return missing
    return value is True or (isinstance(value, int | str) and str(value).lower() in {"1", "true"})


def public_fields(row: Mapping[str, object], fields: Iterable[str]) -> dict[str, object]:
    """The named fields that are there and are scalars, texts made storable."""
    return {
        field: text(row[field], 2000) if isinstance(row[field], str) else row[field]
        for field in fields
        if field in row and _is_scalar(row[field])
    }


def _is_scalar(value: object) -> bool:
    # JSON text such as 1e999 is read as infinity, which no JSON can say again.
    return isfinite(value) if isinstance(value, float) else isinstance(value, str | int | None)


def as_json(fields: Mapping[str, object]) -> str:
    """One JSON object, keys in the given order."""
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
