"""One post as its viewer may see it: what it says, who openly responded, what they did with it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import VisiblePost, admit_people
from feed.profiles import Profile, profiles
from graph.queries.people import ViewerContext, user_cards
from graph.queries.posts import (
    NodeCard,
    PostContent,
    category_cards,
    group_cards,
    moods_of,
    post_contents,
)
from graph.queries.responses import Did, did, responses
from graph.store import GraphStore
from social.discussions import comments_seen
from social.seeing import seen_post


@dataclass(frozen=True, slots=True)
class Counts:
    """How many people openly responded, of those whom the viewer may see.

    Of each kind `graph.queries.responses.CROWD` are looked at, and no more are counted.
    """

    likes: int
    inspired: int
    shares: int
    comments: int
    """Comments and answers that the viewer may see."""
    reactions: Mapping[str, int]
    """By kind, those that there are."""


@dataclass(frozen=True, slots=True)
class Said:
    """What a post that the viewer may see says, and who says it."""

    post: VisiblePost
    content: PostContent
    author: Profile | None


@dataclass(frozen=True, slots=True)
class Whole:
    """All that a viewer may know of a post."""

    said: Said
    category: NodeCard | None
    group: NodeCard | None
    moods: tuple[str, ...]
    shares: Said | None
    """What it shares; None also where the viewer may not see that."""
    counts: Counts
    mine: Did


def whole_post(store: GraphStore, viewer: ViewerContext, post_id: str) -> Whole:
    """The post.

    Raises:
        NotThere: it is not there, or not for this viewer.
    """
    post = seen_post(store, viewer, post_id)
    card = post.card
    original = visible_posts(store, viewer, [card.shares_id] if card.shares_id else [])
    said = _said(store, viewer, [post, *original])
    categories = category_cards(store, [card.category_id] if card.category_id else [])
    groups = group_cards(store, [card.group_id] if card.group_id else [])
    return Whole(
        said=said[post_id],
        category=categories.get(card.category_id or ""),
        group=groups.get(card.group_id or ""),
        moods=moods_of(store, post_id),
        shares=said.get(card.shares_id or ""),
        counts=_counts(store, viewer, post_id),
        mine=did(store, viewer.user_id or "", post_id),
    )


def _said(store: GraphStore, viewer: ViewerContext, posts: list[VisiblePost]) -> dict[str, Said]:
    contents = post_contents(store, [post.card.post_id for post in posts])
    authors = profiles(store, viewer, [p.card.author_id for p in posts if p.card.author_id])
    return {
        post_id: Said(post, contents[post_id], authors.get(post.card.author_id or ""))
        for post in posts
        if (post_id := post.card.post_id) in contents
    }


def _counts(store: GraphStore, viewer: ViewerContext, post_id: str) -> Counts:
    found = responses(store, post_id)
    people = {user_id for told in found.values() for user_id, _ in told}
    visible = admit_people(viewer, user_cards(store, people).values())
    seen = {person.card.user_id for person in visible}
    shown = {
        kind: [word for user_id, word in told if user_id in seen] for kind, told in found.items()
    }
    return Counts(
        likes=len(shown["likers"]),
        inspired=len(shown["inspired"]),
        shares=len(shown["sharers"]),
        comments=comments_seen(store, viewer, post_id),
        reactions=dict(sorted(Counter(shown["reacters"]).items())),
    )
