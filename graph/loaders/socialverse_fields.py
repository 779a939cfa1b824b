"""What is kept of SocialVerse's answers: the documented, public fields and nothing else.

Applied where an answer arrives, before the page cache or anything else has it. Of a user the
username; of an author what the API shows beside each post. No e-mail address, no filmed person,
no state of the token's owner. A field that the API adds later is dropped until it is named here.
"""

from collections.abc import Mapping
from math import isfinite

from graph.loaders.values import record

POST_FIELDS = (
    "slug identifier comment_count upvote_count view_count exit_count rating_count average_rating "
    "share_count bookmark_count video_link thumbnail_url gif_thumbnail_url contract_address "
    "chain_id chart_url"
).split()
TOKEN_FIELDS = "address name symbol image_url".split()
AUTHOR_FIELDS = (
    "first_name last_name picture_url user_type has_evm_wallet has_solana_wallet".split()
)
CATEGORY_FIELDS = "count description image_url".split()
TOPIC_FIELDS = "description image_url slug is_public posts_count language created_at".split()
SUMMARY_FIELDS = "description emotions keywords topics_of_video topics".split()
"""What language models said of the film, in both dialects; texts, lists and objects."""
PERSONAL = frozenset("name gender age email person_identity main_person_details".split())
"""Keys of filmed people, dropped at any depth of a summary."""
MAX_DEPTH = 8

Scalar, Tree = "scalar", "tree"
Shape = str | Mapping[str, object]
"""A scalar, a free tree of a language model's, or an object's fields, each with its shape."""


def _scalars(*names: str) -> dict[str, object]:
    return dict.fromkeys(names, Scalar)


POST: Mapping[str, object] = {
    **_scalars("id", "title", "created_at", "is_locked", "is_available_in_public_feed"),
    **_scalars("username", *AUTHOR_FIELDS, *POST_FIELDS),
    "category": _scalars("id", "name", *CATEGORY_FIELDS),
    "topic": _scalars("id", "name", "project_code", *TOPIC_FIELDS)
    | {"owner": _scalars("username")},
    "baseToken": _scalars(*TOKEN_FIELDS),
    "tags": Tree,
    "post_summary": dict.fromkeys(SUMMARY_FIELDS, Tree),
}
KEPT: Mapping[str, Mapping[str, object]] = {
    "/posts/view": _scalars("id", "post_id", "user_id", "viewed_at"),
    "/posts/like": _scalars("id", "post_id", "user_id", "liked_at"),
    "/posts/inspire": _scalars("id", "post_id", "user_id", "inspired_at"),
    "/posts/rating": _scalars("id", "post_id", "user_id", "rating_percent", "rated_at"),
    "/posts/summary/get": POST,
    "/users/get_all": _scalars("id", "username"),
}
"""The fields that are kept of a row, by path; its wallets say only whether there is one."""


def kept_row(path: str, row: object) -> dict[str, object] | None:
    """The row with its kept fields alone; None where it is no object."""
    return _fields(row, KEPT[path]) if isinstance(row, dict) else None


def _fields(found: Mapping[str, object], shapes: Mapping[str, object]) -> dict[str, object]:
    return {name: _kept(found[name], shape) for name, shape in shapes.items() if name in found}


def _kept(value: object, shape: object) -> object:
    """The value as far as its shape goes; null where it is another.

    In place of an object ``[]`` and the like are null, and anything else an object without fields:
    that something was there is not lost.
    """
    if isinstance(shape, Mapping):
        return _fields(record(value), shape) if value else None
    return _pruned(value, MAX_DEPTH if shape == Tree else 0)


def _pruned(value: object, depth: int) -> object:
    if isinstance(value, dict) and depth:
        found = value.items()
        return {key: _pruned(part, depth - 1) for key, part in found if key not in PERSONAL}
    if isinstance(value, list) and depth:
        return [_pruned(part, depth - 1) for part in value]
    if isinstance(value, float):  # JSON text such as 1e999 is infinity, which no JSON can say again
        return value if isfinite(value) else None
    return value if isinstance(value, str | int | None) else None
