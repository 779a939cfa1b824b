"""What somebody who leaves made: their comments, posts and events, erased a few at a time."""

from collections.abc import Sequence
from functools import partial

from graph.actions.comments import erase_words, let_go
from graph.queries.comments import Comment, answered, comment
from graph.queries.posts import post_cards
from graph.store import GraphStore, Runs

TOGETHER = 20
"""Comments, or posts, in one transaction: nobody waits long who acts on the same."""


def posts_of(store: GraphStore, user_id: str) -> list[str]:
    """The posts that are the user's, by id; not those that are another's as well."""
    bearing = [row["post_id"] for row in store.run("posts_bearing", user_id=user_id)]
    written = [row["post_id"] for row in store.run("authored_by", user_id=user_id)]
    cards = post_cards(store, {*bearing, *written})
    return sorted(each for each, card in cards.items() if card.author_id in (None, user_id))


def erase_comments(store: GraphStore, user_id: str) -> None:
    """The user's comments go; of one that is answered a deleted one stays, which is nobody's."""
    ids = sorted(row["target"] for row in store.run("from_wrote", source=user_id))
    for start in range(0, len(ids), TOGETHER):
        _erase_some(store, user_id, ids[start : start + TOGETHER])


def _erase_some(store: GraphStore, user_id: str, ids: Sequence[str]) -> None:
    def work(graph: Runs) -> None:
        on = {found.post_id for found in _there(graph, ids) if found.post_id is not None}
        graph.run("hold_posts", post_ids=sorted(on))
        for found in _there(graph, ids):
            if not found.deleted:
                erase_words(graph, found.comment_id)
            let_go(graph, found)
            if answered(graph, found.comment_id):
                graph.run("drop_wrote", source=user_id, target=found.comment_id)
            else:
                graph.run("erase_comments", ids=[found.comment_id])

    store.transact(work)


def _there(graph: Runs, ids: Sequence[str]) -> list[Comment]:
    found = (comment(graph, each) for each in ids)
    return [each for each in found if each is not None]


def erase_posts(store: GraphStore, post_ids: Sequence[str]) -> None:
    """The posts go, each with all edges, what was commented on it, and what was heard of it."""
    for start in range(0, len(post_ids), TOGETHER):
        store.transact(partial(_erase_posts, post_ids=post_ids[start : start + TOGETHER]))


def _erase_posts(graph: Runs, post_ids: Sequence[str]) -> None:
    there = sorted(row["id"] for row in graph.run("hold_posts", post_ids=sorted(post_ids)))
    for post_id in there:
        while rows := graph.run("comments_on", post_id=post_id):
            graph.run("erase_comments", ids=[row["comment_id"] for row in rows])
    graph.run("drop_lists_to", ids=there)
    graph.run("erase_posts", ids=there)
    graph.run("drop_heard", ids=[f"posts {post_id}" for post_id in there])


def erase_happenings(store: GraphStore, user_id: str) -> None:
    """The events that the user hosts go, with what was answered to them."""
    for row in store.run("hosted_by", user_id=user_id):
        store.run("erase_happenings", ids=[row["event_id"]])
