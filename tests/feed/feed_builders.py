"""Cards by hand, everything harmless unless said."""

from collections.abc import Iterable
from dataclasses import asdict, replace

from feed.gate import VisiblePost, admit
from graph.changes import Changes
from graph.model import Row
from graph.queries.people import UserCard, ViewerContext
from graph.queries.posts import PostCard

ME, FRIEND, STRANGER = "me", "friend", "stranger"
PLAIN = PostCard(
    post_id="p",
    created_at=1_700_000_000,
    privacy="public",
    available=True,
    deleted=False,
    author_id=STRANGER,
    tags=(),
    category_id=None,
    topic_id=None,
    group_id=None,
    project_code=None,
    popularity=0.0,
)
VIEWER = ViewerContext(ME, "Me", friends=frozenset({FRIEND}))
NEWCOMER = ViewerContext(None, "Passer-by")


def card(post_id: str = "p", **fields: object) -> PostCard:
    return replace(PLAIN, post_id=post_id, **fields)  # type: ignore[arg-type]


def person(user_id: str, privacy: str | None = "public", active: bool | None = True) -> UserCard:
    return UserCard(user_id, user_id.title(), privacy, active)


def shown(post_id: str, **fields: object) -> VisiblePost:
    """A public post that passed the gate."""
    made = card(post_id, **fields)
    authors = {} if made.author_id is None else {made.author_id: person(made.author_id)}
    (post,) = admit(NEWCOMER, [made], authors)
    return post


class Shelf:
    """A store of nothing but cards."""

    engine = "shelf"

    def __init__(self, cards: Iterable[PostCard]):
        self._cards = {each.post_id: each for each in cards}
        self.changes = Changes(alone=True)

    def run(self, name: str, /, *, post_ids: list[str]) -> list[Row]:
        assert name == "post_cards"
        return [asdict(self._cards[each]) for each in post_ids if each in self._cards]
