"""For which viewer a request reads or acts, where `web.access` has let the caller in."""

from collections.abc import Mapping

from apiflask.exceptions import HTTPError
from flask import current_app, g, request
from marshmallow import ValidationError

from feed.viewer import user_called
from graph.errors import AmbiguousViewer, NoSuchViewer
from graph.kept import for_request
from graph.store import GraphStore
from web.access import caller
from web.callers import Viewer
from web.errors import bad_field
from web.parse import Text
from web.state import state_of

NO_SUCH_VIEWER = "There is no such viewer."


def reading_viewer(query: Mapping[str, object]) -> tuple[str, str | None]:
    """For whom is read: a name, and the user id where the viewer proved who they are.

    Args:
        query: as `web.parse.ViewerName` read it; where a service asks, it has the name.
    """
    who = caller()
    if isinstance(who, Viewer):
        return who.username or who.user_id, who.user_id
    return str(query["username"]), None


def acting_viewer() -> str:
    """The user id of who acts: the token's owner, or whom a service names as ``viewer``.

    An error of HTTP for a service that names nobody (400), nobody active (404), or a name that
    several bear (409, with their ids).
    """
    who = caller()
    if isinstance(who, Viewer):
        return who.user_id
    named = request.args.getlist("viewer")
    if len(named) != 1:
        said = f"viewer is missing; name who acts, once: {request.path}?viewer=ana."
        raise bad_field("viewer", said)
    try:
        name = str(Text().deserialize(named[0], "viewer"))
    except ValidationError as error:
        raise bad_field("viewer", " ".join(map(str, error.messages))) from error
    return the_user_id(name, "viewer")


def known_viewers() -> GraphStore:
    """Where the present request looks up who asks: what it was told once it need not ask again."""
    if "viewers" not in g:
        g.viewers = for_request(state_of(current_app).viewers)
    found: GraphStore = g.viewers
    return found


def the_user_id(name: str, field: str) -> str:
    """The user of that name or id, as a service gives it in `field`; errors of HTTP otherwise."""
    try:
        return user_called(known_viewers(), name).user_id
    except AmbiguousViewer as error:
        said = f"{field}: {error}."
        raise HTTPError(409, said, detail={"query": {field: [said]}}) from error
    except NoSuchViewer as error:
        detail = {"query": {field: [NO_SUCH_VIEWER]}}
        raise HTTPError(404, NO_SUCH_VIEWER, detail=detail) from error
