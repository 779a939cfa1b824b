"""Schemathesis over the whole OpenAPI, as every kind of caller.

No answer is a 5xx, breaks its schema, or has a status, a type or a field that is not told; what
fits its schema is taken, and what does not is not. Whoever is to be refused is refused.
"""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pandas as pd
import pytest
from asking import Asking
from authorisation import CALLERS, TABLE, credentials
from filled_graphs import Prepared
from flask.testing import FlaskClient
from hypothesis import settings
from whole_api import Known, ask_everything

from feed.memory import ViewerMemory
from graph.derive.rebuild import derive
from graph.ingest import ingest_tables
from graph.store import GraphStore
from village.world import NOW, plant
from web.app import create_app
from web.serve import serving

MOST = settings().max_examples // 50
"""Requests that are drawn for each operation: 2, or 40."""
THOROUGH = "service"
"""Who asks at every bound of every schema too. Others are refused, or let in as a service is."""
DRAWN = ("viewer",)
"""Who asks what is drawn, and not the examples alone."""
NEIGHBOURS = ("gentlebadger", "quietbadger", "silverbadger", "lunarbadger")
ANA = "ana of the mill"
"""Not as in the document's examples, by one of which she would leave."""
UNDESCRIBED = {"GET /openapi.json", "GET /static/<version>/<filename>"}
"""The document itself, and the files of the feed page."""
FEW = 3
"""Of each thing that a request may take away."""


def peopled(store: GraphStore) -> None:
    """A small village, and in it ana, ben, and one who left."""
    ingest_tables(store, plant(seed=0, users=20, posts=40, communities=1).tables)
    names = {"user:ana": ANA, "user:ben": "ben", "user:gone": "gone"}
    users = pd.DataFrame({"id": list(names), "username": list(names.values())})
    ingest_tables(store, {"users": users.assign(active=[True, True, False])})
    derive(store)


@dataclass
class Town:
    """Two servers over a village in which ana has done a little of everything."""

    closed: str
    opened: str
    spec: dict[str, object]
    headers: dict[str, dict[str, str]]
    known: Known


@pytest.fixture(scope="module")
def town(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("whole_api")
    asking = Asking(folder / "asking")
    with ExitStack() as stack:
        store = prepared.open_copy(peopled, folder / "graph", stack)
        memory = stack.enter_context(ViewerMemory(None))
        closed = asking.app(store, memory=memory, clock=lambda: float(NOW))
        opened = create_app(store, memory=memory, clock=lambda: float(NOW))
        known = settled(opened.test_client())
        yield Town(
            closed=stack.enter_context(serving(closed)),
            opened=stack.enter_context(serving(opened)),
            spec=closed.test_client().get("/openapi.json").get_json(),
            headers=credentials(asking),
            known=known,
        )


def settled(client: FlaskClient) -> Known:
    """What ana and others did, and the ids of what came of it."""

    def act(who: str, request: str, **body: object) -> dict[str, dict[str, str]]:
        method, path = request.split(" ", 1)
        json = body or ({} if method in ("POST", "PATCH") else None)
        answer = client.open(path, method=method, query_string={"viewer": who}, json=json)
        assert answer.status_code < 300, (request, answer.text)
        told: dict[str, dict[str, str]] = answer.get_json()
        return told

    friend, asks, asked, blocked = NEIGHBOURS
    act(ANA, "POST /friendships/requests", user=friend)
    act(friend, f"PUT /friendships/{ANA}")
    act(asks, "POST /friendships/requests", user=ANA)
    act(ANA, "POST /friendships/requests", user=asked)
    act(ANA, f"PUT /blocks/{blocked}")
    act(ANA, "PUT /interests/sourdough")
    act(ANA, "PUT /mutes/words/war")
    posts, comments, groups, others, events = [], [], [], [], []
    for number in range(FEW):
        post = act(ANA, "POST /posts", text=f"Rye {number} @{friend}", tags=["sourdough"])
        posts.append(post["post"]["post_id"])
        comment = act(friend, f"POST /posts/{posts[-1]}/comments", text="Good")
        comments.append(comment["comment"]["comment_id"])
        mine = act(ANA, f"POST /comments/{comments[-1]}/answers", text="@ben too")
        comments.append(mine["comment"]["comment_id"])
        act("ben", f"PUT /posts/{posts[-1]}/likes/me")
        group = act(ANA, "POST /groups", name=f"Bakers {number}", joining="request")
        groups.append(group["group"]["group_id"])
        act(asks, f"PUT /groups/{groups[-1]}/requests/me")
        act(ANA, f"PUT /groups/{groups[-1]}/invitations/{friend}")
        act(friend, f"PUT /groups/{groups[-1]}/members/me")
        act(ANA, f"PUT /groups/{groups[-1]}/invitations/{asked}")
        for joining in ("open", "request", "invitation"):
            group = act("ben", "POST /groups", name=f"Choir {number}", joining=joining)
            others.append(group["group"]["group_id"])
        act(ANA, f"PUT /groups/{others[-3]}/members/me")
        act(ANA, f"PUT /groups/{others[-2]}/requests/me")
        act("ben", f"PUT /groups/{others[-1]}/invitations/{ANA}")
        for who in (ANA, "ben"):
            event = act(who, "POST /happenings", name=f"Ball {number}", at=NOW + 86_400)
            events.append(event["happening"]["event_id"])
    return {
        "path.user": [*NEIGHBOURS, "ben"],
        "path.post": [*posts, "11", "13", "16"],
        "path.comment": comments,
        "path.group": [*groups, *others],
        "path.event": events,
        "query.post": posts,
        "query.group": groups,
        "query.group_id": groups,
        "body.user": NEIGHBOURS,
    }


def naming(who: str) -> Known:
    """Whom the caller says that they act for: always, or mostly."""
    names: str | list[str] = "ben" if who == "viewer for another" else [ANA]
    return {"query.viewer": names, "query.username": names}


# The service first, while all is still there. Its naming nobody is a matter of one parameter.
@pytest.mark.parametrize(
    "who", sorted({*CALLERS} - {"service for nobody"}, key=lambda who: (who != THOROUGH, who))
)
def test_every_answer_is_as_the_openapi_document_says(town: Town, who: str) -> None:
    url = town.opened if who == "open server" else town.closed
    drawn = MOST if who == THOROUGH or who in DRAWN else 0
    known = town.known | naming(who)
    run = ask_everything(town.spec, url, town.headers[who], known, drawn, who == THOROUGH)
    assert not run.failures, "\n\n".join(run.failures)
    outcomes = {row.route.replace("<path:", "<"): row.outcomes[who] for row in TABLE}
    let_in = {label for label, seen in run.statuses.items() if any(200 <= s < 300 for s in seen)}
    asked = {label.replace("{", "<").replace("}", ">"): label for label in run.statuses}
    assert set(asked) == set(outcomes) - UNDESCRIBED
    refused = {label for route, label in asked.items() if outcomes[route] >= 400}
    assert let_in & refused == set()
    if who == THOROUGH:  # and it gets past what is not there
        assert len(let_in | refused) > 0.9 * len(asked), sorted(set(asked.values()) - let_in)
