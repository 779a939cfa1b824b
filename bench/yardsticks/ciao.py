"""Ciao as a graph: categories, trust, and real time.

Products are posts, ratings of 4 and 5 are likes with their time, a product's categories are its
content, and who trusts whom is a friendship. No licence is stated; read from the archive at run
time. Source: Tang, Gao and Liu, mTrust, WSDM 2012.

Protocol: the 5-core of the likes: users and products with five likes at least, taken until all
have; per user by time, the last tenth test, the tenth before valid (`gnn.split.tenths` rounds: of
five likes one each, so that three are train); all products of the core ranked, those of train and
valid masked. A time is a day: of likes of one moment the greater post id is the later.

What the split gives: no like of a user that is later than one of the user's own held-out likes is
ever in train, nor a test like before a valid one. What it does not: the cut is each user's own, so
train has likes of others that are later than a user's cut, by years; trust and categories have no
time, and are known from the start.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from bench.yardsticks.archive import lines, table
from bench.yardsticks.content import friendships
from gnn.config import TrainConfig
from gnn.source import Source
from gnn.split import tenths
from graph.errors import MalformedSource
from graph.model import Tables

ARCHIVE = "ciao-tang"
CONFIG = TrainConfig(epochs=30)
"""Few epochs, for the sake of the run time on two cores."""
USER, POST, CATEGORY = "ciao:user:", "ciao:post:", "ciao:category:"
LIKED = 80
"""The least percent of a like: four stars of five."""
CORE = 5
"""Likes that each user and each product has at least."""
PAIR = ["user_id", "post_id"]
_PARTS = np.array(["test", "valid", "train"], dtype=object)
"""By tenth, the latest first."""


def convert(folder: Path, seed: int | None = None) -> Tables:
    """The core as one graph; with a `seed`, whichever, its likes carry the ``split`` by time.

    Ratings are no edges of it: each would be a signal, and so a link, even one of a single star.

    Raises:
        MalformedSource: a file is not there, or is not in its form.
    """
    rated = _rated(folder)
    likes = _split(_core(rated[rated["percent"] >= LIKED].drop_duplicates(PAIR)))
    users, posts = (likes[each].drop_duplicates(ignore_index=True) for each in PAIR)
    liked = likes[[*PAIR, "at", "split"]].set_axis(["source", "target", "at", "split"], axis=1)
    within = rated.loc[rated["post_id"].isin(posts), ["post_id", "category"]].drop_duplicates()
    trust = USER + table(folder / "trust.tsv")
    trust = trust[trust.isin(set(users)).all(axis=1)]
    return {
        "users": pd.DataFrame({"id": users}),
        "posts": pd.DataFrame({"id": posts}),
        "categories": _categories(folder),
        "liked": liked if seed is not None else liked.drop(columns="split"),
        "in_category": within.set_axis(["source", "target"], axis=1).reset_index(drop=True),
        "friend": friendships(trust["truster"], trust["trustee"]),
    }


def source(folder: Path, seed: int | None = None) -> Source:
    """As `convert`: no content comes from likes."""
    return Source(convert(folder, seed))


def ratings(folder: Path, seed: int | None = None) -> pd.DataFrame:
    """Every user's rating of every product, also outside the core, to predict ratings by.

    A pair that is a like of the core keeps its part. Another is placed by its own time: from the
    user's first test like on it is test, else from the first valid like on valid, before that
    train; so nothing in train is later than a held-out like of its user either. Ratings of a user
    without likes in the core are split as likes are: by tenths of that user's ratings.

    Returns:
        Columns user_id, post_id, percent (20 a star, 0 to 100), at (Unix seconds) and, with a
        `seed`, whichever, split; one row a pair, its first rating, ordered by user, time, post.

    Raises:
        MalformedSource: a file is not there, or is not in its form.
    """
    rated = _rated(folder)
    likes = _split(_core(rated[rated["percent"] >= LIKED].drop_duplicates(PAIR)))
    first = rated.drop_duplicates(PAIR)[[*PAIR, "percent", "at"]]
    if seed is not None:
        first = _placed(first, likes)
    return first.reset_index(drop=True)


def _rated(folder: Path) -> pd.DataFrame:
    """All ratings, ordered by user, time and post: user_id, post_id, category, percent, at."""
    path = folder / "ratings.tsv"
    given = table(path)
    try:
        stars, at = given["rating"].astype(int), given["timestamp"].astype("int64")
    except ValueError as error:
        raise MalformedSource(f"{path}: a rating or a time is no number: {error}.") from error
    rated = pd.DataFrame(
        {
            "user_id": USER + given["user"],
            "post_id": POST + given["item"],
            "category": CATEGORY + given["category"],
            "percent": 20 * stars,
            "at": at,
        }
    )
    return rated.sort_values(["user_id", "at", "post_id"], kind="stable", ignore_index=True)


def _core(links: pd.DataFrame) -> pd.DataFrame:
    """The links left when users and posts with fewer than `CORE` are gone, again and again."""
    sizes = [links.groupby(each)["at"].transform("size") for each in PAIR]
    kept = links[(sizes[0] >= CORE) & (sizes[1] >= CORE)]
    return kept if len(kept) == len(links) else _core(kept)


def _split(links: pd.DataFrame) -> pd.DataFrame:
    """Links in the order of `_rated`, each with its part: per user, the latest tenths held out."""
    latest_first = -np.arange(len(links))
    return links.assign(split=_PARTS[tenths(links["user_id"], latest_first)])


def _placed(rated: pd.DataFrame, likes: pd.DataFrame) -> pd.DataFrame:
    """`rated` with a split as `ratings` says it."""
    cuts = {
        part: rated["user_id"].map(likes[likes["split"] == part].groupby("user_id")["at"].min())
        for part in ("valid", "test")
    }
    at = rated["at"]
    by_cut = np.select([at >= cuts["test"], at >= cuts["valid"]], ["test", "valid"], "train")
    own = rated["user_id"].isin(likes["user_id"])
    by_time = _split(rated)["split"].where(~own, by_cut)
    parts = likes.set_index(PAIR)["split"]
    of_likes = parts.reindex(pd.MultiIndex.from_frame(rated[PAIR])).to_numpy()
    return rated.assign(split=pd.Series(of_likes, index=rated.index).fillna(by_time))


def _categories(folder: Path) -> pd.DataFrame:
    """Lines of a number and a name, with a space between."""
    named = [line.split(" ", 1) for line in lines(folder / "categories.txt") if line.strip()]
    if any(len(each) != 2 for each in named):
        raise MalformedSource(f"{folder / 'categories.txt'}: expected a number and a name a line.")
    categories = pd.DataFrame(named, columns=["id", "name"], dtype=str)
    return categories.assign(id=CATEGORY + categories["id"])
