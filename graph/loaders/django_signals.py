"""What people did with posts: one row a (user, post) pair, whatever the tables allow."""

from collections.abc import Mapping

import pandas as pd

from graph.loaders.django_mapping import SiteMapping
from graph.loaders.django_values import ids, says, seconds
from graph.loaders.values import name
from graph.report import LoadReport, edges_named

Frames = Mapping[str, pd.DataFrame]

FILES = {
    "likes": "liked",
    "reactions": "reacted",
    "comments": "commented",
    "shares": "shared",
    "views": "viewed",
    "hides": "hid",
}
COUNTED = frozenset({"commented", "viewed"})
"""Edges that keep how many `times`; of the others a repeat says nothing new."""


def signal_rows(role: str, raw: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """The rows of one table as they are: source, target, at and what else the edge keeps."""
    file = FILES[role]
    gone = says(raw, "deleted") | (~says(raw, "active") if "active" in raw else False)
    report.mend(f"{file}: deleted on the site", int(gone.sum()))
    raw = raw[~gone]
    if role == "shares":
        closed = raw["recipient"].notna() if "recipient" in raw else pd.Series(False, raw.index)
        report.mend("shared: with one person, not told", int(closed.sum()))
        raw = raw[~closed]
    elsewhere = raw["post"].isna()
    report.mend(f"{file}: of something else than a post", int(elsewhere.sum()))
    raw = raw[~elsewhere]
    nobody = raw[raw["user"].isna()]
    report.refuse(file, "no user", len(nobody), where=edges_named(nobody["user"], nobody["post"]))
    raw = raw[raw["user"].notna()]
    rows = pd.DataFrame({"source": ids(raw["user"], "user"), "target": ids(raw["post"], "post")})
    rows["at"] = seconds(raw["at"], file, report) if "at" in raw else pd.array([pd.NA] * len(raw))
    rows["at"] = rows["at"].astype("Int64")
    if role == "reactions":
        kinds = raw["kind"] if "kind" in raw else pd.Series(None, raw.index, dtype=object)
        rows["kind"] = kinds.map(lambda kind: name(str(kind)).lower(), na_action="ignore")
    return rows


def paired(file: str, rows: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """One row a pair, the latest, with how many `times` there were where the edge keeps that."""
    ordered = rows.sort_values("at", na_position="first", kind="stable")
    once = ordered.drop_duplicates(["source", "target"], keep="last")
    report.mend(f"{file}: repeated", len(rows) - len(once))
    if file in COUNTED:
        times = ordered.groupby(["source", "target"], sort=False)["target"].transform("size")
        once = once.assign(times=times.loc[once.index])
    return once.sort_values(["source", "target"], ignore_index=True)


def signals(
    raw: Frames, mapping: SiteMapping, shared: pd.DataFrame | None, report: LoadReport
) -> dict[str, pd.DataFrame]:
    """Every signal's frame by file; `shared` are the shares that posts themselves tell."""
    parts = {FILES[role]: [signal_rows(role, raw[role], report)] for role in FILES if role in raw}
    if shared is not None:
        parts.setdefault("shared", []).append(shared)
    return {
        file: paired(file, pd.concat(frames, ignore_index=True), report)
        for file, frames in parts.items()
    }
