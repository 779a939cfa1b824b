"""What somebody says of themself: their profile, their interests, and how they feel now.

Each function decides and writes in one transaction that holds the user.

Raises, all of them:
    NotThere: the user is not there.
"""

import json
from collections.abc import Mapping

from graph.actions.facts import Said, say
from graph.actions.fields import tell
from graph.errors import NotThere
from graph.queries.people import user_details
from graph.queries.profiles import Feeling, details_of, feeling
from graph.store import GraphStore, Runs

NAMES = ("first_name", "last_name")


def edit(
    store: GraphStore, user_id: str, fields: Mapping[str, str], privacy: str | None, at: int
) -> None:
    """Put fields in the place of the user's old ones; an empty one is taken away.

    Args:
        store: the graph.
        user_id: whose profile.
        fields: of ``details``; what else a source said there stays.
        privacy: one of `graph.model.PRIVACIES`; None: as it is.
        at: Unix seconds.
    """

    def work(graph: Runs) -> None:
        _hold(graph, user_id)
        details = None
        if fields:
            details = json.dumps(_edited(user_details(graph, [user_id])[user_id], fields))
        row = {"id": user_id, "privacy": privacy, "details": details}
        blank = dict.fromkeys(("username", "joined_at", "active"))
        graph.run("load_users", rows=[{**blank, **row}])
        if privacy is not None:
            tell(graph, "users", user_id, {"privacy": privacy}, at)

    store.transact(work)


def _edited(text: str | None, fields: Mapping[str, str]) -> dict[str, object]:
    told = details_of(text) | dict(fields)
    if not fields.keys().isdisjoint(NAMES):
        # The whole name is made of its parts: the old one would contradict them.
        told["name"] = " ".join(str(told.get(name) or "") for name in NAMES).strip()
    gone = {name for name in (*fields, "name") if told.get(name) == ""}
    return {name: value for name, value in told.items() if name not in gone}


def pick(store: GraphStore, user_id: str, tag_id: str, at: int) -> None:
    """The tag is an interest of the user; it need not be there yet."""

    def work(graph: Runs) -> None:
        _hold(graph, user_id)
        if not graph.run("interest", user_id=user_id, tag_id=tag_id):
            graph.run("load_tags", rows=[{"id": tag_id, "name": tag_id}])
            say(graph, [Said("interested_in", user_id, tag_id, {})], at)

    store.transact(work)


def drop(store: GraphStore, user_id: str, tag_id: str, at: int) -> None:
    """The tag is no interest of the user any more."""

    def work(graph: Runs) -> None:
        _hold(graph, user_id)
        if graph.run("interest", user_id=user_id, tag_id=tag_id):
            say(graph, [Said("interested_in", user_id, tag_id, None)], at)

    store.transact(work)


def feel(store: GraphStore, user_id: str, mood: str | None, at: int) -> Feeling | None:
    """The user feels that mood (one of `graph.moods`) from now on; None: they do not say."""

    def work(graph: Runs) -> Feeling | None:
        _hold(graph, user_id)
        for row in graph.run("feels", user_id=user_id):
            if row["mood"] != mood:
                graph.run("drop_feels", source=user_id, target=row["mood"])
        if mood is not None:
            graph.run("load_moods", rows=[{"id": mood, "name": mood}])
            graph.run("load_feels", rows=[{"source": user_id, "target": mood, "at": at}])
        return feeling(graph, user_id)

    return store.transact(work)


def _hold(graph: Runs, user_id: str) -> None:
    if not graph.run("hold_people", user_ids=[user_id]):
        raise NotThere(f"{user_id} is not there")
