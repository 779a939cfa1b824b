"""What notices are about, through the gate: which of them stand at this moment."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.gate import VisiblePerson, VisiblePost, admit_askers, admit_people
from graph.actions.facts import facts_there
from graph.queries.comments import comments_standing
from graph.queries.notices import Kind, Notice, askers
from graph.queries.people import ViewerContext, user_cards
from graph.queries.posts import group_cards
from graph.store import GraphStore


@dataclass(frozen=True, slots=True)
class Noticed:
    """All that notices of one viewer are about, as far as the viewer may see it now."""

    viewer: ViewerContext
    people: Mapping[str, VisiblePerson]
    """By user id."""
    askers: Mapping[str, VisiblePerson]
    """Who asks the viewer to be friends, by user id: seen as such, whatever their privacy."""
    posts: Mapping[str, VisiblePost]
    comments: frozenset[str]
    """Those that are there and not deleted; who sees the post and all who wrote above sees them."""
    facts: Mapping[str, bool]
    """Whether facts hold, of those that are known."""
    groups: Mapping[str, str | None]
    """The names of groups, by id."""

    def stands(self, notice: Notice) -> bool:
        """Whether the viewer may be told of it now."""
        if notice.post_id and notice.post_id not in self.posts:
            return False
        if notice.comment_id and notice.comment_id not in self.comments:
            return False
        if self.actor(notice) is None or notice.actor_id in self.viewer.muted_people:
            return False
        if not all(user_id in self.people for user_id in notice.above.splitlines()):
            return False
        known = [self.facts[fact] for fact in notice.facts.splitlines() if fact in self.facts]
        still = _STILL.get(notice.kind)
        return (any(known) or not known) and (still is None or still(self.viewer, notice))

    def actor(self, notice: Notice) -> VisiblePerson | None:
        """Who did it; None: nobody whom the viewer may see for that."""
        seen = self.askers if notice.kind == "friend_request" else self.people
        return seen.get(notice.actor_id)


def noticed(store: GraphStore, viewer: ViewerContext, there: Sequence[Notice]) -> Noticed:
    """What these notices of the viewer are about, read at this moment.

    Raises:
        StoreError: a look-up failed; without it nothing can be told.
    """
    above = {user_id for each in there for user_id in each.above.splitlines()}
    actors = user_cards(store, above | {each.actor_id for each in there})
    asking = _asking(store, viewer, there) & actors.keys()
    seen_askers = admit_askers(viewer, [actors[user_id] for user_id in sorted(asking)])
    posts = visible_posts(store, viewer, [each.post_id for each in there if each.post_id])
    names = group_cards(store, [each.group_id for each in there if each.group_id in viewer.groups])
    return Noticed(
        viewer=viewer,
        people={each.card.user_id: each for each in admit_people(viewer, actors.values())},
        askers={each.card.user_id: each for each in seen_askers},
        posts={each.card.post_id: each for each in posts},
        comments=comments_standing(store, [each.comment_id for each in there if each.comment_id]),
        facts=facts_there(store, [fact for each in there for fact in each.facts.splitlines()]),
        groups={id: card.name for id, card in names.items()},
    )


def _asking(store: GraphStore, viewer: ViewerContext, there: Sequence[Notice]) -> frozenset[str]:
    if not any(each.kind == "friend_request" for each in there):
        return frozenset()
    return askers(store, viewer.user_id or "")


_STILL: Mapping[Kind, Callable[[ViewerContext, Notice], bool]] = {
    "friend_accepted": lambda viewer, notice: notice.actor_id in viewer.friends,
    "group_accepted": lambda viewer, notice: notice.group_id in viewer.groups,
    "group_post": lambda viewer, notice: notice.group_id in viewer.groups,
}
"""What must still be so for a notice of a kind, beside what is asked of all."""
