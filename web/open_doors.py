"""What an open server still refuses: it is for this machine alone, whatever reaches it."""

from ipaddress import ip_address
from urllib.parse import urlsplit

from apiflask.exceptions import HTTPError
from flask import request

from graph.errors import ConfigError

OPEN = "open: no key was made and no token secret or public key is set, so whoever reaches this"
OPEN += " machine's own address asks for anyone; resonance keys add NAME closes it"
"""Said at the start of an open server."""

_PASSED_ON = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "Via")


def desk_address(host: str, port: int, key: str) -> str:
    """Where whoever started an open server is its operator; what follows # is sent to nobody."""
    return f"http://{host}:{port}/desk#key={key}"


def refuse_to_open(host: str) -> None:
    """Let an open server listen on an address of this machine only.

    Args:
        host: the address that is listened on.

    Raises:
        ConfigError: others could reach it.
    """
    if not _is_loopback(host):
        raise ConfigError(
            f"{host} can be reached from elsewhere, and without keys anyone would ask for anyone:"
            " make a key (resonance keys add NAME), or set RESONANCE_TOKEN_SECRET or"
            " RESONANCE_TOKEN_PUBLIC_KEY, or serve on 127.0.0.1"
        )


def refuse_strangers() -> None:
    """Turn away what came through a proxy, or from a foreign page in this machine's browser.

    A page can have the browser ask 127.0.0.1, and by its own name too, once that leads here.
    """
    passed_on = any(name in request.headers for name in _PASSED_ON)
    origin = request.headers.get("Origin")
    foreign = origin is not None and urlsplit(origin).netloc != request.host
    if passed_on or foreign or not _is_loopback(_hostname(request.host)):
        raise HTTPError(
            403, "This server is open, for this machine alone: make a key, and start it anew."
        )


def _hostname(netloc: str) -> str:
    try:
        return urlsplit(f"//{netloc}").hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
