"""Comments on posts and answers to them: what a viewer writes, changes and deletes."""

from dataclasses import dataclass

from feed.gate import VisiblePost
from graph.actions import comments as actions
from graph.errors import Contradiction, NotTheirs, NotThere
from graph.queries.comments import Comment, comment
from graph.queries.people import ViewerContext
from graph.queries.posts import post_cards
from graph.store import GraphStore
from social.discussions import Shown, seen_comment, shown
from social.mentions import people_named
from social.seeing import seen_post
from social.telling import tell_of_comment, tell_of_comment_edit

DEEPEST = 8
"""How many comments an answer may hang under."""


@dataclass(frozen=True, slots=True)
class Commented:
    """A comment that was made, and who may like to know of it."""

    comment: Shown
    new: bool
    """Whether it was made just now, and not by the same request before."""
    post_author_id: str | None
    answers_author_id: str | None


def create(
    store: GraphStore,
    viewer: ViewerContext,
    comment_id: str,
    post_id: str,
    text: str,
    now: int,
) -> Commented:
    """Comment on a post.

    Args:
        store: the graph.
        viewer: who comments, a user of the graph; so with all functions here.
        comment_id: the new comment's id.
        post_id: on which post.
        text: what it says.
        now: Unix seconds.

    Raises:
        NotThere: the viewer may not see the post.
    """
    post = seen_post(store, viewer, post_id)
    return _made(store, viewer, comment_id, post, None, text, now)


def answer(
    store: GraphStore,
    viewer: ViewerContext,
    comment_id: str,
    answers_id: str,
    text: str,
    now: int,
) -> Commented:
    """Answer a comment.

    Raises:
        NotThere: the viewer may not see it, or it is deleted.
        Contradiction: it hangs under `DEEPEST` others.
    """
    above = seen_comment(store, viewer, answers_id)
    if above.comment.deleted:
        raise NotThere(f"{answers_id} is deleted")
    if above.depth >= DEEPEST:
        raise Contradiction(f"Answers go {DEEPEST} deep; answer the comment above this one.")
    return _made(store, viewer, comment_id, above.post, above.comment, text, now)


def edit(store: GraphStore, viewer: ViewerContext, comment_id: str, text: str, now: int) -> Shown:
    """Change one's own comment.

    Raises:
        NotThere: the viewer may not see it, or it is deleted.
        NotTheirs: it is another's.
    """
    seen = seen_comment(store, viewer, comment_id)
    found = seen.comment
    if found.deleted:
        raise NotThere(f"{comment_id} is deleted")
    if found.author_id != viewer.user_id:
        raise NotTheirs("This comment is another's.")
    after = actions.edit(store, comment_id, text, now)
    tell_of_comment_edit(store, viewer.user_id or "", found, after, now)
    return shown(store, viewer, seen.post, after)


def delete(store: GraphStore, viewer: ViewerContext, comment_id: str) -> bool:
    """Delete one's own comment, or one on one's own post; whether it was there until now.

    Either may be deleted also where the viewer does not see it.

    Raises:
        NotThere: the viewer may not see it.
        NotTheirs: it is another's, on another's post.
    """
    found = comment(store, comment_id)
    post_id = (found.post_id if found is not None else None) or ""
    card = post_cards(store, [post_id]).get(post_id)
    theirs = {found.author_id if found else None, card.author_id if card else None}
    own = viewer.user_id in theirs - {None}
    if not own or (found is not None and found.deleted and found.author_id != viewer.user_id):
        seen_comment(store, viewer, comment_id)  # else a second deletion would tell of answers
    if not own:
        raise NotTheirs("This comment is another's, on another's post.")
    named = people_named(store, found.text or "") if found is not None else ()
    return actions.delete(store, comment_id, named)


def _made(
    store: GraphStore,
    viewer: ViewerContext,
    comment_id: str,
    post: VisiblePost,
    above: Comment | None,
    text: str,
    now: int,
) -> Commented:
    user_id, post_id = viewer.user_id or "", post.card.post_id
    answers_id = None if above is None else above.comment_id
    new = actions.create(store, comment_id, user_id, post_id, answers_id, text, now)
    made = Comment(comment_id, text, now, None, False, user_id, post_id, answers_id)
    found = made if new else comment(store, comment_id)
    if found is None:
        raise NotThere(f"{comment_id} is there no more")
    answered = None if above is None else above.author_id
    known = filter(None, (post.card.author_id, answered))
    tell_of_comment(store, user_id, found, known, now)
    return Commented(shown(store, viewer, post, found), new, post.card.author_id, answered)
