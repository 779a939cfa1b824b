"""One request's way: viewer -> sources -> ranking -> gate -> slate -> page -> reasons."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import replace

import numpy as np

from feed import fatigue
from feed.chosen import gated, once
from feed.cursors import Cursors
from feed.explain import Explanation, explain
from feed.filling import Filling
from feed.foreseen import card_calls, foresee
from feed.gate import VisiblePost
from feed.hits import distinct
from feed.less import less_wanted
from feed.memory import ViewerMemory
from feed.mood_now import in_mood
from feed.nearest import FeedModel
from feed.page import shown
from feed.pool import pool
from feed.rank import Served, eligible
from feed.ranked import Ranked
from feed.remembered import Remembered
from feed.request import Feed, FeedPost, FeedRequest, Strategy
from feed.slate import KeptSlates, Slate, Slates, digest, viewer_key
from feed.sources import Ask, Gathered, Timed, gather, untimed
from feed.steering import Steering, merged
from feed.steps import about, step
from feed.taste import tags_of
from feed.vectors import viewer_vectors
from feed.viewer import viewer_named
from gnn.embeddings import UserSide
from graph.errors import MemoryUnavailable, NotThere, StoreError
from graph.kept import for_request, keeper, kept
from graph.queries.people import ViewerContext, stays
from graph.store import GraphStore

log = logging.getLogger(__name__)

LONGEST = 1_000
"""Posts of one slate, after which the feed ends, and a new one begins."""
LAST_SERVED = 9
"""Posts of the last page that the next visit's first ones are held apart from."""
WORKERS = 8
"""Threads for the sources of requests with a budget."""


class Recommender:
    """Makes feeds from one graph; safe to share between threads.

    Holds what must outlive a request: lists and cards read lately, the slates of pages asked for
    by number, and what was served to whom.
    """

    def __init__(
        self,
        store: GraphStore,
        model: FeedModel | None = None,
        memory: ViewerMemory | None = None,
        cursors: Cursors | None = None,
        patience: float = 1.0,
        timed: Timed = untimed,
        slates: KeptSlates | None = None,
    ):
        """Recommend from `store`.

        Args:
            store: the graph; the caller closes it.
            model: the trained model, or None: the fixed blend.
            memory: what was served to whom; None: each visit is as the first.
            cursors: seals and opens cursors; None: with a key of this process.
            patience: as for `feed.remembered.Remembered`; never touches what is shown.
            timed: is told how long each source took.
            slates: of pages asked for by number; None: those of this process.
        """
        self.store, self.model = kept(store), model
        self._memory = memory
        self._cursors = cursors or Cursors()
        self._slates: KeptSlates = slates or Slates()
        self._filling: Filling | None = None
        self._patience, self._timed = patience, timed
        self._remembered = Remembered(self.store, patience)
        self._workers: Executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="source")

    def filling(self) -> Filling:
        """What keeps the lists of all nodes in memory; the caller starts it, and stops it."""
        self._filling = Filling(self.store, lambda: self._remembered, edges=self.model is not None)
        return self._filling

    def rehearse(self) -> None:
        """Have a server plan what pages are found by; without it the first ones take longer."""
        try:
            self._remembered.rehearse()
        except StoreError as error:
            log.warning("lists are not rehearsed, so the first pages will take longer: %s", error)

    @property
    def ready(self) -> bool:
        """Whether a first page is as fast as later ones: all was read, or nothing is to be."""
        return self._filling is None or self._filling.done

    def feed(self, request: FeedRequest, now: int) -> Feed:
        """The page of the feed that is asked for.

        A first page is ranked anew; the pages after it are of the same ranking (the slate),
        whatever happens meanwhile, but for posts that the viewer may see no more. One's own posts
        and hidden ones never come.

        Args:
            request: what is asked.
            now: Unix seconds, UTC.

        Raises:
            NotThere: the feed is of a group that the viewer is no member of.
            CursorRefused: the request's cursor cannot be used.
            SteeringRefused: its steering cannot.
            StoreError: the viewer or the cards cannot be read. A failing source does not raise.
            MemoryUnavailable: the slate of a page asked for by number cannot be read.
        """
        ask, forgotten = self.asking(request, now)
        viewer, steering = ask.viewer, ask.steering
        slate, offset = self._pinned(ask, request)
        pinned = slate.post_ids
        if pinned and ask.past:
            # What was shown of it so far must not change what comes next: whoever asks for a page
            # again, by its cursor or its number, gets it again.
            past, unread = self._past(viewer, now, slate.made_at)
            ask, forgotten = replace(ask, past=past), (*forgotten, *unread)
        served = _served(ask)
        found = gather(ask, self._workers, self._timed)
        slate, visible, failed, whole = self._extended(ask, slate, offset, found, served)
        page = slate.post_ids[offset : offset + request.page_size]
        visible |= gated(ask, [post_id for post_id in page if post_id not in visible])
        posts, untold = shown(ask, [visible[each] for each in page if each in visible], found)
        unsaved = self._remember(ask, posts, slate if request.cursor is None else None)
        self.store.changes.heed()  # of who left meanwhile by another process
        if viewer.user_id is not None and not stays(self.store, viewer.user_id):
            self._forget(viewer.user_id, viewer.username)
        again = fatigue.just_served(ask.past, slate.made_at)
        strategy: Strategy = "blend" if self.model is None else "model"
        end = offset + request.page_size
        more = len(slate.post_ids) > end or (end < LONGEST and not whole)
        return Feed(
            posts=posts,
            steering=steering,
            strategy="cold_start" if viewer.cold else strategy,
            known=viewer.user_id is not None,
            learnt=ask.vectors is not None,
            mood=ask.request.mood,
            mood_now=ask.request.mood_now,
            degraded=tuple(
                dict.fromkeys((*found.degraded, *failed, *untold, *forgotten, *unsaved))
            ),
            next_cursor=self._cursors.seal(slate, end) if page and more else None,
            newer_count=_newer(ask, found, slate) if pinned else 0,
            shown_again=any(each.post.card.post_id in again for each in posts),
        )

    def kept_of(
        self, user_id: str, now: int
    ) -> tuple[Mapping[str, fatigue.Served], Steering | None]:
        """What a user was served lately, and what they steer by.

        Raises:
            MemoryUnavailable: the memory cannot be read.
        """
        if self._memory is None:
            return {}, None
        key = viewer_key(user_id, "")
        return self._memory.served(key, now), self._memory.steering(key)

    def forget(self, user_id: str, username: str) -> None:
        """Know nothing of somebody who leaves: what they were served, what was read of them.

        Call it when they are marked: a page that is being made for them is forgotten by itself.

        Raises:
            MemoryUnavailable: the memory cannot be written.
        """
        self._forget(user_id, username)
        self.forget_read()

    def forget_read(self) -> None:
        """Know nothing of what was read of anybody; it is read again as it is needed."""
        # In this order: what is being read of them is not kept, and all is read again.
        if (keeping := keeper(self.store)) is not None:
            keeping.forget()
        self._remembered = Remembered(self.store, self._patience)

    def asking(self, request: FeedRequest, now: int) -> tuple[Ask, tuple[str, ...]]:
        """Who asks, and what for, as this moment finds them; and what failed.

        Raises:
            NotThere, SteeringRefused, StoreError: as for `feed`.
        """
        store = for_request(self.store)
        names = self._remembered.viewers
        viewer = viewer_named(store, request.username, request.user_id, names)
        if request.group_id is not None and request.group_id not in viewer.groups:
            raise NotThere(f"{viewer.username} is no member of {request.group_id}")
        remembered = self._remembered
        if remembered.full:
            remembered = self._remembered = Remembered(self.store, self._patience)
        past, saved, forgotten = self._recalled(viewer, now)
        steering = merged(saved, request.steering)
        less, unknown = _less(store, remembered, viewer, now)
        moved, unfelt = in_mood(store, viewer, request, now)
        vectors, unmade = self._vectors(store, viewer)
        ask = Ask(store, remembered, viewer, moved, self.model, now, steering, past, less, vectors)
        if self.model is not None and viewer.engaged:
            foresee(store, lambda: card_calls(ask, ask.history))
            ask = replace(ask, tags=tags_of(store, viewer, ask.history))
        return ask, (*forgotten, *unknown, *unfelt, *unmade)

    def first_page(self, ask: Ask) -> tuple[tuple[FeedPost, ...], tuple[str, ...]]:
        """The page that `feed` would begin with, and what failed; it counts as served to nobody."""
        return self.ranked(ask).first_page()

    def ranked(self, ask: Ask, timed: Timed | None = None) -> Ranked:
        """The ranking that `feed` would begin with, and what it rests on; nothing counts as served.

        Args:
            ask: of `asking`.
            timed: is told how long each source took; None: who is always told.

        Raises:
            StoreError: as for `feed`.
        """
        found, served = gather(ask, self._workers, timed or self._timed), _served(ask)
        new = Slate(viewer_key(ask.viewer.user_id, ask.viewer.username), "", ask.now, ())
        slate, visible, failed, _ = self._extended(ask, new, 0, found, served)
        return Ranked(ask, found, served, slate.post_ids, visible, failed)

    def explain(
        self, request: FeedRequest, post_id: str, now: int, whole: bool = False
    ) -> Explanation | None:
        """Why a post is, or is not, in the feed that is asked for; None: there is no such post.

        What is `hidden` in it is an operator's to know, never the viewer's; so is all that `whole`
        tells beside.

        Raises:
            SteeringRefused, StoreError: as for `feed`.
        """
        ask, _ = self.asking(request, now)
        return explain(self.ranked(ask), post_id, whole)

    def _pinned(self, ask: Ask, request: FeedRequest) -> tuple[Slate, int]:
        """The slate that the request goes on with, or an empty one; and how much was shown.

        It is bound to what was asked: a mood that the viewer feels may end between two pages.
        """
        viewer = viewer_key(ask.viewer.user_id, ask.viewer.username)
        asked = digest(request.filters | {"steering": ask.steering.as_json()})
        if request.cursor is not None:
            return self._cursors.open(request.cursor, viewer, asked, ask.now)
        new = Slate(viewer, asked, ask.now, ())
        if request.page == 1:
            return new, 0
        offset = min((request.page - 1) * request.page_size, LONGEST)
        return self._slates.get(viewer, asked, ask.now) or new, offset

    def _extended(
        self, ask: Ask, slate: Slate, offset: int, found: Gathered, served: Served
    ) -> tuple[Slate, dict[str, VisiblePost], tuple[str, ...], bool]:
        """The slate, long enough for the page if there are posts for it.

        With it: the posts that were added, all visible; what failed; whether there are no others.
        """
        wanted_length = min(offset + ask.request.page_size, LONGEST)
        visible: dict[str, VisiblePost] = {}
        tried, failed = frozenset(slate.post_ids), tuple[str, ...]()
        while len(slate.post_ids) < wanted_length:
            # By equal steps, so that a page is the same however far the one before it went.
            more = step(ask, found, slate.post_ids, tried, served)
            tried, failed = more.tried, more.failed
            slate = replace(slate, post_ids=(*slate.post_ids, *more.post_ids))
            visible |= {post_id: more.posts[post_id] for post_id in more.post_ids}
            if more.last:
                return slate, visible, failed, True
        return slate, visible, failed, False

    def _vectors(
        self, store: GraphStore, viewer: ViewerContext
    ) -> tuple[UserSide | None, tuple[str, ...]]:
        """The viewer's vector by the model; and what failed."""
        if self.model is None:
            return None, ()
        try:
            return viewer_vectors(store, self.model, viewer), ()
        except StoreError as error:
            log.warning("the viewer's vector cannot be made: %s", error)
            return None, ("nearest",)

    def _recalled(
        self, viewer: ViewerContext, now: int
    ) -> tuple[Mapping[str, fatigue.Served], Steering | None, tuple[str, ...]]:
        """What the viewer was served lately and steers by; and what failed."""
        if self._memory is None or viewer.user_id is None:
            return {}, None, ()
        try:
            key = viewer_key(viewer.user_id, viewer.username)
            return self._memory.served(key, now), self._memory.steering(key), ()
        except MemoryUnavailable as error:
            log.warning("what was served is not known: %s", error)
            return {}, None, ("memory",)

    def _past(
        self, viewer: ViewerContext, now: int, before: int
    ) -> tuple[Mapping[str, fatigue.Served], tuple[str, ...]]:
        """What the viewer was served lately, before a moment; and what failed."""
        if self._memory is None:
            return {}, ()
        try:
            return self._memory.served(viewer_key(viewer.user_id, viewer.username), now, before), ()
        except MemoryUnavailable as error:
            log.warning("what was served is not known: %s", error)
            return {}, ("memory",)

    def _forget(self, user_id: str, username: str) -> None:
        viewer = viewer_key(user_id, username)
        self._slates.forget(viewer)
        if self._memory is not None:
            self._memory.forget(viewer)

    def _remember(
        self, ask: Ask, posts: Sequence[FeedPost], slate: Slate | None
    ) -> tuple[str, ...]:
        """Keep the slate for the next pages, and that the posts were served; and what failed."""
        try:
            if slate is not None:
                self._slates.put(slate)
            if self._memory is None or ask.viewer.user_id is None or not posts:
                return ()
            ids = [each.post.card.post_id for each in posts]
            key = viewer_key(ask.viewer.user_id, ask.viewer.username)
            self._memory.remember(key, ids, ask.now)
        except MemoryUnavailable as error:
            log.warning("what is served is not remembered: %s", error)
            return ("memory",)
        return ()


def recommend(store: GraphStore, request: FeedRequest, model: FeedModel | None, now: int) -> Feed:
    """One page by a recommender of its own: the same feed for the same graph, request and day.

    On either engine; see `Recommender.feed`.
    """
    return Recommender(store, model).feed(request, now)


def _less(
    store: GraphStore, remembered: Remembered, viewer: ViewerContext, now: int
) -> tuple[fatigue.Reluctance, tuple[str, ...]]:
    """What the viewer asked to see less of; and what failed."""
    try:
        return less_wanted(store, remembered, viewer, now), ()
    except StoreError as error:
        log.warning("what the viewer wants less of is not known: %s", error)
        return fatigue.Reluctance(), ("less",)


def _served(ask: Ask) -> Served:
    last = sorted(ask.past, key=lambda post_id: ask.past[post_id].at)[-LAST_SERVED:]
    return Served(fatigue.just_served(ask.past, ask.now), tuple(last))


def _newer(ask: Ask, found: Gathered, slate: Slate) -> int:
    """Visible posts of friends, groups and the newest in all that came since the slate was made."""
    dated = [found.hits(source) for source in ("friends", "groups", "recent")]
    fresh = [hits.places[hits.scores > slate.made_at] for hits in dated]
    places = distinct(np.concatenate(fresh))
    posts = eligible(ask, pool(ask.remembered, places), slate.post_ids)
    return len(once(ask, posts.ids, gated(ask, posts.ids), about(ask, slate.post_ids)))
