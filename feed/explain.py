"""Why a post is, or is not, in a viewer's feed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from feed.cards import visible_posts
from feed.chosen import copies, plainly_same
from feed.gate import VisiblePost, hidden_because, unwanted_because
from feed.page import scored
from feed.rank import Served
from feed.sources import Ask, Gathered
from feed.words import muted_posts
from graph.queries.people import user_cards
from graph.queries.posts import post_cards

UNTOLD = frozenset({"friends_engaged", "friends_of_friends", "near", "less_friends"})
"""Sources, and parts of a score, that count what people never shared: their views and ratings, and
those of friends who hide. Whoever has one friend would know that friend's; an operator may know."""
COPY = "another copy of it is shown"
SHARED_TOO = "another share of the same post is shown"
"""An operator's to know: the post that two posts share may be hidden from the viewer."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one post and one viewer; `for_viewer` leaves what is theirs to know."""

    post_id: str
    hidden: tuple[str, ...] = ()
    """The rules that hide it, for an operator; nothing else is told then."""
    found_by: tuple[str, ...] = ()
    """The sources that found it."""
    score: float | None = None
    """Probability that the viewer engages."""
    gains: dict[str, float] | None = None
    """What each part adds to the score's log-odds."""
    left_out: tuple[str, ...] = ()
    """Why the feed does not bring it."""
    rank: int | None = None
    """Its place in the ranked list, from 1; None if it is not among the posts ranked."""
    ranked: int = 0
    """How many posts were ranked."""
    last_score: float | None = None
    """The score of the last of them."""


def for_viewer(told: Explanation) -> Explanation:
    """What of it the viewer may know; only of a post that is not hidden."""
    gains = {part: gain for part, gain in (told.gains or {}).items() if part not in UNTOLD}
    found_by = tuple(source for source in told.found_by if source not in UNTOLD)
    left_out = tuple(reason for reason in told.left_out if reason != SHARED_TOO)
    return replace(told, found_by=found_by, gains=gains, left_out=left_out)


def explain(
    ask: Ask, found: Gathered, ranked: Sequence[str], served: Served, post_id: str
) -> Explanation | None:
    """Explain a post; None where there is no such post at all.

    Args:
        ask: who asks, and for which feed.
        found: what the sources found.
        ranked: the ids of the feed's posts, best first.
        served: what the viewer was shown lately.
        post_id: of which post.
    """
    visible = visible_posts(ask.store, ask.viewer, [post_id, *ranked[-1:]])
    by_id = {post.card.post_id: post for post in visible}
    if post_id not in by_id:
        return _hidden(ask, post_id)
    scores = {each.post_id: each for each in scored(ask, list(by_id.values()), found)}
    places = ask.remembered.places([post_id])
    known = {
        "you know it already": post_id in ask.viewer.engaged,
        "you were just shown it": post_id in served.just,
        "you excluded it": post_id in ask.request.exclude_ids,
    }
    muted = post_id in muted_posts(ask.store, ask.viewer, [by_id[post_id]])
    left_out = unwanted_because(ask.viewer, by_id[post_id], muted)
    if post_id not in ranked:
        left_out += _displaced(ask, by_id[post_id], ranked)
    return Explanation(
        post_id=post_id,
        found_by=tuple(name for name, hits in found.by_source.items() if places[0] in hits.places),
        score=scores[post_id].score,
        gains={part: gain for part, gain in scores[post_id].gains.items() if gain},
        left_out=(*left_out, *(reason for reason, so in known.items() if so)),
        rank=ranked.index(post_id) + 1 if post_id in ranked else None,
        ranked=len(ranked),
        last_score=scores[ranked[-1]].score if ranked and ranked[-1] in scores else None,
    )


def _displaced(ask: Ask, post: VisiblePost, ranked: Sequence[str]) -> tuple[str, ...]:
    """Whether the feed has a copy of it, and so not the post itself."""
    others = copies(ask, [post], ranked)
    if not others:
        return ()
    plain = any(plainly_same(post.card, other.card) for other in others)
    return (COPY if plain else SHARED_TOO,)


def _hidden(ask: Ask, post_id: str) -> Explanation | None:
    card = post_cards(ask.store, [post_id]).get(post_id)
    if card is None:
        return None
    authors = user_cards(ask.store, [card.author_id] if card.author_id else [])
    rules = hidden_because(ask.viewer, card, authors.get(card.author_id or ""))
    return Explanation(post_id, hidden=rules)
