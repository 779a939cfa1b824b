"""What is asked of a feed, and what comes back."""

from dataclasses import dataclass
from typing import Literal

from feed.gate import VisiblePost
from graph.queries.posts import NodeCard, PostContent

Strategy = Literal["model", "blend", "cold_start"]


@dataclass(frozen=True, slots=True)
class FeedRequest:
    """One page of one viewer's feed; the ids are node ids that exist."""

    username: str
    category_id: str | None = None
    mood: str | None = None
    """A mood of `graph.moods`, canonical."""
    project_code: str | None = None
    page: int = 1
    """From 1."""
    page_size: int = 10


@dataclass(frozen=True, slots=True)
class PathNode:
    """A node on the way to a post; `kind` is the label, lower-case."""

    kind: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a post is here: a path that exists in the graph, in words too."""

    source: str
    sentence: str
    path: tuple[PathNode, ...]
    share: float
    """This reason's part of what speaks for the post; a post's shares add up to 1."""


@dataclass(frozen=True, slots=True)
class FeedPost:
    """A post on a page, with what is shown of it."""

    post: VisiblePost
    content: PostContent
    author_details: str | None
    category: NodeCard | None
    topic: NodeCard | None
    score: float
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
    """Whether a model was there that knows the viewer."""
    degraded: tuple[str, ...] = ()
    """The sources that failed and were left out."""

    @property
    def cold_start(self) -> bool:
        """Whether nothing of the viewer's taste was known."""
        return self.strategy == "cold_start"

    @property
    def seen_included(self) -> bool:
        """Whether nothing new was left, so that posts the viewer knows came back."""
        return any(post.seen for post in self.posts)
