"""Comments on posts and answers to them: made, changed and deleted.

Each function decides and writes in one transaction that holds the comment's author and the post,
so that nobody answers what is being deleted. What the feed reads of comments, the edge that counts
how often somebody commented on a post, is kept in step (`graph.actions.counts`).
"""

from collections.abc import Iterable, Iterator

from graph.actions.counts import count, discount
from graph.actions.facts import hearing
from graph.actions.notices import News, take_back, tell
from graph.errors import NotThere
from graph.model import Row
from graph.queries.comments import Comment, answered, comment, line_above
from graph.queries.notices import Kind
from graph.queries.posts import PostCard, post_cards
from graph.queries.responses import did
from graph.store import Call, GraphStore, Runs


def create(
    store: GraphStore,
    comment_id: str,
    user_id: str,
    post_id: str,
    answers_id: str | None,
    text: str,
    at: int,
) -> bool:
    """Comment on a post; whether it is new: one that is there was made by the same request before.

    Args:
        store: the graph.
        comment_id: as `made_id` makes one.
        user_id: who comments.
        post_id: on which post.
        answers_id: the comment on that post that it answers; None: none.
        text: what it says.
        at: Unix seconds.

    Raises:
        NotThere: no such user or post, or what it answers is there no more.
    """

    def work(graph: Runs) -> bool:
        known = [answers_id] if answers_id is not None else []
        graph.foresee(
            [
                *_holding(user_id, post_id),
                ("post_cards", {"post_ids": [post_id]}),
                *(("comment", {"comment_id": each}) for each in (comment_id, *known)),
                *_counting(user_id, post_id),
            ]
        )
        _hold(graph, user_id, post_id)
        card = post_cards(graph, [post_id]).get(post_id)
        if card is None or card.deleted:
            raise NotThere(f"{post_id} is not there")
        if comment(graph, comment_id) is not None:
            return False
        above = None
        if answers_id is not None:
            above = comment(graph, answers_id)
            if above is None or above.deleted or above.post_id != post_id:
                raise NotThere(f"{answers_id} is not there")
        graph.run("make_comment", id=comment_id, user_id=user_id, post_id=post_id, text=text, at=at)
        if answers_id is not None:
            graph.run("load_answers", rows=[{"source": comment_id, "target": answers_id}])
        times = did(graph, user_id, post_id).commented
        count(graph, "commented", user_id, post_id, comment_id, at, times)
        _tell(graph, user_id, card, comment_id, above, at)
        return True

    return store.transact(work)


def edit(store: GraphStore, comment_id: str, text: str, at: int) -> Comment:
    """Change what a comment says; the comment as it is then.

    Raises:
        NotThere: it is not there, or deleted.
    """

    def work(graph: Runs) -> Comment:
        found = _held(graph, comment_id)
        if found.deleted:
            raise NotThere(f"{comment_id} is deleted")
        if found.text == text:
            return found
        graph.run("load_comments", rows=[_row(comment_id, text=text, edited_at=at)])
        return _standing(graph, comment_id)

    return store.transact(work)


def delete(store: GraphStore, comment_id: str, named: Iterable[str] = ()) -> bool:
    """Take a comment away with its words; whether it was there until now.

    One that is answered stays, as deleted, until the last answer to it goes. Nobody is told of it
    any more.

    Args:
        store: the graph.
        comment_id: the comment.
        named: who may have been told that it mentions them.

    Raises:
        NotThere: no such comment.
    """

    def work(graph: Runs) -> bool:
        found = _held(graph, comment_id)
        if found.deleted:
            return False
        erase_words(graph, comment_id)
        let_go(graph, found)
        if found.author_id is not None and found.post_id is not None:
            graph.foresee([*_counting(found.author_id, found.post_id), *_telling(found)])
            times = did(graph, found.author_id, found.post_id).commented
            over = list(_told_of(graph, found.author_id, found.post_id, found, named))
            discount(graph, "commented", found.author_id, found.post_id, comment_id, times)
            take_back(graph, over)
        return True

    return store.transact(work)


def _tell(
    graph: Runs, user_id: str, post: PostCard, comment_id: str, above: Comment | None, at: int
) -> None:
    """Tell who wrote what is answered, and else the post's author: each once."""
    line = line_above(graph, above)
    authors = tuple(each.author_id for each in line if each.author_id)
    news = [
        News(receiver, kind, user_id, post.post_id, comment_id, above=authors)
        for receiver, kind in _receivers(post, above).items()
    ]
    tell(graph, news, at)


def _receivers(post: PostCard | None, above: Comment | None) -> dict[str, Kind]:
    """Whom a comment tells, as what; nobody is empty."""
    author, answers = post and post.author_id, above and above.author_id
    return {author or "": "comment", answers or "": "reply"}


def _told_of(
    graph: Runs, user_id: str, post_id: str, found: Comment, named: Iterable[str]
) -> Iterator[News]:
    """All that may have been told of the user's comment on the post."""
    post = post_cards(graph, [post_id]).get(post_id)
    above = comment(graph, found.answers_id) if found.answers_id is not None else None
    told: dict[str, Kind] = {each: "mention" for each in named}
    for receiver, kind in (*told.items(), *_receivers(post, above).items()):
        yield News(receiver, kind, user_id, post_id, found.comment_id)


def _telling(found: Comment) -> Iterator[Call]:
    """What `_told_of` asks."""
    yield "post_cards", {"post_ids": [found.post_id]}
    if found.answers_id is not None:
        yield "comment", {"comment_id": found.answers_id}


def erase_words(graph: Runs, comment_id: str) -> None:
    """Mark a comment, whose post is held, as deleted, and leave no word of it."""
    graph.run("load_comments", rows=[_row(comment_id, text="", deleted=True)])


def let_go(graph: Runs, found: Comment | None) -> None:
    """Take a deleted comment off its post once nothing answers it, and what it answered, too."""
    while found is not None and not answered(graph, found.comment_id):
        if found.post_id is not None:
            graph.run("drop_comment_on", source=found.comment_id, target=found.post_id)
        if found.answers_id is None:
            return
        graph.run("drop_answers", source=found.comment_id, target=found.answers_id)
        above = comment(graph, found.answers_id)
        found = above if above is not None and above.deleted else None


def _held(graph: Runs, comment_id: str) -> Comment:
    """The comment, when its author and its post are held: neither ever changes."""
    found = _standing(graph, comment_id)
    again: Call = "comment", {"comment_id": comment_id}
    graph.foresee([*_holding(found.author_id, found.post_id), again])
    _hold(graph, found.author_id, found.post_id)
    return _standing(graph, comment_id)


def _standing(graph: Runs, comment_id: str) -> Comment:
    found = comment(graph, comment_id)
    if found is None:
        raise NotThere(f"{comment_id} is not there")
    return found


def _holding(user_id: str | None, post_id: str | None) -> Iterator[Call]:
    """What `_hold` asks."""
    if user_id is not None:
        yield "hold_people", {"user_ids": [user_id]}
    if post_id is not None:
        yield "hold_posts", {"post_ids": [post_id]}


def _counting(user_id: str, post_id: str) -> list[Call]:
    """What is asked before a comment is counted."""
    return [
        ("did", {"user_id": user_id, "post_id": post_id}),
        hearing("commented", user_id, post_id),
    ]


def _hold(graph: Runs, user_id: str | None, post_id: str | None) -> None:
    """Hold both, people before posts as everywhere."""
    if user_id is not None and not graph.run("hold_people", user_ids=[user_id]):
        raise NotThere(f"{user_id} is not there")
    if post_id is not None:
        graph.run("hold_posts", post_ids=[post_id])


def _row(comment_id: str, **said: object) -> Row:
    columns = ("id", "text", "created_at", "edited_at", "deleted")
    return {**dict.fromkeys(columns), "id": comment_id, **said}
