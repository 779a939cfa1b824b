"""A notification as answers and streams have it."""

from feed.gate import VisiblePost
from social.notices import Told
from social.sentences import sentence
from web.person_json import person_json
from web.post_json import JsonObject, source_id


def notification_json(told: Told) -> JsonObject:
    """One thing that a viewer is told; everybody and everything in it they may see."""
    entry = told.entry
    return {
        "id": str(entry.seq),
        "key": entry.key,
        "kind": entry.kind,
        "sentence": sentence(told),
        "at": entry.at,
        "read": entry.read,
        "actors": [person_json(each) for each in told.named],
        "others": told.others,
        "post": None if entry.post is None else _post(entry.post, told),
        "comment_id": entry.comment_id or None,
        "group": _group(told),
    }


def _post(post: VisiblePost, told: Told) -> JsonObject:
    title = told.content.title if told.content else None
    return {"id": source_id(post.card.post_id), "post_id": post.card.post_id, "title": title or ""}


def _group(told: Told) -> JsonObject | None:
    entry = told.entry
    return {"group_id": entry.group_id, "name": entry.group_name or ""} if entry.group_id else None
