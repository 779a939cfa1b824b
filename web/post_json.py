"""A feed's post in the shape of SocialVerse: all of its keys, whatever the source knew.

Beside them stands what this server's other addresses go by: whole ids (`IDS`), since a number alone
is SocialVerse's; the post's words; and why it is here.

What the source said of itself (``details``) is shown as it came, if it is of the documented type;
the rest has the empty value of that type. What depends on the token's owner in the source (has
this viewer seen, upvoted, bookmarked, followed) is never copied: it was another viewer's.
"""

import json
import math
from collections.abc import Mapping

from feed.request import FeedPost, Reason
from graph.queries.posts import NodeCard

JsonObject = dict[str, object]

IDS = ("post_id", "author_id", "category_id", "topic_id", "group_id")
"""Whole ids, as every other address takes and tells them; null where there is none to tell."""
POST: Mapping[str, object] = {
    "slug": "",
    "identifier": "",
    "comment_count": 0,
    "upvote_count": 0,
    "view_count": 0,
    "exit_count": 0,
    "rating_count": 0,
    "average_rating": 0,
    "share_count": 0,
    "bookmark_count": 0,
    "video_link": "",
    "contract_address": "",
    "chain_id": "",
    "chart_url": "",
    "is_locked": False,
    "thumbnail_url": "",
    "gif_thumbnail_url": "",
}
BASE_TOKEN: Mapping[str, object] = {"address": "", "name": "", "symbol": "", "image_url": ""}
OWNER: Mapping[str, object] = {
    "first_name": "",
    "last_name": "",
    "name": "",
    "picture_url": "",
    "has_evm_wallet": False,
    "has_solana_wallet": False,
}
CATEGORY: Mapping[str, object] = {"name": "", "count": 0, "description": "", "image_url": ""}
TOPIC: Mapping[str, object] = {
    "name": "",
    "description": "",
    "image_url": "",
    "slug": "",
    "is_public": True,
    "project_code": "",
    "posts_count": 0,
    "created_at": "",
}
TOPIC_OWNER: Mapping[str, object] = {
    "username": "",
    "first_name": "",
    "last_name": "",
    "name": "",
    "profile_url": "",
}


def post_json(shown: FeedPost, scores: bool = False, whole: bool = False) -> JsonObject:
    """The post as the answer has it.

    Args:
        shown: the post.
        scores: with what each part of its score adds to the log-odds.
        whole: its score and parts as they are, for an operator; else what is the viewer's to know.
    """
    card, content = shown.post.card, shown.content
    details = _details(content.details)
    fields = _typed(details, POST)
    author, topic = shown.post.author, shown.topic
    ids = (
        card.post_id,
        author.user_id if author is not None else None,
        card.category_id,
        topic.id if topic is not None else None,
        card.group_id,
    )
    return {
        "id": source_id(card.post_id),
        **dict(zip(IDS, ids, strict=True)),
        "owner": _owner(shown),
        "category": _category(shown.category),
        "topic": _topic(shown.topic),
        "title": content.title or "",
        "text": content.text or "",
        **fields,
        "video_link": fields["video_link"] or content.url or "",
        "baseToken": _typed(_object(details.get("baseToken")), BASE_TOKEN),
        "is_available_in_public_feed": card.available is not False,
        "created_at": _milliseconds(details.get("created_at"), card.created_at),
        "tags": _tags(details.get("tags"), card.tags),
        "source_matrix": [],
        "is_viewed": shown.seen,
        "upvoted": False,
        "bookmarked": False,
        "following": False,
        "score": shown.score if whole else shown.told_score,
        **({"scores": _scores(shown.gains if whole else shown.told_gains)} if scores else {}),
        "reasons": [_reason(each) for each in shown.reasons],
    }


def _scores(gains: Mapping[str, float]) -> JsonObject:
    return {part: round(gain, 6) for part, gain in gains.items() if gain}


def source_id(node_id: str) -> int | str:
    """The source's own integer: 12 of ``sv:post:12``; the whole id where it ends in none."""
    last = node_id.rpartition(":")[2]
    if last.isascii() and last.isdigit() and len(last) <= 18 and str(int(last)) == last:
        return int(last)
    return node_id


def _owner(shown: FeedPost) -> JsonObject:
    author = shown.post.author
    return owner_json(author.username if author is not None else None, shown.author_details)


def owner_json(name: str | None, told: str | None) -> JsonObject:
    """A person as SocialVerse shows an owner; `told` is what the source said, as JSON text."""
    username = name or ""
    details = _details(told)
    owner = _typed(details, OWNER)
    owner["name"] = owner["name"] or username
    return {"username": username, "user_type": _text_or_none(details.get("user_type")), **owner}


def _category(category: NodeCard | None) -> JsonObject:
    if category is None:
        return {"id": None, **CATEGORY}
    fields = _typed(_details(category.details), CATEGORY)
    return {"id": source_id(category.id), **fields, "name": category.name or fields["name"]}


def _topic(topic: NodeCard | None) -> JsonObject:
    details = _details(topic.details if topic is not None else None)
    given = _object(details.get("owner"))
    owner = {**_typed(given, TOPIC_OWNER), "user_type": _text_or_none(given.get("user_type"))}
    answer: JsonObject = {
        "id": source_id(topic.id) if topic is not None else None,
        **_typed(details, TOPIC),
        "language": _text_or_none(details.get("language")),
        "owner": owner,
    }
    if topic is not None:
        answer["name"] = topic.name or answer["name"]
        answer["project_code"] = topic.project_code or answer["project_code"]
    return answer


def _reason(reason: Reason) -> JsonObject:
    path = [{"kind": kind, "id": node_id, "name": name} for kind, node_id, name in reason.path]
    query = reason.query
    return {
        "source": reason.source,
        "sentence": reason.sentence,
        "path": path,
        "share": reason.share,
        "cypher": query and {"text": query.text, "parameters": query.parameters},
    }


def _details(text: str | None) -> JsonObject:
    """The object that the text holds; an empty one where it holds none."""
    if not text:
        return {}
    try:
        return _object(json.loads(text))
    except (ValueError, RecursionError):
        return {}


def _object(value: object) -> JsonObject:
    return value if isinstance(value, dict) else {}


def _typed(given: Mapping[str, object], defaults: Mapping[str, object]) -> JsonObject:
    """The given values of these keys, each of its default's type, and the defaults of the rest."""
    if not given:
        return dict(defaults)
    return {
        name: given[name] if name in given and _fits(given[name], default) else default
        for name, default in defaults.items()
    }


def _fits(value: object, default: object) -> bool:
    if isinstance(default, bool) or isinstance(value, bool):
        return isinstance(default, bool) and isinstance(value, bool)
    if isinstance(default, int):
        return isinstance(value, int) or (isinstance(value, float) and math.isfinite(value))
    return isinstance(value, type(default))


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _milliseconds(given: object, created_at: int | None) -> int | None:
    """The source's own milliseconds if they are of that second, else the second; None unknown."""
    if created_at is None:
        return None
    own = isinstance(given, int) and given // 1000 == created_at
    return given if own and isinstance(given, int) else created_at * 1000


def _tags(given: object, tags: tuple[str, ...]) -> list[str]:
    if isinstance(given, list) and given and all(isinstance(each, str) for each in given):
        return given
    return sorted(tags)
