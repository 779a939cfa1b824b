"""Telling people: notices, written in the transaction of what they tell of.

So a notice is there if and only if the act is, whatever dies in between. A transaction holds its
people and posts first and tells last: then two of them never wait for each other, for an inbox is
held (on Neo4j) by who waits for nothing but inboxes of a later name.

The number of a notice grows with each that the same inbox gets, in the order of the commits, so
that who has seen one knows which came after it (`web.streams`). It is the time in microseconds
with a random part: no gap between two says how many there were that may not be seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from hashlib import blake2b
from secrets import randbelow

from graph.errors import NotThere
from graph.events.values import MICROSECONDS
from graph.queries.notices import (
    Inbox,
    Kind,
    as_inbox,
    inbox_id,
    settings_text,
)
from graph.store import GraphStore, Runs

MOST = 500
"""Notices that an inbox keeps; a further one displaces the oldest."""
MOST_REACTIONS = MOST // 2
"""Beyond so many the oldest reaction goes first: a post that many like displaces no request."""
AGAIN = 86_400
"""Seconds in which what is told again, or was taken back and is done again, is no news: it stands
where it stood."""
POSTS = 500
"""Posts whose notices are looked for together."""
STEP = 1_000
"""The most that a number is beyond the one before it or its time."""


@dataclass(frozen=True, slots=True)
class News:
    """What a receiver is to be told: the same news is one notice, told anew once it is old."""

    receiver_id: str
    kind: Kind
    actor_id: str
    post_id: str = ""
    comment_id: str = ""
    group_id: str = ""
    above: tuple[str, ...] = ()
    """Who wrote the comments under which the comment hangs."""
    facts: tuple[str, ...] = ()
    """Edges with the last of which it falls, as `graph.events.facts.EdgeFact.key` names them."""

    @property
    def id(self) -> str:
        """Of its notice."""
        about = (self.post_id, self.comment_id, self.group_id)
        told = "\n".join((self.receiver_id, self.kind, self.actor_id, *about))
        return blake2b(told.encode(), digest_size=16).hexdigest()


def tell(graph: Runs, news: Iterable[News], at: int) -> None:
    """Have people told, but nobody of what they do themself, mute, or do not want to know.

    Args:
        graph: the transaction, which holds all else that it holds by now.
        news: what of; whoever is told need not have an inbox yet.
        at: Unix seconds.
    """
    for each in sorted(news, key=lambda one: (inbox_id(one.receiver_id), one.id)):
        if each.receiver_id and each.receiver_id != each.actor_id:
            _tell(graph, each, at)


def take_back(graph: Runs, news: Iterable[News]) -> None:
    """Have nobody told of this any more; call it after `tell` where both are called."""
    ids = sorted({each.id for each in news})
    if ids:
        graph.run("set_notices_gone", ids=ids, gone=True)


def read_up_to(store: GraphStore, user_id: str, seq: int, at: int) -> None:
    """The user has read every notice up to that number; never fewer than before."""

    def work(graph: Runs) -> None:
        mine = _opened(graph, user_id, at)
        graph.run("set_read_to", id=inbox_id(user_id), seq=max(mine.read_to, min(seq, mine.seq)))

    store.transact(work)


def read(store: GraphStore, user_id: str, ids: Sequence[str], at: int) -> None:
    """The user has read these notices of theirs."""

    def work(graph: Runs) -> None:
        _opened(graph, user_id, at)
        graph.run("set_notices_read", ids=sorted(ids))

    store.transact(work)


def want(store: GraphStore, user_id: str, kinds: dict[Kind, bool], at: int) -> Inbox:
    """The user says of some kinds whether they want them; the inbox as it is then."""

    def work(graph: Runs) -> Inbox:
        mine = _opened(graph, user_id, at)
        settings = {**mine.settings, **kinds}
        graph.run("set_notice_settings", id=inbox_id(user_id), settings=settings_text(settings))
        return replace(mine, settings=settings)

    return store.transact(work)


def forget(store: GraphStore, user_id: str, post_ids: Iterable[str], at: int) -> None:
    """Let nobody be told of somebody who leaves, nor of these posts; and drop what they were told.

    Reads every notice that there is (on Neo4j those of the posts alone by an index).
    """
    gone: dict[str, set[str]] = {}
    for row in store.run("notices_naming", user_id=user_id):
        above = row["above"].splitlines()
        if row["actor_id"] == user_id:
            gone.setdefault(row["inbox_id"], set()).add(row["id"])
        elif user_id in above:
            others = "\n".join(each for each in above if each != user_id)
            store.run("set_notice_above", id=row["id"], above=others)
    told_of = sorted(post_ids)
    for start in range(0, len(told_of), POSTS):
        for row in store.run("notices_about", post_ids=told_of[start : start + POSTS]):
            gone.setdefault(row["inbox_id"], set()).add(row["id"])
    for inbox, ids in sorted(gone.items()):
        store.transact(partial(_drop_of, inbox=inbox, ids=ids, at=at))
    store.transact(partial(close, user_id=user_id, at=at))


def close(graph: Runs, user_id: str, at: int) -> None:
    """Leave no trace of the inbox of somebody who leaves, nor of what it kept."""
    mine = inbox_id(user_id)
    graph.run("open_inbox", id=mine, user_id=user_id, at=at)
    for row in graph.run("notices", inbox_id=mine):
        _drop(graph, mine, row["id"])
    graph.run("drop_inbox", id=mine)


def _drop_of(graph: Runs, inbox: str, ids: set[str], at: int) -> None:
    """Drop notices of an inbox, as far as it still keeps them, and count what is left."""
    graph.run("open_inbox", id=inbox, user_id="", at=at)
    there = graph.run("notices", inbox_id=inbox)
    for row in there:
        if row["id"] in ids:
            _drop(graph, inbox, row["id"])
    kept = [row for row in there if row["id"] not in ids]
    reactions = sum(row["kind"] == "reaction" for row in kept)
    seq = as_inbox(graph.run("inbox", id=inbox)[0]).seq
    graph.run("count_notices", id=inbox, seq=seq, kept=len(kept), reactions=reactions)


def _tell(graph: Runs, news: News, at: int) -> None:
    mine = inbox_id(news.receiver_id)
    people = {"user_id": news.receiver_id, "actor_id": news.actor_id}
    row = graph.run("open_inbox_for", id=mine, **people, notice_id=news.id, at=at)[0]
    inbox = as_inbox(row)
    if not row["there"]:
        # Who left meanwhile is told nothing more, and has no inbox.
        if not inbox.seq:
            graph.run("drop_inbox", id=mine)
        return
    if row["muted"] or not inbox.wants(news.kind):
        return
    told_at = row["told_at"]
    if told_at is not None and at - told_at < AGAIN:
        if row["gone"]:
            graph.run("set_notices_gone", ids=[news.id], gone=False)
        return
    seq = max(inbox.seq, at * MICROSECONDS) + 1 + randbelow(STEP - 1)
    rests = {"above": "\n".join(news.above), "facts": "\n".join(news.facts)}
    if told_at is None:
        more = news.kind == "reaction"
        full = replace(inbox, seq=seq, kept=inbox.kept + 1, reactions=inbox.reactions + more)
        _keep(graph, mine, news, full, at=at, **rests)
    else:
        graph.run("renew_notice", inbox_id=mine, id=news.id, seq=seq, at=at, **rests)


def _keep(graph: Runs, mine: str, news: News, full: Inbox, **told: object) -> None:
    """Keep what is told for the first time, and let go of the oldest where there are too many."""
    graph.run(
        "keep_notice",
        inbox_id=mine,
        kept=full.kept,
        reactions=full.reactions,
        id=news.id,
        kind=news.kind,
        actor_id=news.actor_id,
        post_id=news.post_id,
        comment_id=news.comment_id,
        group_id=news.group_id,
        seq=full.seq,
        **told,
    )
    if full.kept > MOST:
        _count(graph, mine, _bounded(graph, mine, full))


def _bounded(graph: Runs, mine: str, full: Inbox) -> Inbox:
    """Let go of the oldest, of which there are too many; the inbox then."""
    if full.reactions > MOST_REACTIONS:
        rows = graph.run("oldest_notice_of", inbox_id=mine, kind="reaction")
    else:
        rows = graph.run("oldest_notice", inbox_id=mine)
    for row in rows:
        _drop(graph, mine, row["id"])
    fewer = sum(row["kind"] == "reaction" for row in rows)
    return replace(full, kept=full.kept - 1, reactions=full.reactions - fewer)


def _count(graph: Runs, mine: str, inbox: Inbox) -> None:
    counts = {"seq": inbox.seq, "kept": inbox.kept, "reactions": inbox.reactions}
    graph.run("count_notices", id=mine, **counts)


def _drop(graph: Runs, inbox: str, notice: str) -> None:
    graph.run("let_go_of_notice", inbox_id=inbox, id=notice)
    graph.run("drop_notice", id=notice)


def _opened(graph: Runs, user_id: str, at: int) -> Inbox:
    """The user's own inbox, which they act on."""
    if not graph.run("hold_people", user_ids=[user_id]):
        raise NotThere(f"{user_id} is not there")
    return as_inbox(graph.run("open_inbox", id=inbox_id(user_id), user_id=user_id, at=at)[0])
