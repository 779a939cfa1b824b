"""A whole post as answers have it, with what the viewer did; what may not be told is not in it."""

from dataclasses import asdict

from graph.queries.posts import NodeCard
from graph.queries.responses import Did
from social.whole_posts import Said, Whole
from web.person_json import person_json
from web.post_json import JsonObject


def whole_post_json(whole: Whole) -> JsonObject:
    """The post with its counts, of people whom the viewer may see, and what the viewer did."""
    card = whole.said.post.card
    counts = asdict(whole.counts)
    return {
        **said_json(whole.said),
        "privacy": card.privacy or "public",
        "tags": sorted(card.tags),
        "moods": list(whole.moods),
        "category": None if whole.category is None else node_json(whole.category),
        "group": None if whole.group is None else node_json(whole.group),
        "is_share": card.shares_id is not None,
        "shares": None if whole.shares is None else said_json(whole.shares),
        "counts": counts,
        "mine": mine_json(whole.mine),
    }


def mine_json(mine: Did) -> JsonObject:
    """What a viewer did with a post."""
    return {
        "viewed": mine.viewed,
        "liked": mine.liked is not None,
        "inspired": mine.inspired,
        "rated": mine.rated,
        "reacted": mine.reacted,
        "commented": mine.commented,
        "shared": mine.shared is not None,
        "hidden": mine.hid is not None,
        "less_like_it": bool(mine.hid),
    }


def said_json(said: Said) -> JsonObject:
    """What a post says, and who says it."""
    card, content = said.post.card, said.content
    return {
        "post_id": card.post_id,
        "author": None if said.author is None else person_json(said.author),
        "title": content.title or "",
        "text": content.text or "",
        "url": content.url or "",
        "created_at": card.created_at,
    }


def written_json(said: Said) -> JsonObject:
    """A post in a list of somebody's."""
    card = said.post.card
    return {
        **said_json(said),
        "privacy": card.privacy or "public",
        "tags": sorted(card.tags),
        "is_share": card.shares_id is not None,
    }


def node_json(card: NodeCard) -> JsonObject:
    """A category or a group, by name."""
    return {"id": card.id, "name": card.name or ""}
