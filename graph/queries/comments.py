"""Comments on posts, and the answers to them; read live."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from graph.queries.people import ViewerContext, seen_by
from graph.store import Call, GraphStore, Runs

List = Literal["comments", "answers"]
"""Of a post: its comments that answer no other. Of a comment: the answers to it."""


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment as it is in the graph, whoever may see it."""

    comment_id: str
    text: str | None
    at: int
    """When it was made, Unix seconds; 0 where nobody knows."""
    edited_at: int | None
    deleted: bool
    author_id: str | None
    post_id: str | None
    """None: it is deleted, and nothing is left of it."""
    answers_id: str | None
    """The comment that it answers."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a comment hangs, and whose it is."""

    comment_id: str
    deleted: bool
    author_id: str | None
    answers_id: str | None


def comment(runs: Runs, comment_id: str) -> Comment | None:
    """The comment of that id, or None."""
    rows = runs.run("comment", comment_id=comment_id)
    return Comment(**rows[0]) if rows else None


def line_above(runs: Runs, above: Comment | None) -> list[Comment]:
    """The comment and all that it hangs under, the nearest first."""
    line: list[Comment] = []
    while above is not None:
        line.append(above)
        above = comment(runs, above.answers_id) if above.answers_id else None
    return line


def comments_standing(runs: Runs, comment_ids: Iterable[str]) -> frozenset[str]:
    """Those of the comments that are there and not deleted, by id."""
    rows = runs.run("comment_marks", comment_ids=sorted(set(comment_ids)))
    return frozenset(row["comment_id"] for row in rows if not row["deleted"])


def comments_after(
    store: GraphStore, viewer: ViewerContext, name: List, of_id: str, at: int, id: str
) -> Sequence[Comment]:
    """The next 100 of the list after the place (`at`, `id`): the latest first, ties by id.

    Of people whom the viewer may see, and deleted ones of who left.
    """
    of = {"post_id": of_id} if name == "comments" else {"comment_id": of_id}
    found = store.run(f"{name}_after", at=at, id=id, **of, **seen_by(viewer))
    return [Comment(**row) for row in found]


def answered(runs: Runs, comment_id: str) -> bool:
    """Whether anything answers the comment."""
    return bool(runs.run("answered", comment_id=comment_id))


def commenters(store: GraphStore, viewer: ViewerContext, post_id: str) -> Sequence[Link]:
    """The post's comments and answers as of `comments_after`, in no order; of over 1,000 some."""
    name, params = commenters_call(viewer, post_id)
    return [Link(**row) for row in store.run(name, **params)]


def commenters_call(viewer: ViewerContext, post_id: str) -> Call:
    """What `commenters` asks: to be asked ahead."""
    return "commenters", {"post_id": post_id, **seen_by(viewer)}


def answers_below(
    store: GraphStore, viewer: ViewerContext, comment_ids: Iterable[str]
) -> Sequence[Link]:
    """The answers to these comments by whom, as of `comments_after`, in no order.

    Those that stand are one for each author, with no id of their own.
    """
    ids = sorted(set(comment_ids))
    rows = store.run("answers_below", comment_ids=ids, **seen_by(viewer)) if ids else []
    return [Link(**row) for row in rows]


def written_under(runs: Runs, post_id: str) -> Sequence[Link]:
    """All of the post's comments and answers, whoever may see them; of over 1,000 some."""
    return [Link(**row) for row in runs.run("written_under", post_id=post_id)]
