"""Who may ask which route.

Every view says so, or the application is not made::

    @blueprint.post("/friends")
    @may_ask(VIEWER)
    def ask() -> dict[str, object]:
        user_id = acting_viewer()  # web.viewers

A route of viewers is for the viewer themself, by their token, and for services, which name the
viewer in the query parameter ``viewer`` (or ``username``, where reading follows SocialVerse's
form). Those two parameters never mean anybody else on such a route.
"""

import unicodedata
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TypeVar

from apiflask.exceptions import HTTPError
from flask import Flask, g, request

from graph.errors import AccessUndeclared, CredentialRefused
from web.callers import MISSING, Anyone, Caller, Callers, Operator, Service, Viewer
from web.open_doors import refuse_strangers

ANOTHERS = "This token is not that viewer's: leave the viewer out, or name the token's own."
"""Said whether or not there is such another viewer."""
_DECLARED = "access"
_NAMING = ("viewer", "username")

View = TypeVar("View", bound=Callable[..., Any])


class Access(Enum):
    """Who may ask a route."""

    PUBLIC = "anyone"
    """Credentials are not even looked at."""
    VIEWER = "a viewer for themself; a service or an operator for any"
    SERVICE = "a service or an operator"
    OPERATOR = "an operator"


PUBLIC, VIEWER, SERVICE, OPERATOR = Access


_CALLERS: Mapping[Access, tuple[type, ...]] = {
    PUBLIC: (Service, Operator, Viewer, Anyone),
    VIEWER: (Service, Operator, Viewer, Anyone),
    SERVICE: (Service, Operator, Anyone),
    OPERATOR: (Operator,),
}
_NOT_OURS: Mapping[str, Access] = {"openapi.spec": PUBLIC}
"""The routes that APIFlask adds."""


def may_ask(access: Access) -> Callable[[View], View]:
    """Declare who may ask a view; stands anywhere below ``@blueprint.get(...)``."""

    def declared(view: View) -> View:
        setattr(view, _DECLARED, access)
        return view

    return declared


def access_of(app: Flask) -> dict[str, Access]:
    """Who may ask each endpoint.

    Raises:
        AccessUndeclared: a view does not say.
    """
    found = {
        name: _NOT_OURS.get(name) or getattr(view, _DECLARED, None)
        for name, view in app.view_functions.items()
    }
    silent = sorted(name for name, access in found.items() if access is None)
    if silent:
        raise AccessUndeclared(
            f"{', '.join(silent)}: say who may ask, with @may_ask(...) of web.access"
        )
    return {name: access for name, access in found.items() if access is not None}


def guard(app: Flask, callers: Callers) -> None:
    """Have every request pass here first; call it when all routes are there.

    Raises:
        AccessUndeclared: as for `access_of`.
    """
    declared = access_of(app)

    @app.before_request
    def let_in() -> None:
        if request.endpoint is None:  # no such address: an error that is everybody's to know
            return
        access = declared[request.endpoint]
        if access is not PUBLIC:
            g.caller = _admitted(callers, access)


def caller() -> Caller:
    """Who asks; on a public route nobody knows."""
    found = g.caller
    assert isinstance(found, Caller)
    return found


def is_operator() -> bool:
    """Whether an operator asks, who may see what hides a post and what people do not share."""
    return isinstance(caller(), Operator)


def _admitted(callers: Callers, access: Access) -> Caller:
    if callers.open:
        refuse_strangers()
    try:
        who = callers.of(request.headers.get("Authorization"))
    except CredentialRefused as error:
        told = "Bearer" if str(error) == MISSING else 'Bearer error="invalid_token"'
        raise HTTPError(401, str(error), headers={"WWW-Authenticate": told}) from error
    if not isinstance(who, _CALLERS[access]):
        # An open server takes anyone; who sends a key all the same must learn that it is not one.
        unknown = isinstance(who, Anyone) and "Authorization" in request.headers
        why = ", and the key is not known here" if unknown else ""
        raise HTTPError(403, f"This address is for {access.value}{why}.")
    if isinstance(who, Viewer) and not all(map(who.is_called, _named())):
        raise HTTPError(403, ANOTHERS)
    return who


def _named() -> list[str]:
    """Every name that the request gives for its viewer."""
    given = [name for parameter in _NAMING for name in request.args.getlist(parameter)]
    return [unicodedata.normalize("NFC", name).strip() for name in given]
