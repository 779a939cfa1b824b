"""What people read, and what an answer may not have in it any more."""

from collections.abc import Iterable
from urllib.parse import quote

from bench.crowd.client import Client, Does
from bench.crowd.wire import Heard
from graph.model import Row


def _feed(client: Client, who: str) -> None:
    heard = client.read("feed", "/feed", {"username": who, "page_size": 20})
    if client.refused(heard, {}, f"feed of {who}"):
        return
    own, posts = client.ledger.own, heard.told["post"]
    for post, told in zip(map(full_id, posts), posts, strict=True):
        hidden = ("hid", who, post) in own
        tags = [tag for tag in told["tags"] if ("mutes_tags", who, tag) in own]
        if hidden or tags:
            client.ledger.fault(f"the feed of {who} has {post}: hidden {hidden}, muted {tags}")
    names = {client.square.names.get(told["owner"]["username"], "") for told in posts}
    _gone(client, who, "feed", heard, map(full_id, posts), names)
    if muted := names & client.ledger.muted[who]:
        client.ledger.fault(f"the feed of {who} has posts of {muted}, whom they mute")


def _people(client: Client, who: str) -> None:
    heard = client.read("people", "/people", {"username": who, "page_size": 20})
    if not client.refused(heard, {}, f"people for {who}"):
        _gone(client, who, "people", heard, (), {each["user_id"] for each in heard.told["people"]})


def _search(client: Client, who: str) -> None:
    heard = client.read("search", "/search", {"viewer": who, "q": client.some(client.square.words)})
    if not client.refused(heard, {}, f"search of {who}"):
        posts = [each["post_id"] for each in heard.told["posts"]]
        people = {each["user_id"] for each in heard.told["people"]}
        _gone(client, who, "search", heard, posts, people)


def _notifications(client: Client, who: str) -> None:
    heard = client.read("notifications", "/notifications", {"viewer": who})
    if not client.refused(heard, {}, f"notifications of {who}"):
        told = heard.told["notifications"]
        posts = [each["post"]["post_id"] for each in told if each["post"]]
        people = {actor["user_id"] for each in told for actor in each["actors"]}
        _gone(client, who, "notifications", heard, posts, people)


def _unread(client: Client, who: str) -> None:
    heard = client.read("unread", "/notifications/unread", {"viewer": who})
    client.refused(heard, {}, f"unread of {who}")


def _profile(client: Client, who: str) -> None:
    other = client.other(who)
    heard = client.read("profile", f"/profiles/{quote(other)}", {"viewer": who})
    client.refused(heard, {404: client.ledger.apart(who, other)}, f"{who} reads {other}")


def _post(client: Client, who: str) -> None:
    post = client.post()
    heard = client.read("post", f"/posts/{quote(post)}", {"viewer": who})
    allowed = {404: client.ledger.hides_post(who, post)}
    if not client.refused(heard, allowed, f"{who} reads {post}"):
        _gone(client, who, "post", heard, [post], {heard.told["post"]["author"]["user_id"]})


def _comments(client: Client, who: str) -> None:
    post = client.post()
    heard = client.read("comments", f"/posts/{quote(post)}/comments", {"viewer": who})
    allowed = {404: client.ledger.hides_post(who, post)}
    if not client.refused(heard, allowed, f"{who} reads what is said of {post}"):
        people = {each["user"]["user_id"] for each in heard.told["comments"] if each["user"]}
        _gone(client, who, "comments", heard, [post], people)


def _gone(
    client: Client, who: str, what: str, heard: Heard, posts: Iterable[str], people: set[str]
) -> None:
    """Nothing that was deleted before it was asked for, and nobody whom the viewer blocks."""
    ended = client.ledger.ended
    late = [post for post in posts if ended.get(post, heard.ended) < heard.began]
    shut = people & client.ledger.shut[who]
    if late or shut:
        client.ledger.fault(f"{what} of {who} has {late}, deleted, and {shut}, whom they block")


def full_id(post: Row) -> str:
    """The id of a post of a feed, which tells SocialVerse's number of those that have one."""
    return f"sv:post:{post['id']}" if isinstance(post["id"], int) else str(post["id"])


READS: dict[str, tuple[int, Does]] = {
    "feed": (30, _feed),
    "people": (8, _people),
    "search": (12, _search),
    "notifications": (14, _notifications),
    "unread": (6, _unread),
    "profile": (8, _profile),
    "post": (12, _post),
    "comments": (10, _comments),
}
"""By name: how often of a hundred, and how."""
