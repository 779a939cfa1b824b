"""Keys of apps and operators: named, revocable, and kept as digests alone.

A key is ``rsk_ID_SECRET``: a public part by which it is found, and 256 random bits. SHA-256 without
salt or stretching is enough for such a secret: nobody can try them all.
"""

import hmac
import logging
import re
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal, get_args

from graph.errors import CredentialRefused, KeyRefused, KeysUnavailable
from web import keys_file

Role = Literal["service", "operator"]
ROLES: tuple[Role, ...] = get_args(Role)
PREFIX = "rsk_"

_KEY = re.compile(r"rsk_([0-9a-f]{12})_[A-Za-z0-9_-]{43}", re.ASCII)
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,49}", re.ASCII)
_NOBODYS = sha256(b"").digest()
"""Compared where no key has the id, so that both ways take as long."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeyCard:
    """What is known of a key; nothing by which it could be used. Days are ISO dates, UTC."""

    name: str
    role: Role
    made: str
    used: str | None
    """The last day on which it was; None: never."""
    revoked: str | None


class Keys:
    """The keys in a file; any process may change them, which counts at the next look-up."""

    def __init__(self, path: Path, clock: Callable[[], float] = time.time):
        """Keep keys in the file at `path`, which the first key makes."""
        self._path, self._clock = path, clock
        self._reader = keys_file.Reader(path)
        self._noted: dict[str, str] = {}

    def add(self, name: str, role: Role = "service") -> str:
        """Make a key of that name; it is returned this once and kept nowhere.

        Raises:
            KeyRefused: the name is malformed, or of a key that is not revoked.
            KeysUnavailable: the file cannot be read or written; so with all methods.
        """
        if not _NAME.fullmatch(name):
            raise KeyRefused(
                f"{name!r} is no name for a key: give 1 to 50 of a-z, 0-9 and . _ -, first a"
                " letter or a digit"
            )
        key_id = secrets.token_hex(6)
        key = f"{PREFIX}{key_id}_{secrets.token_urlsafe(32)}"
        row = key_id, name, role, sha256(key.encode()).digest(), self._today()
        with keys_file.writing(self._path) as connection:
            taken = "SELECT 1 FROM keys WHERE name = ? AND revoked IS NULL"
            if connection.execute(taken, (name,)).fetchone():
                raise KeyRefused(f"there is a key named {name!r} already; revoke it first")
            made = "INSERT INTO keys (id, name, role, digest, made) VALUES (?, ?, ?, ?, ?)"
            connection.execute(made, row)
        return key

    def cards(self) -> list[KeyCard]:
        """All keys that were ever made, by name, the revoked ones too."""
        with self._reader.reading() as connection:
            query = "SELECT name, role, made, used, revoked FROM keys ORDER BY name, made, id"
            rows = connection.execute(query).fetchall() if connection else []
        return [KeyCard(*row) for row in rows]

    def revoke(self, name: str) -> None:
        """Have the key of that name let nobody in from the next request on.

        Raises:
            KeyRefused: there is no such key, or it was revoked before.
        """
        with keys_file.writing(self._path) as connection:
            query = "UPDATE keys SET revoked = ? WHERE name = ? AND revoked IS NULL"
            revoked = connection.execute(query, (self._today(), name)).rowcount
        if not revoked:
            raise KeyRefused(f"no key is named {name!r}; resonance keys list names those there are")

    def holder(self, key: str) -> KeyCard:
        """Whose key it is.

        Raises:
            CredentialRefused: nobody's, or a revoked one.
        """
        parts = _KEY.fullmatch(key)
        key_id = parts.group(1) if parts else ""
        card, digest = self._found(key_id)
        same = hmac.compare_digest(sha256(key.encode(errors="surrogatepass")).digest(), digest)
        if card is None or not same:
            raise CredentialRefused("The key is not known here.")
        if card.revoked is not None:
            raise CredentialRefused("The key was revoked.")
        self._note_use(key_id, card)
        return card

    def _found(self, key_id: str) -> tuple[KeyCard | None, bytes]:
        with self._reader.reading() as connection:
            query = "SELECT name, role, made, used, revoked, digest FROM keys WHERE id = ?"
            row = connection.execute(query, (key_id,)).fetchone() if connection else None
        return (None, _NOBODYS) if row is None else (KeyCard(*row[:-1]), row[-1])

    def _note_use(self, key_id: str, card: KeyCard) -> None:
        """Keep the day; a file that may only be read lets the holder in all the same."""
        today = self._today()
        if today in (card.used, self._noted.get(key_id)):
            return
        self._noted[key_id] = today
        try:
            with keys_file.writing(self._path) as connection:
                connection.execute("UPDATE keys SET used = ? WHERE id = ?", (today, key_id))
        except KeysUnavailable as error:
            log.warning("the day on which %r was used is not kept: %s", card.name, error)

    def _today(self) -> str:
        return time.strftime("%Y-%m-%d", time.gmtime(self._clock()))
