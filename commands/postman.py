"""`resonance postman`: the API for those who look at it in Postman."""

import json
import tempfile
from pathlib import Path

import click

from graph.files import whole_file
from graph.store import open_store


@click.command("postman")
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="Of the server.")
def write_collection(out: Path, url: str) -> None:
    """Write every endpoint with examples to OUT, a collection that Postman imports.

    Needs no graph and no running server.
    """
    from web.app import create_app
    from web.postman import collection

    with tempfile.TemporaryDirectory() as folder:
        with open_store(f"ladybug:{Path(folder) / 'graph'}") as store:
            document = create_app(store).spec
            assert isinstance(document, dict)  # and no text, which another setting would make it
            made = collection(document, url)
    with whole_file(out) as file:
        file.write((json.dumps(made, indent=1, ensure_ascii=False) + "\n").encode())
    requests = sum(len(each["item"]) for each in made["item"])
    click.echo(f"Wrote {out}: {requests} requests in {len(made['item'])} folders")
