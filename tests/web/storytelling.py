"""People of a story: each asks a real server for themself, with their own token."""

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

from web.notifications_stream import LAST

Json = dict[str, Any]


@dataclass
class Clock:
    """The town's clock, which the story puts forward."""

    now: int

    def __call__(self) -> float:
        return float(self.now)

    def later(self, seconds: int = 60) -> int:
        self.now += seconds
        return self.now


@dataclass
class Person:
    """Somebody with a client: ``mia.asks("PUT /interests/jazz")``."""

    name: str
    url: str
    headers: dict[str, str]
    id: str = ""
    session: requests.Session = field(default_factory=requests.Session)

    def asks(
        self,
        what: str,
        status: int = 200,
        *,
        key: str | None = None,
        query: dict[str, object] | None = None,
        **body: object,
    ) -> Json:
        """The answer to a request, which must have that status.

        Args:
            what: method and path.
            status: of the answer.
            key: of idempotency.
            query: parameters.
            body: fields of a JSON object; none: no body, but where a new thing is made.
        """
        method, path = what.split(" ", 1)
        empty = {} if method == "POST" and path.endswith("/shares") else None
        headers = self.headers | ({"Idempotency-Key": key} if key else {})
        answer = self.session.request(
            method, self.url + path, json=body or empty, params=query, headers=headers, timeout=60
        )
        assert answer.status_code == status, (self.name, what, answer.status_code, answer.text)
        told: Json = answer.json()
        return told

    def feed(self, **query: object) -> Json:
        return self.asks("GET /feed", query=query)

    def reads(self, **query: object) -> list[str]:
        """The titles of a feed."""
        return [post["title"] for post in self.feed(page_size=100, **query)["post"]]

    def writes(self, title: str, **fields: object) -> str:
        """A new post's id."""
        post: Json = self.asks("POST /posts", 201, title=title, **fields)["post"]
        return str(post["post_id"])

    def sees(self, post: str) -> Json:
        found: Json = self.asks(f"GET /posts/{post}")["post"]
        return found

    def does_not_see(self, post: str) -> None:
        self.asks(f"GET /posts/{post}", 404)
        self.asks("GET /explain", 404, query={"post": post})

    def befriends(self, other: "Person") -> None:
        self.asks("POST /friendships/requests", 201, user=other.name)
        other.asks(f"PUT /friendships/{self.name}")

    def is_told(self) -> list[str]:
        """The sentences of the notifications, the latest first."""
        return [each["sentence"] for each in self.asks("GET /notifications")["notifications"]]

    def follows(self, last: str | None = None, seconds: int = 0) -> list[Json]:
        """The events of a stream that lasts so long."""
        headers = self.headers | ({} if last is None else {LAST: last})
        answer = self.session.get(
            f"{self.url}/notifications/stream",
            params={"seconds": seconds},
            headers=headers,
            timeout=60,
        )
        assert answer.status_code == 200, answer.text
        return list(_events(answer.text))


def at_once(*acts: Callable[[], object]) -> None:
    """All of them at the same time."""
    with ThreadPoolExecutor(len(acts)) as pool:
        for done in [pool.submit(act) for act in acts]:
            done.result()


def names(people: list[Json]) -> list[str]:
    """The usernames of a list of people, in order of the alphabet."""
    return sorted((each["user"] or {"username": ""})["username"] for each in people)


def _events(text: str) -> Iterator[Json]:
    for block in text.split("\n\n"):
        fields = dict(
            line.split(": ", 1) for line in block.split("\n") if line[:1] not in ("", ":")
        )
        if "event" in fields:
            yield {**fields, "data": json.loads(fields["data"])}
