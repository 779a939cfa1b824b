"""What the graph says of a (user, post) pair, beside the embeddings: the decoder's raw parts.

They bear the feed sources' names, and the feed hands the decoder the same numbers online:

===================  ==========================================================================
part                 raw number for user *u* and post *p*
===================  ==========================================================================
network              dot product of the learned halves of *u*'s and *p*'s vectors: GraphSAGE
taste_fine, taste,   dot product of the linear halves at a lower ridge, at the one that is best
taste_broad          on valid, and at a higher one: EASE with content (`gnn.spectrum`)
factors              dot product of what the links are factored to (`gnn.factors`)
similar              sum, over the posts that *u* engaged with last, of their SIMILAR score to *p*;
                     times `FEW` / n for who engaged with n posts, fewer than `FEW`
near                 sum, over *u*'s NEAR people who engaged with *p* lately, of their NEAR score
interests            number of *u*'s INTERESTED_IN tags with which *p* is TAGGED
tags                 mean, over the tags of *p*, of the share of the posts that *u* engaged with
                     last which bear the tag
friends              1 if a friend of *u* AUTHORED *p*, else 0
friends_engaged      log(1 + number of *u*'s friends who lately engaged with *p* by any signal)
friends_of_friends   log(1 + number of *u*'s second circle who lately authored or engaged with *p*)
popular              log(1 + popularity of *p*), as `graph.derive.popularity` has it: the sum over
                     the users who engaged with *p* of 0.5 ^ (age / 7 days); 1 each without times
recent               log((1 + 21 days) / (1 + age of *p*)), of 21 days at least: 0 for a new post,
                     the less the older it is; one that does not say when it came counts as a year
                     old. Ages count from the latest engagement that is known, and online from now
===================  ==========================================================================

What a feed looks at is bounded, and so it is here. *Last* are *u*'s latest `HISTORY` posts;
*lately* is among somebody's latest `ENGAGED` posts, or newest `WRITTEN` of their own. Ties go to
the lower id, and without times all are. The second circle are `SECOND_CIRCLE` friends of *u*'s
friends (of the first `CIRCLE_FRIENDS` of them), neither *u* nor its friends: those with the most
common friends.

What differs still: a feed has nobody whom a block keeps apart among the near and the second circle,
where here they take a place; of more than 1,000 friends a single look-up has 1,000; and what is
dated later than now counts there, and not here.

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
from graph.model import SIGNALS, Tables
from graph.queries.candidates import ENGAGED, NEAR
from graph.queries.whole import WRITTEN

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
HISTORY = 100
"""Posts of somebody's latest history that others are held against."""
FEW = 5
"""Posts, so few that after one like half of a page is similar to it, and not a post or two. What is
similar to fewer is little, beside what is popular: it counts as much for each as if they were so
many, so that the first like is seen in the feed."""
CIRCLE_FRIENDS = 200
"""Friends whose friends are looked at; who has more is not short of candidates."""
SECOND_CIRCLE = 50
"""People two steps away, those with the most common friends: the rest are strangers, and a hub
among one's friends brings thousands of them."""


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
    history: sparse.csr_array
    """The latest `HISTORY` of each user's links; shape as `links`, ones."""
    lately: sparse.csr_array
    """The latest `ENGAGED` of each user's links; shape as `links`, ones."""
    near: sparse.csr_array
    """How much a user is like those most like them; shape ``(num_users, num_users)``."""
    interested: sparse.csr_array
    """Shape ``(num_users, num_tags)`` of ones."""
    tagged: sparse.csr_array
    """Shape ``(num_posts, num_tags)`` of ones."""
    friends: sparse.csr_array
    """Shape ``(num_users, num_users)`` of ones, symmetric, no diagonal."""
    distant: sparse.csr_array
    """The second circle; shape as `friends`, ones."""
    authored: sparse.csr_array
    """Shape ``(num_users, num_posts)`` of ones."""
    took_part: sparse.csr_array
    """What each user lately engaged with or wrote; shape as `authored`, ones."""
    popular: Floats
    """Shape ``(num_posts,)``."""
    recent: Floats
    """Shape ``(num_posts,)``; all 0 where no post says when it came."""

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
    moments = engaged_at(tables, users, posts)
    lately = highest(moments, ENGAGED)
    authored = matrix(edges(tables, "authored"), users, posts)
    born_at = np.nan_to_num(_born_at(tables, posts))
    written = _like(authored, born_at[authored.indices])
    return Structure(
        users=users,
        posts=posts,
        links=links,
        strengths=strengths,
        similar=similar_posts(links, keep=SIMILAR_KEPT),
        history=highest(moments, HISTORY),
        lately=lately,
        near=near_people(links, interests, keep=NEAR),
        interested=interests,
        tagged=matrix(tagged, posts, tags),
        friends=friends,
        distant=_second_circle(friends),
        authored=authored,
        took_part=_ones(sparse.csr_array(lately + highest(written, WRITTEN))),
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


def highest(scores: sparse.csr_array, most: int) -> sparse.csr_array:
    """Each row's `most` highest entries as ones, ties to the lower column; shape as `scores`."""
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    order = np.lexsort((scores.indices, -scores.data, rows))
    kept = np.sort(order[np.arange(len(rows)) - scores.indptr[rows] < most])
    ones = np.ones(len(kept), np.float32)
    return sparse.csr_array((ones, (rows[kept], scores.indices[kept])), shape=scores.shape)


def _like(matrix: sparse.csr_array, data: npt.NDArray[np.float64]) -> sparse.csr_array:
    """The same entries with other numbers; zeros stay entries."""
    return sparse.csr_array((data, matrix.indices, matrix.indptr), shape=matrix.shape)


def engaged_at(tables: Tables, users: Vocabulary, posts: Vocabulary) -> sparse.csr_array:
    """When each user last engaged with a post, by any signal, Unix seconds; 0 without a time.

    Shape ``(num_users, num_posts)``; an entry for every link.
    """
    columns = ["source", "target", "at"]
    told = pd.concat([edges(tables, kind.file).reindex(columns=columns) for kind in SIGNALS])
    rows, places = (
        ids.positions(told[column], unknown="minus_one")
        for ids, column in ((users, "source"), (posts, "target"))
    )
    known = (rows >= 0) & (places >= 0)
    at = pd.to_numeric(told["at"]).to_numpy(np.float64, na_value=0.0)
    pairs, pair = np.unique(rows[known] * len(posts) + places[known], return_inverse=True)
    last = np.full(len(pairs), -np.inf)
    np.maximum.at(last, pair, at[known])
    ends = np.divmod(pairs, max(len(posts), 1))
    return sparse.csr_array((last, ends), shape=(len(users), len(posts)))


def _born_at(tables: Tables, posts: Vocabulary) -> npt.NDArray[np.float64]:
    """When each post came, Unix seconds; NaN where it does not say. Shape ``(num_posts,)``."""
    if "created_at" not in tables.get("posts", ()):
        return np.full(len(posts), np.nan)
    created = pd.to_numeric(tables["posts"].set_index("id")["created_at"]).reindex(posts.ids)
    return np.asarray(created.to_numpy(np.float64, na_value=np.nan))


def _recencies(tables: Tables, posts: Vocabulary, upto: int | None) -> Floats:
    at = _born_at(tables, posts)
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


def _second_circle(friends: sparse.csr_array) -> sparse.csr_array:
    mutual = sparse.csr_array(highest(friends, CIRCLE_FRIENDS) @ friends)
    itself = sparse.eye_array(friends.shape[0], dtype=np.float32, format="csr")
    known = _ones(mutual.copy()).multiply(friends + itself)
    strangers = sparse.csr_array(mutual - mutual.multiply(known))
    strangers.eliminate_zeros()
    return highest(strangers, SECOND_CIRCLE)


def few_count(engaged: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """What `similar` is multiplied by for who engaged with so many posts; shape as `engaged`."""
    return np.asarray(np.maximum(FEW / np.maximum(engaged, 1), 1.0))


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
    friends, history = known.friends[user_pos], known.history[user_pos]
    few = few_count(np.diff(known.links.indptr)[user_pos]).astype(np.float32)
    sparse_parts = {
        "similar": sparse.csr_array(history.multiply(few[:, None])) @ known.similar,
        "near": known.near[user_pos] @ known.lately,
        "interests": known.interested[user_pos] @ known.tagged.T,
        "tags": _evenly(history) @ known.tagged @ known.evenly_tagged,
        "friends": friends @ known.authored,
        "friends_engaged": friends @ known.lately,
        "friends_of_friends": known.distant[user_pos] @ known.took_part,
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
