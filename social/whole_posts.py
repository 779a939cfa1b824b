"""One post as its viewer may see it: what it says, who openly responded, what they did with it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import VisiblePost, admit_people, admit_speakers
from feed.profiles import Profile, profiles
from graph.ahead import ahead
from graph.queries.comments import commenters, commenters_call
from graph.queries.people import ViewerContext, blocks_around, user_cards
from graph.queries.posts import (
    NodeCard,
    PostCard,
    PostContent,
    category_cards,
    group_cards,
    moods_of,
    post_contents,
)
from graph.queries.responses import Did, did, responses
from graph.store import Call, GraphStore
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
    store = ahead(store, list(_calls(card, viewer)))
    original = visible_posts(store, viewer, [card.shares_id]) if card.shares_id else []
    said = said_of(store, viewer, [post, *original])
    categories = category_cards(store, [card.category_id]) if card.category_id else {}
    groups = group_cards(store, [card.group_id]) if card.group_id else {}
    return Whole(
        said=said[post_id],
        category=categories.get(card.category_id or ""),
        group=groups.get(card.group_id or ""),
        moods=moods_of(store, post_id),
        shares=said.get(card.shares_id or ""),
        counts=_counts(store, viewer, card),
        mine=did(store, viewer.user_id or "", post_id),
    )


def _calls(card: PostCard, viewer: ViewerContext) -> Iterator[Call]:
    """What will be asked of a post that may be seen."""
    post, author = card.post_id, [card.author_id] if card.author_id else []
    yield "did", {"user_id": viewer.user_id or "", "post_id": post}
    yield "responses", {"post_id": post}
    yield commenters_call(viewer, post)
    yield "blocks_around", {"user_id": card.author_id or ""}
    yield "from_evokes", {"source": post}
    if card.category_id:
        yield "category_cards", {"category_ids": [card.category_id]}
    if card.group_id:
        yield "group_cards", {"group_ids": [card.group_id]}
    if card.shares_id:
        yield "post_cards", {"post_ids": [card.shares_id]}
    else:
        yield "post_contents", {"post_ids": [post]}
        yield "user_cards", {"user_ids": author}
        yield "user_details", {"user_ids": author}


def said_of(
    store: GraphStore, viewer: ViewerContext, posts: Sequence[VisiblePost]
) -> dict[str, Said]:
    """What the posts say, by id; one that was deleted meanwhile is left out."""
    contents = post_contents(store, [post.card.post_id for post in posts])
    authors = profiles(store, viewer, [p.card.author_id for p in posts if p.card.author_id])
    return {
        post_id: Said(post, contents[post_id], authors.get(post.card.author_id or ""))
        for post in posts
        if (post_id := post.card.post_id) in contents
    }


def _counts(store: GraphStore, viewer: ViewerContext, card: PostCard) -> Counts:
    found, links = responses(store, card.post_id), commenters(store, viewer, card.post_id)
    people = {user_id for told in found.values() for user_id, _ in told}
    people |= {link.author_id for link in links if link.author_id}
    cards, author = user_cards(store, people).values(), card.author_id or ""
    seen = {person.card.user_id for person in admit_people(viewer, cards)}
    speakers = admit_speakers(viewer, cards, blocks_around(store, [author])[author])
    shown = {
        kind: [word for user_id, word in told if user_id in seen] for kind, told in found.items()
    }
    return Counts(
        likes=len(shown["likers"]),
        inspired=len(shown["inspired"]),
        shares=len(shown["sharers"]),
        comments=comments_seen(links, {person.card.user_id for person in speakers}),
        reactions=dict(sorted(Counter(shown["reacters"]).items())),
    )
