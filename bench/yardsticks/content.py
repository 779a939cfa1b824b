"""What the data sets have in common as graphs: friendships, and tags that users gave."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from gnn.source import Source
from graph.model import Tables


def friendships(one: pd.Series, other: pd.Series) -> pd.DataFrame:
    """Each pair once, from the smaller id to the larger, whichever of the two named the other."""
    ends = np.sort(np.column_stack([one.to_numpy(object), other.to_numpy(object)]), axis=1)
    pairs = pd.DataFrame(ends, columns=["source", "target"], dtype=str)
    return pairs.drop_duplicates(ignore_index=True)


def normalised(tags: pd.Series) -> pd.Series:
    """A tag's text as the graph knows it: lower case, single spaces."""
    return tags.str.lower().str.split().str.join(" ")


def tagged_source(tables: Tables, given: pd.DataFrame) -> Source:
    """`tables` with the tags that users gave, and the same without those of further pairs.

    Args:
        tables: with users and posts; what others gave or got is told of the end that is known.
        given: who gave which post which tag: columns user, post and tag, the tag normalised;
            rows without a tag are dropped, and rows that are there twice count once.

    Returns:
        With Tag nodes, TAGGED, whose weight is the number of people who gave the post that tag,
        and INTERESTED_IN from a user's own tags.
    """
    said = _said(tables, given)
    known = said.tags[np.unique(said.rows["tag"])]
    whole = dict(tables) | {"tags": pd.DataFrame({"id": known, "name": known}, dtype=str)}
    whole |= said.content(said.rows)
    return Source(whole, lambda pairs: whole | said.content(said.without(pairs)))


@dataclass(frozen=True)
class _Said:
    """Tag assignments by position."""

    users: pd.Index
    posts: pd.Index
    tags: npt.NDArray[np.object_]
    rows: pd.DataFrame
    """Columns user, post and tag: positions in the above, -1 where the graph has no such node."""

    def without(self, pairs: pd.DataFrame) -> pd.DataFrame:
        """The rows but those of `pairs` of user_id and post_id."""
        user = self.users.get_indexer(pd.Index(pairs["user_id"]))
        post = self.posts.get_indexer(pd.Index(pairs["post_id"]))
        gone = (user * len(self.posts) + post)[(user >= 0) & (post >= 0)]
        met = (self.rows["user"] >= 0) & (self.rows["post"] >= 0)
        of = self.rows["user"] * len(self.posts) + self.rows["post"]
        return self.rows[~(met & of.isin(gone))]

    def content(self, rows: pd.DataFrame) -> dict[str, pd.DataFrame]:
        """TAGGED and INTERESTED_IN as `rows` tell them."""
        tagged = rows[rows["post"] >= 0].groupby(["post", "tag"], as_index=False).size()
        own = rows.loc[rows["user"] >= 0, ["user", "tag"]].drop_duplicates()
        tagged_ends = {"source": self.posts[tagged["post"]], "target": self.tags[tagged["tag"]]}
        own_ends = {"source": self.users[own["user"]], "target": self.tags[own["tag"]]}
        weight = tagged["size"].to_numpy(dtype=float)
        return {
            "tagged": pd.DataFrame(tagged_ends, dtype=str).assign(weight=weight),
            "interested_in": pd.DataFrame(own_ends, dtype=str),
        }


def _said(tables: Tables, given: pd.DataFrame) -> _Said:
    rows = given[given["tag"].fillna("") != ""].drop_duplicates()
    users, posts = pd.Index(tables["users"]["id"]), pd.Index(tables["posts"]["id"])
    codes, tags = pd.factorize(rows["tag"].to_numpy(dtype=object), sort=True)
    by_position = pd.DataFrame(
        {
            "user": users.get_indexer(pd.Index(rows["user"])),
            "post": posts.get_indexer(pd.Index(rows["post"])),
            "tag": codes,
        }
    )
    met = (by_position["user"] >= 0) | (by_position["post"] >= 0)
    return _Said(users, posts, tags, by_position[met])
