"""Runs the application in a production server."""

from apiflask import APIFlask
from waitress import create_server

from graph.errors import ConfigError

THREADS = 8
"""Requests at once; each waits for the engine most of its time."""


def serve(app: APIFlask, host: str = "127.0.0.1", port: int = 8000) -> None:
    """Serve until interrupted.

    Raises:
        ConfigError: the address cannot be listened on.
    """
    try:
        server = create_server(app, host=host, port=port, threads=THREADS, ident="resonance")
    except OSError as error:
        raise ConfigError(
            f"{host}:{port} cannot be listened on ({error.strerror}); choose another with --host"
            " or --port"
        ) from error
    try:
        server.run()
    finally:
        server.close()
