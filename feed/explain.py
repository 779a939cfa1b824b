"""Why a post is, or is not, in a viewer's feed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from feed.cards import visible_posts
from feed.chosen import copies
from feed.gate import VisiblePost, hidden_because, unwanted_because
from feed.page import scored
from feed.rank import Served
from feed.ranked import Ranked
from feed.sources import Ask
from feed.told import told, untold_of
from feed.words import muted_posts
from graph.queries.people import user_cards
from graph.queries.posts import PostCard, post_cards

COPY = "another copy of it is shown"


@dataclass(frozen=True, slots=True)
class Explanation:
    """What is known of one post and one viewer: all of it, or what the viewer may know."""

    post_id: str
    hidden: tuple[str, ...] = ()
    """The rules that hide it, for an operator; nothing else is told then."""
    found_by: tuple[str, ...] = ()
    """The sources that found it."""
    score: float | None = None
    """Probability that the viewer engages; to the viewer, by what `feed.told` tells alone, and so
    with the two scores below."""
    gains: dict[str, float] | None = None
    """What each part adds to the score's log-odds."""
    left_out: tuple[str, ...] = ()
    """Why the feed does not bring it."""
    rank: int | None = None
    """Its place in the ranked list, from 1; None if it is not among the posts ranked."""
    rank_by_score: int | None = None
    """Its place if they stood by their scores alone (to the viewer, by what is told of these): what
    lies between is variety's, and that of places kept for fresh posts."""
    ranked: int = 0
    """How many posts were ranked."""
    shown: int = 0
    """How many of them the first page shows."""
    last_shown_score: float | None = None
    """The score of the last of these."""
    last_score: float | None = None
    """The score of the last that was ranked."""


def explain(made: Ranked, post_id: str, whole: bool) -> Explanation | None:
    """Explain a post by the ranking that the feed begins with; None: there is no such post.

    Args:
        made: the ranking.
        post_id: the post.
        whole: all of it, for an operator; else what the viewer may know, and of a post that is
            hidden from them which rules hide it, which the caller keeps.
    """
    ask, found, ranked = made.ask, made.found, made.post_ids
    shown = ranked[: ask.request.page_size]
    visible = visible_posts(ask.store, ask.viewer, [post_id, *shown[-1:], *ranked[-1:]])
    by_id = {post.card.post_id: post for post in visible}
    if post_id not in by_id:
        return _hidden(ask, post_id)
    everyone = {**made.visible, **by_id}
    scores = {each.post_id: each for each in scored(ask, list(everyone.values()), found)}
    places = ask.remembered.places([post_id])
    muted = post_id in muted_posts(ask.store, ask.viewer, [by_id[post_id]])
    left_out = unwanted_because(ask.viewer, by_id[post_id], muted)
    if post_id not in ranked:
        left_out += _displaced(ask, by_id[post_id], ranked)
    found_by = [name for name, hits in found.by_source.items() if places[0] in hits.places]
    if not whole:
        found_by = [name for name in found_by if name not in untold_of(by_id[post_id])]
    gains = scores[post_id].gains if whole else told(scores[post_id]).gains
    number = {name: each.score if whole else told(each).score for name, each in scores.items()}
    return Explanation(
        post_id=post_id,
        found_by=tuple(found_by),
        score=number[post_id],
        gains={part: gain for part, gain in gains.items() if gain},
        left_out=(*left_out, *_not_now(ask, by_id[post_id].card, made.served)),
        rank=made.rank(post_id),
        rank_by_score=_place(ranked, number, post_id),
        ranked=len(ranked),
        last_score=_score_of(ranked[-1:], number),
        shown=len(shown),
        last_shown_score=_score_of(shown[-1:], number),
    )


def _place(ranked: Sequence[str], number: Mapping[str, float], post_id: str) -> int | None:
    """The post's place among these by such numbers, from 1; None: it is none of them."""
    if post_id not in ranked:
        return None
    return 1 + sum(number[each] > number[post_id] for each in ranked)


def _score_of(last: Sequence[str], number: Mapping[str, float]) -> float | None:
    """The score of the one post, if there is one and it is still to be seen."""
    return next((number[post_id] for post_id in last if post_id in number), None)


def _not_now(ask: Ask, card: PostCard, served: Served) -> tuple[str, ...]:
    """What keeps a post that the feed may bring out of the one that is asked for."""
    request, viewer = ask.request, ask.viewer
    new = request.kind == "catch_up" or (request.kind == "for_you" and not request.include_seen)
    friends = request.kind in ("friends", "catch_up")
    asked_for = {
        "category": (request.category_id, card.category_id),
        "topic": (request.topic_id, card.topic_id),
        "group": (request.group_id, card.group_id),
        "project": (request.project_code, card.project_code),
    }
    reasons = {
        f"it is not of the {what} that you asked for": asked not in (None, own)
        for what, (asked, own) in asked_for.items()
    } | {
        "it has not the tag that you asked for": request.tag not in (None, *card.tags),
        "it is not by a friend": friends and card.author_id not in viewer.friends,
        "you know it already": new and card.post_id in viewer.engaged,
        "you were just shown it": new and card.post_id in served.just,
        "you excluded it": card.post_id in request.exclude_ids,
    }
    return tuple(reason for reason, so in reasons.items() if so)


def _displaced(ask: Ask, post: VisiblePost, ranked: Sequence[str]) -> tuple[str, ...]:
    """Whether the feed has a copy of it, and so not the post itself."""
    return (COPY,) if copies(ask, [post], ranked) else ()


def _hidden(ask: Ask, post_id: str) -> Explanation | None:
    card = post_cards(ask.store, [post_id]).get(post_id)
    if card is None:
        return None
    authors = user_cards(ask.store, [card.author_id] if card.author_id else [])
    rules = hidden_because(ask.viewer, card, authors.get(card.author_id or ""))
    return Explanation(post_id, hidden=rules)
