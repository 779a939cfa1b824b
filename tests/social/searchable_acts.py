"""What people do, written as loads and actions write it."""

from collections.abc import Mapping

from graph.cypher_files import CypherFiles
from graph.model import Row
from graph.store import GraphStore

_QUERIES = CypherFiles("ladybug")


class Acts:
    """Single writes to one graph."""

    def __init__(self, store: GraphStore):
        self._store = store

    def person(self, id: str, username: str, **values: object) -> None:
        self._put("users", id=id, username=username, **values)

    def group(self, id: str, name: str, privacy: object) -> None:
        # A load leaves what it does not say, so public is said.
        self._put("groups", id=id, name=name, privacy=privacy or "public")

    def post(self, id: str, told: Mapping[str, object], *, new: bool) -> None:
        names = ("privacy", "deleted")
        self._put(
            "posts",
            id=id,
            title=f"some {told['word']} here",
            author_id=told["author"],
            tags=[told["tag"]],
            group_id=told["group"],
            **{name: told[name] for name in names},
        )
        if new:
            self._put("tags", id=told["tag"], name=told["tag"])
            self.tie("authored", str(told["author"]), id)
            self.tie("tagged", id, str(told["tag"]))

    def tie(self, file: str, source: str, target: str) -> None:
        self._put(file, source=source, target=target)

    def cut(self, file: str, source: str, target: str) -> None:
        self._store.run(f"drop_{file}", source=source, target=target)

    def _put(self, file: str, **values: object) -> None:
        columns = _QUERIES[f"load_{file}"].parameters[0].columns
        row: Row = dict.fromkeys(columns) | values
        self._store.run(f"load_{file}", rows=[row])
