"""``Idempotency-Key``: a write that is sent again is done once, and gets the answer it had.

A key is bound to who calls, for whom they act, and the route; the same key with another body or
another address is a 409, and so is one that is under way for long. It counts for a day. An error
changed nothing and is not kept.
"""

import json
from collections.abc import Callable
from contextlib import nullcontext
from functools import wraps
from hashlib import blake2b
from typing import ParamSpec
from uuid import NAMESPACE_OID, uuid4, uuid5

from apiflask.exceptions import HTTPError
from flask import Response, current_app, request
from flask.typing import ResponseReturnValue

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

Told = ParamSpec("Told")


def once(view: Callable[Told, ResponseReturnValue]) -> Callable[Told, ResponseReturnValue]:
    """Have a view that writes act once for each key; the innermost of its decorators.

    The view runs after the input was checked. It must be fit to be run again where it was killed:
    what it makes is named by `made_id`.
    """

    @wraps(view)
    def answered(*args: Told.args, **kwargs: Told.kwargs) -> ResponseReturnValue:
        asked = _asked()
        if asked is None:
            return view(*args, **kwargs)

        def act() -> Answer:
            made: Response = current_app.make_response(view(*args, **kwargs))
            return Answer(made.status_code, made.get_data(as_text=True))

        state = state_of(current_app)
        aside = request.environ.get(ASIDE, nullcontext)
        answer, again = state.answers.once(asked, int(state.clock()), act, aside)
        response = Response(answer.body, answer.status, mimetype="application/json")
        if again:
            response.headers[REPLAYED] = "true"
        return response

    setattr(answered, _ONCE, True)
    return answered


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
