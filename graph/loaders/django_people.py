"""A site's people: users with their state, friendships by status, blocks, and groups."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from graph.loaders import django_names as names
from graph.loaders.django_mapping import GATES, Role, SiteMapping
from graph.loaders.django_values import (
    PRIVATE,
    ids,
    meanings,
    privacy,
    privacy_words,
    says,
    seconds,
    texts,
    username,
)
from graph.report import LoadReport, edges_named

Frames = Mapping[str, pd.DataFrame]
KEYS = ["source", "target"]


def users(raw: Frames, mapping: SiteMapping, report: LoadReport) -> pd.DataFrame:
    """Every user: the name that the site shows, when they came, privacy, and whether active."""
    role, frame = mapping["users"], raw["users"]
    rows = pd.DataFrame({"id": ids(frame["id"], "user")})
    if "username" in frame:
        shown = [username(_text(told), "users", report) for told in frame["username"]]
        rows["username"] = pd.Series(shown, frame.index, dtype="str")
    if "joined_at" in frame:
        rows["joined_at"] = seconds(frame["joined_at"], "users", report)
    active = ~says(frame, "deleted") & ~says(frame, "banned")
    rows["active"] = active & says(frame, "active") if "active" in frame else active
    level = privacy(frame, role, "users", report)
    if "profiles" in mapping:
        level = _stricter(rows["id"], level, raw["profiles"], mapping["profiles"], report)
    if "profiles" in mapping or any(key in role.columns for key in GATES):
        rows["privacy"] = privacy_words(level)
    return rows


def closed_people(people: pd.DataFrame) -> frozenset[str]:
    """The users whose posts are not for everyone, whatever the post says."""
    closed = ~people["active"]
    if "privacy" in people:
        closed |= people["privacy"] != "public"
    return frozenset(people.loc[closed, "id"])


def _stricter(
    user_ids: pd.Series, level: pd.Series, raw: pd.DataFrame, role: Role, report: LoadReport
) -> pd.Series:
    """The stricter of the user's own and the profile's; who has no profile is private."""
    told = privacy(raw, role, "profiles", report).groupby(ids(raw["user"], "user")).max()
    report.mend("users: no profile, taken as private", int((~user_ids.isin(told.index)).sum()))
    return level.combine(user_ids.map(told).fillna(PRIVATE).astype(int), max)


def between(raw: Frames, mapping: SiteMapping, report: LoadReport) -> dict[str, pd.DataFrame]:
    """Friendships, requests, blocks and mutes, by file.

    Only an accepted friendship is one. Where people follow, those who follow each other are
    friends. A block outdoes a friendship, and a friendship a request.
    """
    parts: dict[str, list[pd.DataFrame]] = {}
    for role, plain in (("friends", "friend"), ("friend_requests", "asked"), ("follows", "friend")):
        if role in mapping:
            parts.setdefault("friend", [])
            parts.setdefault("asked", [])
            rows = _standing(role, plain, raw[role], mapping[role], report)
            if role == "follows":
                rows = _mutual(rows, report)
            for file, told in (("friend", "friend"), ("asked", "asked"), ("blocks", "blocked")):
                if (found := rows[rows["standing"] == told].drop(columns="standing")).size:
                    parts.setdefault(file, []).append(found)
    for role in ("blocks", "mutes"):
        if role in mapping:
            parts.setdefault(role, []).append(_ends(role, raw[role], report))
    frames = {
        file: pd.concat(found, ignore_index=True) if found else _none()
        for file, found in parts.items()
    }
    return _settled(frames, report)


def _standing(
    role: str, plain: str, raw: pd.DataFrame, told: Role, report: LoadReport
) -> pd.DataFrame:
    """The rows with how far each has come: friend, asked, blocked or nothing.

    `plain` is what a row means that says no more than that it is there.
    """
    standing = pd.Series(plain, raw.index, dtype=object)
    if "status" in raw:
        meant = meanings(raw, "status", told, names.STATUS_WORDS)
        report.mend(f"{role}: unknown status, no friendship", int(meant.isna().sum()))
        standing = meant.fillna("nothing")
    if "accepted" in raw:
        yes, no = says(raw, "accepted"), says(raw, "accepted", yes=False)
        standing = standing.mask(no & (standing == "friend"), "asked").mask(~yes & ~no, "nothing")
        if "status" not in raw:
            standing = standing.mask(yes, "friend")
    if "pending" in raw:
        standing = standing.mask(~says(raw, "pending", yes=False), "asked")
    standing = standing.mask(says(raw, "rejected"), "nothing")
    if "active" in raw:
        standing = standing.mask(~says(raw, "active"), "nothing")
    if role == "friend_requests":  # the friendship itself is in its own table, or has ended
        standing = standing.mask(standing == "friend", "nothing")
    report.mend(f"{role}: rejected, ended or answered", int((standing == "nothing").sum()))
    file = "asked" if role == "friend_requests" else "friend"
    rows = _ends(file, raw[standing != "nothing"], report)
    return rows.assign(standing=standing.loc[rows.index])


def _ends(file: str, raw: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    there = raw["source"].notna() & raw["target"].notna()
    report.refuse(file, "no user", int((~there).sum()), where=_told(raw[~there]))
    raw = raw[there]
    rows = pd.DataFrame({key: ids(raw[key], "user") for key in KEYS})
    at = seconds(raw["at"], file, report) if "at" in raw else pd.Series(pd.NA, raw.index)
    rows["at"] = at.astype("Int64")
    itself = rows["source"] == rows["target"]
    report.refuse(file, "from a node to itself", int(itself.sum()), where=_told(rows[itself]))
    return rows[~itself]


def _told(rows: pd.DataFrame) -> list[str]:
    return edges_named(rows["source"], rows["target"])


def _mutual(rows: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """Of those who follow, the pairs that do so both ways; since the later of the two."""
    there = rows[rows["standing"] == "friend"]
    pairs = there.sort_values("at", na_position="first").drop_duplicates(KEYS, keep="last")
    back = pairs.rename(columns={"source": "target", "target": "source", "at": "back"})
    both = pairs.merge(back[[*KEYS, "back"]], on=KEYS)
    report.mend("follows: one-way, no friendship", len(pairs) - len(both))
    latest = both["at"].where(both["at"] >= both["back"], both["back"])
    once = both.assign(at=latest).drop(columns="back")
    return once[once["source"] < once["target"]].reset_index(drop=True)


def _settled(frames: dict[str, pd.DataFrame], report: LoadReport) -> dict[str, pd.DataFrame]:
    """Each pair once; friendships without direction."""
    if "friend" in frames:
        friend = frames["friend"]
        turned = friend["source"] > friend["target"]
        friend = friend.assign(
            source=friend["source"].where(~turned, friend["target"]),
            target=friend["target"].where(~turned, friend["source"]),
        )
        frames["friend"] = _once("friend", friend, report).rename(columns={"at": "since"})
        if "blocks" in frames:
            frames["friend"] = _without("friend", frames["friend"], frames["blocks"], report)
    if "asked" in frames:
        asked = _once("asked", frames["asked"], report)
        frames["asked"] = _without("asked", asked, frames["friend"], report)
        if "blocks" in frames:
            frames["asked"] = _without("asked", frames["asked"], frames["blocks"], report)
    for file in {"blocks", "mutes"} & frames.keys():
        frames[file] = _once(file, frames[file], report)
    return frames


def _once(file: str, rows: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    """The earliest row of each pair."""
    once = rows.sort_values("at", kind="stable").drop_duplicates(KEYS)
    report.mend(f"{file}: told twice", len(rows) - len(once))
    return once.sort_values(KEYS, ignore_index=True)


def _without(
    file: str, rows: pd.DataFrame, stronger: pd.DataFrame, report: LoadReport
) -> pd.DataFrame:
    """The rows whose two people are in no row of `stronger`, whichever way round."""
    known = {frozenset(pair) for pair in zip(stronger["source"], stronger["target"], strict=True)}
    pairs = zip(rows["source"], rows["target"], strict=True)
    kept = pd.Series([frozenset(pair) not in known for pair in pairs], rows.index, dtype=bool)
    report.mend(f"{file}: outdone by a friendship or a block", int((~kept).sum()))
    return rows[kept].reset_index(drop=True)


def _none() -> pd.DataFrame:
    return pd.DataFrame({"source": [], "target": [], "at": []}).astype(
        {"source": "str", "target": "str", "at": "Int64"}
    )


def groups(raw: Frames, mapping: SiteMapping, report: LoadReport) -> dict[str, pd.DataFrame]:
    """Groups and who is a member; who runs a group is one too, as its ``admin``."""
    members = {"members": "member", "group_admins": "admin"}
    return _meetings(raw, mapping, report, Meeting("groups", "group", "member_of", members))


def events(raw: Frames, mapping: SiteMapping, report: LoadReport) -> dict[str, pd.DataFrame]:
    """Events and who attends; who runs an event does too, as its ``admin``."""
    attendees = {"attendees": "member"}
    return _meetings(raw, mapping, report, Meeting("events", "event", "attends", attendees))


@dataclass(frozen=True)
class Meeting:
    """What people belong to: its role and file, its column in others, its edges, their roles."""

    file: str
    column: str
    edges: str
    people: Mapping[str, str]


def _meetings(
    raw: Frames, mapping: SiteMapping, report: LoadReport, of: Meeting
) -> dict[str, pd.DataFrame]:
    if of.file not in mapping:
        return {}
    role, frame = mapping[of.file], raw[of.file]
    rows = pd.DataFrame({"id": ids(frame["id"], of.column)})
    if "name" in frame:
        rows["name"] = texts(frame["name"])
    if any(key in role.columns for key in GATES):
        rows["privacy"] = privacy_words(privacy(frame, role, of.file, report))
    found = []
    for people, as_what in of.people.items():
        if people in mapping and as_what == "member":
            found.append(_members(raw[people], mapping[people], of, report))
        elif people in mapping:
            found.append(_belongs(raw[people], of, as_what))
    if "admin" in frame:
        run = frame[frame["admin"].notna()].rename(columns={"id": of.column, "admin": "user"})
        found.append(_belongs(run, of, "admin"))
    if not found:
        return {of.file: rows}
    members = pd.concat(found, ignore_index=True).sort_values("role", kind="stable")
    report.mend(f"{of.edges}: told twice", int(members.duplicated(KEYS).sum()))
    once = members.drop_duplicates(KEYS).sort_values(KEYS, ignore_index=True)  # admin < member
    return {of.file: rows, of.edges: once}


def _members(raw: pd.DataFrame, told: Role, of: Meeting, report: LoadReport) -> pd.DataFrame:
    """Those who are in: not who asked, was invited or was turned away."""
    there = ~says(raw, "pending")
    if "status" in raw:
        there &= meanings(raw, "status", told, names.STATUS_WORDS).eq("friend")
    if "accepted" in raw:
        there &= says(raw, "accepted")
    report.mend(f"{of.edges}: not yet or no longer a member", int((~there).sum()))
    rows = _belongs(raw, of, "member")
    runs = says(raw, "admin")
    if "role" in raw:
        runs |= meanings(raw, "role", told, names.ROLE_WORDS).eq("admin")
    return rows.assign(role=rows["role"].mask(runs, "admin"))[there]


def _belongs(raw: pd.DataFrame, of: Meeting, role: str) -> pd.DataFrame:
    targets = ids(raw[of.column], of.column)
    rows = pd.DataFrame({"source": ids(raw["user"], "user"), "target": targets})
    return rows.assign(role=pd.Series(role, rows.index, dtype="str"))


def _text(value: object) -> object:
    return value if value is None else str(value)
