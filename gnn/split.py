"""Which links a model may know, which it is tuned on, and which it is judged on.

The rule is the data's: a ``split`` column where a signal file has one; else by time, one global cut
at the 80 % and 90 % quantiles of ``at``, so that nothing later than the cut is known; else, where
there is no time, per user at random 8:1:1.
"""

import time
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from graph.errors import NotEnoughData
from graph.model import AT, KINDS, SIGNALS, EdgeKind, Tables

PARTS = ("train", "valid", "test")
TIMED_SHARE = 0.95
"""At least this share of the links must carry a time for a split by time."""
Rule = Literal["column", "time", "random"]


@dataclass(frozen=True)
class Split:
    """Links in three parts, as frames of user_id, post_id and at; disjoint in their pairs."""

    train: pd.DataFrame
    valid: pd.DataFrame
    test: pd.DataFrame
    rule: Rule
    """How the parts were made: see the module."""
    cut: int | None
    """The last moment that training may know (Unix seconds); None where the rule is not time."""


def present() -> int:
    """This moment (Unix seconds, UTC): what is dated later is hidden by default."""
    return int(time.time())


def engagements(tables: Tables, upto: int | None = None) -> pd.DataFrame:
    """The union of all signals: one row a (user, post) pair.

    Args:
        tables: the graph; a signal file may be missing.
        upto: signals after this moment (Unix seconds) are hidden; None hides what is later than
            the present. A signal without a time is known.

    Returns:
        Columns user_id, post_id, at (Int64: the earliest, or null) and, where a signal file has it,
        split (the most held out of the pair's signals; none given means train); ordered by user,
        post.
    """
    moment = present() if upto is None else upto
    frames = [_signal(tables[kind.file]) for kind in SIGNALS if kind.file in tables]
    columns = ["user_id", "post_id", "at", "split"]
    links = pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=columns)
    links = links[~(links["at"].astype("Int64") > moment).fillna(False).astype(bool)]
    links = links.sort_values(["user_id", "post_id", "at"], kind="stable", na_position="last")
    ranks = links["split"].map({part: rank for rank, part in enumerate(PARTS)})
    has_split = bool(ranks.notna().any())
    links["split"] = ranks.fillna(0).astype(int)
    pairs = ["user_id", "post_id"]
    rank = links.groupby(pairs, sort=False)["split"].transform("max")
    links["split"] = rank.map(dict(enumerate(PARTS)))
    links = links.drop_duplicates(pairs).reset_index(drop=True)
    return links if has_split else links.drop(columns="split")


def _signal(frame: pd.DataFrame) -> pd.DataFrame:
    """One signal's rows under the common column names."""
    nothing = pd.Series(pd.NA, index=frame.index)
    return pd.DataFrame(
        {
            "user_id": frame["source"].astype(object),
            "post_id": frame["target"].astype(object),
            "at": frame.get("at", nothing).astype("Int64"),
            "split": frame.get("split", nothing).astype(object),
        }
    )


def split_links(links: pd.DataFrame, seed: int) -> Split:
    """Cut links into train, valid and test by the rule of their data (see the module).

    In a split by time a link without one is in no part: it might be later than the cut.

    Raises:
        NotEnoughData: train, valid or test would be empty.
    """
    if "split" in links:
        parts = links["split"].to_numpy(dtype=object)
        return _checked(links, parts, "column", None)
    timed = links["at"].notna().to_numpy(dtype=bool)
    if len(links) and timed.mean() >= TIMED_SHARE:
        moments = links["at"][timed].to_numpy(dtype=np.int64)
        cut, later = (int(each) for each in np.quantile(moments, [0.8, 0.9], method="lower"))
        at = links["at"].fillna(0).to_numpy(dtype=np.int64)
        parts = np.select([~timed, at <= cut, at <= later], ["", "train", "valid"], "test")
        if set(PARTS) <= set(parts):
            return _checked(links, parts, "time", cut)
    return _checked(links, _at_random(links, seed), "random", None)


def _at_random(links: pd.DataFrame, seed: int) -> np.ndarray:
    """Per user, a tenth (rounded) to test and to valid each; the rest to train."""
    draws = np.random.default_rng(seed).random(len(links))
    parts: np.ndarray = np.array(["test", "valid", "train"], dtype=object)
    return parts.take(tenths(links["user_id"], draws))


def tenths(users: pd.Series, keys: np.ndarray) -> np.ndarray:
    """Whether each link is in the first tenth of its user's (0), in the second (1) or later (2).

    A tenth is rounded to the nearest count, halves upwards: none of up to four links, one of five
    to fourteen; so three links at least are left of five, and all of fewer.

    Args:
        users: whose each link is.
        keys: what a user's links are ordered by, the least first; equal ones stay as they stand.
    """
    codes = pd.factorize(users.to_numpy(dtype=object))[0]
    order = np.lexsort((keys, codes))
    sorted_codes = codes[order]
    places = np.arange(len(order)) - np.searchsorted(sorted_codes, sorted_codes, side="left")
    size = np.floor(np.bincount(codes)[sorted_codes] / 10 + 0.5)
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.select([places < size, places < 2 * size], [0, 1], 2)
    return found


def _checked(links: pd.DataFrame, parts: np.ndarray, rule: Rule, cut: int | None) -> Split:
    frames = {part: links[parts == part].drop(columns="split", errors="ignore") for part in PARTS}
    for part, frame in frames.items():
        if frame.empty:
            raise NotEnoughData(
                f"The {part} part of {len(links)} links is empty (rule: {rule}): "
                "load more engagements, or correct the split column."
            )
    clean = {part: frame.reset_index(drop=True) for part, frame in frames.items()}
    return Split(clean["train"], clean["valid"], clean["test"], rule, cut)


def hold_out(tables: Tables, kept: pd.DataFrame, upto: int | None = None) -> Tables:
    """The graph as it was with only the `kept` pairs engaged: nothing held out stays anywhere.

    Every signal of another pair goes, and so does such a pair's HID edge. With `upto`, so does
    every edge dated later (a friendship by its ``since``). Users and posts stay, later ones too:
    the encoder is inductive and knows them by their content. Of what has no time, content (tags,
    category, author) and interests stay; ``details``, which may hold a source's own later
    counters, must not be read by any feature.
    """
    kept_pairs = pd.MultiIndex.from_frame(kept[["user_id", "post_id"]])
    everything = {kind.file: tables[kind.file] for kind in SIGNALS if kind.file in tables}
    known = {
        file: frame[pd.MultiIndex.from_frame(frame[["source", "target"]]).isin(kept_pairs)]
        for file, frame in everything.items()
    }
    held = dict(tables) | known
    if "hid" in tables and everything:
        signals = pd.concat([each[["source", "target"]] for each in everything.values()])
        pairs = pd.MultiIndex.from_frame(tables["hid"][["source", "target"]])
        engaged = pairs.isin(pd.MultiIndex.from_frame(signals))
        held["hid"] = tables["hid"][~engaged | pairs.isin(kept_pairs)]
    return until(held, upto) if upto is not None else held


def until(tables: Tables, upto: int) -> Tables:
    """The graph without the edges dated after `upto`; an undated edge stays."""
    seen = dict(tables)
    for file, frame in tables.items():
        if not isinstance(KINDS.get(file), EdgeKind):
            continue
        for column in {AT.name, "since"} & set(frame.columns):
            late = (frame[column].astype("Int64") > upto).fillna(False).astype(bool)
            seen[file] = seen[file][~late.loc[seen[file].index]]
    return seen


def as_of(tables: Tables, upto: int | None = None) -> int:
    """What ages are counted from: the latest signal that is not after `upto`; 0 without times."""
    at = engagements(tables, upto)["at"].dropna()
    return int(at.max()) if len(at) else 0
