"""``Idempotency-Key``: a write that is sent again is done once, and gets the answer it had.

What others say and who they are is no part of what is kept: it may be deleted, hidden or left by
the time that the answer is given again. So of an answer that shows them ids are kept and what the
viewer did, and the rest is read anew, as the viewer may see it then.

A key is bound to who calls, for whom they act, and the route; the same key with another body or
another address is a 409, and so is one that is under way for long. It counts for a day. An error
changed nothing and is not kept.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import wraps
from hashlib import blake2b
from typing import Any, ParamSpec
from uuid import NAMESPACE_OID, uuid4, uuid5

from apiflask.exceptions import HTTPError
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

from graph.errors import ActionRefused
from web.acting import acting
from web.answers import Answer, Asked
from web.state import state_of
from web.turns import ASIDE

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
"""The header of an answer that was given before."""
LONGEST = 200
"""Characters of a key."""

_ONCE = "acts_once"

Json = dict[str, Any]
"""An object of an answer."""
Told = ParamSpec("Told")
View = Callable[Told, ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Showing:
    """What an answer shows that is not the viewer's alone, and so is not kept."""

    noun: str
    """The field of the answer that holds it, an object."""
    kept: frozenset[str]
    """Fields of that object that are kept all the same: ids, and what the viewer did."""
    anew: Callable[[Json], Mapping[str, object]]
    """Its other fields as the viewer may see them now; it is given those that are kept.

    May raise an `ActionRefused`: then they are null.
    """

    def without(self, told: Json) -> Json:
        """The answer with nothing in it but what is kept."""
        shown = told[self.noun]
        left = {name: shown[name] if name in self.kept else None for name in shown}
        return {**told, self.noun: left}

    def again(self, told: Json) -> Json:
        """The answer as it may be given now."""
        told = self.without(told)  # a version before this one kept all
        kept = {name: told[self.noun][name] for name in self.kept}
        try:
            shown = self.anew(kept)
        except ActionRefused:
            shown = {}
        return {**told, self.noun: {**told[self.noun], **shown, **kept}}


OWN: Showing | None = None
"""Of an answer that says what the viewer did and what is their own, and nothing of others."""


def once(showing: Showing | None) -> Callable[[View[Told]], View[Told]]:
    """Have a view that writes act once for each key; the innermost of its decorators.

    The view runs after the input was checked. It must be fit to be run again where it was killed:
    what it makes is named by `made_id`.

    Args:
        showing: what its answer shows of others, or that it shows nothing: `OWN`.
    """

    def acting_once(view: View[Told]) -> View[Told]:
        @wraps(view)
        def answered(*args: Told.args, **kwargs: Told.kwargs) -> ResponseReturnValue:
            asked = _asked()
            if asked is None:
                return view(*args, **kwargs)
            made: list[Response] = []

            def act() -> Answer:
                made.append(current_app.make_response(view(*args, **kwargs)))
                body = made[0].get_data(as_text=True)
                if showing is not None:
                    body = json.dumps(showing.without(json.loads(body)))
                return Answer(made[0].status_code, body)

            state = state_of(current_app)
            aside = request.environ.get(ASIDE, nullcontext)
            answer, again = state.answers.once(asked, int(state.clock()), act, aside)
            return _again(answer, showing) if again else made[0]

        setattr(answered, _ONCE, True)
        return answered

    return acting_once


def _again(answer: Answer, showing: Showing | None) -> Response:
    """An answer that is given once more."""
    body = answer.body
    if showing is not None:
        body = current_app.json.dumps(showing.again(json.loads(body))) + "\n"
    response = Response(body, answer.status, mimetype="application/json")
    response.headers[REPLAYED] = "true"
    return response


def is_once(view: Callable[..., object]) -> bool:
    """Whether `once` stands on the view."""
    return getattr(view, _ONCE, False)


def made_id(noun: str) -> str:
    """The id of a node that the present request makes: ``app:post:...``.

    The same for the same request with the same key, even after its process was killed: a node
    that is there already is the one that this request made.
    """
    asked = _asked()
    told = None if asked is None else json.dumps([asked.user, asked.key, asked.asked])
    unique = uuid4() if told is None else uuid5(NAMESPACE_OID, told)
    return f"{state_of(current_app).prefix}:{noun}:{unique}"


def _asked() -> Asked | None:
    """The present request as it is known again; None without a key."""
    key = request.headers.get(HEADER)
    if key is None:
        return None
    if not 0 < len(key) <= LONGEST or not (key.isascii() and key.isprintable()):
        said = f"{HEADER} is not 1 to {LONGEST} printable ASCII characters."
        raise HTTPError(400, said, detail={"headers": {HEADER: [said]}})
    who = acting()
    return Asked(
        user=who.user_id,
        key=_digest([who.caller, request.endpoint or "", key]),
        asked=_digest([request.path, *_query(), request.get_data(as_text=True)]),
    )


def _query() -> list[str]:
    told = request.args.items(multi=True)
    return sorted(f"{name}={value}" for name, value in told if name != "viewer")


def _digest(told: list[str]) -> str:
    return blake2b(json.dumps(told).encode(), digest_size=16).hexdigest()
