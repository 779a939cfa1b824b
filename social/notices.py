"""What a viewer is told: notices that they may see at this moment, several to one thing as one.

Whether a viewer may see what a notice is about is asked whenever it is read, counted or pushed:
a post that turned private, somebody who blocks, a request or a comment that was taken back, and
the notice is there no more, without a trace. When it was written decides nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feed.gate import VisiblePerson, VisiblePost
from feed.profiles import Profile, with_details
from graph.actions import notices as actions
from graph.ahead import ahead
from graph.errors import NotThere
from graph.queries.notices import KEPT, KINDS, Inbox, Kind, Notice, inbox, inbox_id, notices
from graph.queries.people import ViewerContext
from graph.queries.posts import PostContent, post_contents
from graph.store import GraphStore
from social.noticed import Noticed, noticed
from social.pages import Page, Place

MOMENT = 600
"""Seconds (of the clock: 12:00 to 12:10) in which one person's comments on a post are told as one,
of a kind each; so are their shares of it."""
NAMED = 3
"""People of an entry who are named; the others are counted."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that a viewer is told, with those alone whom they may see."""

    key: str
    """The same for as long as it is about the same."""
    seq: int
    """The number of its latest notice, which moves it to the top."""
    kind: Kind
    at: int
    """Unix seconds of the latest."""
    read: bool
    """Whether all of it is."""
    ids: tuple[str, ...]
    """Of its notices."""
    actors: tuple[VisiblePerson, ...]
    """Each once, the latest first; at least one."""
    post: VisiblePost | None
    comment_id: str
    group_id: str
    group_name: str | None


@dataclass(frozen=True, slots=True)
class Told:
    """An entry with what is shown of it."""

    entry: Entry
    named: tuple[Profile, ...]
    others: int
    """Further people, whom the viewer may see as well."""
    content: PostContent | None


def entries(store: GraphStore, viewer: ViewerContext, now: int) -> list[Entry]:
    """Everything that the viewer is told and may see now, the latest first.

    Args:
        store: the graph.
        viewer: a user of the graph, read at this moment; so with all functions here.
        now: Unix seconds; likewise.
    """
    theirs = inbox_id(viewer.user_id or "")
    store = ahead(store, [("inbox", {"id": theirs}), ("notices", {"inbox_id": theirs})])
    mine = inbox(store, viewer.user_id or "")
    there = [
        notice
        for notice in notices(store, viewer.user_id or "")
        if not notice.gone and notice.at > now - KEPT and mine.wants(notice.kind)
    ]
    seen = noticed(store, viewer, there)
    together: dict[str, list[Notice]] = {}
    for notice in filter(seen.stands, there):
        together.setdefault(_key(notice, seen), []).append(notice)
    return [_entry(key, each, seen, mine) for key, each in together.items()]


def page(
    store: GraphStore, viewer: ViewerContext, now: int, after: Place | None, size: int
) -> Page[Told]:
    """What the viewer is told, a page of it; a place is the number of the entry before."""
    rest = [each for each in entries(store, viewer, now) if after is None or each.seq < after.at]
    shown = rest[:size]
    end = Place(shown[-1].seq, "") if len(rest) > size else None
    return Page(tuple(told(store, shown)), end)


def news(store: GraphStore, viewer: ViewerContext, now: int, after: int) -> list[Entry]:
    """What the viewer was told after the notice of that number, the oldest first."""
    return [each for each in reversed(entries(store, viewer, now)) if each.seq > after]


def told(store: GraphStore, shown: Sequence[Entry]) -> list[Told]:
    """The entries with what is shown of them."""
    named = [who for each in shown for who in each.actors[:NAMED]]
    posts = [each.post.card.post_id for each in shown if each.post is not None]
    people_call = "user_details", {"user_ids": sorted({who.card.user_id for who in named})}
    store = ahead(store, [people_call, ("post_contents", {"post_ids": sorted(set(posts))})])
    people = with_details(store, named)
    contents = post_contents(store, posts)
    return [
        Told(
            entry=each,
            named=tuple(people[who.card.user_id] for who in each.actors[:NAMED]),
            others=max(len(each.actors) - NAMED, 0),
            content=contents.get(each.post.card.post_id) if each.post else None,
        )
        for each in shown
    ]


def unread(store: GraphStore, viewer: ViewerContext, now: int) -> int:
    """How many of the viewer's entries are not read, of those that they may see."""
    return sum(not each.read for each in entries(store, viewer, now))


def read_up_to(store: GraphStore, viewer: ViewerContext, now: int, seq: int) -> int:
    """Everything up to that number is read; how much is unread then."""
    actions.read_up_to(store, viewer.user_id or "", seq, now)
    return unread(store, viewer, now)


def read_one(store: GraphStore, viewer: ViewerContext, now: int, seq: int) -> int:
    """The entry of that number is read, with all that is in it; how much is unread then.

    Raises:
        NotThere: the viewer is told nothing of that number, or what came since moved it.
    """
    ids = [id for each in entries(store, viewer, now) if each.seq == seq for id in each.ids]
    if not ids:
        raise NotThere(f"{viewer.user_id} is told nothing of number {seq}")
    actions.read(store, viewer.user_id or "", ids, now)
    return unread(store, viewer, now)


def preferences(store: GraphStore, viewer: ViewerContext) -> Mapping[Kind, bool]:
    """Which kinds the viewer wants to be told of, all of them."""
    return _wanted(inbox(store, viewer.user_id or ""))


def prefer(
    store: GraphStore, viewer: ViewerContext, now: int, kinds: dict[Kind, bool]
) -> Mapping[Kind, bool]:
    """The viewer says of some kinds whether they want them; all of them, as they are then."""
    return _wanted(actions.want(store, viewer.user_id or "", kinds, now))


def _wanted(mine: Inbox) -> Mapping[Kind, bool]:
    return {kind: mine.wants(kind) for kind in KINDS}


def _key(notice: Notice, seen: Noticed) -> str:
    """What is told as one has one: all reactions to a post, and what somebody says in a moment.

    It does not rest on which of them are there, for they come and go one by one.
    """
    if notice.kind == "reaction":
        return f"reaction {notice.post_id}"
    about = seen.posts[notice.post_id].card.shares_id if notice.kind == "share" else None
    if about is None and not notice.comment_id:
        return notice.id
    moment = notice.at // MOMENT
    return f"{notice.kind} {about or notice.post_id} {notice.actor_id} {moment}"


def _entry(key: str, together: Sequence[Notice], seen: Noticed, mine: Inbox) -> Entry:
    latest = together[0]
    actors = {notice.actor_id: seen.actor(notice) for notice in together}
    return Entry(
        key=key,
        seq=latest.seq,
        kind=latest.kind,
        at=latest.at,
        read=all(each.read or each.seq <= mine.read_to for each in together),
        ids=tuple(each.id for each in together),
        actors=tuple(who for who in actors.values() if who is not None),
        post=seen.posts.get(latest.post_id),
        comment_id=latest.comment_id,
        group_id=latest.group_id,
        group_name=seen.groups.get(latest.group_id),
    )
