"""Telling people of what was written: whom it mentions, and who follows the group it stands in.

Whatever else people are told is written in the transaction of the act itself (`graph.actions`). Of
these it is known only once the post is there who may see it, so they are told right after; an act
that is sent again tells again, which tells nobody twice.
"""

from collections.abc import Iterable, Sequence
from functools import partial

from graph.actions.notices import News, take_back, tell
from graph.queries.comments import Comment, comment, line_above
from graph.queries.notices import members, who_want
from graph.store import GraphStore, Runs
from social.mentions import mentioned, people_named

MOST_IN_GROUP = 200
"""Members who are told of one post in their group, of those who want to be."""
AT_ONCE = 10
"""Notices in one transaction, so that nobody else waits long for theirs."""


def tell_of_post(
    store: GraphStore, author_id: str, post_id: str, words: str, group_id: str | None, now: int
) -> None:
    """Tell of a new post.

    Args:
        store: the graph.
        author_id: whose post.
        post_id: the post, which is there.
        words: all that it says.
        group_id: the group that it stands in.
        now: Unix seconds.
    """
    named = mentioned(store, words, post_id)
    news = [News(each, "mention", author_id, post_id) for each in named]
    if group_id is not None:
        following = who_want(store, "group_post", members(store, group_id))
        others = [each for each in following if each not in (author_id, *named)][:MOST_IN_GROUP]
        news += [News(each, "group_post", author_id, post_id, group_id=group_id) for each in others]
    _tell(store, author_id, news, now)


def tell_of_edit(
    store: GraphStore, author_id: str, post_id: str, before: str, after: str, now: int
) -> None:
    """Tell whom a post mentions now, and have nobody told by it whom it mentions no more."""
    named, had = mentioned(store, after, post_id), people_named(store, before)
    new = [each for each in named if each not in had]
    over = [each for each in had if each not in named]
    _tell(store, author_id, [News(each, "mention", author_id, post_id) for each in new], now)
    _take_back(store, [News(each, "mention", author_id, post_id) for each in over])


def tell_of_comment(
    store: GraphStore, author_id: str, made: Comment, known: Iterable[str], now: int
) -> None:
    """Tell whom a comment mentions, but for those who are told of it as a comment or an answer."""
    known_ids = set(known)
    named = mentioned(store, made.text or "", made.post_id or "")
    _tell(store, author_id, _of_comment(store, author_id, made, set(named) - known_ids), now)


def tell_of_comment_edit(
    store: GraphStore, author_id: str, before: Comment, after: Comment, now: int
) -> None:
    """Tell whom a comment mentions now, and have nobody told by it whom it mentions no more."""
    named = set(mentioned(store, after.text or "", after.post_id or ""))
    had = set(people_named(store, before.text or ""))
    _tell(store, author_id, _of_comment(store, author_id, after, named - had), now)
    _take_back(store, _of_comment(store, author_id, after, had - named))


def _of_comment(
    store: GraphStore, author_id: str, made: Comment, receivers: Iterable[str]
) -> list[News]:
    told = sorted(receivers)
    if not told:
        return []
    line = line_above(store, comment(store, made.answers_id) if made.answers_id else None)
    above = tuple(each.author_id for each in line if each.author_id)
    return [
        News(each, "mention", author_id, made.post_id or "", made.comment_id, above=above)
        for each in told
    ]


def words_of(*parts: str | None) -> str:
    """All that something says, as one text."""
    return "\n".join(filter(None, parts))


def _tell(store: GraphStore, author_id: str, news: Sequence[News], now: int) -> None:
    for start in range(0, len(news), AT_ONCE):
        part = news[start : start + AT_ONCE]
        store.transact(partial(_tell_some, author_id=author_id, news=part, at=now))


def _tell_some(graph: Runs, author_id: str, news: Sequence[News], at: int) -> None:
    """Tell, unless the author left since they acted."""
    if graph.run("hold_people", user_ids=[author_id]):
        tell(graph, news, at)


def _take_back(store: GraphStore, news: Iterable[News]) -> None:
    over = list(news)
    if over:
        store.transact(partial(take_back, news=over))
