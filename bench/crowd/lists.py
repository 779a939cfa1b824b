"""The graph as it is told over HTTP, once nobody acts any more."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import quote

from bench.crowd.ledger import Ledger, Pair, pair
from bench.crowd.pairs import Between
from bench.crowd.wire import Wire
from graph.model import Row

Edges = Mapping[str, Mapping[tuple[str, str], Mapping[str, object]]]

OF_PEOPLE = {
    "friends": "/friendships",
    "asked": "/friendships/requests/outgoing",
    "asking": "/friendships/requests/incoming",
    "blocks": "/blocks",
    "mutes": "/mutes/people",
}
OF_TAGS = {"mutes_tags": "/mutes/tags", "interested_in": "/interests"}


@dataclass(frozen=True)
class Lists:
    """What people were told."""

    people: Mapping[tuple[str, str], list[str]]
    """Whom a list of somebody has, by the list's name and whose."""
    tags: Mapping[tuple[str, str], list[str]]
    counts: Mapping[str, Row]
    """What a witness, who sees every actor, is told of how many responded to a post."""
    likers: Mapping[str, list[str]]
    """Whom the witness is told to like a post."""
    group_id: str
    members: list[str]
    unread: Mapping[str, tuple[int, int]]
    """How many notifications somebody has unread, as counted and as listed."""
    witnessed: frozenset[str]
    """All whom the witness may see."""

    def wrong(self, ledger: Ledger, between: Mapping[Pair, Between], edges: Edges) -> Iterator[str]:
        """What they were told that is not in the graph, and what was left out or told twice."""
        for (name, who), told in self.people.items():
            must = {other for other in ledger.actors - {who} if _is(name, who, other, between)}
            there = Counter(each for each in told if each in ledger.actors)
            if there != Counter(must):
                yield f"{name} of {who} are told as {sorted(there.elements())}, not {sorted(must)}"
        for (name, who), told in self.tags.items():
            must = {target for source, target in edges[name] if source == who}
            if Counter(told) != Counter(must):
                yield f"{name} of {who} are told as {sorted(told)}, not {sorted(must)}"
        yield from self._responses(ledger, edges)
        members = [source for source, target in edges["member_of"] if target == self.group_id]
        if Counter(self.members) != Counter(members):
            yield f"members are told as {sorted(self.members)}, not {sorted(members)}"
        for who, (counted, listed) in self.unread.items():
            if counted != listed:
                yield f"{who} has {counted} unread, and {listed} in the list"

    def _responses(self, ledger: Ledger, edges: Edges) -> Iterator[str]:
        for post, counts in self.counts.items():
            likers = {e[0] for e in edges["liked"] if e[1] == post and e[0] in self.witnessed}
            if Counter(self.likers[post]) != Counter(likers):
                yield f"likers of {post} are told as {self.likers[post]}, not {sorted(likers)}"
            for name, file in (("likes", "liked"), ("inspired", "inspired"), ("shares", "shared")):
                must = sum(e[1] == post and e[0] in self.witnessed for e in edges[file])
                if counts[name] != must:
                    yield f"{post} has {must} {name}, and tells {counts[name]}"
            comments = [e for e in ledger.comments.values() if e.post_id == post and not e.deleted]
            if counts["comments"] != len(comments):
                yield f"{post} has {len(comments)} comments, and tells {counts['comments']}"
            reacted = [
                row["kind"]
                for ends, row in edges["reacted"].items()
                if ends[1] == post and ends[0] in self.witnessed
            ]
            if counts["reactions"] != dict(Counter(reacted)):
                yield f"{post} tells reactions {counts['reactions']}, not {Counter(reacted)}"


def read_lists(
    wire: Wire, ledger: Ledger, posts: list[str], group_id: str, witness: str, witnessed: set[str]
) -> Lists:
    """Ask for everything that is listed."""
    people, tags, unread = {}, {}, {}
    for who in sorted(ledger.actors):
        for name, path in OF_PEOPLE.items():
            people[name, who] = [each["user_id"] for each in _all(wire, path, who, "people")]
        for name, path in OF_TAGS.items():
            told = _all(wire, path, who, path.rsplit("/", 1)[1])
            tags[name, who] = [each["tag"] if isinstance(each, dict) else each for each in told]
        listed = _all(wire, "/notifications", who, "notifications")
        counted = wire.ask("GET", "/notifications/unread", {"viewer": who}).told["unread"]
        unread[who] = (counted, sum(not each["read"] for each in listed))
    counts, likers = {}, {}
    for post in posts:
        path = f"/posts/{quote(post)}"
        counts[post] = wire.ask("GET", path, {"viewer": witness}).told["post"]["counts"]
        likers[post] = [
            e["user"]["user_id"] for e in _all(wire, f"{path}/likes", witness, "people")
        ]
    path = f"/groups/{quote(group_id)}/members"
    members = [each["user_id"] for each in _all(wire, path, witness, "members")]
    return Lists(people, tags, counts, likers, group_id, members, unread, frozenset(witnessed))


def _all(wire: Wire, path: str, who: str, name: str) -> list[Row]:
    """All pages of a list."""
    found: list[Row] = []
    query: dict[str, str | int] = {"viewer": who, "page_size": 100}
    while True:
        told = wire.ask("GET", path, query).told
        found += told[name]
        if not told["next_cursor"]:
            return found
        query["cursor"] = told["next_cursor"]


def _is(name: str, who: str, other: str, between: Mapping[Pair, Between]) -> bool:
    now = between[pair(who, other)]
    return {
        "friends": now.friends,
        "asked": who in now.asks,
        "asking": other in now.asks,
        "blocks": who in now.blocks,
        "mutes": who in now.mutes,
    }[name]
