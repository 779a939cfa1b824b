"""Posts as the gate and the ranking know them, and as a page shows them."""

from collections.abc import Iterable
from dataclasses import dataclass

from graph.model import Row
from graph.store import Call, GraphStore, Runs


@dataclass(frozen=True, slots=True)
class PostCard:
    """What decides who may see a post, and what it is about; nothing that can be shown."""

    post_id: str
    created_at: int | None
    privacy: str | None
    """One of `graph.model.PRIVACIES`; null where the source does not say, which means public."""
    available: bool | None
    deleted: bool | None
    author_id: str | None
    tags: tuple[str, ...]
    category_id: str | None
    topic_id: str | None
    group_id: str | None
    project_code: str | None
    popularity: float
    """The decayed number of people who engaged with it (`graph.derive.popularity`)."""
    shares_id: str | None = None
    """The post that it shares; of several the lowest."""
    url: str | None = None
    """Of its media."""

    @property
    def same_as(self) -> tuple[str, ...]:
        """What it is a copy of: itself, the post that it shares, its media's address.

        Two posts with one of these in common are the same thing to a viewer: a share and its
        original, two shares of one post, two posts of one film. No key alone would tell, for an
        original has an address and its share may have none. One step is followed: a share of a
        share is the same as that share, and not as the first post. Addresses are compared as
        they are, but for blanks around them.
        """
        url = (self.url or "").strip()
        keys = (self.post_id, self.shares_id, f"url {url}" if url else None)
        return tuple(key for key in keys if key)


@dataclass(frozen=True, slots=True)
class PostContent:
    """What a page shows of a post; `details` is the source's own fields as JSON text."""

    post_id: str
    title: str | None
    text: str | None
    url: str | None
    details: str | None


@dataclass(frozen=True, slots=True)
class NodeCard:
    """A category, a topic or a group, as a page shows it."""

    id: str
    name: str | None
    details: str | None = None
    project_code: str | None = None


def post_cards(store: Runs, post_ids: Iterable[str]) -> dict[str, PostCard]:
    """The cards of these posts by id; a post that is not there is left out."""
    name, params = cards_call(post_ids)
    rows = store.run(name, **params)
    return {row["post_id"]: post_card(row) for row in rows}


def cards_call(post_ids: Iterable[str]) -> Call:
    """What `post_cards` asks: to be asked ahead."""
    return "post_cards", {"post_ids": sorted(set(post_ids))}


def post_card(row: Row) -> PostCard:
    """The card that a row of ``post_cards`` has."""
    complete = row | {"tags": tuple(row["tags"] or ()), "popularity": row["popularity"] or 0.0}
    return PostCard(**complete)


def post_contents(store: GraphStore, post_ids: Iterable[str]) -> dict[str, PostContent]:
    """What is shown of these posts, by id. Ask only for posts that passed the gate."""
    rows = store.run("post_contents", post_ids=sorted(set(post_ids)))
    return {row["post_id"]: PostContent(**row) for row in rows}


def tag_weights(store: GraphStore, post_id: str) -> dict[str, float]:
    """The post's tags and what each weighs (1 where the source does not say)."""
    rows = store.run("from_tagged", source=post_id)
    return {row["target"]: 1.0 if row["weight"] is None else row["weight"] for row in rows}


def moods_of(store: GraphStore, post_id: str) -> tuple[str, ...]:
    """The moods that the post evokes, the strongest first."""
    rows = store.run("from_evokes", source=post_id)
    weights = {row["target"]: 1.0 if row["weight"] is None else row["weight"] for row in rows}
    return tuple(sorted(weights, key=lambda mood: (-weights[mood], mood)))


def category_cards(store: GraphStore, category_ids: Iterable[str]) -> dict[str, NodeCard]:
    """These categories by id."""
    rows = store.run("category_cards", category_ids=sorted(set(category_ids)))
    return {row["id"]: NodeCard(**row) for row in rows}


def categories_after(store: GraphStore, category_id: str) -> list[NodeCard]:
    """The next 100 categories after an id, by id."""
    return [NodeCard(**row) for row in store.run("categories_after", id=category_id)]


def tag_names(store: GraphStore, tag_ids: Iterable[str]) -> dict[str, str | None]:
    """The names of these tags by id."""
    rows = store.run("tag_names", tag_ids=sorted(set(tag_ids)))
    return {row["id"]: row["name"] for row in rows}


def group_cards(store: GraphStore, group_ids: Iterable[str]) -> dict[str, NodeCard]:
    """These groups by id."""
    rows = store.run("group_cards", group_ids=sorted(set(group_ids)))
    return {row["id"]: NodeCard(**row) for row in rows}


def topic_cards(store: GraphStore, topic_ids: Iterable[str]) -> dict[str, NodeCard]:
    """These topics by id."""
    rows = store.run("topic_cards", topic_ids=sorted(set(topic_ids)))
    return {row["id"]: NodeCard(**row) for row in rows}
