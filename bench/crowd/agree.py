"""Whether the graph says what the oracle says, by its own tables."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

from bench.crowd.ledger import OPENLY, OWN, Ledger, Pair, pair
from bench.crowd.lists import Lists
from bench.crowd.pairs import Between, ends
from graph.model import KINDS, EdgeKind
from graph.queries.notices import Notice, inbox, notices
from graph.store import GraphStore

ROOM = 490
"""Notices that an inbox keeps at least before some go; of a fuller one nobody knows which went."""
BETWEEN = ("friend", "asked", "blocks", "mutes")
News = tuple[str, str, str]
"""A kind of notice, who did it, and which post it is about."""
Edges = dict[tuple[str, str], dict[str, object]]


def disagreements(ledger: Ledger, store: GraphStore, lists: Lists) -> list[str]:
    """Everything in which the three differ, each in a sentence.

    Args:
        ledger: the oracle, when nobody acts any more.
        store: the graph.
        lists: what people were answered of it (`bench.crowd.lists`).
    """
    dump = {file: _edges(store, file) for file, kind in KINDS.items() if isinstance(kind, EdgeKind)}
    found = [each for file, (_, double) in dump.items() for each in _doubles(file, double)]
    edges = {file: once for file, (once, _) in dump.items()}
    found += _own(ledger, edges)
    known, between = _between(ledger, edges)
    found += known
    found += _posts(ledger, store, edges)
    found += _comments(ledger, store, edges)
    found += _told(ledger, store, between)
    found += lists.wrong(ledger, between, edges)
    return found


def _edges(store: GraphStore, file: str) -> tuple[Edges, Counter[tuple[str, str]]]:
    rows = store.run(f"export_{file}")
    times = Counter((row["source"], row["target"]) for row in rows)
    once = {(row["source"], row["target"]): dict(row) for row in rows}
    return once, times


def _doubles(file: str, times: Counter[tuple[str, str]]) -> Iterator[str]:
    yield from (f"{file} {ends} is there {many} times" for ends, many in times.items() if many > 1)


def _own(ledger: Ledger, edges: dict[str, Edges]) -> Iterator[str]:
    for kind, column in OWN.items():
        must = {key[1:]: so for key, so in ledger.own.items() if key[0] == kind}
        there = {
            ends: row[column] if column else True
            for ends, row in edges[kind].items()
            if ends[0] in ledger.actors
        }
        for each in sorted(must.keys() | there.keys()):
            if must.get(each) != there.get(each):
                yield f"{kind} {each} is {there.get(each)} and must be {must.get(each)}"


def _between(ledger: Ledger, edges: dict[str, Edges]) -> tuple[list[str], dict[Pair, Between]]:
    found, now = [], {}
    people = sorted(ledger.actors)
    for one, other in ((a, b) for a in people for b in people if a < b):
        there = _standing(edges, one, other)
        now[one, other] = there
        acts = ledger.acts.get((one, other), [])
        mine = [[act for act in acts if act.who == who] for who in (one, other)]
        right = ends(ledger.before.get((one, other), Between()), *mine)
        if there not in right:
            told = "; ".join(f"{a.who} {a.what} {a.status} {a.state}" for a in acts)
            found.append(f"{one} and {other} are {there}, and may be {set(right)} after {told}")
    return found, now


def _standing(edges: dict[str, Edges], one: str, other: str) -> Between:
    ways = ((one, other), (other, one))
    has = {file: frozenset(way[0] for way in ways if way in edges[file]) for file in BETWEEN}
    return Between(bool(has["friend"]), has["asked"], has["blocks"], has["mutes"])


def _posts(ledger: Ledger, store: GraphStore, edges: dict[str, Edges]) -> Iterator[str]:
    rows = {row["id"]: row for row in store.run("export_posts")}
    for post_id, must in ledger.posts.items():
        row = rows.pop(post_id, {})
        says = (row.get("title") or "", row.get("text") or "", bool(row.get("deleted")))
        if says != (must.title, must.text, must.deleted):
            yield f"{post_id} is {says} and must be {must}"
        if (must.author_id, post_id) not in edges["authored"]:
            yield f"{post_id} has lost its author {must.author_id}"
    authors = {post: author for author, post in edges["authored"]}
    for each in rows:
        if each.startswith("app:") and authors.get(each, "") in {"", *ledger.actors}:
            yield f"{each} was written by nobody"
    shared = {
        (post.author_id, post.shares_id)
        for post in ledger.posts.values()
        if post.shares_id and not post.deleted
    }
    there = {ends for ends in edges["shared"] if ends[0] in ledger.actors}
    yield from (f"shared {ends} is in one of the two alone" for ends in sorted(shared ^ there))


def _comments(ledger: Ledger, store: GraphStore, edges: dict[str, Edges]) -> Iterator[str]:
    rows = {row["id"]: row for row in store.run("export_comments")}
    times: Counter[tuple[str, str]] = Counter()
    for comment_id, must in ledger.comments.items():
        row = rows.pop(comment_id, {})
        text = "" if must.deleted else must.text
        if (row.get("text") or "", bool(row.get("deleted"))) != (text, must.deleted):
            yield f"{comment_id} is {row} and must be {must}"
        on = (comment_id, must.post_id) in edges["comment_on"]
        if on != ledger.stands(comment_id):
            yield f"{comment_id} hangs on its post: {on}, and must be otherwise: {must}"
        times[must.author_id, must.post_id] += not must.deleted
    yield from (f"comment {each} was said by nobody" for each in rows)
    there = Counter({key: int(str(row["times"])) for key, row in edges["commented"].items()})
    for each in sorted(there.keys() | times.keys()):
        if each[0] in ledger.actors and there[each] != times[each]:
            yield f"commented {each} is {there[each]} and must be {times[each]}"


def _told(ledger: Ledger, store: GraphStore, between: dict[Pair, Between]) -> Iterator[str]:
    """Notices that must be there, and those that may not; not of whom the receiver ever muted."""
    said = _said_of(ledger)
    for who in sorted(ledger.actors):
        kept, box = notices(store, who), inbox(store, who)
        reactions = sum(each.kind == "reaction" for each in kept)
        if (box.kept, box.reactions) != (len(kept), reactions):
            yield f"the inbox of {who} counts {box} and keeps {len(kept)}, reactions {reactions}"
        if len(kept) >= ROOM:
            continue
        there = {
            (each.kind, each.actor_id, each.post_id)
            for each in kept
            if each.actor_id in ledger.actors
            and not (each.gone or _over(ledger, each.post_id))
            and not (each.kind == "reaction" and _known(ledger, each))
        }
        exact = {each for each in there if each[0] in ("reaction", "friend_request")}
        wrong = (exact ^ _expected(ledger, who, between)) | (said[who] - there)
        for each in sorted(wrong):
            if (who, each[1]) not in ledger.shunned:
                yield f"{who} is told {each}: {each in there}, and must be otherwise"


def _known(ledger: Ledger, notice: Notice) -> bool:
    """Whether the actor responded to the post before the run, of which nobody was told."""
    return (notice.actor_id, notice.post_id) in ledger.known


def _over(ledger: Ledger, post_id: str) -> bool:
    """Whether it is a post that was deleted: who responded just then may have told of it after."""
    return post_id in ledger.posts and ledger.posts[post_id].deleted


def _expected(ledger: Ledger, who: str, between: dict[Pair, Between]) -> set[News]:
    """Who responds to posts of theirs and did not before the run, and who asks them."""
    told: set[News] = set()
    for kind, actor, post in ledger.own:
        written = ledger.posts.get(post)
        if written is None or written.deleted or written.author_id != who or actor == who:
            continue
        if kind in OPENLY and (actor, post) not in ledger.known:
            told.add(("reaction", actor, post))
    for other in ledger.actors - {who}:
        if other in between[pair(who, other)].asks:
            told.add(("friend_request", other, ""))
    return told


def _said_of(ledger: Ledger) -> Mapping[str, set[News]]:
    """Who commented on whose posts, by whose; of what is there still."""
    said: dict[str, set[News]] = defaultdict(set)
    for each in ledger.comments.values():
        author = ledger.posts[each.post_id].author_id
        if each.deleted or _over(ledger, each.post_id):
            continue
        if each.answers_id is None and each.author_id != author:
            said[author].add(("comment", each.author_id, each.post_id))
    return said
