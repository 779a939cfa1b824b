"""What the graph says of a (user, post) pair, beside the embeddings: the decoder's raw parts.

They bear the feed sources' names, and the feed hands the decoder the same numbers online:

===================  ==========================================================================
part                 raw number for user *u* and post *p*
===================  ==========================================================================
network              dot product of the learned halves of *u*'s and *p*'s vectors: GraphSAGE
taste_fine, taste,   dot product of the linear halves at a lower ridge, at the one that is best
taste_broad          on valid, and at a higher one: EASE with content (`gnn.spectrum`)
factors              dot product of the factors that alternating least squares made (`gnn.factors`)
similar              sum, over the posts that *u* engaged with, of their SIMILAR score to *p*
near                 sum, over *u*'s NEAR people who engaged with *p*, of their NEAR score
interests            number of *u*'s INTERESTED_IN tags with which *p* is TAGGED
tags                 mean, over the tags of *p*, of the share of the posts that *u* engaged with
                     which bear the tag
friends              1 if a friend of *u* AUTHORED *p*, else 0
friends_engaged      log(1 + number of *u*'s friends who engaged with *p* by any signal)
friends_of_friends   log(1 + number of friends of *u*'s friends, neither *u* nor its friends, who
                     authored or engaged with *p*)
popular              log(1 + popularity of *p*), as `graph.derive.popularity` has it: the sum over
                     the users who engaged with *p* of 0.5 ^ (age / 7 days); 1 each without times
recent               log((1 + 21 days) / (1 + age of *p*)), of 21 days at least: 0 for a new post,
                     the less the older it is; one that does not say when it came counts as a year
                     old. Ages count from the latest engagement that is known, and online from now
===================  ==========================================================================

A missing table gives zeros; so do the vectors of whoever has none. A friendship counts in both
directions. No torch here: serving, and the baselines' machine, need none.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from gnn.embeddings import PRODUCTS, EmbeddingTable, UserSide
from gnn.matrices import Floats, edges, matrix
from gnn.split import engagements
from gnn.strengths import link_strengths, linked
from gnn.vocabulary import Positions, Vocabulary
from graph.derive.near import near_people
from graph.derive.popularity import popularity
from graph.derive.similar import similar_posts
from graph.model import Tables

PARTS = (
    *PRODUCTS,
    "similar",
    "near",
    "interests",
    "tags",
    "friends",
    "friends_engaged",
    "friends_of_friends",
    "popular",
    "recent",
)
COUNTED = ("friends_engaged", "friends_of_friends")
"""Parts that are told as log(1 + number of people)."""
SIMILAR_KEPT = 50
DAY = 86_400
YOUNG, UNKNOWN = 21.0, 365.0
"""Days. Below the first all posts are new alike: what came after a training's last day, and stands
among the posts to be ranked, must not be told from what came just before it. The second is the age
of a post that says none."""
NEAR_KEPT = 30
"""As many as a feed looks at (`graph.queries.candidates.NEAR`)."""


@dataclass(frozen=True)
class Structure:
    """One graph's sparse matrices, from which the parts of any pair follow."""

    users: Vocabulary
    posts: Vocabulary
    links: sparse.csr_array
    """Who engaged with what; shape ``(num_users, num_posts)`` of ones."""
    strengths: sparse.csr_array
    """How strongly (`gnn.strengths`); an entry for every link. Shape as `links`."""
    similar: sparse.csr_array
    near: sparse.csr_array
    """How much a user is like those most like them; shape ``(num_users, num_users)``."""
    interested: sparse.csr_array
    """Shape ``(num_users, num_tags)`` of ones."""
    tagged: sparse.csr_array
    """Shape ``(num_posts, num_tags)`` of ones."""
    friends: sparse.csr_array
    """Shape ``(num_users, num_users)`` of ones, symmetric, no diagonal."""
    distant: sparse.csr_array
    """Friends of friends who are no friends; shape as `friends`."""
    authored: sparse.csr_array
    """Shape ``(num_users, num_posts)`` of ones."""
    popular: Floats
    """Shape ``(num_posts,)``."""
    recent: Floats
    """Shape ``(num_posts,)``; all 0 where no post says when it came."""

    @cached_property
    def engaged_or_authored(self) -> sparse.csr_array:
        """Who engaged with or wrote what; shape ``(num_users, num_posts)`` of ones."""
        return _ones(sparse.csr_array(self.links + self.authored))

    @cached_property
    def evenly_tagged(self) -> sparse.csr_array:
        """The posts of a tag, each by its share of that post's tags; ``(num_tags, num_posts)``."""
        return sparse.csr_array(_evenly(self.tagged).T)


def structure(
    tables: Tables, users: Vocabulary, posts: Vocabulary, upto: int | None = None
) -> Structure:
    """Read off `tables` what the parts need; they must hold nothing that is to be predicted."""
    strengths = link_strengths(tables, users, posts)
    links = linked(strengths)
    interested, tagged = edges(tables, "interested_in"), edges(tables, "tagged")
    tags = Vocabulary([*interested["target"].unique(), *tagged["target"].unique()])
    friends = friendships(tables, users)
    interests = matrix(interested, users, tags)
    return Structure(
        users=users,
        posts=posts,
        links=links,
        strengths=strengths,
        similar=similar_posts(links, keep=SIMILAR_KEPT),
        near=near_people(links, interests, keep=NEAR_KEPT),
        interested=interests,
        tagged=matrix(tagged, posts, tags),
        friends=friends,
        distant=_friends_of_friends(friends),
        authored=matrix(edges(tables, "authored"), users, posts),
        popular=np.log1p(decayed_counts(tables, posts, upto)),
        recent=_recencies(tables, posts, upto),
    )


def recency(created_at: npt.NDArray[np.float64], now: float) -> npt.NDArray[np.float64]:
    """The part `recent` of posts.

    Args:
        created_at: Unix seconds, NaN where it is not known; shape ``(n,)``.
        now: Unix seconds.

    Returns:
        Shape ``(n,)``, 0 or less.
    """
    days = np.nan_to_num((now - created_at) / DAY, nan=UNKNOWN)
    return np.asarray(np.log1p(YOUNG) - np.log1p(np.maximum(days, YOUNG)))


def _recencies(tables: Tables, posts: Vocabulary, upto: int | None) -> Floats:
    if "created_at" not in tables.get("posts", ()):
        return np.zeros(len(posts), np.float32)
    created = pd.to_numeric(tables["posts"].set_index("id")["created_at"]).reindex(posts.ids)
    at = created.to_numpy(np.float64, na_value=np.nan)
    if np.isnan(at).all():
        return np.zeros(len(posts), np.float32)
    latest = engagements(tables, upto)["at"].max()
    now = np.nanmax(at) if pd.isna(latest) else float(latest)
    return recency(at, now).astype(np.float32)


def friendships(tables: Tables, users: Vocabulary) -> sparse.csr_array:
    """Who is whose friend; shape ``(num_users, num_users)`` of ones, symmetric, no diagonal."""
    stored = matrix(edges(tables, "friend"), users, users)
    both = sparse.csr_array(stored + stored.T)
    both.setdiag(0)
    both.eliminate_zeros()
    return _ones(both)


def _friends_of_friends(friends: sparse.csr_array) -> sparse.csr_array:
    reached = _ones(sparse.csr_array(friends @ friends))
    near = friends + sparse.eye_array(friends.shape[0], dtype=np.float32, format="csr")
    distant = sparse.csr_array(reached - reached.multiply(near))
    distant.eliminate_zeros()
    return distant


def _ones(counts: sparse.csr_array) -> sparse.csr_array:
    counts.data = (counts.data > 0).astype(np.float32)
    return counts


def _evenly(ones: sparse.csr_array) -> sparse.csr_array:
    """Each row's ones share 1."""
    each = np.maximum(np.diff(ones.indptr), 1).astype(np.float32)
    return sparse.csr_array(ones.multiply(1.0 / each[:, None]))


def decayed_counts(tables: Tables, posts: Vocabulary, upto: int | None = None) -> Floats:
    """`graph.derive.popularity` of each post, by position; shape ``(num_posts,)``."""
    counts = np.zeros(len(posts), dtype=np.float32)
    found = popularity(engagements(tables, upto))
    counts[posts.positions(found.index)] = found.to_numpy(dtype=np.float32)
    return counts


def parts_block(known: Structure, table: EmbeddingTable, user_pos: Positions) -> Floats:
    """The parts of some users and all posts; shape ``(len(user_pos), num_posts, len(PARTS))``.

    `table` must be over the same vocabularies as `known`.
    """
    friends = known.friends[user_pos]
    sparse_parts = {
        "similar": known.links[user_pos] @ known.similar,
        "near": known.near[user_pos] @ known.links,
        "interests": known.interested[user_pos] @ known.tagged.T,
        "tags": _evenly(known.links[user_pos]) @ known.tagged @ known.evenly_tagged,
        "friends": friends @ known.authored,
        "friends_engaged": friends @ known.links,
        "friends_of_friends": known.distant[user_pos] @ known.engaged_or_authored,
    }
    # One part after the other in memory, which is how they are made and mostly read.
    planes = np.zeros((len(PARTS), len(user_pos), len(known.posts)), dtype=np.float32)
    block = planes.transpose(1, 2, 0)
    everybody = table.users
    users = UserSide(everybody.vectors[user_pos], everybody.factors[user_pos])
    table.products(users, table.posts, out=planes[: len(PRODUCTS)])
    for part, found in sparse_parts.items():
        counts = sparse.csr_array(found)
        if part in COUNTED:
            counts.data = np.log1p(counts.data)
        there = counts.tocoo()
        block[there.row, there.col, PARTS.index(part)] = there.data
    written = block[:, :, PARTS.index("friends")]
    np.minimum(written, 1.0, out=written)
    block[:, :, PARTS.index("popular")] = known.popular
    block[:, :, PARTS.index("recent")] = known.recent
    return block
