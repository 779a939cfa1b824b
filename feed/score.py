"""How likely a viewer is to engage with each post: one scale, whatever source found it.

Every post gets the raw numbers of `gnn.features.PARTS`, the same as in training; a decoder turns
them into log-odds. With a model that is the trained decoder, without one `blend`. What was asked
for in the request is added to the log-odds: a post among the asked mood's champions gains between
half of `MOOD_GAIN` and all of it, in the order of its champion's score (how strongly it evokes
the mood, times how popular it is).

For a viewer of whom nothing is known every part but `popular` is 0, so the blend ranks by decayed
popularity; `EXPLORATION` then moves each post by up to that much either way, by a hash of the
viewer's name, the day and the post. The same request gives the same feed, another stranger or
another day another one, so that not every newcomer feeds the same ten posts.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from feed.candidates import Gathered
from feed.gate import VisiblePost
from feed.nearest import FeedModel
from gnn.features import PARTS
from gnn.likelihood import Decoder
from graph.queries.people import ViewerContext

Floats = npt.NDArray[np.float64]

MOOD_GAIN = 4.0
"""Log-odds: who asks for a mood mostly gets it; taste orders what evokes it."""
EXPLORATION = 1.0
"""Log-odds either way."""
DAY = 86_400

_BLEND: Mapping[str, float] = {
    "embedding": 0.0,
    "similar": 7.0,
    "interests": 0.6,
    "friends": 0.8,
    "friends_engaged": 0.5,
    "friends_of_friends": 0.25,
    "popular": 0.4,
}
"""Log-odds that one unit of a part adds; chosen by hand, held against a planted village's last 60
days (seed 1), where they rank better than any one part does."""
_BLEND_BIAS = -4.0
"""Log-odds of a post of which nothing is known: one in fifty-five."""


@dataclass(frozen=True, slots=True)
class Scored:
    """A post with the probability that this viewer engages with it."""

    post: VisiblePost
    score: float
    """Rounded to `DIGITS`, so that a tie on one machine is a tie on all."""
    gains: Mapping[str, float]
    """What each part, and the mood, adds to the log-odds; negative if it speaks against."""

    @property
    def post_id(self) -> str:
        """The post's id."""
        return self.post.card.post_id

    def has(self, part: str) -> bool:
        """Whether the part has any bearing on the score."""
        return self.gains[part] != 0.0


DIGITS = 9


@cache
def blend() -> Decoder:
    """The decoder for want of a trained one: fixed weights, documented here, on the same scale."""
    ones, zeros = (1.0,) * len(PARTS), (0.0,) * len(PARTS)
    weights = tuple(_BLEND[part] for part in PARTS)
    return Decoder(parts=PARTS, means=zeros, scales=ones, weights=weights, bias=_BLEND_BIAS)


def score(
    viewer: ViewerContext,
    posts: Sequence[VisiblePost],
    found: Gathered,
    model: FeedModel | None,
    now: int,
) -> list[Scored]:
    """Score posts; in the order given.

    Args:
        viewer: for whom.
        posts: posts that passed the gate.
        found: what the sources found, which is the evidence for the parts.
        model: whose decoder to use; None, or a viewer of whom nothing is known: the blend.
        now: Unix seconds; its day seeds exploration.
    """
    if not posts:
        return []
    decoder = model.decoder if model is not None and not viewer.cold else blend()
    raw = parts(viewer, posts, found, model)
    moods = mood_gains(posts, found)
    log_odds = decoder.scores(raw) + moods
    if viewer.cold:
        log_odds = log_odds + _exploration(viewer.username, posts, now)
    chances = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))
    gained = raw * (np.asarray(decoder.weights) / np.asarray(decoder.scales))
    return [
        Scored(post, round(float(chance), DIGITS), _gains(row, mood))
        for post, chance, row, mood in zip(posts, chances, gained, moods, strict=True)
    ]


def parts(
    viewer: ViewerContext,
    posts: Sequence[VisiblePost],
    found: Gathered,
    model: FeedModel | None,
) -> Floats:
    """The raw numbers of `gnn.features.PARTS`; shape ``(len(posts), len(PARTS))``."""
    raw = np.zeros((len(posts), len(PARTS)), dtype=np.float64)
    ids = [post.card.post_id for post in posts]
    column = {part: raw[:, place] for place, part in enumerate(PARTS)}
    if model is not None and viewer.user_id is not None:
        embedding = model.embedding_scores(viewer.user_id, ids)
        column["embedding"][:] = 0.0 if embedding is None else embedding
    column["similar"][:] = _looked_up(found.scores("similar"), ids)
    column["interests"][:] = [len(viewer.interests.intersection(p.card.tags)) for p in posts]
    column["friends"][:] = [p.card.author_id in viewer.friends for p in posts]
    for part in ("friends_engaged", "friends_of_friends"):
        column[part][:] = np.log1p(_looked_up(found.scores(part), ids))
    column["popular"][:] = np.log1p([max(p.card.popularity, 0.0) for p in posts])
    # A graph that others write may hold a NaN: it must not become a rank, nor broken JSON.
    return np.nan_to_num(raw)


def mood_gains(posts: Sequence[VisiblePost], found: Gathered) -> Floats:
    """What the asked mood adds to each post's log-odds; shape ``(len(posts),)``."""
    evoked = found.scores("mood")
    strongest = max(evoked.values(), default=0.0)
    gains = [
        MOOD_GAIN * (0.5 + 0.5 * evoked[post.card.post_id] / strongest if strongest > 0 else 0.5)
        if post.card.post_id in evoked
        else 0.0
        for post in posts
    ]
    return np.asarray(gains, dtype=np.float64)


def _looked_up(scores: Mapping[str, float], ids: Sequence[str]) -> Floats:
    return np.asarray([scores.get(post_id, 0.0) for post_id in ids], dtype=np.float64)


def _gains(row: Floats, mood: float) -> dict[str, float]:
    return dict(zip(PARTS, row.tolist(), strict=True)) | {"mood": float(mood)}


def _exploration(username: str, posts: Sequence[VisiblePost], now: int) -> Floats:
    seed = f"{username}|{now // DAY}|"
    draws = [_uniform(seed + post.card.post_id) for post in posts]
    return EXPLORATION * (2.0 * np.asarray(draws, dtype=np.float64) - 1.0)


def _uniform(text: str) -> float:
    """A number in [0, 1) that follows from `text` alone, on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64
