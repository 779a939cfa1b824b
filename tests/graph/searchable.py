"""Single nodes and edges, written as loads and actions write them."""

from graph.cypher_files import CypherFiles
from graph.model import Row
from graph.store import GraphStore

_QUERIES = CypherFiles("ladybug")


def put(store: GraphStore, file: str, **values: object) -> None:
    """Write one row of a kind; what is not given is null."""
    columns = _QUERIES[f"load_{file}"].parameters[0].columns
    row: Row = dict.fromkeys(columns) | values
    store.run(f"load_{file}", rows=[row])


def person(store: GraphStore, id: str, username: str, **values: object) -> None:
    put(store, "users", id=id, username=username, **values)


def post(store: GraphStore, id: str, author: str, title: str, **values: object) -> None:
    put(store, "posts", id=id, author_id=author, title=title, **values)
    put(store, "authored", source=author, target=id)
