"""What is asked of a feed, and what comes back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from feed.gate import VisiblePost
from feed.steering import NEUTRAL, Steering
from graph.queries.paths import PathQuery, path_query
from graph.queries.posts import NodeCard, PostContent

Strategy = Literal["model", "blend", "cold_start"]
Kind = Literal["for_you", "friends", "catch_up", "similar"]
KINDS: tuple[Kind, ...] = ("for_you", "friends", "catch_up", "similar")


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One page of one viewer's feed; the ids are node ids that exist."""

    username: str
    kind: Kind = "for_you"
    """``friends``: what friends posted, the newest first; ``catch_up``: what the viewer missed of
    them, the quiet ones not drowned by the loud; ``similar``: posts like `similar_to`."""
    category_id: str | None = None
    mood: str | None = None
    """A mood of `graph.moods`, canonical."""
    mood_now: bool = False
    """Whether `mood` is what the viewer said they feel, and was not asked for with this request."""
    project_code: str | None = None
    tag: str | None = None
    topic_id: str | None = None
    group_id: str | None = None
    similar_to: str | None = None
    """A post, for the kind ``similar``."""
    page: int = 1
    """From 1; a later page follows on the one before it. Not with a cursor."""
    page_size: int = 10
    cursor: str | None = None
    """Of the page before, as its answer gave it."""
    include_seen: bool = False
    """Whether posts that the viewer knows, or was just shown, may come among the others."""
    exclude_ids: frozenset[str] = frozenset()
    """Posts that are not wanted now."""
    steering: Mapping[str, object] = field(default_factory=dict)
    """Fields of `feed.steering.Steering`, which win over the saved ones."""
    budget_ms: int | None = None
    """Milliseconds for finding posts; a source that takes longer is left out and named."""
    user_id: str | None = None
    """Who asks, where they proved it: the graph is then not searched for the name."""

    @property
    def filters(self) -> dict[str, str | bool | frozenset[str] | None]:
        """All that decides which posts a feed has, but not who asks nor which page."""
        return {
            "kind": self.kind,
            "category_id": self.category_id,
            "mood": self.mood,
            "project_code": self.project_code,
            "tag": self.tag,
            "topic_id": self.topic_id,
            "group_id": self.group_id,
            "similar_to": self.similar_to,
            "include_seen": self.include_seen,
            "exclude_ids": self.exclude_ids,
        }


class PathNode(NamedTuple):
    """A node on the way to a post; `kind` is the label, lower-case."""

    kind: str
    id: str
    name: str


class Reason(NamedTuple):
    """Why a post is here: a path that exists in the graph, in words too."""

    source: str
    sentence: str
    path: tuple[PathNode, ...]
    share: float
    """This reason's part of what speaks for the post; a post's shares add up to 1."""

    @property
    def query(self) -> PathQuery | None:
        """What draws the path in Neo4j Browser; None where there is nothing to draw."""
        name = "chart" if self.path[0].kind == "chart" else self.source
        return path_query(name, [node.id for node in self.path])


@dataclass(frozen=True, slots=True)
class FeedPost:
    """A post on a page, with what is shown of it."""

    post: VisiblePost
    content: PostContent
    author_details: str | None
    category: NodeCard | None
    topic: NodeCard | None
    score: float
    gains: Mapping[str, float]
    """What each part adds to the score's log-odds."""
    told_score: float
    told_gains: Mapping[str, float]
    """Both as far as the viewer may be told (`feed.told`)."""
    seen: bool
    """Whether the viewer did anything with it before."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Feed:
    """A page, best first, and how it came about."""

    posts: tuple[FeedPost, ...]
    strategy: Strategy
    known: bool
    """Whether the graph has a user of that name."""
    learnt: bool
    """Whether a model was there, and had or made a vector of the viewer."""
    degraded: tuple[str, ...] = ()
    """What failed and was left out."""
    next_cursor: str | None = None
    """For the page after this one; None where there is none."""
    steering: Steering = NEUTRAL
    """What the ranking was steered by."""
    mood: str | None = None
    """The mood that was asked for, or that the viewer feels."""
    mood_now: bool = False
    """Whether it is the latter."""
    newer_count: int = 0
    """Posts that came since the first page was made, and that the next first page may have."""
    shown_again: bool = False
    """Whether posts are here that the viewer had just been shown before."""

    @property
    def cold_start(self) -> bool:
        """Whether nothing of the viewer's taste was known."""
        return self.strategy == "cold_start"

    @property
    def seen_included(self) -> bool:
        """Whether posts are here that the viewer knows, or had just been shown."""
        return self.shown_again or any(post.seen for post in self.posts)
