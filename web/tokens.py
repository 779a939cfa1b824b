"""``POST /tokens``: an app's backend gets a viewer's token, to hand to that viewer's client."""

from collections.abc import Mapping

from apiflask import APIBlueprint, Schema
from apiflask.exceptions import HTTPError
from apiflask.validators import Range
from flask import current_app
from marshmallow import RAISE

from web.access import SERVICE, may_ask
from web.parse import Text
from web.said import WholeNumber
from web.state import state_of
from web.tokens_openapi import NO_SECRET, TOKEN_RESPONSES
from web.viewer_tokens import MINUTES, MOST_MINUTES
from web.viewers import the_user_id

blueprint = APIBlueprint("tokens", __name__)


class TokenBody(Schema):
    """Whose token, and for how long."""

    class Meta:
        """A misspelt field is told."""

        unknown = RAISE

    user = Text(
        required=True,
        error_messages={"required": "user is missing; name the viewer, by username or user id."},
        metadata={"description": "A username, or a user id.", "example": "ana"},
    )
    minutes = WholeNumber(
        load_default=MINUTES,
        validate=Range(1, MOST_MINUTES, error=f"minutes must be from 1 to {MOST_MINUTES}."),
        error_messages={"invalid": "minutes must be a whole number."},
    )


@blueprint.post("/tokens")
@may_ask(SERVICE)
@blueprint.input(TokenBody, location="json")
@blueprint.doc(summary="A viewer's token, for a while", responses=TOKEN_RESPONSES)
def post_token(json_data: Mapping[str, object]) -> dict[str, object]:
    """Signed here (`RESONANCE_TOKEN_SECRET`); it stands for that viewer and cannot be revoked."""
    tokens = state_of(current_app).callers.tokens
    if tokens is None or not tokens.mints:
        raise HTTPError(403, NO_SECRET)
    user_id = the_user_id(str(json_data["user"]), "user")
    minted = tokens.mint(user_id, int(str(json_data["minutes"])))
    return {
        "status": "success",
        "user_id": user_id,
        "token": minted.token,
        "expires_at": minted.expires_at,
    }
