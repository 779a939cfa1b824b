"""``/desk/models``: the trainings that are kept, and which is served from the next start on.

What the running server ranks by stays until it is started anew, as with `resonance models`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import current_app

from feed.model_check import refuse_foreign
from gnn.versions import Models, Version
from graph.errors import Contradiction, ModelMismatch, ModelMissing, NotThere, SourceUnavailable
from web.access import OPERATOR, may_ask
from web.desk_json import version_json
from web.desk_openapi import MODELS_RESPONSES, PROMOTE_RESPONSES, ROLL_BACK_RESPONSES, UNFIT
from web.parse import text_in_path
from web.state import state_of

Answer = dict[str, object]

blueprint = APIBlueprint("desk_models", __name__)


@blueprint.get("/desk/models")
@may_ask(OPERATOR)
@blueprint.doc(summary="The trainings that are kept", responses=MODELS_RESPONSES)
def models() -> Answer:
    """The oldest first: which one ranks now, and which is served from the next start on."""
    folder = state_of(current_app).records.models
    if folder is None:
        return _answer([], None)
    with _told():
        return _models(Models(folder))


@blueprint.put("/desk/models/served/<model>")
@may_ask(OPERATOR)
@blueprint.doc(summary="Serve a training from the next start on", responses=PROMOTE_RESPONSES)
def promote(model: str) -> Answer:
    """One of another graph is refused, for no server would start with it."""
    kept, name = _kept(), text_in_path("model", model)
    with _told():
        refuse_foreign(state_of(current_app).store, kept.load(name))
        kept.promote(name)
        return _models(kept)


@blueprint.delete("/desk/models/served/<model>")
@may_ask(OPERATOR)
@blueprint.doc(summary="Serve what was served before it", responses=ROLL_BACK_RESPONSES)
def roll_back(model: str) -> Answer:
    """From the next start on. It names the one that is served, so that twice is not two steps."""
    kept, name = _kept(), text_in_path("model", model)
    with _told():
        served = [each.name for each in kept.versions() if each.served]
        if served != [name] or kept.previous is None:
            raise Contradiction(
                f"{name} is not the one that is served, or nothing was served before it."
            )
        kept.roll_back()
        return _models(kept)


@contextmanager
def _told() -> Iterator[None]:
    """What is amiss with a training, without the folder that it lies in."""
    try:
        yield
    except ModelMissing as error:
        raise NotThere(str(error)) from error
    except ModelMismatch as error:
        raise HTTPError(409, UNFIT) from error
    except SourceUnavailable as error:
        raise HTTPError(503, "The folder of trainings cannot be written.") from error


def _kept() -> Models:
    folder = state_of(current_app).records.models
    if folder is None:
        raise NotThere("this server keeps no trainings")
    return Models(folder)


def _models(kept: Models) -> Answer:
    return _answer(kept.versions(), kept.previous)


def _answer(versions: Sequence[Version], before: str | None) -> Answer:
    state = state_of(current_app)
    # Kept under another name since somebody left it.
    ranks = state.model_name if state.model is None else state.model.name
    return {
        "status": "success",
        "models": [version_json(each, each.name == ranks) for each in versions],
        "ranks": ranks,
        "before": before,
    }
