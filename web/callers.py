"""Who is asking: an app's backend, an operator, a viewer, or anyone on an open server."""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from graph.errors import CredentialRefused
from graph.queries.people import user_cards
from graph.store import GraphStore
from web.keys import PREFIX, Keys
from web.viewer_tokens import ViewerTokens

MISSING = "Say who asks: send 'Authorization: Bearer' with a key or a viewer's token."
MALFORMED = (
    "The Authorization header is malformed: send 'Authorization: Bearer' and one credential."
)
NOBODY = "The token is of nobody who is active here."


STARTER = "desk"
"""Stands for the name of a key: who started an open server, by the key that only they were told."""


@dataclass(frozen=True, slots=True)
class Service:
    """An app's backend, by the name of its key; it acts for any viewer."""

    name: str


@dataclass(frozen=True, slots=True)
class Operator:
    """Who runs the service, by the name of their key; may do what a service may, and see more."""

    name: str


@dataclass(frozen=True, slots=True)
class Viewer:
    """A user who proved it, and is active."""

    user_id: str
    username: str | None

    def is_called(self, name: str) -> bool:
        """Whether the name is this viewer's own; others' names are not looked up for that."""
        return name == self.user_id or (self.username is not None and name == self.username)


@dataclass(frozen=True, slots=True)
class Anyone:
    """Whoever reaches an open server: may do what a service may."""


Caller = Service | Operator | Viewer | Anyone


class Callers:
    """Tells callers apart by their credentials.

    Whether the server is open is decided once, when this is made: revoking the last key opens
    nothing.
    """

    def __init__(
        self,
        store: GraphStore,
        keys: Keys | None = None,
        tokens: ViewerTokens | None = None,
        desk_key: str = "",
    ):
        """Look viewers up in `store`; without a key ever made nor tokens, the server is open.

        Args:
            store: the graph.
            keys: of services and operators.
            tokens: of viewers.
            desk_key: by which whoever started an open server, and nobody else there, is an
                operator; a closed server takes no notice of it. Empty: nobody is.

        Raises:
            KeysUnavailable: the keys cannot be read.
        """
        self._store, self._keys, self.tokens = store, keys, tokens
        self._desk = sha256(desk_key.encode()).digest() if desk_key else None
        self.open = not (keys and keys.cards()) and not (tokens and tokens.configured)

    def of(self, authorization: str | None) -> Caller:
        """Who sends such an ``Authorization`` header.

        An open server looks for the desk's key in it, and for nothing else.

        Raises:
            CredentialRefused: it proves nobody.
            KeysUnavailable, StoreError: nobody can tell at the moment.
        """
        if self.open:
            return Operator(STARTER) if self._opens_the_desk(authorization or "") else Anyone()
        if authorization is None:
            raise CredentialRefused(MISSING)
        kind, _, given = authorization.partition(" ")
        credential = given.strip(" ")
        if kind.lower() != "bearer" or not credential or not credential.isascii():
            raise CredentialRefused(MALFORMED)
        if " " in credential or "," in credential:  # of two headers, servers make one
            raise CredentialRefused(MALFORMED)
        return (
            self._holder(credential) if credential.startswith(PREFIX) else self._viewer(credential)
        )

    def _opens_the_desk(self, authorization: str) -> bool:
        given = sha256(authorization.removeprefix("Bearer ").encode()).digest()
        return self._desk is not None and hmac.compare_digest(given, self._desk)

    def _holder(self, key: str) -> Caller:
        if self._keys is None:
            raise CredentialRefused("The key is not known here.")
        card = self._keys.holder(key)
        return Operator(card.name) if card.role == "operator" else Service(card.name)

    def _viewer(self, token: str) -> Viewer:
        if self.tokens is None or not self.tokens.configured:
            raise CredentialRefused("Viewers' tokens are not taken here.")
        user_id = self.tokens.user_id(token)
        card = user_cards(self._store, [user_id]).get(user_id)
        if card is None or card.active is False:
            raise CredentialRefused(NOBODY)
        return Viewer(card.user_id, card.username)
