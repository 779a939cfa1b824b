"""Who reads and writes while something fails."""

from flask.testing import FlaskClient

from graph.store import GraphStore


def viewer_of(store: GraphStore) -> tuple[str, str]:
    """Somebody's name, and a public post to like."""
    posts = store.frame("whole_cards")
    shown = posts[(posts["privacy"] == "public") & posts["available"]]["post_id"]
    return str(store.frame("export_users")["username"][0]), str(shown.iloc[0])


def like(client: FlaskClient, name: str, post: str, method: str = "PUT") -> int:
    return client.open(f"/posts/{post}/likes/me?viewer={name}", method=method).status_code
