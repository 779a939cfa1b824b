"""What people write over HTTP, each kind such that it can be taken back."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

import click

from bench.crowd.reads import full_id
from bench.crowd.wire import Heard, Wire
from bench.feed import PAGE
from bench.suite.villages import Village, public


@dataclass(frozen=True)
class Kind:
    """A kind of write; its texts may name a ``{post}``, the ``{other}`` and what it ``{made}``."""

    method: str
    path: str
    back: str
    """What is deleted to take it back."""
    body: Mapping[str, str] | None = None
    makes: str = ""
    """The noun under which the answer has what was made, with its id."""


KINDS: Mapping[str, Kind] = {
    "like": Kind("PUT", "/posts/{post}/likes/me", "/posts/{post}/likes/me"),
    "comment": Kind(
        "POST", "/posts/{post}/comments", "/comments/{made}", {"text": "I see."}, "comment"
    ),
    "post": Kind("POST", "/posts", "/posts/{made}", {"text": "Gone before long."}, "post"),
    "friend request": Kind(
        "POST",
        "/friendships/requests",
        "/friendships/requests/outgoing/{other}",
        {"user": "{other}"},
    ),
}


@dataclass(frozen=True)
class Writer:
    """Somebody, and what they write about."""

    user_id: str
    post: str
    """One of which they may see all, and with which they did nothing."""
    other: str
    """Somebody whom they may ask to be friends."""


@dataclass(frozen=True)
class Done:
    """A write that was acknowledged."""

    kind: str
    user_id: str
    heard: Heard
    back: str
    """What is deleted to take it back."""


def write(wire: Wire, who: Writer, name: str) -> Done:
    """Have somebody do that.

    Raises:
        click.ClickException: it was refused.
    """
    kind, about = KINDS[name], {"post": quote(who.post), "other": quote(who.other)}
    body = kind.body and {key: text.format(other=who.other) for key, text in kind.body.items()}
    heard = _acted(wire, who.user_id, kind.method, kind.path.format(**about), body)
    if kind.makes:
        about["made"] = quote(heard.told[kind.makes][f"{kind.makes}_id"])
    return Done(name, who.user_id, heard, kind.back.format(**about))


def take_back(wire: Wire, done: Done) -> Heard:
    """Undo it: what is no edge, a post or a comment, is deleted.

    Raises:
        click.ClickException: it was refused.
    """
    return _acted(wire, done.user_id, "DELETE", done.back)


def _acted(wire: Wire, who: str, method: str, path: str, body: object = None) -> Heard:
    heard = wire.ask(method, path, {"viewer": who}, body)
    if not heard.done:
        raise click.ClickException(f"{method} {path} of {who}: {heard.status} {heard.told}")
    return heard


def writers(wire: Wire, place: Village, many: int) -> list[Writer]:
    """People, each with the first post of their feed and the next person who is no friend."""
    found = list[Writer]()
    people, friends = public(place), _friends(place)
    for number, user_id in enumerate(people[:many]):
        page = wire.ask("GET", "/feed", {"username": user_id, "page_size": PAGE}).told
        others = (each for each in people[number + 1 :] + people[:number])
        other = next((each for each in others if (user_id, each) not in friends), None)
        if page["post"] and other is not None:
            found.append(Writer(user_id, full_id(page["post"][0]), other))
    return found


def _friends(place: Village) -> set[tuple[str, str]]:
    """Who is whose friend, both ways."""
    friend = place.world.tables["friend"]
    pairs = list(zip(friend["source"], friend["target"], strict=True))
    return {*pairs, *((target, source) for source, target in pairs)}
