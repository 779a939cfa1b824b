"""The feed's sources. Each puts posts together from the lists around single nodes; each is bounded.

A source that fails, or that is late where the request has a budget, is left out and named in the
answer: the feed never fails for want of one.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, wait
from dataclasses import dataclass, field
from functools import cached_property

from feed.fatigue import Reluctance, Served
from feed.hits import NOTHING, Floats, Hits, Joined, best, counted, latest, summed, weighed
from feed.nearest import FeedModel
from feed.remembered import ReadLists, Remembered
from feed.request import FeedRequest
from feed.steering import NEUTRAL, Steering
from gnn.embeddings import UserSide
from gnn.features import CIRCLE_FRIENDS, HISTORY, SECOND_CIRCLE
from graph.errors import StoreError
from graph.queries import candidates as queries
from graph.queries.people import ViewerContext
from graph.store import GraphStore

log = logging.getLogger(__name__)

POPULAR, RECENT, DEBUTS, PROJECT = "popular", "recent", "debuts", "project:"
"""The ids of the charts, as `graph.derive.champions` names them."""
PER_INTEREST = 40
"""Champions of one interest: with the usual five interests, as many as one chart brings."""
INTERESTS = 20
GROUPS = 50


@dataclass(frozen=True)
class Ask:
    """What a source may look at."""

    store: GraphStore
    remembered: Remembered
    viewer: ViewerContext
    request: FeedRequest
    model: FeedModel | None
    now: int
    """Unix seconds."""
    steering: Steering = NEUTRAL
    past: Mapping[str, Served] = field(default_factory=dict)
    """What this viewer was served lately, by post id."""
    less: Reluctance = field(default_factory=Reluctance)
    """What this viewer asked to see less of (`feed.less`)."""
    vectors: UserSide | None = None
    """The viewer's vector and factors, by the model (`feed.vectors`); None without one."""
    tags: Mapping[str, float] = field(default_factory=dict)
    """What the viewer's history bears (`feed.taste`); nothing without a model, which reads it."""
    joined: dict[tuple[ReadLists, tuple[str, ...]], Joined] = field(default_factory=dict)
    """Lists that were put together for this request: sources and reasons look at the same ones."""
    _circle: list[list[str]] = field(default_factory=list, init=False, compare=False)

    def lists(self, read: ReadLists, keys: Sequence[str]) -> Joined:
        """The nodes' lists of posts, as `feed.remembered.Remembered.lists`, joined once."""
        asked = read, tuple(keys)
        if asked not in self.joined:
            self.joined[asked] = self.remembered.lists(read, keys)
        return self.joined[asked]

    @cached_property
    def friends(self) -> list[str]:
        """The viewer's, in one order."""
        return sorted(self.viewer.friends)

    @cached_property
    def interests(self) -> list[str]:
        """The tags that the viewer picked, at most so many as are looked at."""
        return sorted(self.viewer.interests)[:INTERESTS]

    @cached_property
    def groups(self) -> list[str]:
        """The viewer's, at most so many as are looked at."""
        return sorted(self.viewer.groups)[:GROUPS]

    @cached_property
    def history(self) -> list[str]:
        """The posts that the viewer engaged with last, the latest first."""
        by_time = sorted(self.viewer.engaged.items(), key=lambda each: (-each[1], each[0]))
        return [post_id for post_id, _ in by_time[:HISTORY]]

    @property
    def second_circle(self) -> list[str]:
        """Friends of friends who are no friends, those with the most common friends first.

        Nobody who blocks the viewer, or whom the viewer blocks: what they do shows nowhere.
        """
        # No cached property: in Python 3.11 all requests would wait while one of them reads this.
        if not self._circle:
            self._circle.append(self._distant())
        return self._circle[0]

    def _distant(self) -> list[str]:
        mutual: Counter[str] = Counter()
        nearest = self.friends[:CIRCLE_FRIENDS]
        for theirs in self.remembered.people(queries.friends_of, nearest):
            mutual.update(theirs)
        for known in (*self.viewer.friends, *self.viewer.blocks, self.viewer.user_id):
            mutual.pop(known or "", None)
        return sorted(mutual, key=lambda each: (-mutual[each], each))[:SECOND_CIRCLE]


Source = Callable[[Ask], Hits]
Timed = Callable[[str, float], None]
"""Is told how many seconds a source took, by its name; from several threads."""


def interests(ask: Ask) -> Hits:
    """Champions of the tags that the viewer picked."""
    return summed(ask.lists(queries.by_tag, ask.interests).first(PER_INTEREST))


def friends(ask: Ask) -> Hits:
    """Friends' newest posts; the score is when."""
    return latest(ask.lists(queries.written_by, ask.friends))


def friends_engaged(ask: Ask) -> Hits:
    """What friends did anything with lately; the score is how many of them."""
    return counted(ask.lists(queries.engaged_by, ask.friends))


def friends_of_friends(ask: Ask) -> Hits:
    """What the second circle wrote or did anything with; the score is how many of them."""
    return counted(*parts_in(ask, ask.second_circle))


def parts_in(ask: Ask, people: Sequence[str]) -> tuple[Joined, Joined]:
    """What each of the people did anything with lately, and what each wrote; scored by when."""
    did = ask.lists(queries.engaged_by, people)
    return did, ask.lists(queries.written_by, people)


def near(ask: Ask) -> Hits:
    """What people of a like taste did anything with lately; the score is how near they are."""
    people = people_near(ask)
    return weighed(ask.lists(queries.engaged_by, people.ids), people.scores)


def people_near(ask: Ask) -> queries.Listed:
    """People of a like taste, the nearest first; nobody who blocks the viewer, or is blocked."""
    (people,) = ask.remembered.weighed(queries.near_people, [ask.viewer.user_id or ""])
    kept = [at for at, name in enumerate(people.ids) if name not in ask.viewer.blocks]
    return queries.Listed([people.ids[at] for at in kept], [people.scores[at] for at in kept])


def similar(ask: Ask) -> Hits:
    """Posts that the same people engage with as with the viewer's latest."""
    return summed(ask.lists(queries.similar_to, ask.history))


def groups(ask: Ask) -> Hits:
    """The newest posts of the viewer's groups; the score is when."""
    return latest(ask.lists(queries.posted_in, ask.groups))


def nearest(ask: Ask) -> Hits:
    """The posts whose embeddings are nearest to the viewer's."""
    if ask.model is None or ask.vectors is None:
        return NOTHING
    met = frozenset(ask.viewer.engaged) | ask.viewer.hidden
    return ask.model.nearest(ask.vectors, ask.remembered, met)


def category(ask: Ask) -> Hits:
    """Champions of the category asked for."""
    return _champions(ask, queries.by_category, ask.request.category_id)


def mood(ask: Ask) -> Hits:
    """The posts that evoke the mood asked for, the strong and popular first."""
    return _champions(ask, queries.by_mood, ask.request.mood)


def tag(ask: Ask) -> Hits:
    """Champions of the tag asked for."""
    return _champions(ask, queries.by_tag, ask.request.tag)


def topic(ask: Ask) -> Hits:
    """Champions of the topic asked for."""
    return _champions(ask, queries.by_topic, ask.request.topic_id)


def group(ask: Ask) -> Hits:
    """The newest posts of the group asked for."""
    return _champions(ask, queries.posted_in, ask.request.group_id)


def project(ask: Ask) -> Hits:
    """The popular posts of the project asked for."""
    asked = ask.request.project_code
    return _champions(ask, queries.by_chart, PROJECT + asked if asked else None)


def steered(ask: Ask) -> Hits:
    """Champions of the tags that the viewer wants more of."""
    return summed(ask.lists(queries.by_tag, ask.steering.more_tags))


def popular(ask: Ask) -> Hits:
    """What most people engage with at present."""
    return _champions(ask, queries.by_chart, POPULAR)


def recent(ask: Ask) -> Hits:
    """The newest posts, which need a first audience."""
    return _champions(ask, queries.by_chart, RECENT)


def debuts(ask: Ask) -> Hits:
    """The newest posts of authors who have no audience yet."""
    return _champions(ask, queries.by_chart, DEBUTS)


def _champions(ask: Ask, read: ReadLists, node_id: str | None) -> Hits:
    return NOTHING if node_id is None else ask.lists(read, [node_id])[0]


PERSONAL: Mapping[str, Source] = {
    "interests": interests,
    "friends": friends,
    "friends_engaged": friends_engaged,
    "similar": similar,
    "friends_of_friends": friends_of_friends,
    "near": near,
    "groups": groups,
    "nearest": nearest,
}
"""Sources that start at the viewer; a newcomer has none."""
COMMON: Mapping[str, Source] = {
    "category": category,
    "mood": mood,
    "tag": tag,
    "topic": topic,
    "group": group,
    "project": project,
    "steered": steered,
    "popular": popular,
    "recent": recent,
    "debuts": debuts,
}
"""Sources that start at what was asked for, or at the charts of the whole graph."""
_WANTS: Mapping[str, Callable[[Ask], object]] = {
    "category": lambda ask: ask.request.category_id,
    "mood": lambda ask: ask.request.mood,
    "tag": lambda ask: ask.request.tag,
    "topic": lambda ask: ask.request.topic_id,
    "group": lambda ask: ask.request.group_id,
    "project": lambda ask: ask.request.project_code,
    "steered": lambda ask: ask.steering.more_tags,
}
"""What sources of `COMMON` start at, where not every request says it; without it none is asked."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the sources found for one request."""

    by_source: Mapping[str, Hits] = field(default_factory=dict)
    degraded: tuple[str, ...] = ()
    """Sources that failed or were late, whose posts are missing."""
    scored: dict[str, tuple[float, Floats, float]] = field(default_factory=dict)
    """By post id: what `feed.score.Scores.at` has of posts that were put in order for this
    request."""

    def hits(self, source: str) -> Hits:
        """What the source found; nothing if it was not asked."""
        return self.by_source.get(source, NOTHING)


def untimed(name: str, seconds: float) -> None:
    """Nobody wants to know."""


def beginnings(ask: Ask) -> Iterator[tuple[queries.Reader, Sequence[str]]]:
    """The lists that sources begin with: which they are is known before any of them is read."""
    if ask.viewer.user_id is not None:
        yield queries.by_tag, ask.interests
        yield queries.written_by, ask.friends
        yield queries.engaged_by, ask.friends
        yield queries.friends_of, ask.friends[:CIRCLE_FRIENDS]
        yield queries.near_people, [ask.viewer.user_id]
        yield queries.similar_to, ask.history
        yield queries.posted_in, ask.groups
    yield queries.by_chart, [POPULAR, RECENT, DEBUTS]
    yield queries.by_tag, ask.steering.more_tags
    asked = (
        (queries.by_category, ask.request.category_id),
        (queries.by_mood, ask.request.mood),
        (queries.by_tag, ask.request.tag),
        (queries.by_topic, ask.request.topic_id),
        (queries.posted_in, ask.request.group_id),
    )
    for read, node_id in asked:
        yield read, [] if node_id is None else [node_id]


def _read_ahead(ask: Ask) -> None:
    try:
        ask.remembered.read_ahead(beginnings(ask), ask.history)
    except StoreError as error:
        log.info("nothing is read ahead, each source asks by itself: %s", error)


def gather(ask: Ask, workers: Executor, timed: Timed = untimed) -> Gathered:
    """Ask every source that applies; `workers` run them where the request has a budget."""
    applying = _applying(ask)
    if ask.request.budget_ms is not None:
        seconds = ask.request.budget_ms / 1000
        return _in_time(ask, applying, workers, seconds, timed)
    _read_ahead(ask)
    found: dict[str, Hits] = {}
    degraded: list[str] = []
    for name, source in applying.items():
        try:
            found[name] = _clocked(name, source, ask, timed)
        except StoreError as error:
            log.warning("source %s is left out: %s", name, error)
            degraded.append(name)
    return Gathered(found, tuple(degraded))


def _applying(ask: Ask) -> dict[str, Source]:
    asked = {name: each for name, each in COMMON.items() if name not in _WANTS or _WANTS[name](ask)}
    return asked if ask.viewer.user_id is None else {**PERSONAL, **asked}


def _clocked(name: str, source: Source, ask: Ask, timed: Timed) -> Hits:
    began = time.perf_counter()
    try:
        return source(ask)
    finally:
        timed(name, time.perf_counter() - began)


def _in_time(
    ask: Ask, applying: Mapping[str, Source], workers: Executor, seconds: float, timed: Timed
) -> Gathered:
    """What is found within the time; a late source ends by itself, and what it read is kept."""
    ends = time.monotonic() + seconds
    asked = {
        name: workers.submit(_clocked, name, source, ask, timed)
        for name, source in applying.items()
    }
    wait(asked.values(), timeout=max(0.0, ends - time.monotonic()))
    found: dict[str, Hits] = {}
    degraded: list[str] = []
    for name, answer in asked.items():
        if not answer.done():
            answer.cancel()
            log.warning("source %s is left out: not there after %.0f ms", name, seconds * 1000)
            degraded.append(name)
            continue
        try:
            found[name] = answer.result()
        except StoreError as error:
            log.warning("source %s is left out: %s", name, error)
            degraded.append(name)
    return Gathered(found, tuple(degraded))


def top(ask: Ask, hits: Hits, most: int) -> Hits:
    """The `most` posts of which the source is surest."""
    return best(hits, most, ask.remembered.ties)
