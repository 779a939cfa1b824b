"""``/profiles/me`` and its export: how somebody takes along what is theirs, and leaves."""

import json
import logging
import tempfile
import threading
import zipfile
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import IO

from apiflask import APIBlueprint, Schema
from flask import Response, current_app, request, send_file
from marshmallow import RAISE

from feed.recommend import Recommender
from gnn.versions import Models
from graph.errors import MemoryUnavailable, SourceUnavailable, StoreError
from graph.events.intake import EventIntake
from graph.loaders.folder import write_folder
from graph.model import Tables
from graph.queries.people import user_cards
from graph.search.index import SearchIndex
from graph.store import GraphStore
from social.leaving import Leaver, Leaving
from social.own_graph import own_graph
from web.access import VIEWER, may_ask
from web.acting import acting
from web.answers import Answers
from web.errors import bad_field
from web.kept_json import KEPT_FILE, kept_json
from web.leaving_openapi import EXPORT_RESPONSES, LEFT_RESPONSES
from web.said import Said
from web.state import state_of
from web.turns import ASIDE

ARCHIVE = "resonance-export.zip"
IN_MEMORY = 8 << 20
"""Bytes of an archive beyond which it is made in a file."""

log = logging.getLogger(__name__)
blueprint = APIBlueprint("leaving", __name__)


class LeavingBody(Schema):
    """That somebody means it."""

    class Meta:
        """A misspelt field is told."""

        unknown = RAISE

    confirm = Said(
        200,
        least=1,
        required=True,
        error_messages={"required": "confirm is missing; give the username of who leaves."},
        metadata={
            "description": "The username of who leaves, letter for letter; or their user id.",
            "example": "amberfinch",
        },
    )


@blueprint.get("/profiles/me/export")
@may_ask(VIEWER)
@blueprint.doc(summary="All that is the viewer's, zipped", responses=EXPORT_RESPONSES)
def export() -> Response:
    """Unzipped, `resonance load folder` reads it. Of others there are bare ids.

    `kept.json` in it has what is kept beside the graph: notifications, steering, what was served.
    """
    state, who = state_of(current_app), acting()
    viewer = who.viewer()
    kept = kept_json(state, viewer, int(state.clock()))
    archive = zipped(own_graph(state.store, viewer), {KEPT_FILE: kept})
    answer = send_file(archive, "application/zip", as_attachment=True, download_name=ARCHIVE)
    return answer


@blueprint.delete("/profiles/me")
@may_ask(VIEWER)
@blueprint.input(LeavingBody, location="json")
@blueprint.doc(summary="Leave, and be erased", responses=LEFT_RESPONSES)
def leave(json_data: Mapping[str, str]) -> dict[str, object]:
    """The viewer, and all that is theirs, for good: there is no way back.

    Sent again it finds nobody: 404, or 401 with a token. After a 503 the viewer is gone for
    everybody, and what is left of them goes when anybody leaves next, or the service starts.
    """
    state, user_id = state_of(current_app), acting().user_id
    card = user_cards(state.store, [user_id]).get(user_id)
    names = {user_id, None if card is None else card.username}
    if json_data["confirm"] not in names:
        said = "confirm is not the username of who would leave; nothing was done."
        raise bad_field("confirm", said)
    now = int(state.clock())
    state.leaving.leave(user_id, now, request.environ.get(ASIDE, nullcontext))
    return {"status": "success", "left": True}


def leaving_of(
    store: GraphStore,
    recommender: Recommender,
    answers: Answers,
    index: SearchIndex,
    intake: EventIntake,
    trainings: Path | None = None,
) -> Leaving:
    """What lets people leave an application: all that it keeps of them beside its graph.

    Args:
        store: the graph.
        recommender: knows what was served; its model, what was learnt.
        answers: to writes that may be sent again.
        index: of words.
        intake: stands still meanwhile.
        trainings: the folder of those that are kept, which may be none yet.
    """

    def forget_served(who: Leaver) -> None:
        recommender.forget(who.user_id, who.username)
        store.changes.note_left()

    def forget_answers(who: Leaver) -> None:
        answers.forget(who.user_id, who.username or None)

    def forget_embedding(who: Leaver) -> None:
        try:
            if recommender.model is not None:
                recommender.model.forget((who.user_id,), who.post_ids)
            elif trainings is not None:  # one may have ended since the server was started
                Models(trainings).forget((who.user_id,), who.post_ids)
        except SourceUnavailable as error:
            raise MemoryUnavailable(f"a training cannot be written anew: {error}") from error

    beside = (forget_served, forget_answers, forget_embedding)
    return Leaving(store, beside, index.scrub, intake.standing_still)


def heed_leaving(store: GraphStore, recommender: Recommender, index: SearchIndex) -> None:
    """Have this process keep nothing of whoever leaves by another worker, from a moment later on.

    What they were served, and the answers they got, lie in files that workers share.
    """

    def forget() -> None:
        recommender.forget_read()
        try:
            index.scrub()
        except (StoreError, MemoryUnavailable) as error:
            log.warning("words of somebody who left may be kept until the next start: %s", error)

    # Apart: to heed what others wrote is waited for by every request.
    store.changes.when_somebody_left(
        lambda: threading.Thread(target=forget, name="forgetting").start()
    )


def zipped(tables: Tables, beside: Mapping[str, object]) -> IO[bytes]:
    """A graph folder as an archive, at its beginning, with further files as JSON.

    Raises:
        MemoryUnavailable: there is no room for it.
    """
    archive = tempfile.SpooledTemporaryFile(IN_MEMORY)
    try:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch) / "graph"
            write_folder(tables, folder)
            with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
                for file in sorted(folder.iterdir()):
                    out.write(file, file.name)
                for name, told in beside.items():
                    out.writestr(name, json.dumps(told, ensure_ascii=False, indent=1))
    except (OSError, SourceUnavailable) as error:
        archive.close()
        raise MemoryUnavailable(f"there is no room for an export ({error}): make some") from error
    archive.seek(0)
    return archive
