"""How soon an action shows: from the answer to a write to the first feed that is after it.

Two people at a time, whom nobody else acts on: one does something, and one of the two asks for
feeds until one shows it. It must be the first.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from urllib.parse import quote

from bench.crowd.reads import full_id
from bench.crowd.wire import Heard, Wire
from graph.model import Row

MOST_LOOKS = 20
"""Feeds after which an action counts as never seen."""

Query = dict[str, str | int]


@dataclass(frozen=True, slots=True)
class Effect:
    """One action, and when it was seen."""

    kind: str
    seconds: float
    """From the answer to the action to the end of the first feed that shows it."""
    acted: float
    """From asking for the action to its answer."""
    looks: int
    """How many feeds were asked for; above `MOST_LOOKS`: none showed it."""


class Pair:
    """A viewer and somebody of whom they see nothing yet."""

    def __init__(self, wire: Wire, viewer: str, other: str):
        """At that wire's server."""
        self._wire, self._viewer, self._other = wire, viewer, other

    def effects(self, group_id: str) -> Iterator[Effect]:
        """Have the two do everything once; the group is one that both may join."""
        yield self._of_post("like", "likes")[0]
        yield self._of_post("hide", "hides")[0]
        done = self._act(self._viewer, "PUT", "/profiles/me/mood", {"mood": "happy"})
        yield self._seen("mood", done, {}, lambda feed: bool(feed["mood_now"]))
        self._act(self._viewer, "DELETE", "/profiles/me/mood")
        yield from self._of_authors()
        yield from self._of_friends()
        yield from self._of_groups(group_id)

    def liked(self) -> Effect:
        """Have the viewer like the first post of their feed, and take it back afterwards."""
        effect, post = self._of_post("like", "likes")
        self._act(self._viewer, "DELETE", f"/posts/{quote(post)}/likes/me")
        return effect

    def _of_post(self, kind: str, noun: str) -> tuple[Effect, str]:
        post = full_id(self._feed({}).told["post"][0])
        done = self._act(self._viewer, "PUT", f"/posts/{quote(post)}/{noun}/me")
        return self._seen(kind, done, {}, _lacks_post(post)), post

    def _of_authors(self) -> Iterator[Effect]:
        for kind, path in (("mute", "/mutes/people/{}"), ("block", "/blocks/{}")):
            name = self._feed({}).told["post"][0]["owner"]["username"]
            done = self._act(self._viewer, "PUT", path.format(quote(name)))
            yield self._seen(kind, done, {}, _lacks_author(name))

    def _of_friends(self) -> Iterator[Effect]:
        of_friends: Query = {"kind": "friends"}
        told = {"title": "For friends", "privacy": "friends"}
        early = _made(self._act(self._other, "POST", "/posts", told))
        self._act(self._viewer, "POST", "/friendships/requests", {"user": self._other})
        path = f"/friendships/{quote(self._viewer)}"
        done = self._act(self._other, "PUT", path)
        yield self._seen("accept", done, of_friends, lambda feed: early in _ids(feed))
        done = self._act(self._other, "POST", "/posts", told)
        late = _made(done)
        yield self._seen("friend's post", done, of_friends, lambda feed: late in _ids(feed))
        done = self._act(self._other, "DELETE", f"/posts/{quote(late)}")
        yield self._seen("delete", done, of_friends, lambda feed: late not in _ids(feed))
        done = self._act(self._other, "DELETE", path)
        yield self._seen("unfriend", done, of_friends, lambda feed: early not in _ids(feed))

    def _of_groups(self, group_id: str) -> Iterator[Effect]:
        member, query = f"/groups/{quote(group_id)}/members/me", {"group_id": group_id}
        self._act(self._other, "PUT", member)
        told = {"title": "For the group", "group": group_id}
        self._act(self._other, "POST", "/posts", told)
        done = self._act(self._viewer, "PUT", member)
        # Until then it is a 404; of the posts of all pairs not each is on the first page.
        yield self._seen("join", done, {**query}, lambda feed: bool(feed["post"]))

    def _seen(self, kind: str, done: Heard, query: Query, shows: Callable[[Row], bool]) -> Effect:
        for looks in range(1, MOST_LOOKS + 1):
            heard = self._feed(query)
            if heard.done and shows(heard.told):
                return _effect(kind, done, heard, looks)
        return _effect(kind, done, heard, MOST_LOOKS + 1)

    def _feed(self, query: Query) -> Heard:
        return self._wire.ask("GET", "/feed", {"username": self._viewer, "page_size": 20, **query})

    def _act(self, who: str, method: str, path: str, body: object = None) -> Heard:
        heard = self._wire.ask(method, path, {"viewer": who}, body)
        if not heard.done:
            raise ValueError(f"{method} {path} of {who}: {heard.status} {heard.told}")
        return heard


def _effect(kind: str, done: Heard, heard: Heard, looks: int) -> Effect:
    return Effect(kind, heard.ended - done.ended, done.ended - done.began, looks)


def effects(
    base: str, people: Sequence[str], group_id: str, over: Callable[[], bool]
) -> Iterator[Effect]:
    """Effects of pair after pair, until it is over."""
    with closing(Wire(base)) as wire:
        for viewer, other in zip(people[::2], people[1::2], strict=False):
            if over():
                return
            yield from Pair(wire, viewer, other).effects(group_id)


def _lacks_post(post: str) -> Callable[[Row], bool]:
    return lambda feed: post not in _ids(feed)


def _lacks_author(name: str) -> Callable[[Row], bool]:
    return lambda feed: name not in {post["owner"]["username"] for post in feed["post"]}


def _ids(feed: Row) -> set[str]:
    return {full_id(post) for post in feed["post"]}


def _made(heard: Heard) -> str:
    return str(heard.told["post"]["post_id"])
