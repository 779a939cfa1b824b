"""Callers for tests: a closed server's keys and tokens, made as an operator makes them."""

from dataclasses import dataclass, field
from pathlib import Path

from apiflask import APIFlask

from graph.store import GraphStore
from web.app import create_app
from web.callers import Callers
from web.config import WebConfig
from web.keys import Keys
from web.viewer_tokens import ViewerTokens

SECRET = "only-for-tests " * 3


@dataclass
class Asking:
    """A closed server's credentials: `keys` and `tokens`, and headers that bear them."""

    folder: Path
    config: WebConfig = field(default_factory=lambda: WebConfig(token_secret=SECRET))

    def __post_init__(self) -> None:
        self.keys = Keys(self.folder / "keys.db")
        self.tokens = ViewerTokens(self.config)
        self.service = bearing(self.keys.add("backend"))
        self.operator = bearing(self.keys.add("ops", "operator"))

    def callers(self, store: GraphStore) -> Callers:
        return Callers(store, self.keys, self.tokens)

    def app(self, store: GraphStore, **more: object) -> APIFlask:
        """A closed application over `store`."""
        return create_app(store, callers=self.callers(store), **more)  # type: ignore[arg-type]

    def viewer(self, user_id: str) -> dict[str, str]:
        """The headers of that user; of no length that a server mints, so that none is the same."""
        return bearing(self.tokens.mint(user_id, minutes=14).token)


def bearing(credential: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {credential}"}
