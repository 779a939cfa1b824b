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

What the viewer steers by (`feed.steering_weights`), what they were shown already
(`feed.fatigue`), and what they asked to see less of (`feed.less`) adds to the log-odds too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b

import numpy as np

from feed.card_columns import NONE
from feed.fatigue import penalty
from feed.hits import Floats, Hits, Places, among, looked_up, looked_up_many
from feed.less import against_friends, against_posts
from feed.numbers import Ints
from feed.pool import Pool
from feed.sources import Ask, Gathered
from feed.steering import NEUTRAL
from feed.steering_weights import SIDES, weights
from feed.vectors import learn_posts
from gnn.embeddings import PRODUCTS
from gnn.features import COUNTED, PARTS, few_count, recency
from gnn.likelihood import Decoder

MOOD_GAIN = 4.0
"""Log-odds: who asks for a mood mostly gets it; taste orders what evokes it."""
EXPLORATION = 1.0
"""Log-odds either way."""
DAY = 86_400
ADDED = ("mood", "exploration", "steering", "fatigue", "less", "less_friends")
"""What adds to the log-odds beside the parts."""

BLEND: Mapping[str, float] = {
    "similar": 14.0,
    "interests": 0.6,
    "friends": 0.8,
    "friends_engaged": 0.5,
    "friends_of_friends": 0.4,
    "popular": 0.6,
}
"""Log-odds that one unit of a part adds; nothing for the others. Chosen by hand, with
`bench.blend` on planted villages of seeds 1 and 2, `popular` again on those of 11 and 12 (with
`--users 1200 --viewers 400`): what people do in the next 60 days is ranked as well by some
neighbouring weights, and more viewers meet a planted favourite with these."""
_BLEND_BIAS = -4.0
"""Log-odds of a post of which nothing is known: one in fifty-five."""
DIGITS = 9
"""Of a probability: a tie on one machine is a tie on all."""


@dataclass(frozen=True, slots=True)
class Scores:
    """The scores of a pool's posts, in its order."""

    chances: Floats
    """Probability that the viewer engages; shape ``(n,)``, rounded to `DIGITS`."""
    gained: Floats
    """What each of `PARTS`, then of `ADDED`, adds to the log-odds; shape ``(n, ...)``."""
    bias: float
    """The log-odds before anything is added."""

    def at(self, place: int) -> tuple[float, Floats, float]:
        """One post's: its probability, what was added, and to what."""
        return float(self.chances[place]), self.gained[place], self.bias


def gains(gained: Floats) -> dict[str, float]:
    """What each part adds to one post's log-odds, by name; negative if it speaks against it."""
    return dict(zip((*PARTS, *ADDED), gained.tolist(), strict=True))


@cache
def blend() -> Decoder:
    """The decoder for want of a trained one: fixed weights, documented here, on the same scale."""
    return Decoder(PARTS, tuple(BLEND.get(part, 0.0) for part in PARTS), _BLEND_BIAS)


def score(ask: Ask, posts: Pool, found: Gathered) -> Scores:
    """Score posts by what the sources found, and by the model if the viewer is known to it."""
    viewer, model = ask.viewer, ask.model
    decoder = model.decoder if model is not None and not viewer.cold else blend()
    raw = parts(ask, posts, found)
    added = np.zeros((len(posts), len(ADDED)))
    added[:, 0] = mood_gains(posts.places, found.hits("mood"))
    if viewer.cold:
        added[:, 1] = _exploration(viewer.username, posts.ids, ask.now)
    if ask.steering != NEUTRAL:
        added[:, 2] = _steered(ask, posts, found)
    if ask.past:
        tired = penalty(ask.past, ask.now)
        added[:, 3] = [tired.get(post_id, 0.0) for post_id in posts.ids]
    if ask.less:
        added[:, 4] = against_posts(ask.less, ask.remembered, posts.cards)
        added[:, 5] = against_friends(ask.less, ask.remembered, viewer, posts.places)
    gained = decoder.gains(raw)
    log_odds = decoder.bias + gained.sum(axis=1) + added.sum(axis=1)
    chances = 1.0 / (1.0 + np.exp(-np.clip(log_odds, -500.0, 500.0)))
    return Scores(np.round(chances, DIGITS), np.hstack([gained, added]), decoder.bias)


def parts(ask: Ask, posts: Pool, found: Gathered) -> Floats:
    """The raw numbers of `gnn.features.PARTS`; shape ``(len(posts), len(PARTS))``."""
    viewer, cards = ask.viewer, posts.cards
    raw = np.zeros((len(posts), len(PARTS)))
    column = {part: raw[:, place] for place, part in enumerate(PARTS)}
    if ask.model is not None and ask.vectors is not None:
        learn_posts(ask, posts)
        raw[:, : len(PRODUCTS)] = ask.model.products(ask.vectors, ask.remembered, posts.places)
    for part in ("similar", "near"):
        column[part][:] = looked_up(found.hits(part), posts.places)
    column["similar"] *= few_count(np.array(len(viewer.engaged)))
    codes = ask.remembered.codes
    column["interests"][:] = among(cards.tags, codes(viewer.interests)).sum(axis=1)
    column["tags"][:] = _tags_shared(ask, cards.tags)
    column["friends"][:] = among(cards.author, codes(viewer.friends))
    for part in COUNTED:
        column[part][:] = np.log1p(looked_up(found.hits(part), posts.places))
    column["popular"][:] = np.log1p(np.fmax(cards.popularity, 0.0))
    column["recent"][:] = recency(_created(posts), ask.now)
    # A graph that others write may hold a NaN: it must not become a rank, nor broken JSON.
    return raw if np.isfinite(raw).all() else np.nan_to_num(raw)


def _tags_shared(ask: Ask, tags: Ints) -> Floats:
    """Mean, over each post's tags, of the share of the viewer's history that bears the tag."""
    if not ask.tags:
        return np.zeros(len(tags))
    shares = Hits(ask.remembered.codes(ask.tags), np.fromiter(ask.tags.values(), np.float64))
    found = looked_up_many(shares, tags)
    return np.asarray(found.sum(axis=1) / np.maximum((tags != NONE).sum(axis=1), 1))


def mood_gains(places: Places, evoked: Hits) -> Floats:
    """What the asked mood adds to each post's log-odds; shape ``(len(places),)``."""
    found = looked_up(evoked, places)
    strongest = evoked.scores.max(initial=0.0)
    strength = found / strongest if strongest > 0 else np.zeros(len(places))
    return np.where(among(places, evoked.places), MOOD_GAIN * (0.5 + 0.5 * strength), 0.0)


def _steered(ask: Ask, posts: Pool, found: Gathered) -> Floats:
    """What steering adds to each post's log-odds: by where it comes from, its age and its tags."""
    numbers, cards, codes = weights(ask.steering), posts.cards, ask.remembered.codes
    by = {source: among(posts.places, found.hits(source).places) for source in SIDES}
    more = np.asarray(among(cards.tags, codes(numbers.more_tags)).any(axis=1))
    less = np.asarray(among(cards.tags, codes(numbers.less_tags)).any(axis=1))
    gains: Floats = numbers.of_sources(by) + numbers.of_ages(_created(posts), ask.now)
    return np.asarray(gains + numbers.of_tags(more, less))


def _created(posts: Pool) -> Floats:
    """When each post came, Unix seconds; NaN where nobody knows."""
    created = posts.cards.created_at
    return np.where(created > 0, created, np.nan)


def _exploration(username: str, ids: Sequence[str], now: int) -> Floats:
    seed = f"{username}|{now // DAY}|"
    draws = [_uniform(seed + post_id) for post_id in ids]
    return EXPLORATION * (2.0 * np.asarray(draws, np.float64) - 1.0)


def _uniform(text: str) -> float:
    """A number in [0, 1) that follows from `text` alone, on every machine."""
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()) / 2**64
