"""Cursors: a slate and how far it was shown, sealed into a text for the client to hand back.

A cursor names posts that its viewer may see no more by the time they hand it back, or that
somebody else reads in a log. So it is encrypted and signed (Fernet: AES-128-CBC and HMAC-SHA256):
all that can be read off it is when the slate was made, and about how long it is.
"""

import base64
import binascii
import json
import os
import zlib
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from feed.config import KEY_LENGTH
from feed.slate import Slate
from graph.errors import ConfigError, CursorRefused

LIFETIME = 86_400
"""Seconds for which a cursor may be used, from when its slate was made."""
VERSION = b"\x01"
"""The form of what is sealed; a cursor of another form is refused, and the feed begins anew."""
LONGEST = 100_000
"""Characters of the longest cursor that is looked at: some 3,000 UUIDs."""

AGAIN = "ask without a cursor to begin anew."
FORGED = f"The cursor is not one that this service gave, or its key has changed; {AGAIN}"


class Cursors:
    """Seals and opens cursors with one key; thread-safe."""

    def __init__(self, key: str | None = None):
        """Derive the key from a text, or, without one, make a random key for this process.

        Raises:
            ConfigError: the text is too short to be a key.
        """
        if key and len(key) < KEY_LENGTH:
            raise ConfigError(f"a cursor key has at least {KEY_LENGTH} characters, not {len(key)}")
        self.lasting = bool(key)
        """Whether cursors outlive the process, and are understood by others with the same key."""
        told = key.encode() if key else os.urandom(32)
        derived = HKDF(SHA256(), length=32, salt=None, info=b"resonance cursor").derive(told)
        self._fernet = Fernet(base64.urlsafe_b64encode(derived))

    def seal(self, slate: Slate, offset: int) -> str:
        """The cursor for the posts of `slate` from `offset` on; fit for an address as it is."""
        prefix = os.path.commonprefix(slate.post_ids)
        rest = [post_id[len(prefix) :] for post_id in slate.post_ids]
        told = [slate.viewer, slate.asked, str(slate.made_at), str(offset), prefix, *rest]
        packed = zlib.compress(_as_lines(told))
        token = self._fernet.encrypt_at_time(VERSION + packed, slate.made_at)
        return token.decode().rstrip("=")

    def open(self, text: str, viewer: str, asked: str, now: int) -> tuple[Slate, int]:
        """The slate of a cursor, and how many of its posts were shown.

        Args:
            text: what a client handed back.
            viewer: who asks (`feed.slate.viewer_key`).
            asked: the `feed.slate.digest` of what they ask.
            now: Unix seconds.

        Raises:
            CursorRefused: it is no cursor of this service, or too old, or somebody else's, or
                of another request.
        """
        slate, offset = self._unsealed(text)
        if now - slate.made_at > LIFETIME:
            hours = LIFETIME // 3_600
            raise CursorRefused(f"The cursor has expired, which it does after {hours} h; {AGAIN}")
        if slate.viewer != viewer:
            raise CursorRefused(f"The cursor was given to another viewer; {AGAIN}")
        if slate.asked != asked:
            raise CursorRefused(
                "The cursor belongs to a request with other filters or settings; repeat those with"
                f" it, or {AGAIN}"
            )
        return slate, offset

    def _unsealed(self, text: str) -> tuple[Slate, int]:
        try:
            sealed = self._fernet.decrypt(_token(text))
        except InvalidToken as error:
            raise CursorRefused(FORGED) from error
        if not sealed.startswith(VERSION):
            raise CursorRefused(f"The cursor is of another version of this service; {AGAIN}")
        told = _from_lines(zlib.decompress(sealed[len(VERSION) :]))
        owner, asked, made_at, offset, prefix, *rest = told
        post_ids = tuple(prefix + each for each in rest)
        return Slate(owner, asked, int(made_at), post_ids), int(offset)


def _as_lines(texts: Sequence[str]) -> bytes:
    """One text a line; any line break in them is escaped, as JSON does it.

    Lines without JSON's quotes are what brings 200 UUIDs under 6 kB.
    """
    return json.dumps(texts, separators=("\n", ":"))[2:-2].replace('"\n"', "\n").encode()


def _from_lines(lines: bytes) -> list[str]:
    texts: list[str] = json.loads(b'["' + lines.replace(b"\n", b'","') + b'"]')
    return texts


def _token(text: str) -> bytes:
    """The Fernet token of a cursor, in its one spelling.

    Base64 as Fernet reads it passes over foreign characters and unused last bits: other texts
    would open as the same cursor.
    """
    if len(text) > LONGEST or not text.isascii() or "=" in text:
        raise CursorRefused(FORGED)
    padded = text.encode() + b"=" * (-len(text) % 4)
    try:
        token = base64.urlsafe_b64encode(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError) as error:
        raise CursorRefused(FORGED) from error
    if token != padded:
        raise CursorRefused(FORGED)
    return token
