"""Columns of a site's tables as columns of the graph: ids, times, yes and no, who may see it."""

import re
from collections.abc import Mapping
from uuid import UUID

import numpy as np
import pandas as pd

from graph.loaders import django_names as names
from graph.loaders.django_mapping import Role
from graph.loaders.values import name
from graph.model import PRIVACIES
from graph.report import LoadReport

PUBLIC, FRIENDS, PRIVATE = range(3)
NO = frozenset({"", "0", "f", "false", "no"})
MAX_TAG = 100
_HEX = re.compile(r"[0-9a-f]{32}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def ids(column: pd.Series, kind: str) -> pd.Series:
    """``dj:user:1``; None where there is no id. A UUID has its hyphens, whatever the engine."""
    known = {value: f"dj:{kind}:{_plain(value)}" for value in column.unique() if value is not None}
    return column.map(known).astype("str")


def seconds(column: pd.Series, what: str, report: LoadReport) -> pd.Series:
    """Unix seconds, UTC; texts without a zone are UTC, as Django writes them."""
    texts = column.map(lambda value: isinstance(value, str))
    if not texts.any():
        return column.astype("Int64")
    times = pd.to_datetime(column.where(texts), format="ISO8601", errors="coerce", utc=True)
    report.mend(f"{what}: time unreadable", int((times.isna() & texts).sum()))
    epoch = pd.Timestamp(0, tz="UTC").as_unit("s")
    return ((times.dt.as_unit("s") - epoch) // pd.Timedelta(seconds=1)).astype("Int64")


def texts(column: pd.Series) -> pd.Series:
    """Texts as they are; "" for none, since a null would leave what the graph has."""
    return column.map(lambda value: "" if value is None else str(value)).astype("str")


def says(frame: pd.DataFrame, key: str, yes: bool = True) -> pd.Series:
    """Where any column of a key says yes (or no); null says neither, a time says yes."""
    found = pd.Series(False, frame.index)
    for column in frame.columns:
        if re.fullmatch(rf"{key}(?: \d+)?", str(column)):
            found |= frame[column].map(lambda value: _truth(value) is yes).astype(bool)
    return found


def meanings(
    frame: pd.DataFrame,
    key: str,
    role: Role,
    words: Mapping[str, str],
) -> pd.Series:
    """What the stored words of a key mean: as the mapping says, else as public sites do."""
    own = {names.word(word): meaning for word, meaning in role.values.get(key, {}).items()}
    stored = [value for value in frame[key].unique() if value is not None]
    known = {value: {**words, **own}.get(names.word(value)) for value in stored}
    return frame[key].map(known).astype(object)


def privacy(frame: pd.DataFrame, role: Role, what: str, report: LoadReport) -> pd.Series:
    """The strictest of what the columns say, as 0 (public), 1 (friends) or 2 (private).

    Whatever is not said, or not in a known word, is private.
    """
    level = pd.Series(PUBLIC, frame.index)
    if "privacy" in frame:
        told = meanings(frame, "privacy", role, names.PRIVACY_WORDS)
        report.mend(f"{what}: unknown privacy taken as private", int(told.isna().sum()))
        order = {word: position for position, word in enumerate(PRIVACIES)}
        level = told.map(order).fillna(PRIVATE).astype(int)
    for key in role.columns:
        if key == "public":
            level = _raised(level, ~says(frame, key), PRIVATE)
        if key == "private":
            level = _raised(level, ~says(frame, key, yes=False), PRIVATE)
        if key == "friends_only":
            level = _raised(level, ~says(frame, key, yes=False), FRIENDS)
    return level


def privacy_words(level: pd.Series) -> pd.Series:
    """``public``, ``friends`` or ``private``."""
    return level.map(dict(enumerate(PRIVACIES))).astype("str")


def username(value: object, what: str, report: LoadReport) -> str | None:
    """The name that the site shows; an e-mail address is personal and stays out."""
    told = name(value)
    if _EMAIL.fullmatch(told):
        report.mend(f"{what}: user name is an e-mail address, left out")
        return None
    return told or None


def tag(value: object) -> str:
    """A tag's name, which is its id too: "Music", "#music" and "music " are one."""
    return name(value, MAX_TAG).lower().strip("# .,;:!?\"'")


def _raised(level: pd.Series, where: pd.Series, to: int) -> pd.Series:
    return pd.Series(np.where(where, np.maximum(level, to), level), level.index)


def _truth(value: object) -> bool | None:
    return None if value is None else str(value).casefold() not in NO


def _plain(value: object) -> str:
    text = str(value)
    return str(UUID(text)) if _HEX.fullmatch(text) else text
