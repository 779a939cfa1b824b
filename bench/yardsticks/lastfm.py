"""HetRec 2011 Last.fm as a graph: the social yardstick.

Artists are posts, plays are views, as often as somebody played an artist; a user's own tag
assignments are interests, and all users' together are an artist's tags. The data are for
non-commercial use and are not ours to ship: they are read from the archive at run time. Source:
Cantador, Brusilovsky and Kuflik, HetRec 2011,
https://grouplens.org/datasets/hetrec-2011/.

Protocol: per user, random 8:1:1; all artists ranked, those of train and valid masked; tag
assignments of held-out pairs are removed before anything is derived from tags. Plays have no time.
"""

from pathlib import Path

import pandas as pd

from bench.yardsticks.archive import table
from bench.yardsticks.content import friendships, normalised, tagged_source
from gnn.config import TrainConfig
from gnn.source import Source
from gnn.split import PARTS, split_links
from graph.model import Tables

ARCHIVE = "hetrec2011-lastfm-2k"
CONFIG = TrainConfig(interests=False)
"""Interests here come from the tags that users gave to what they played: they tell the network
nothing that its plays do not."""
USER, POST = "lastfm:user:", "lastfm:post:"


def convert(folder: Path, seed: int | None = None) -> Tables:
    """The whole data set as one graph; with `seed`, its views carry a ``split``.

    With a seed, tag assignments of held-out pairs are left out: a user's tag on a held-out artist
    would tell of the play.

    Raises:
        MalformedSource: a file is not there, or is not a table.
    """
    return source(folder, seed).tables


def source(folder: Path, seed: int | None = None) -> Source:
    """As `convert`, and the same without the tag assignments of further pairs."""
    plays = table(folder / "user_artists.dat")
    viewed = pd.DataFrame(
        {
            "source": USER + plays["userID"],
            "target": POST + plays["artistID"],
            "times": plays["weight"].astype("Int64"),
        }
    ).drop_duplicates(["source", "target"], ignore_index=True)
    given = _assignments(folder)
    if seed is not None:
        viewed["split"] = _split(viewed, seed)
        held = viewed[viewed["split"] != PARTS[0]]
        pairs = pd.MultiIndex.from_frame(given[["user", "post"]])
        given = given[~pairs.isin(pd.MultiIndex.from_frame(held[["source", "target"]]))]
    friends = USER + table(folder / "user_friends.dat")
    friend = friendships(friends["userID"], friends["friendID"])
    users = pd.unique(pd.concat([viewed["source"], friend["source"], friend["target"]]))
    known = {
        "users": pd.DataFrame({"id": users}),
        "posts": _posts(folder),
        "viewed": viewed,
        "friend": friend,
    }
    return tagged_source(known, given)


def _assignments(folder: Path) -> pd.DataFrame:
    """Who gave which artist which tag, by the tag's normalised text: columns user, post, tag."""
    names = table(folder / "tags.dat", encoding="latin-1")
    by_id = dict(zip(names["tagID"], normalised(names["tagValue"]), strict=True))
    given = table(folder / "user_taggedartists.dat")
    return pd.DataFrame(
        {
            "user": USER + given["userID"],
            "post": POST + given["artistID"],
            "tag": given["tagID"].map(by_id),
        }
    )


def _posts(folder: Path) -> pd.DataFrame:
    artists = table(folder / "artists.dat")
    return pd.DataFrame(
        {"id": POST + artists["id"], "title": artists["name"], "url": artists["url"]}
    )


def _split(viewed: pd.DataFrame, seed: int) -> pd.Series:
    """The part of each view: per user, random 8:1:1."""
    links = (
        viewed[["source", "target"]]
        .set_axis(["user_id", "post_id"], axis=1)
        .assign(at=pd.array([pd.NA] * len(viewed), dtype="Int64"))
    )
    split = split_links(links, seed)
    parts = pd.concat([getattr(split, part).assign(split=part) for part in PARTS])
    by_pair = parts.set_index(["user_id", "post_id"])["split"]
    return pd.Series(
        by_pair.loc[pd.MultiIndex.from_frame(links[["user_id", "post_id"]])].to_numpy()
    )
