"""The authorisation table: every route, every caller, and what comes of it.

A blueprint adds a `Row` for each of its routes to `TABLE`; `test_authorisation` asks all of them
as everybody, over HTTP, and fails where a route has no row or a row lacks a caller. In the graph
there are ``ana`` (user:ana), who asks; ``ben`` (user:ben), another; and ``post:1`` by ben. A row
whose request changes something gives `prepare`, which is run before each request.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
import pandas as pd
from asking import SECRET, Asking, bearing

from graph.store import GraphStore
from web.front import files

Outcomes = Mapping[str, int]

CALLERS = {
    "nobody": "no credential",
    "open server": "no credential, where the server is open",
    "viewer": "ana's token, ana named or left out",
    "viewer for another": "ana's token, ben named, or a name that nobody bears",
    "expired token": "ana's, of an hour ago",
    "token of a stranger": "of a user id that the graph does not know",
    "token of one who left": "of a user who is inactive",
    "forged token": "signed with another secret",
    "unsigned token": "ana's, whose header says that it is signed by no algorithm",
    "token for elsewhere": "ana's, made for another audience",
    "service": "a key, ana named",
    "service for nobody": "a key, and no viewer named",
    "revoked service": "a key that was revoked, ana named",
    "revoked operator": "an operator's key that was revoked, ana named",
    "made-up key": "of the form of a key, ana named",
    "operator": "an operator's key, ana named",
}
_UNPROVEN = (
    "nobody",
    "expired token",
    "token of a stranger",
    "token of one who left",
    "forged token",
    "unsigned token",
    "token for elsewhere",
    "revoked service",
    "revoked operator",
    "made-up key",
)
_REFUSED = {name: 401 for name in _UNPROVEN}

PUBLIC: Outcomes = {name: 200 for name in CALLERS}
"""A route that does not even look at credentials."""
VIEWERS: Outcomes = _REFUSED | {
    "open server": 200,
    "viewer": 200,
    "viewer for another": 403,
    "service": 200,
    "service for nobody": 400,
    "operator": 200,
}
"""A route where a viewer acts or reads for themself."""
SERVICES: Outcomes = VIEWERS | {"viewer": 403, "service for nobody": 200}
"""A route for backends."""
OPERATORS: Outcomes = SERVICES | {
    "open server": 403,
    "service": 403,
    "service for nobody": 403,
}
"""A route for who runs the service."""


def credentials(asking: Asking) -> dict[str, dict[str, str]]:
    """What each of `CALLERS` sends."""
    revoked = bearing(asking.keys.add("former"))
    asking.keys.revoke("former")
    retired = bearing(asking.keys.add("retired", "operator"))
    asking.keys.revoke("retired")
    ana = asking.viewer("user:ana")
    return {
        "nobody": {},
        "open server": {},
        "viewer": ana,
        "viewer for another": ana,
        "expired token": signed(SECRET, minutes=-60),
        "token of a stranger": asking.viewer("user:nobody"),
        "token of one who left": asking.viewer("user:gone"),
        "forged token": signed("another secret " * 3),
        "unsigned token": signed(None),
        "token for elsewhere": signed(SECRET, audience="elsewhere"),
        "service": asking.service,
        "service for nobody": asking.service,
        "revoked service": revoked,
        "revoked operator": retired,
        "made-up key": bearing(asking.service["Authorization"].split(" ")[1][:-4] + "AAAA"),
        "operator": asking.operator,
    }


def signed(
    secret: str | None, minutes: int = 15, audience: str = "resonance", user_id: str = "user:ana"
) -> dict[str, str]:
    """A token as nobody mints it here; None: ``alg`` is ``none``, and there is no signature."""
    now = int(pd.Timestamp.now().timestamp())
    claims = {"iss": "resonance", "aud": audience, "sub": user_id, "exp": now + minutes * 60}
    algorithm = "none" if secret is None else "HS256"
    return bearing(jwt.encode(claims, secret or "", algorithm=algorithm))


def nothing(store: GraphStore) -> None:
    """A request that may be made again and again."""


def asked_by_ben(store: GraphStore) -> None:
    """ben asks ana to be friends, and nothing else is between them."""
    store.run("drop_friend", source="user:ana", target="user:ben")
    store.run("load_asked", rows=[{"source": "user:ben", "target": "user:ana", "at": 1}])


def ana_is_there(store: GraphStore) -> None:
    """ana, who may have left, is there."""
    blank = dict.fromkeys(("joined_at", "privacy", "active", "details"))
    store.run("load_users", rows=[{**blank, "id": "user:ana", "username": "ana"}])
    store.run("load_names", rows=[{"id": "ana"}])
    store.run("load_naming", rows=[{"source": "ana", "target": "user:ana"}])


def written_by_ana(store: GraphStore) -> None:
    """ana wrote post:2, which is there."""
    columns = "title text url created_at privacy available details tags category_id topic_id"
    names = [*columns.split(), "group_id", "project_code", "shares_id"]
    row = {"id": "post:2", "deleted": False, "author_id": "user:ana", **dict.fromkeys(names)}
    store.run("load_posts", rows=[row])
    store.run("load_authored", rows=[{"source": "user:ana", "target": "post:2"}])


def choir_of_ana(store: GraphStore) -> None:
    """ana owns a group that ben is in."""
    group = {"name": "Choir", "privacy": "public", "joining": "open", "deleted": False}
    rows = [{"id": "choir", **dict.fromkeys(("description", "created_at")), **group}]
    store.run("load_groups", rows=rows)
    roles = {"user:ana": "owner", "user:ben": "member"}
    members = [{"source": who, "target": "choir", "role": role} for who, role in roles.items()]
    store.run("load_member_of", rows=members)


def choir_of_ben(store: GraphStore) -> None:
    """ben owns a group that ana is in."""
    choir_of_ana(store)
    roles = {"user:ana": "member", "user:ben": "owner"}
    members = [{"source": who, "target": "choir", "role": role} for who, role in roles.items()]
    store.run("load_member_of", rows=members)


def choir_that_ben_asks(store: GraphStore) -> None:
    """ben asks ana to let him in."""
    choir_of_ana(store)
    store.run("drop_member_of", source="user:ben", target="choir")
    rows = [{"source": "user:ben", "target": "choir", "at": 1}]
    store.run("load_asked_to_join", rows=rows)


def said_by_ana(store: GraphStore) -> None:
    """ana wrote comment:1 on post:1, which is there."""
    row = {"id": "comment:1", "text": "Rye", "created_at": 1, "edited_at": None, "deleted": False}
    store.run("load_comments", rows=[row])
    store.run("load_wrote", rows=[{"source": "user:ana", "target": "comment:1"}])
    store.run("load_comment_on", rows=[{"source": "comment:1", "target": "post:1"}])


def ball_of(host: str) -> Callable[[GraphStore], None]:
    """An event of that host, which nobody else goes to."""

    def prepare(store: GraphStore) -> None:
        columns = ("description", "until", "place", "created_at", "group_id")
        ball = {"name": "Ball", "privacy": "public", "at": 4_000_000_000, "host_id": host}
        rows = [{"id": "ball", **dict.fromkeys(columns), **ball, "cancelled": False}]
        store.run("write_happenings", rows=rows)
        for who in ("user:ana", "user:ben"):
            store.run("drop_attends", source=who, target="ball")
        rows = [{"source": host, "target": "ball", "role": "host"}]
        store.run("load_attends", rows=rows)

    return prepare


@dataclass(frozen=True)
class Row:
    """A route, how it is asked so that it succeeds, and what each caller gets."""

    route: str
    """Method and rule, as the application has them."""
    outcomes: Outcomes
    """A status for each of `CALLERS`; one who is let in may get another 2xx than 200."""
    path: str = ""
    """The rule with its variables filled in; empty: it has none."""
    names: str = "viewer"
    """The query parameter that names the viewer."""
    query: Mapping[str, str] = field(default_factory=dict)
    request: Mapping[str, Any] = field(default_factory=dict)
    """What `requests.request` sends besides: ``json``, ``data``, ``headers``."""
    prepare: Callable[[GraphStore], None] = nothing
    """Brings the graph to where the request succeeds."""
    undo: Callable[[GraphStore], None] = nothing
    """Brings back what the other rows need."""


_EVENT = b'{"id":"e1","at":1760000000,"type":"user","user":12,"username":"cy"}\n'
_NDJSON = {"Content-Type": "application/x-ndjson"}

TABLE = [
    Row("GET /", PUBLIC),
    Row("GET /health", PUBLIC),
    Row("GET /static/<version>/<filename>", PUBLIC, path=f"/static/{files().version}/base.css"),
    Row("GET /openapi.json", PUBLIC),
    Row("GET /metrics", OPERATORS),
    Row("GET /ready", PUBLIC),
    Row("GET /desk", PUBLIC),
    Row("GET /desk/graph", OPERATORS),
    Row("GET /desk/previews", OPERATORS, names="username"),
    Row("GET /desk/times", OPERATORS),
    Row("GET /desk/evaluation", OPERATORS),
    Row("GET /desk/models", OPERATORS),
    *(  # no training is kept beside this graph
        Row(
            f"{method} /desk/models/served/<model>",
            OPERATORS | {"operator": 404},
            path="/desk/models/served/20261126-072145",
        )
        for method in ("PUT", "DELETE")
    ),
    Row("GET /feed", VIEWERS, names="username"),
    Row("GET /explain", VIEWERS, names="username", query={"post": "post:1"}),
    Row("GET /people", VIEWERS, names="username"),
    Row("GET /steering", VIEWERS, names="username"),
    Row("PUT /steering", VIEWERS, names="username", request={"json": {"discovery": 0.5}}),
    Row("DELETE /steering", VIEWERS, names="username"),
    Row("POST /steering/preview", VIEWERS, names="username", request={"json": {"variety": 1}}),
    Row("POST /friendships/requests", VIEWERS, request={"json": {"user": "ben"}}),
    Row("GET /friendships/requests/incoming", VIEWERS),
    Row("GET /friendships/requests/outgoing", VIEWERS),
    Row(
        "DELETE /friendships/requests/incoming/<user>",
        VIEWERS,
        path="/friendships/requests/incoming/ben",
    ),
    Row(
        "DELETE /friendships/requests/outgoing/<user>",
        VIEWERS,
        path="/friendships/requests/outgoing/ben",
    ),
    Row("GET /friendships", VIEWERS),
    Row("GET /friendships/<user>", VIEWERS, path="/friendships/ben"),
    Row("PUT /friendships/<user>", VIEWERS, path="/friendships/ben", prepare=asked_by_ben),
    Row("DELETE /friendships/<user>", VIEWERS, path="/friendships/ben"),
    Row("GET /friendships/<user>/mutual", VIEWERS, path="/friendships/ben/mutual"),
    Row("GET /blocks", VIEWERS),
    Row("PUT /blocks/<user>", VIEWERS, path="/blocks/ben"),
    Row("DELETE /blocks/<user>", VIEWERS, path="/blocks/ben"),
    Row("GET /notifications", VIEWERS),
    Row("GET /notifications/unread", VIEWERS),
    Row("PUT /notifications/read", VIEWERS, request={"json": {"upto": "0"}}),
    Row("GET /notifications/preferences", VIEWERS),
    Row("PUT /notifications/preferences", VIEWERS, request={"json": {"reaction": True}}),
    Row("GET /notifications/stream", VIEWERS, query={"seconds": "0"}),
    Row("GET /mutes/people", VIEWERS),
    Row("PUT /mutes/people/<user>", VIEWERS, path="/mutes/people/ben"),
    Row("DELETE /mutes/people/<user>", VIEWERS, path="/mutes/people/ben"),
    Row("GET /mutes/tags", VIEWERS),
    Row("PUT /mutes/tags/<path:tag>", VIEWERS, path="/mutes/tags/jazz"),
    Row("DELETE /mutes/tags/<path:tag>", VIEWERS, path="/mutes/tags/jazz"),
    Row("GET /mutes/words", VIEWERS),
    Row("GET /search", VIEWERS, query={"q": "bread"}),
    Row("PUT /mutes/words/<path:word>", VIEWERS, path="/mutes/words/war"),
    Row("DELETE /mutes/words/<path:word>", VIEWERS, path="/mutes/words/war"),
    Row("POST /posts", VIEWERS, request={"json": {"text": "Rye"}}),
    Row("GET /posts", VIEWERS),
    Row("GET /categories", VIEWERS),
    Row("GET /moods", PUBLIC),
    Row("GET /posts/<post>", VIEWERS, path="/posts/post:1"),
    Row(
        "PATCH /posts/<post>",
        VIEWERS,
        path="/posts/post:2",
        request={"json": {"text": "Oats"}},
        prepare=written_by_ana,
    ),
    Row("DELETE /posts/<post>", VIEWERS, path="/posts/post:2", prepare=written_by_ana),
    Row("POST /posts/<post>/shares", VIEWERS, path="/posts/post:1/shares", request={"json": {}}),
    Row("POST /posts/<post>/views", VIEWERS, path="/posts/post:1/views"),
    Row("POST /posts/<post>/inspirations", VIEWERS, path="/posts/post:1/inspirations"),
    Row("GET /posts/<post>/likes", VIEWERS, path="/posts/post:1/likes"),
    Row("PUT /posts/<post>/likes/me", VIEWERS, path="/posts/post:1/likes/me"),
    Row("DELETE /posts/<post>/likes/me", VIEWERS, path="/posts/post:1/likes/me"),
    Row(
        "PUT /posts/<post>/ratings/me",
        VIEWERS,
        path="/posts/post:1/ratings/me",
        request={"json": {"percent": 80}},
    ),
    Row("DELETE /posts/<post>/ratings/me", VIEWERS, path="/posts/post:1/ratings/me"),
    Row("GET /posts/<post>/reactions", VIEWERS, path="/posts/post:1/reactions"),
    Row(
        "PUT /posts/<post>/reactions/me",
        VIEWERS,
        path="/posts/post:1/reactions/me",
        request={"json": {"kind": "love"}},
    ),
    Row("DELETE /posts/<post>/reactions/me", VIEWERS, path="/posts/post:1/reactions/me"),
    Row("PUT /posts/<post>/hides/me", VIEWERS, path="/posts/post:1/hides/me"),
    Row("DELETE /posts/<post>/hides/me", VIEWERS, path="/posts/post:1/hides/me"),
    Row("GET /profiles/me", VIEWERS),
    Row("PATCH /profiles/me", VIEWERS, request={"json": {"bio": "x"}}),
    Row(
        "DELETE /profiles/me",
        VIEWERS,
        request={"json": {"confirm": "ana"}},
        prepare=ana_is_there,
        undo=ana_is_there,
    ),
    Row("GET /profiles/me/export", VIEWERS),
    Row("GET /profiles/<user>", VIEWERS, path="/profiles/ben"),
    Row("GET /profiles/me/mood", VIEWERS),
    Row("PUT /profiles/me/mood", VIEWERS, request={"json": {"mood": "calm"}}),
    Row("DELETE /profiles/me/mood", VIEWERS),
    Row("GET /interests", VIEWERS),
    Row("PUT /interests/<path:tag>", VIEWERS, path="/interests/jazz"),
    Row("DELETE /interests/<path:tag>", VIEWERS, path="/interests/jazz"),
    Row("POST /groups", VIEWERS, request={"json": {"name": "Band"}}),
    Row("GET /groups", VIEWERS),
    Row("GET /groups/invitations", VIEWERS),
    Row("GET /groups/<group>", VIEWERS, path="/groups/choir", prepare=choir_of_ana),
    Row(
        "PATCH /groups/<group>",
        VIEWERS,
        path="/groups/choir",
        request={"json": {"description": "x"}},
        prepare=choir_of_ana,
    ),
    Row("DELETE /groups/<group>", VIEWERS, path="/groups/choir", prepare=choir_of_ana),
    *(
        Row(f"{method} /groups/<group>/{rest}", VIEWERS, path=f"/groups/choir/{rest}", prepare=make)
        for method, rest, make in (
            ("GET", "members", choir_of_ana),
            ("PUT", "members/me", choir_of_ben),
            ("DELETE", "members/me", choir_of_ben),
            ("GET", "requests", choir_of_ana),
            ("PUT", "requests/me", choir_of_ben),
            ("DELETE", "requests/me", choir_of_ben),
            ("GET", "invitations", choir_of_ana),
            ("DELETE", "invitations/me", choir_of_ben),
        )
    ),
    *(
        Row(
            f"{method} /groups/<group>/{rest}/<user>",
            VIEWERS,
            path=f"/groups/choir/{rest}/ben",
            request={"json": {"role": "member"}} if method == "PATCH" else {},
            prepare=make,
        )
        for method, rest, make in (
            ("PATCH", "members", choir_of_ana),
            ("DELETE", "members", choir_of_ana),
            ("PUT", "requests", choir_that_ben_asks),
            ("DELETE", "requests", choir_that_ben_asks),
            ("PUT", "invitations", choir_of_ana),
            ("DELETE", "invitations", choir_of_ana),
        )
    ),
    Row(
        "PUT /groups/<group>/owner",
        VIEWERS,
        path="/groups/choir/owner",
        request={"json": {"user": "ben"}},
        prepare=choir_of_ana,
    ),
    Row("GET /posts/<post>/comments", VIEWERS, path="/posts/post:1/comments"),
    Row(
        "POST /posts/<post>/comments",
        VIEWERS,
        path="/posts/post:1/comments",
        request={"json": {"text": "Hm"}},
    ),
    Row("GET /comments/<comment>", VIEWERS, path="/comments/comment:1", prepare=said_by_ana),
    Row(
        "PATCH /comments/<comment>",
        VIEWERS,
        path="/comments/comment:1",
        request={"json": {"text": "Oats"}},
        prepare=said_by_ana,
    ),
    Row("DELETE /comments/<comment>", VIEWERS, path="/comments/comment:1", prepare=said_by_ana),
    Row(
        "GET /comments/<comment>/answers",
        VIEWERS,
        path="/comments/comment:1/answers",
        prepare=said_by_ana,
    ),
    Row(
        "POST /comments/<comment>/answers",
        VIEWERS,
        path="/comments/comment:1/answers",
        request={"json": {"text": "Hm"}},
        prepare=said_by_ana,
    ),
    Row("POST /happenings", VIEWERS, request={"json": {"name": "Ball", "at": 4_000_000_000}}),
    Row("GET /happenings", VIEWERS),
    Row("GET /happenings/mine", VIEWERS),
    *(
        Row(
            f"{method} /happenings/<event>{rest}",
            VIEWERS,
            path=f"/happenings/ball{rest}",
            request={"json": body} if body else {},
            prepare=ball_of(host),
        )
        for method, rest, body, host in (
            ("GET", "", {}, "user:ben"),
            ("PATCH", "", {"place": "Hall"}, "user:ana"),
            ("DELETE", "", {}, "user:ana"),
            ("PUT", "/answers/me", {"answer": "going"}, "user:ben"),
            ("GET", "/answers", {}, "user:ben"),
        )
    ),
    Row("POST /events", SERVICES, request={"data": _EVENT, "headers": _NDJSON}),
    # An open server has no secret to sign with.
    Row("POST /tokens", SERVICES | {"open server": 403}, request={"json": {"user": "ana"}}),
]
