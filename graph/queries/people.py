"""Who is asking, and whom they know."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from graph.model import Row
from graph.store import GraphStore, Runs

_NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class UserCard:
    """What decides who may see a person, and the name to call them by."""

    user_id: str
    username: str | None
    privacy: str | None
    """One of `graph.model.PRIVACIES`; null where the source does not say, which means public."""
    active: bool | None


@dataclass(frozen=True, slots=True)
class ViewerContext:
    """Everyone and everything that decides what a viewer may see and may like to see."""

    user_id: str | None
    """None for a newcomer whom the graph does not know."""
    username: str
    friends: frozenset[str] = _NOBODY
    blocks: frozenset[str] = _NOBODY
    """Whom the viewer blocks, and who blocks the viewer."""
    muted_people: frozenset[str] = _NOBODY
    muted_tags: frozenset[str] = _NOBODY
    muted_words: frozenset[str] = _NOBODY
    """Words and phrases, as `graph.model.word_id` writes them."""
    groups: frozenset[str] = _NOBODY
    interests: frozenset[str] = _NOBODY
    """Tag ids."""
    hidden: frozenset[str] = _NOBODY
    """Posts that the viewer does not want to see again."""
    hidden_at: Mapping[str, int] = field(default_factory=dict)
    """When the latest hundred of them were hidden (Unix seconds; 0 without a time)."""
    engaged: Mapping[str, int] = field(default_factory=dict)
    """Post id to when the viewer last did anything with it (Unix seconds; 0 without a time)."""

    @property
    def cold(self) -> bool:
        """Whether nothing is known from which a taste could follow."""
        return not (self.friends or self.interests or self.engaged)


_FIELDS: Mapping[tuple[str, str], str] = {
    ("FRIEND", "User"): "friends",
    ("BLOCKS", "User"): "blocks",
    ("MUTES", "User"): "muted_people",
    ("MUTES", "Tag"): "muted_tags",
    ("MUTES", "Word"): "muted_words",
    ("MEMBER_OF", "Group"): "groups",
    ("INTERESTED_IN", "Tag"): "interests",
    ("HID", "Post"): "hidden",
}
"""The edges of ``viewer_context``'s rows with what they lead to, and the field each belongs to."""


def users_named(store: GraphStore, username: str) -> list[UserCard]:
    """The users of that very name, by ascending id; two sources may share a name."""
    return users_of_names(store, [username])[username]


def users_of_names(store: GraphStore, names: Iterable[str]) -> dict[str, list[UserCard]]:
    """By name, what `users_named` gives."""
    asked = list(dict.fromkeys(names))
    found = store.run_all([("users_named", {"username": name}) for name in asked])
    cards = {name: map(user_card, rows) for name, rows in zip(asked, found, strict=True)}
    return {
        name: sorted((c for c in some if c.username == name), key=lambda card: card.user_id)
        for name, some in cards.items()
    }


def user_card(row: Row) -> UserCard:
    """The card that a row of ``user_cards`` or ``users_named`` has."""
    return UserCard(**row)


def user_cards(store: GraphStore, user_ids: Iterable[str]) -> dict[str, UserCard]:
    """The cards of these users by id; who is not there is left out."""
    rows = store.run("user_cards", user_ids=sorted(set(user_ids)))
    return {row["user_id"]: user_card(row) for row in rows}


def blocks_around(store: GraphStore, user_ids: Iterable[str]) -> dict[str, frozenset[str]]:
    """By user: whom they block, and who blocks them."""
    asked = sorted(set(user_ids))
    found = store.run_all([("blocks_around", {"user_id": each}) for each in asked])
    told = (frozenset(row["user_id"] for row in rows) for rows in found)
    return dict(zip(asked, told, strict=True))


def stays(store: GraphStore, user_id: str) -> bool:
    """Whether the user is there and does not leave: to be asked once something was kept of them.

    Who leaves is marked first and forgotten then, so that whoever keeps something meanwhile finds
    the mark, or is found.
    """
    return bool(store.run("stays", user_id=user_id))


def people_called(store: GraphStore, told: str) -> list[UserCard]:
    """The user of that id alone; or else the users of that exact username, by ascending id.

    An id wins, so that nobody comes before another by taking an id for a name.
    """
    calls = ("user_cards", {"user_ids": [told]}), ("users_named", {"username": told})
    with_id, named = store.run_all(calls)
    cards = sorted(map(user_card, named), key=lambda card: card.user_id)
    return list(map(user_card, with_id)) or [c for c in cards if c.username == told]


def user_details(store: Runs, user_ids: Iterable[str]) -> dict[str, str | None]:
    """The source's own fields of these users, JSON text by user id."""
    rows = store.run("user_details", user_ids=sorted(set(user_ids)))
    return {row["user_id"]: row["details"] for row in rows}


def viewer_context(store: GraphStore, user_id: str, username: str) -> ViewerContext:
    """The context of a user whom the graph knows."""
    who = {"user_id": user_id}
    around, signals = store.run_all([("viewer_context", who), ("engaged_with", who)])
    known = _context(user_id, username, around)
    hidden_at = hidden_lately(store, user_id) if known.hidden else {}
    return replace(known, hidden_at=hidden_at, engaged=_latest(signals))


def gate_context(store: GraphStore, user_id: str, username: str) -> ViewerContext:
    """All that decides what the user may see: the context without `hidden_at` and `engaged`."""
    return _context(user_id, username, store.run("viewer_context", user_id=user_id))


def _context(user_id: str, username: str, around: Iterable[Row]) -> ViewerContext:
    found: dict[str, set[str]] = {name: set() for name in _FIELDS.values()}
    for row in around:
        found[_FIELDS[row["edge"], row["label"]]].add(row["id"])
    sets = {name: frozenset(ids) for name, ids in found.items()}
    return replace(ViewerContext(user_id, username), **sets)  # type: ignore[arg-type]


def seen_by(viewer: ViewerContext) -> Row:
    """What a list's query is told of its viewer, to pass over people whom they may not see."""
    return {
        "viewer_id": viewer.user_id or "",
        "friends": some_of(viewer.friends),
        "blocks": some_of(viewer.blocks),
    }


def some_of(ids: Iterable[str]) -> list[str]:
    """The ids, or one that no node has: Ladybug 0.22 plans a text anew for an empty list."""
    return sorted(ids) or [""]


def hidden_lately(store: GraphStore, user_id: str) -> dict[str, int]:
    """The posts that the user hid last, and when; at most 100."""
    rows = store.run("hidden_lately", user_id=user_id)
    return {row["post_id"]: row["at"] for row in rows}


def _latest(signals: Iterable[Row]) -> dict[str, int]:
    """Every post of the signals, and when anything was last done with it."""
    latest: dict[str, int] = {}
    for row in signals:
        latest[row["post_id"]] = max(row["at"], latest.get(row["post_id"], 0))
    return latest
