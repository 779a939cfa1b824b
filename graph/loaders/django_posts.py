"""A site's posts with their state, authors, groups, originals and tags."""

import json
import re
from collections.abc import Mapping

import pandas as pd

from graph.loaders import django_names as names
from graph.loaders.django_mapping import GATES, STATES, Role, SiteMapping
from graph.loaders.django_values import (
    PRIVATE,
    PUBLIC,
    ids,
    meanings,
    privacy,
    privacy_words,
    says,
    seconds,
    tag,
    texts,
)
from graph.loaders.values import as_json, text
from graph.report import LoadReport, edges_named

Frames = Mapping[str, pd.DataFrame]
MAX_TITLE, MAX_TEXT = 500, 20_000
MEDIA = ("image", "video")


def posts(
    raw: Frames, mapping: SiteMapping, closed_people: frozenset[str], now: int, report: LoadReport
) -> dict[str, pd.DataFrame]:
    """The posts and their edges by file; what is deleted has no words left.

    A copy keeps nothing that it repeats of a post which is not for everyone: by its own privacy or
    group, or because its author is one of `closed_people`. ``shared`` is what copies tell: who
    shared which post, and when; not of a copy that is private or in a group.
    """
    role, frame = mapping["posts"], raw["posts"]
    rows = pd.DataFrame({"id": ids(frame["id"], "post")})
    level, deleted, hidden = _state(frame, role, now, report)
    if any(key in role.columns for key in (*GATES, *STATES)):
        rows["privacy"] = privacy_words(level)
    for key, limit in (("title", MAX_TITLE), ("text", MAX_TEXT)):
        if key in frame:
            rows[key] = _cut(texts(frame[key]).mask(deleted, ""), limit, f"posts: {key}", report)
    if "created_at" in frame:
        rows["created_at"] = seconds(frame["created_at"], "posts", report)
    rows = rows.assign(**_media(frame, role, deleted))
    rows["available"], rows["deleted"] = ~hidden, deleted
    found = {"authored": _edges(frame, rows["id"], "author", "user", turned=True)}
    report.mend("posts: no author", int(frame["author"].isna().sum()))
    closed = (level > PUBLIC) | deleted | hidden | ids(frame["author"], "user").isin(closed_people)
    posted_in = _posted_in(raw, rows["id"])
    grouped = rows["id"].isin(posted_in["source"])
    if "group" in frame or "group_posts" in raw:
        groups = set(ids(raw["groups"]["id"], "group")) if "groups" in raw else set[str]()
        lost = rows["id"].isin(posted_in.loc[~posted_in["target"].isin(groups), "source"])
        report.mend("posts: in an unknown group, taken as private", int(lost.sum()))
        rows["privacy"] = privacy_words(level := level.mask(lost, PRIVATE))
        found["posted_in"] = posted_in[posted_in["target"].isin(groups)]
        closed |= grouped
    if "shared_post" in frame:
        found["shares"] = _edges(frame, rows["id"], "shared_post", "post")
        rows = _without_copies(rows, ids(frame["shared_post"], "post"), closed, report)
        told = frame["shared_post"].notna() & (level < PRIVATE) & ~deleted & ~hidden & ~grouped
        found["shared"] = _copies(frame, rows, told)
    return {"posts": rows, **found}


def _state(
    frame: pd.DataFrame, role: Role, now: int, report: LoadReport
) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Who may see each post (0 to 2), whether it is deleted, whether it is hidden."""
    level = privacy(frame, role, "posts", report)
    deleted, hidden = says(frame, "deleted"), says(frame, "hidden")
    closed = says(frame, "draft")
    if "active" in frame:
        deleted |= ~says(frame, "active")
    if "published" in frame:
        closed |= ~says(frame, "published")
    if "published_at" in frame:
        at = seconds(frame["published_at"], "posts", report)
        closed |= (at.isna() | (at > now)).astype(bool)
    if "state" in frame:
        state = meanings(frame, "state", role, names.STATE_WORDS)
        report.mend("posts: unknown state taken as private", int(state.isna().sum()))
        deleted, hidden = deleted | state.eq("deleted"), hidden | state.eq("hidden")
        closed |= state.isna() | state.eq("private")
    report.mend("posts: draft taken as private", int(closed.sum()))
    return level.mask(closed, PRIVATE), deleted, hidden


def _media(frame: pd.DataFrame, role: Role, deleted: pd.Series) -> dict[str, pd.Series]:
    """``details`` with the stored paths, and ``url`` where they are, or can be made, addresses."""
    keys = [key for key in MEDIA if key in frame]
    if not keys:
        return {}
    base = str(role.options.get("media_url", ""))
    details, urls = [], []
    paths = zip(*(texts(frame[key]).mask(deleted, "") for key in keys), strict=True)
    for values in paths:
        told = {key: text(path, 2000) for key, path in zip(keys, values, strict=True) if path}
        details.append(as_json(told))
        path = told.get("video") or told.get("image") or ""
        absolute = path.startswith(("https://", "http://"))
        urls.append(path if absolute else base + path if base and path else "")
    return {
        "details": pd.Series(details, frame.index, dtype="str"),
        "url": pd.Series(urls, frame.index, dtype="str"),
    }


def _edges(
    frame: pd.DataFrame, post_ids: pd.Series, key: str, kind: str, turned: bool = False
) -> pd.DataFrame:
    there = frame[key].notna()
    ends = [post_ids[there], ids(frame.loc[there, key], kind)]
    source, target = reversed(ends) if turned else ends
    return pd.DataFrame({"source": source, "target": target}).reset_index(drop=True)


def _posted_in(raw: Frames, post_ids: pd.Series) -> pd.DataFrame:
    """Which posts are in which groups, by the post's own column and by a table between the two."""
    parts = [pd.DataFrame({"source": [], "target": []}, dtype="str")]
    if "group" in raw["posts"]:
        parts.append(_edges(raw["posts"], post_ids, "group", "group"))
    if "group_posts" in raw:
        posts = ids(raw["group_posts"]["post"], "post")
        parts.append(_edges(raw["group_posts"], posts, "group", "group"))
    return pd.concat(parts, ignore_index=True)


def _copies(frame: pd.DataFrame, rows: pd.DataFrame, told: pd.Series) -> pd.DataFrame:
    told = told & frame["author"].notna()
    at = rows["created_at"] if "created_at" in rows else pd.Series(pd.NA, rows.index)
    return pd.DataFrame(
        {
            "source": ids(frame.loc[told, "author"], "user"),
            "target": ids(frame.loc[told, "shared_post"], "post"),
            "at": at[told].astype("Int64"),
        }
    )


def _without_copies(
    rows: pd.DataFrame, originals: pd.Series, closed: pd.Series, report: LoadReport
) -> pd.DataFrame:
    """Take from a copy whatever it repeats of an original that is not for everyone."""
    shut = rows[closed].set_index("id")
    copies = originals[originals.isin(shut.index)]
    for key in {"title", "text", "details", "url"} & set(rows.columns):
        theirs = copies.map(shut[key])
        same = copies.index[(rows.loc[copies.index, key] == theirs) & ~theirs.isin(["", "{}"])]
        report.mend("posts: a copy of what is not public, emptied", len(same))
        rows.loc[same, key] = "{}" if key == "details" else ""
    return rows


def _cut(column: pd.Series, limit: int, what: str, report: LoadReport) -> pd.Series:
    report.mend(f"{what} cut at {limit} characters", int((column.str.len() > limit).sum()))
    return column.map(lambda told: text(told, limit)).astype("str")


def tags(raw: Frames, mapping: SiteMapping, report: LoadReport) -> dict[str, pd.DataFrame]:
    """Tags, which post has which, and who is interested in which; names in any case are one."""
    found: dict[str, list[pd.DataFrame]] = {}
    spelled: dict[str, None] = {}
    for role, link, file, key, kind in (
        ("tags", "post_tags", "tagged", "post", "post"),
        ("interest_tags" if "interest_tags" in mapping else "tags", "interests")
        + ("interested_in", "user", "user"),
    ):
        if role not in mapping:
            continue
        named = {
            id: tag(str(told)) for id, told in raw[role][["id", "name"]].itertuples(index=False)
        }
        spelled |= dict.fromkeys(named.values())
        if link in mapping:
            rows = pd.DataFrame(
                {"source": ids(raw[link][key], kind), "target": raw[link]["tag"].map(named)}
            )
            found.setdefault(file, []).append(rows)
    if "tags" in raw["posts"]:
        rows = _listed(raw["posts"])
        spelled |= dict.fromkeys(rows["target"])
        found.setdefault("tagged", []).append(rows)
    frames = {file: _folded(file, pd.concat(parts), report) for file, parts in found.items()}
    if found or spelled:
        known = [name for name in spelled if name]
        frames["tags"] = pd.DataFrame({"id": known, "name": known}, dtype="str")
    return frames


def _folded(file: str, rows: pd.DataFrame, report: LoadReport) -> pd.DataFrame:
    there = rows["target"].notna() & (rows["target"] != "") & rows["source"].notna()
    lost = rows[~there]
    where = edges_named(lost["source"], lost["target"])
    report.refuse(file, "no tag of a name", len(lost), where=where)
    once = rows[there].drop_duplicates(["source", "target"])
    report.mend(f"{file}: told twice", int(there.sum()) - len(once))
    return once.astype("str").sort_values(["source", "target"], ignore_index=True)


def _listed(frame: pd.DataFrame) -> pd.DataFrame:
    """The tags that posts keep as one text ("a, b", "#a #b", a JSON list) or as a list."""
    rows = [
        (post, found)
        for post, told in zip(ids(frame["id"], "post"), frame["tags"], strict=True)
        for found in dict.fromkeys(map(tag, _parts(told)))
        if found
    ]
    return pd.DataFrame(rows, columns=["source", "target"], dtype="str")


def _parts(told: object) -> list[str]:
    if isinstance(told, str) and told.strip().startswith("["):
        try:
            told = json.loads(told)
        except json.JSONDecodeError:
            pass
    if isinstance(told, list):
        return [str(part) for part in told]
    if not isinstance(told, str):
        return []
    return (
        re.split(r"[\s,;]*#|[,;\n]+|\s+(?=#)", told) if "#" in told else re.split(r"[,;\n]", told)
    )
