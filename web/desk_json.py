"""What the operator's endpoints answer, as plain values."""

from typing import cast

from feed.beside import Beside, Bringing, Brought
from feed.request import FeedPost, Reason
from gnn.versions import Version
from web.measured import Measured, Times
from web.post_json import JsonObject

BARE = frozenset({"user", "post", "group"})
"""Kinds of nodes whose ids are no words of a post's."""
ROUTES = 20
"""Routes that are told: those on which most time went."""


def beside_json(found: Beside) -> JsonObject:
    """The feed and its sources; of a post that not everybody may see, no word."""
    return {
        "viewer": {"user_id": found.viewer.user_id, "cold": found.viewer.cold},
        "learnt": found.learnt,
        "feed": [_shown(found, place, each) for place, each in enumerate(found.page, 1)],
        "sources": [_bringing(found, each) for each in found.sources],
        "degraded": list(found.degraded),
    }


def _shown(found: Beside, place: int, shown: FeedPost) -> JsonObject:
    post_id = shown.post.card.post_id
    return {
        "post_id": post_id,
        "title": found.open_titles.get(post_id),
        "rank": place,
        "score": shown.score,
        "found_by": sorted(found.found_by[post_id]),
        "reasons": [_reason(each, post_id in found.open_titles) for each in shown.reasons],
    }


def _reason(reason: Reason, is_open: bool) -> JsonObject:
    """The path in the graph, without its sentence: that quotes titles, and names people.

    Of a post that not everybody may see, tags and the like are what it says, and not told.
    """
    path = [
        {"kind": node.kind, "id": node.id if is_open or node.kind in BARE else None}
        for node in reason.path
    ]
    return {"source": reason.source, "share": reason.share, "path": path}


def _bringing(found: Beside, source: Bringing) -> JsonObject:
    return {
        "source": source.name,
        "ms": _ms(source.seconds),
        "found": source.found,
        "posts": [_brought(found, each) for each in source.first],
    }


def _brought(found: Beside, post: Brought) -> JsonObject:
    return {
        "post_id": post.post_id,
        "title": found.open_titles.get(post.post_id),
        "score": round(post.score, 6),
        "rank": post.rank,
        "left_out": list(post.left_out),
    }


def measured_json(told: Measured) -> JsonObject:
    """The times, the slowest first."""
    names = sorted(
        {*told.sources, *told.left_out},
        key=lambda name: (-_seconds(told.sources.get(name)), name),
    )
    routes = sorted(told.routes, key=lambda route: (-told.routes[route].seconds, route))
    return {
        "sources": [
            {
                "source": name,
                **_times(told.sources.get(name, Times())),
                "left_out": told.left_out.get(name, 0),
            }
            for name in names
        ],
        "routes": [
            {
                "method": method,
                "rule": rule,
                **_times(told.routes[method, rule]),
                "failed": told.failed[method, rule],
            }
            for method, rule in routes[:ROUTES]
        ],
        "waiting": dict(told.waiting),
        "streams": told.streams,
    }


def _seconds(times: Times | None) -> float:
    return times.mean or 0.0 if times is not None else 0.0


def _times(times: Times) -> JsonObject:
    return {
        "asked": times.count,
        "mean_ms": _ms(times.mean),
        "p50_ms": _ms(times.quantile(0.5)),
        "p95_ms": _ms(times.quantile(0.95)),
    }


def _ms(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1000, 3)


def version_json(version: Version, ranks: bool) -> JsonObject:
    """A training: when, on how much, how good on valid, and what it found of itself there."""
    told = version.metadata
    data = cast(JsonObject, told.get("data")) if isinstance(told.get("data"), dict) else {}
    valid, losses = told.get("valid"), told.get("losses")
    return {
        "name": version.name,
        "served": version.served,
        "ranks": ranks,
        "usable": version.unusable is None,
        "created_at": told.get("created_at"),
        "seconds": told.get("seconds"),
        "split": told.get("split"),
        **{name: data.get(name) for name in ("users", "posts", "links")},
        "valid": valid if isinstance(valid, dict) else {},
        "losses": losses if isinstance(losses, list) else [],
        "best_epoch": told.get("best_epoch"),
        "evaluation": version.evaluation,
    }
