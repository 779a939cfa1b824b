"""HetRec 2011 Delicious as a graph, in the split of BoxGNN: tags and friends.

Bookmarks are posts and likes of them, contacts are friendships, a user's own tag assignments are
interests, and all users' together are a bookmark's tags. For non-commercial use, not ours to ship:
read from the archive at run time. Source: Cantador, Brusilovsky and Kuflik, HetRec 2011,
https://grouplens.org/datasets/hetrec-2011/.

Protocol: the split in the files; all bookmarks ranked, also those that are not in train (half of
the test pairs); those of train and valid masked; tags of train rows alone. Likes have no time.
"""

from pathlib import Path

import pandas as pd

from bench.yardsticks.archive import table
from bench.yardsticks.content import friendships, normalised, tagged_source
from gnn.config import TrainConfig
from gnn.source import Source
from graph.model import Tables

ARCHIVE = "delicious-2k-boxgnn"
CONFIG = TrainConfig(interests=False, epochs=30)
"""As for Last.fm: interests come from the links. Few epochs, for the sake of the run time."""
USER, POST = "delicious:user:", "delicious:post:"
FILES = {"train": "train.txt", "valid": "val.txt", "test": "test.txt"}


def convert(folder: Path, seed: int | None = None) -> Tables:
    """The whole data set as one graph; with a `seed`, whichever, likes carry the files' ``split``.

    The files hold no tags of valid's and test's pairs.

    Raises:
        MalformedSource: a file is not there, or is not a table.
    """
    return source(folder, seed).tables


def source(folder: Path, seed: int | None = None) -> Source:
    """As `convert`, and the same without the tag assignments of further pairs."""
    parts = {part: table(folder / name) for part, name in FILES.items()}
    links = pd.concat([rows.assign(split=part) for part, rows in parts.items()], ignore_index=True)
    liked = pd.DataFrame(
        {
            "source": USER + links["userID"],
            "target": POST + links["itemID"],
            "split": links["split"],
        }
    ).drop_duplicates(["source", "target"], ignore_index=True)
    known = {
        "users": pd.DataFrame({"id": USER + table(folder / "users.txt")["remap_id"]}),
        "posts": pd.DataFrame({"id": POST + table(folder / "items.txt")["remap_id"]}),
        "liked": liked if seed is not None else liked.drop(columns="split"),
        "friend": _friends(folder),
    }
    return tagged_source(known, _assignments(folder, parts["train"]))


def _assignments(folder: Path, train: pd.DataFrame) -> pd.DataFrame:
    """Who gave which bookmark which tag, by the tag's normalised text: columns user, post, tag."""
    names = table(folder / "tags.dat", encoding="latin-1").set_index("id")["value"]
    tags = table(folder / "tags.txt").set_index("remap_id")["org_id"].map(normalised(names))
    return pd.DataFrame(
        {
            "user": USER + train["userID"],
            "post": POST + train["itemID"],
            "tag": train["tagID"].map(tags),
        }
    )


def _friends(folder: Path) -> pd.DataFrame:
    """Contacts who are both among the users; their file has the users' original ids."""
    users = table(folder / "users.txt").set_index("org_id")["remap_id"]
    contacts = table(folder / "user_contacts-timestamps.dat")
    ends = pd.DataFrame({name: contacts[name].map(users) for name in ("userID", "contactID")})
    ends = USER + ends.dropna()
    return friendships(ends["userID"], ends["contactID"])
