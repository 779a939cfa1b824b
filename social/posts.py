"""Posts: what a viewer writes, changes, shares and deletes."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from feed.gate import admit_groups
from graph.actions import posts as actions
from graph.actions.posts import Told, Where
from graph.errors import Contradiction, NotTheirs, NotThere
from graph.loaders.keywords import hashtags, post_tags
from graph.queries.groups import group_pages
from graph.queries.people import ViewerContext, user_cards
from graph.queries.posts import PostContent, post_contents, tag_weights
from graph.store import GraphStore
from social.mentions import people_named
from social.seeing import own_card, own_post, seen_post
from social.telling import tell_of_edit, tell_of_post, words_of

EMPTY = "A post needs a title, a text or a media address."


@dataclass(frozen=True, slots=True)
class Draft:
    """What a viewer writes, or changes of a post; None leaves as it is, an empty one takes away."""

    title: str | None = None
    text: str | None = None
    url: str | None = None
    privacy: str | None = None
    tags: tuple[str, ...] | None = None
    """As the viewer typed them; hashtags of title and text come too."""
    moods: tuple[str, ...] | None = None
    """Moods of `graph.moods`."""
    category_id: str | None = None
    """Of a category that is there; empty: none."""


@dataclass(frozen=True, slots=True)
class Made:
    """A post that was made."""

    post_id: str
    new: bool
    """Whether it was made just now, and not by the same request before."""
    shares_id: str | None
    shares_author_id: str | None
    """Who wrote what it shares."""


def create(
    store: GraphStore,
    viewer: ViewerContext,
    post_id: str,
    draft: Draft,
    group_id: str | None,
    now: int,
) -> Made:
    """Make a post.

    Args:
        store: the graph.
        viewer: its author, a user of the graph; so with all functions here.
        post_id: the new post's id.
        draft: what it says.
        group_id: the group that it stands in, for its members alone; None: in none.
        now: Unix seconds.

    Raises:
        NotThere: the viewer may not know of the group.
        NotTheirs: they are no member of it.
        Contradiction: it says nothing.
    """
    if group_id is not None and group_id not in viewer.groups:
        groups = group_pages(store, [group_id])
        if not admit_groups(viewer, groups.values()):
            raise NotThere(f"{group_id} is not there for {viewer.user_id}")
        raise NotTheirs("Only members post in this group.")
    if not (draft.title or draft.text or draft.url):
        raise Contradiction(EMPTY)
    told = _told(_name(store, viewer), draft, _NOTHING, {})
    where = Where(group_id=group_id)
    new = actions.create(store, post_id, viewer.user_id or "", told, where, now)
    words = words_of(draft.title, draft.text)
    tell_of_post(store, viewer.user_id or "", post_id, words, group_id, now)
    return Made(post_id, new, None, None)


def share(
    store: GraphStore, viewer: ViewerContext, post_id: str, shared_id: str, draft: Draft, now: int
) -> Made:
    """Make a post that shares another, maybe with words of the viewer's own.

    Nothing of the shared post is copied: to each viewer it passes the gate by itself, so nobody
    sees more of it than without the share.

    Raises:
        NotThere: the viewer may not see what is to be shared.
    """
    original = seen_post(store, viewer, shared_id).card
    told = _told(_name(store, viewer), draft, _NOTHING, {})
    where = Where(shares_id=shared_id)
    new = actions.create(store, post_id, viewer.user_id or "", told, where, now)
    words = words_of(draft.title, draft.text)
    tell_of_post(store, viewer.user_id or "", post_id, words, None, now)
    return Made(post_id, new, shared_id, original.author_id)


def edit(store: GraphStore, viewer: ViewerContext, post_id: str, draft: Draft, now: int) -> None:
    """Change one's own post.

    Raises:
        NotThere: the viewer may not see it.
        NotTheirs: it is another's.
        Contradiction: nothing would be left of it.
    """
    post = own_post(store, viewer, post_id)
    before = post_contents(store, [post_id])[post_id]
    after = [
        getattr(before, name) if getattr(draft, name) is None else getattr(draft, name)
        for name in ("title", "text", "url")
    ]
    if not any(after) and post.card.shares_id is None:
        raise Contradiction(EMPTY)
    told = _told(_name(store, viewer), draft, before, tag_weights(store, post_id))
    actions.edit(store, post_id, viewer.user_id or "", told, now)
    said = words_of(before.title, before.text), words_of(*after[:2])
    tell_of_edit(store, viewer.user_id or "", post_id, *said, now)


def delete(store: GraphStore, viewer: ViewerContext, post_id: str, now: int) -> bool:
    """Delete one's own post, also one in a group that the viewer left; whether it was there yet.

    Raises:
        NotThere: the viewer may not see it.
        NotTheirs: it is another's.
    """
    card = own_card(store, viewer, post_id)
    said = post_contents(store, [card.post_id]).get(card.post_id, _NOTHING)
    named = people_named(store, words_of(said.title, said.text))
    return actions.delete(store, card.post_id, viewer.user_id or "", now, named)


_NOTHING = PostContent("", "", "", "", None)


def _name(store: GraphStore, viewer: ViewerContext) -> str:
    """The author's name, which is no tag of what they write."""
    card = user_cards(store, [viewer.user_id or ""]).get(viewer.user_id or "")
    return "" if card is None else card.username or ""


def _told(name: str, draft: Draft, before: PostContent, weights: Mapping[str, float]) -> Told:
    moods = None
    if draft.moods is not None:
        moods = {mood: 1 / len(set(draft.moods)) for mood in draft.moods}
    return Told(
        title=draft.title,
        text=draft.text,
        url=draft.url,
        privacy=draft.privacy,
        tags=_tags(name, draft, before, weights),
        moods=moods,
        category_id=draft.category_id,
        details=_details(draft, before.details),
    )


def _tags(
    name: str, draft: Draft, before: PostContent, weights: Mapping[str, float]
) -> dict[str, float] | None:
    """The tags after a change: typed ones stay until others are typed, the rest follow the words.

    None: nothing changes that they rest on.
    """
    if draft.title is None and draft.text is None and draft.tags is None:
        return None
    title = before.title if draft.title is None else draft.title
    text = before.text if draft.text is None else draft.text
    own: Iterable[str] | None = draft.tags
    if own is None:
        found = frozenset(hashtags(before.title, before.text))
        own = [tag for tag, weight in weights.items() if weight >= 1 and tag not in found]
    return post_tags(tags=list(own), title=title, description=text, without=[name])


def _details(draft: Draft, before: str | None) -> str | None:
    """A source's own fields without those that the change made untrue; None: as they are."""
    retagged = not (draft.title is None and draft.text is None and draft.tags is None)
    untrue = {"tags"} if retagged else set()
    untrue |= {"video_link"} if draft.url is not None else set()
    try:
        told = json.loads(before or "null")
    except ValueError:
        return None
    if not isinstance(told, dict) or untrue.isdisjoint(told):
        return None
    return json.dumps({name: value for name, value in told.items() if name not in untrue})
