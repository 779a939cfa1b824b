"""What ``/openapi.json`` says of the answers of ``POST /tokens``."""

from web.access_openapi import refusal
from web.openapi import Json
from web.people_openapi import an_object, answers

NO_SECRET = "Tokens are not minted here: set RESONANCE_TOKEN_SECRET, and start the server anew."

TOKEN_RESPONSES: dict[int | str, Json] = {
    **answers(
        "The token, and when it ends.",
        an_object(
            {
                "status": {"type": "string"},
                "user_id": {"type": "string"},
                "token": {"type": "string"},
                "expires_at": {"type": "integer", "description": "Unix seconds."},
            }
        ),
        {
            "status": "success",
            "user_id": "sv:user:42",
            "token": "HEADER.CLAIMS.SIGNATURE",
            "expires_at": 1760000900,
        },
    ),
    403: refusal("A viewer's token may not, or no tokens are minted here.", NO_SECRET),
    404: refusal("Nobody active is of that name.", "There is no such viewer."),
    409: refusal("Several are.", "user: 2 users are named 'ana'; give one's id: app:user:1, ..."),
}
