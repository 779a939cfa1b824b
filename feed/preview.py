"""How a feed's first page would change under another steering. Nothing is saved, nothing served."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feed.recommend import Recommender
from feed.request import FeedPost, FeedRequest
from feed.steering import Steering
from graph.errors import NoSuchViewer


@dataclass(frozen=True, slots=True)
class Placed:
    """A post, and its places from 1; None where it is not on that page."""

    post: FeedPost
    """As the page under the asked steering shows it, or else the present one."""
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Preview:
    """The present first page and the one under the asked steering, side by side."""

    present: Steering
    asked: Steering
    posts: tuple[Placed, ...]
    """The asked page in its order, then what left the present one in its order."""
    degraded: tuple[str, ...] = ()
    """What failed and was left out of either page."""


def preview(recommender: Recommender, request: FeedRequest, now: int) -> Preview:
    """The page that the viewer would get now, and the one they would get if they steered so.

    Args:
        recommender: whose feeds they are.
        request: whose feed, and with which fields of a steering.
        now: Unix seconds, UTC.

    Raises:
        NoSuchViewer: nobody is of that name; steering is kept for users alone.
        SteeringRefused: the fields contradict each other.
        StoreError: as for `Recommender.feed`.
    """
    present, forgotten = recommender.asking(replace(request, steering={}), now)
    asked, _ = recommender.asking(request, now)
    if present.viewer.user_id is None:
        raise NoSuchViewer(f"nobody is named {request.username!r}; only users have a feed to steer")
    before, failed = recommender.first_page(present)
    after, failed_too = recommender.first_page(asked)
    degraded = tuple(dict.fromkeys((*forgotten, *failed, *failed_too)))
    return Preview(present.steering, asked.steering, _placed(before, after), degraded)


def _placed(before: Sequence[FeedPost], after: Sequence[FeedPost]) -> tuple[Placed, ...]:
    old = {post_id(each): place for place, each in enumerate(before, 1)}
    new = {post_id(each): place for place, each in enumerate(after, 1)}
    stayed = [Placed(each, old.get(post_id(each)), place) for place, each in enumerate(after, 1)]
    left = [each for each in before if post_id(each) not in new]
    return (*stayed, *(Placed(each, old[post_id(each)], None) for each in left))


def post_id(shown: FeedPost) -> str:
    """Which post it is."""
    return shown.post.card.post_id
