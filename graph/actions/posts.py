"""Posts: made, changed and deleted by their author, with all that hangs on them.

A post's edges, the copies of them on its card, and what was heard of it (`graph.events.states`)
are written in one transaction, which holds the author and the post. A deleted post stays as a mark
without words; the gate shows it to nobody, by which also the derived edges that lead to it are
nobody's to follow until they are rebuilt (`graph.derive`).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from graph.actions.facts import Said, say
from graph.actions.fields import NOW, hearing, tell_node
from graph.actions.notices import News, take_back, take_back_of_post, tell
from graph.errors import NotThere
from graph.events.facts import LinkFile, NodeFact
from graph.model import Row
from graph.queries.comments import written_under
from graph.queries.notices import members
from graph.queries.posts import PostCard, post_cards
from graph.queries.responses import did, shares_by
from graph.store import Call, GraphStore, Runs


@dataclass(frozen=True, slots=True)
class Told:
    """What a post says, or what changes of it; None leaves as it is, an empty one takes away."""

    title: str | None = None
    text: str | None = None
    url: str | None = None
    """The address of its media."""
    privacy: str | None = None
    """One of `graph.model.PRIVACIES`."""
    tags: Mapping[str, float] | None = None
    """All of them, with their weights."""
    moods: Mapping[str, float] | None = None
    """Likewise."""
    category_id: str | None = None
    """Of a category that is there; empty: none."""
    details: str | None = None
    """The source's own fields as JSON text."""


@dataclass(frozen=True, slots=True)
class Where:
    """Where a new post stands: in which group, and what it shares."""

    group_id: str | None = None
    shares_id: str | None = None


def create(
    store: GraphStore, post_id: str, author_id: str, told: Told, where: Where, at: int
) -> bool:
    """Make a post; whether it is new: one that is there was made by the same request before.

    Args:
        store: the graph.
        post_id: as `made_id` makes one.
        author_id: whose post.
        told: what it says.
        where: its group and what it shares, both of which are there.
        at: Unix seconds.

    Raises:
        NotThere: no such author, or what is shared is there no more.
    """

    def work(graph: Runs) -> bool:
        # What is shared too, before any tag: who edits that one holds it before its tags.
        posts = sorted(filter(None, (post_id, where.shares_id)))
        graph.foresee(_ahead(author_id, posts, where.shares_id, hearing("posts", post_id)))
        if not graph.run("hold_people", user_ids=[author_id]):
            raise NotThere(f"{author_id} is not there")
        if any(row["id"] == post_id for row in graph.run("hold_posts", post_ids=posts)):
            return False
        shared = None if where.shares_id is None else _standing(graph, where.shares_id)
        told_row = {name: getattr(told, name) for name in _WORDS}
        copies = dict.fromkeys(("tags", "category_id")) | _copies(told)
        stands = {"author_id": author_id, "group_id": where.group_id, "shares_id": where.shares_id}
        row = {"id": post_id, "created_at": at, **told_row, **copies, **stands}
        graph.run("make_posts", rows=[row])
        graph.run("load_authored", rows=[_edge(author_id, post_id)])
        _link(graph, post_id, "posted_in", where.group_id)
        _link(graph, post_id, "shares", where.shares_id)
        _relink(graph, post_id, told, new=True)
        if where.shares_id is not None and told.privacy in (None, "public"):
            say(graph, [Said("shared", author_id, where.shares_id, {"at": at})], at)
        group = () if where.group_id is None else (where.group_id,)
        links: dict[LinkFile, tuple[str, ...]] = {"authored": (author_id,), "posted_in": group}
        fact = NodeFact("posts", post_id, NOW, {"created_at": at}, links, brings=True)
        _hear(graph, fact, told, at)
        if shared is not None:
            tell(graph, [News(shared.author_id or "", "share", author_id, post_id)], at)
        return True

    return store.transact(work)


def edit(store: GraphStore, post_id: str, author_id: str, told: Told, at: int) -> None:
    """Change what a post says.

    Raises:
        NotThere: the author has no such post, or it is deleted.
    """

    def work(graph: Runs) -> None:
        graph.foresee(_ahead(author_id, [post_id], post_id, hearing("posts", post_id)))
        graph.run("hold_people", user_ids=[author_id])
        graph.run("hold_posts", post_ids=[post_id])
        card = _standing(graph, post_id)
        if card.author_id != author_id:
            raise NotThere(f"{post_id} is not of {author_id}")
        said = {name: getattr(told, name) for name in (*_WORDS, "details")}
        graph.run("change_posts", rows=[{"id": post_id, **said}])
        _relink(graph, post_id, told)
        if (copies := _copies(told)) or told.privacy is not None:
            _set_card(graph, card, copies)
        _hear(graph, NodeFact("posts", post_id, NOW), told, at)
        if told.privacy is not None:
            _say_shared(graph, card, at)

    store.transact(work)


def delete(
    store: GraphStore, post_id: str, author_id: str, at: int, named: Iterable[str] = ()
) -> bool:
    """Take a post away with its words; whether it was there until now.

    Nobody is told any more of it, nor of answers under it.

    Args:
        store: the graph.
        post_id: the post.
        author_id: whose post.
        at: Unix seconds.
        named: who may have been told that it mentions them.

    Raises:
        NotThere: the author has no such post.
    """

    def work(graph: Runs) -> bool:
        graph.foresee(_ahead(author_id, [post_id], post_id, hearing("posts", post_id)))
        graph.run("hold_people", user_ids=[author_id])
        graph.run("hold_posts", post_ids=[post_id])
        card = post_cards(graph, [post_id]).get(post_id)
        if card is None or card.author_id != author_id:
            raise NotThere(f"{post_id} is not of {author_id}")
        if card.deleted:
            return False
        nothing = Told(title="", text="", url="")
        graph.run("erase_post", post_id=post_id)
        _set_card(graph, card, {})
        _hear(graph, NodeFact("posts", post_id, NOW, {"deleted": True}), nothing, at)
        _say_shared(graph, card, at)
        take_back(graph, _told_of(graph, author_id, card, named))
        take_back_of_post(graph, author_id, post_id)
        return True

    return store.transact(work)


def _told_of(graph: Runs, author_id: str, post: PostCard, named: Iterable[str]) -> Iterator[News]:
    """What others may have been told of a post, but for who is named in comments on it."""
    of = post.post_id
    if post.shares_id is not None:
        shared = post_cards(graph, [post.shares_id]).get(post.shares_id)
        yield News((shared and shared.author_id) or "", "share", author_id, of)
    yield from (News(each, "mention", author_id, of) for each in named)
    if (group_id := post.group_id) is not None:
        for each in members(graph, group_id):
            yield News(each, "group_post", author_id, of, group_id=group_id)
    links = written_under(graph, of)
    wrote = {link.comment_id: link.author_id for link in links}
    for link in links:
        answered = wrote.get(link.answers_id or "")
        yield News(answered or "", "reply", link.author_id or "", of, link.comment_id)


def _ahead(author_id: str, held: list[str], card_of: str | None, *more: Call) -> list[Call]:
    """What a transaction here begins by asking."""
    people: Call = "hold_people", {"user_ids": [author_id]}
    cards: list[Call] = [] if card_of is None else [("post_cards", {"post_ids": [card_of]})]
    return [people, ("hold_posts", {"post_ids": held}), *cards, *more]


def _standing(graph: Runs, post_id: str) -> PostCard:
    card = post_cards(graph, [post_id]).get(post_id)
    if card is None or card.deleted:
        raise NotThere(f"{post_id} is not there")
    return card


def _say_shared(graph: Runs, share: PostCard, at: int) -> None:
    """Whether the author of a share that changed shares its original openly: others are told."""
    author_id, shared_id = share.author_id or "", share.shares_id
    if shared_id is None:
        return
    openly = bool(shares_by(graph, author_id, shared_id))
    if openly != (did(graph, author_id, shared_id).shared is not None):
        told = {"at": at} if openly else None
        say(graph, [Said("shared", author_id, shared_id, told)], at)


_WORDS = ("title", "text", "url", "privacy")


def _edge(source: str, target: str) -> Row:
    return {"source": source, "target": target}


def _link(graph: Runs, post_id: str, file: str, target: str | None) -> None:
    if target is not None:
        graph.run(f"load_{file}", rows=[_edge(post_id, target)])


def _copies(told: Told) -> Row:
    """What the card copies of the tags and the category that are told."""
    found: Row = {}
    if told.tags is not None:
        found["tags"] = sorted(told.tags) or None
    if told.category_id is not None:
        found["category_id"] = told.category_id or None
    return found


def _set_card(graph: Runs, card: PostCard, copies: Row) -> None:
    """Set copies on a card, and leave the others.

    It names the author and the group: who keeps lists of what they have reads them anew, which
    matters where others may see a post no more, or may from now on.
    """
    names = ("author_id", "topic_id", "group_id", "shares_id", "project_code", "category_id")
    before: Row = {name: getattr(card, name) for name in names}
    row = {"id": card.post_id, **before, "tags": list(card.tags) or None, **copies}
    graph.run("set_cards", rows=[row])


def _relink(graph: Runs, post_id: str, told: Told, new: bool = False) -> None:
    """Bring the edges to tags, moods and category to what is told; each kind in one order.

    A new post has none to take away.

    Edges lock both of their ends on Neo4j, so two posts with the same tags would else wait for
    each other.
    """
    if told.tags is not None:
        graph.run("load_tags", rows=[{"id": tag, "name": tag} for tag in sorted(told.tags)])
        _weigh(graph, post_id, "tagged", told.tags, new)
    if told.moods is not None:
        graph.run("load_moods", rows=[{"id": mood, "name": mood} for mood in sorted(told.moods)])
        _weigh(graph, post_id, "evokes", told.moods, new)
    if told.category_id is not None:
        for row in [] if new else graph.run("from_in_category", source=post_id):
            graph.run("drop_in_category", **row)
        _link(graph, post_id, "in_category", told.category_id or None)


def _weigh(graph: Runs, post_id: str, file: str, weights: Mapping[str, float], new: bool) -> None:
    """Make the post's weighted edges of one kind these, and no others."""
    there = [] if new else graph.run(f"from_{file}", source=post_id)
    before = {row["target"] for row in there}
    for target in sorted(before - weights.keys()):
        graph.run(f"drop_{file}", source=post_id, target=target)
    rows = [{**_edge(post_id, each), "weight": weights[each]} for each in sorted(weights)]
    graph.run(f"load_{file}", rows=rows)


def _hear(graph: Runs, fact: NodeFact, told: Told, at: int) -> None:
    """Keep what was said as the latest word: an app's events of earlier do not undo it."""
    values = ((name, getattr(told, name)) for name in _WORDS)
    fields = {name: value for name, value in values if value is not None}
    whole = dict(fact.whole)
    if told.tags is not None:
        whole["tagged"] = tuple(sorted(told.tags))
    if told.category_id is not None:
        whole["in_category"] = (told.category_id,) if told.category_id else ()
    tell_node(graph, replace(fact, fields={**fact.fields, **fields}, whole=whole), at)
