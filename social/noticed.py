"""What notices are about, through the gate: which of them stand at this moment."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import (
    VisiblePerson,
    VisiblePost,
    admit_askers,
    admit_groups,
    admit_people,
    admit_speakers,
)
from graph.actions.facts import facts_there
from graph.queries.comments import comments_standing
from graph.queries.groups import ROLES, StandingIn, group_pages, in_group_after, standing_in
from graph.queries.notices import Kind, Notice
from graph.queries.notices import askers as friend_askers
from graph.queries.people import UserCard, ViewerContext, blocks_around, user_cards
from graph.store import Call, GraphStore
from social.pages import BEGIN


@dataclass(frozen=True, slots=True)
class Noticed:
    """All that notices of one viewer are about, as far as the viewer may see it now."""

    viewer: ViewerContext
    people: Mapping[str, VisiblePerson]
    """By user id."""
    askers: Mapping[str, VisiblePerson]
    """Who asks the viewer for something, by user id: seen as such, whatever their privacy."""
    posts: Mapping[str, VisiblePost]
    comments: frozenset[str]
    """Those that are there and not deleted; who sees the post and what all say there sees them."""
    speakers: Mapping[str, frozenset[str]]
    """By post on which somebody commented: those whose comments on it the viewer may see, by id."""
    facts: Mapping[str, bool]
    """Whether facts hold, of those that are known."""
    groups: Mapping[str, str | None]
    """The names of groups that the viewer may know of, by id."""
    mine: Mapping[str, StandingIn]
    """What the viewer is to groups, by id: of requests and invitations."""
    asking: frozenset[str]
    """Who asks the viewer to be friends."""
    joining: frozenset[tuple[str, str]]
    """Who asks to join a group that the viewer governs, and which; the latest of each group."""

    def stands(self, notice: Notice) -> bool:
        """Whether the viewer may be told of it now."""
        if notice.post_id and notice.post_id not in self.posts:
            return False
        if notice.group_id and notice.group_id not in self.groups:
            return False
        if notice.comment_id and not self._heard(notice):
            return False
        if self.actor(notice) is None or notice.actor_id in self.viewer.muted_people:
            return False
        known = [self.facts[fact] for fact in notice.facts.splitlines() if fact in self.facts]
        still = _STILL.get(notice.kind)
        return (any(known) or not known) and (still is None or still(self, notice))

    def _heard(self, notice: Notice) -> bool:
        """Whether the viewer may see the comment that it is about, and all above it."""
        wrote = {notice.actor_id, *notice.above.splitlines()}
        speakers = self.speakers.get(notice.post_id, frozenset())
        return notice.comment_id in self.comments and wrote <= speakers

    def actor(self, notice: Notice) -> VisiblePerson | None:
        """Who did it; None: nobody whom the viewer may see for that."""
        asks = notice.kind in ("friend_request", "group_request")
        seen = self.askers if asks else self.people
        return seen.get(notice.actor_id)


def noticed(store: GraphStore, viewer: ViewerContext, there: Sequence[Notice]) -> Noticed:
    """What these notices of the viewer are about, read at this moment.

    Raises:
        StoreError: a look-up failed; without it nothing can be told.
    """
    store.foresee(list(_calls(there)))
    above = {user_id for each in there for user_id in each.above.splitlines()}
    actors = user_cards(store, above | {each.actor_id for each in there})
    asking = _asking(store, viewer, there)
    mine = _mine(store, viewer, there)
    joining = _joining(store, mine)
    waiting = asking | {user_id for user_id, _ in joining}
    askers = admit_askers(viewer, [card for who, card in actors.items() if who in waiting])
    invited = frozenset(group_id for group_id, at in mine.items() if at.invited is not None)
    pages = group_pages(store, [each.group_id for each in there if each.group_id])
    groups = admit_groups(viewer, pages.values(), invited)
    seen = visible_posts(store, viewer, [each.post_id for each in there if each.post_id])
    posts = {each.card.post_id: each for each in seen}
    return Noticed(
        viewer=viewer,
        people={each.card.user_id: each for each in admit_people(viewer, actors.values())},
        askers={each.card.user_id: each for each in askers},
        posts=posts,
        comments=comments_standing(store, [each.comment_id for each in there if each.comment_id]),
        speakers=_speakers(store, viewer, there, posts, actors),
        facts=facts_there(store, [fact for each in there for fact in each.facts.splitlines()]),
        groups={each.group.group_id: each.group.name for each in groups},
        mine=mine,
        asking=asking,
        joining=joining,
    )


def _calls(there: Sequence[Notice]) -> Iterator[Call]:
    """What will be asked of them at first."""
    above = {user_id for each in there for user_id in each.above.splitlines()}
    facts = {fact for each in there for fact in each.facts.splitlines()}
    people = above | {each.actor_id for each in there}
    groups, posts, comments = (
        sorted(set(filter(None, ids)))
        for ids in (
            (each.group_id for each in there),
            (each.post_id for each in there),
            (each.comment_id for each in there),
        )
    )
    yield "user_cards", {"user_ids": sorted(people)}
    yield "group_pages", {"group_ids": groups}
    yield "post_cards", {"post_ids": posts}
    yield "comment_marks", {"comment_ids": comments}
    yield "heard", {"ids": sorted(facts)}


def _speakers(
    store: GraphStore,
    viewer: ViewerContext,
    there: Sequence[Notice],
    posts: Mapping[str, VisiblePost],
    actors: Mapping[str, UserCard],
) -> Mapping[str, frozenset[str]]:
    about = {each.post_id for each in there if each.comment_id and each.post_id in posts}
    author = {post_id: posts[post_id].card.author_id or "" for post_id in about}
    mine = {viewer.user_id or "": viewer.blocks}
    apart = mine | blocks_around(store, set(author.values()) - mine.keys())
    heard = {
        each: admit_speakers(viewer, actors.values(), apart[each]) for each in set(author.values())
    }
    ids = {each: frozenset(who.card.user_id for who in some) for each, some in heard.items()}
    return {post_id: ids[who] for post_id, who in author.items()}


def _asking(store: GraphStore, viewer: ViewerContext, there: Sequence[Notice]) -> frozenset[str]:
    if not any(each.kind == "friend_request" for each in there):
        return frozenset()
    return friend_askers(store, viewer.user_id or "")


def _mine(
    store: GraphStore, viewer: ViewerContext, there: Sequence[Notice]
) -> Mapping[str, StandingIn]:
    kinds = ("group_request", "group_invitation")
    about = sorted({each.group_id for each in there if each.kind in kinds})
    return {each: standing_in(store, viewer.user_id or "", each) for each in about}


def _joining(store: GraphStore, mine: Mapping[str, StandingIn]) -> frozenset[tuple[str, str]]:
    governed = [each for each, standing in mine.items() if standing.role in ROLES[:2]]
    return frozenset(
        (each.user_id, group_id)
        for group_id in governed
        for each in in_group_after(store, "asked_to_join", group_id, BEGIN.at, BEGIN.id)
    )


_STILL: Mapping[Kind, Callable[[Noticed, Notice], bool]] = {
    "friend_request": lambda seen, notice: notice.actor_id in seen.asking,
    "friend_accepted": lambda seen, notice: notice.actor_id in seen.viewer.friends,
    "group_request": lambda seen, notice: (notice.actor_id, notice.group_id) in seen.joining,
    "group_accepted": lambda seen, notice: notice.group_id in seen.viewer.groups,
    "group_invitation": lambda seen, notice: seen.mine[notice.group_id].invited is not None,
}
"""What must still be so for a notice of a kind, beside what is asked of all."""
