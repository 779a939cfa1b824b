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

from graph.actions.places import MOST, SPARE, Place, going
from graph.errors import NotThere
from graph.events.values import MICROSECONDS
from graph.queries.notices import (
    KINDS,
    Inbox,
    Kind,
    as_inbox,
    inbox_id,
    settings_text,
)
from graph.store import Call, GraphStore, Runs

AGAIN = 86_400
"""Seconds in which what is told again, or was taken back and is done again, is no news: it stands
where it stood."""
TOGETHER = 500
"""Posts, or inboxes, in which is looked for together."""
STEP = 1_000
"""The most that a number is beyond the one before it in its second."""


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
    _set_gone(graph, {each.id for each in news})


def take_back_of_post(graph: Runs, user_id: str, post_id: str) -> None:
    """Have the user told no more of this post, whoever did what to it; call it after `tell` too."""
    _take_back_found(graph, [("told_of_post", {"inbox_id": inbox_id(user_id), "post_id": post_id})])


def take_back_of_group(
    graph: Runs, user_ids: Iterable[str], group_id: str, kinds: Sequence[Kind] = KINDS
) -> None:
    """Have the users told no more of this group; likewise."""
    inboxes = [inbox_id(user_id) for user_id in sorted(set(user_ids))]
    for start in range(0, len(inboxes), TOGETHER):
        some = inboxes[start : start + TOGETHER]
        calls = [("told_of_group", {"inbox_id": each, "group_id": group_id}) for each in some]
        _take_back_found(graph, calls, kinds)


def _take_back_found(graph: Runs, calls: Sequence[Call], kinds: Sequence[Kind] = KINDS) -> None:
    graph.foresee(calls)
    found = [row for name, params in calls for row in graph.run(name, **params)]
    _set_gone(graph, {row["id"] for row in found if row["kind"] in kinds})


def _set_gone(graph: Runs, ids: Iterable[str]) -> None:
    """Mark notices, as far as they are there: they are told no more, and the first to go.

    They stay as marks while there is room, so that what is done again soon is no news.
    """
    wanted = sorted(ids)
    if wanted:
        graph.run("set_notices_gone", ids=wanted, gone=True)


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
    for start in range(0, len(told_of), TOGETHER):
        for row in store.run("notices_about", post_ids=told_of[start : start + TOGETHER]):
            gone.setdefault(row["inbox_id"], set()).add(row["id"])
    for inbox, ids in sorted(gone.items()):
        store.transact(partial(_drop_of, inbox=inbox, ids=ids, at=at))
    store.transact(partial(close, user_id=user_id, at=at))


def close(graph: Runs, user_id: str, at: int) -> None:
    """Leave no trace of the inbox of somebody who leaves, nor of what it kept."""
    mine = inbox_id(user_id)
    graph.run("open_inbox", id=mine, user_id=user_id, at=at)
    _drop(graph, (row["id"] for row in graph.run("notices", inbox_id=mine)))
    graph.run("drop_inbox", id=mine)


def _drop_of(graph: Runs, inbox: str, ids: set[str], at: int) -> None:
    """Drop notices of an inbox, as far as it still keeps them, and count what is left."""
    graph.run("open_inbox", id=inbox, user_id="", at=at)
    there = graph.run("notices", inbox_id=inbox)
    _drop(graph, (row["id"] for row in there if row["id"] in ids))
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
    # The first number of a second tells nothing of what came before it there, told or not.
    first = at * MICROSECONDS + randbelow(MICROSECONDS // 2)
    seq = (first if inbox.seq < at * MICROSECONDS else inbox.seq) + 1 + randbelow(STEP - 1)
    rests = {"above": "\n".join(news.above), "facts": "\n".join(news.facts)}
    if told_at is None:
        more = news.kind == "reaction"
        full = replace(inbox, seq=seq, kept=inbox.kept + 1, reactions=inbox.reactions + more)
        _keep(graph, mine, news, full, at=at, **rests)
    else:
        graph.run("renew_notice", inbox_id=mine, id=news.id, seq=seq, at=at, **rests)


def _keep(graph: Runs, mine: str, news: News, full: Inbox, at: int, **told: object) -> None:
    """Keep what is told for the first time, and let go of others where there are too many."""
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
        at=at,
        **told,
    )
    if full.kept > MOST:
        _bound(graph, mine, full.seq, at)


def _bound(graph: Runs, mine: str, seq: int, at: int) -> None:
    """Let go of some notices, of which there are too many, and count the others."""
    taken = [Place(**row) for row in graph.run("places", inbox_id=mine)]
    over = going(taken, len(taken) - MOST + SPARE, at)
    _drop(graph, (each.id for each in over))
    kept = [each for each in taken if each not in over]
    reactions = sum(each.kind == "reaction" for each in kept)
    graph.run("count_notices", id=mine, seq=seq, kept=len(kept), reactions=reactions)


def _drop(graph: Runs, ids: Iterable[str]) -> None:
    graph.run("drop_notices", ids=sorted(ids))


def _opened(graph: Runs, user_id: str, at: int) -> Inbox:
    """The user's own inbox, which they act on."""
    if not graph.run("hold_people", user_ids=[user_id]):
        raise NotThere(f"{user_id} is not there")
    return as_inbox(graph.run("open_inbox", id=inbox_id(user_id), user_id=user_id, at=at)[0])
