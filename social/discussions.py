"""Comments as a viewer may read them.

Seen are comments of people whom the viewer may see, on a post that they may see, and under them
answers likewise: what hangs under a comment that is hidden is hidden with it. Where a block keeps
its author and the post's apart, a comment is hidden from all others. A comment that was deleted
keeps a place, without its words and its author, for whoever may see it and an answer below it that
stands: else a place would tell of answers, or a deletion of authors, that are hidden. Of a comment
whose author left nobody knows whom it was hidden from; its answers are their own authors'.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from feed.gate import VisiblePerson, VisiblePost, admit_speakers
from feed.profiles import Profile, with_details
from graph.errors import NotThere
from graph.queries.comments import (
    Comment,
    Link,
    List,
    answers_below,
    comment,
    comments_after,
)
from graph.queries.people import ViewerContext, blocks_around, user_cards
from graph.store import GraphStore
from social.pages import Page, Place, page_of
from social.seeing import seen_post


@dataclass(frozen=True, slots=True)
class Shown:
    """A comment that the viewer may see."""

    comment_id: str
    post_id: str
    answers_id: str | None
    author: Profile | None
    """None: it is deleted."""
    text: str
    created_at: int
    """Unix seconds; 0 where nobody knows."""
    edited_at: int | None
    deleted: bool


@dataclass(frozen=True, slots=True)
class Seen:
    """A comment that the viewer may see, with what it hangs on."""

    comment: Comment
    post: VisiblePost
    depth: int
    """How many comments it hangs under."""


def seen_comment(store: GraphStore, viewer: ViewerContext, comment_id: str) -> Seen:
    """The comment, which the viewer may see.

    Raises:
        NotThere: it is not there, or not for this viewer.
    """
    found = comment(store, comment_id)
    post = seen_post(store, viewer, (found.post_id if found is not None else None) or "")
    above, line = found, []
    while above is not None:
        line.append(above)
        above = comment(store, above.answers_id) if above.answers_id else None
    people = _ids(_speakers(store, viewer, post, line))
    there = found is not None and all(_passes(each, people) for each in line)
    if found is None or not there or not _kept(store, viewer, post, [found]):
        raise NotThere(f"{comment_id} is not there for {viewer.user_id}")
    return Seen(found, post, len(line) - 1)


def read(store: GraphStore, viewer: ViewerContext, comment_id: str) -> Shown:
    """A comment; errors as of `seen_comment`."""
    seen = seen_comment(store, viewer, comment_id)
    return shown(store, viewer, seen.post, seen.comment)


def comments(
    store: GraphStore, viewer: ViewerContext, post_id: str, after: Place | None, size: int
) -> Page[Shown]:
    """The comments on a post that answer no other, the latest first; errors as of `seen_post`."""
    post = seen_post(store, viewer, post_id)
    return _page(store, viewer, post, "comments", post_id, after, size)


def answers(
    store: GraphStore, viewer: ViewerContext, comment_id: str, after: Place | None, size: int
) -> Page[Shown]:
    """The answers to a comment, the latest first; errors as of `seen_comment`."""
    post = seen_comment(store, viewer, comment_id).post
    return _page(store, viewer, post, "answers", comment_id, after, size)


def comments_seen(commented: Sequence[Link], people: Container[str | None]) -> int:
    """How many of a post's comments and answers are seen by who may see what these people say."""
    links = {link.comment_id: link for link in commented}

    def seen(link: Link | None) -> bool:
        while link is not None and _passes(link, people):
            if link.answers_id is None:
                return True
            link = links.get(link.answers_id)
        return False

    return sum(not link.deleted and seen(link) for link in links.values())


def _page(
    store: GraphStore,
    viewer: ViewerContext,
    post: VisiblePost,
    name: List,
    of_id: str,
    after: Place | None,
    size: int,
) -> Page[Shown]:
    found: dict[str, Comment] = {}

    def next_ones(place: Place) -> Sequence[Place]:
        page = comments_after(store, viewer, name, of_id, place.at, place.id)
        found.update({each.comment_id: each for each in page})
        return [Place(each.at, each.comment_id) for each in page]

    def show(entries: Sequence[Place]) -> Mapping[str, Shown]:
        return _shown(store, viewer, post, [found[each.id] for each in entries])

    return page_of(next_ones, show, after, size)


def shown(store: GraphStore, viewer: ViewerContext, post: VisiblePost, found: Comment) -> Shown:
    """The comment on the post as it is shown.

    Raises:
        NotThere: it went meanwhile.
    """
    by_id = _shown(store, viewer, post, [found])
    if found.comment_id not in by_id:
        raise NotThere(f"{found.comment_id} is there no more")
    return by_id[found.comment_id]


def _shown(
    store: GraphStore, viewer: ViewerContext, post: VisiblePost, found: Sequence[Comment]
) -> Mapping[str, Shown]:
    """Those of the comments that may be shown by who wrote them, by id."""
    speakers = _speakers(store, viewer, post, found)
    seen = _ids(speakers)
    there = [each for each in found if each.post_id is not None and _passes(each, seen)]
    told = {each.author_id for each in there if not each.deleted}
    people = with_details(store, [each for each in speakers if each.card.user_id in told])
    return {
        each.comment_id: Shown(
            comment_id=each.comment_id,
            post_id=each.post_id,
            answers_id=each.answers_id,
            author=None if each.deleted else people[each.author_id or ""],
            text="" if each.deleted else each.text or "",
            created_at=each.at,
            edited_at=each.edited_at,
            deleted=each.deleted,
        )
        for each in _kept(store, viewer, post, there)
        if each.post_id is not None
    }


def _passes(said: Comment | Link, people: Container[str | None]) -> bool:
    """Whether a comment is of these people; a deleted one may be nobody's."""
    return said.author_id in people or (said.deleted and said.author_id is None)


def _kept(
    store: GraphStore, viewer: ViewerContext, post: VisiblePost, found: Sequence[Comment]
) -> list[Comment]:
    """The comments without deleted ones below which the viewer may see nothing that stands."""
    below = {each.comment_id: each.comment_id for each in found if each.deleted}
    answered: set[str] = set()
    while below:
        links = answers_below(store, viewer, below)
        people = _ids(_speakers(store, viewer, post, links))
        seen = [link for link in links if _passes(link, people)]
        answered |= {below[link.answers_id or ""] for link in seen if not link.deleted}
        deeper = {each.comment_id: below[each.answers_id or ""] for each in seen if each.deleted}
        below = {each: top for each, top in deeper.items() if top not in answered}
    return [each for each in found if not each.deleted or each.comment_id in answered]


def _ids(people: Iterable[VisiblePerson]) -> set[str | None]:
    return {each.card.user_id for each in people}


def _speakers(
    store: GraphStore, viewer: ViewerContext, post: VisiblePost, found: Iterable[Comment | Link]
) -> list[VisiblePerson]:
    """Who wrote these comments on the post, as far as the viewer may see what they say there."""
    author = post.card.author_id or ""
    cards = user_cards(store, {each.author_id for each in found if each.author_id})
    return admit_speakers(viewer, cards.values(), blocks_around(store, [author])[author])
