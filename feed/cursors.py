"""Cursors: how far a list was shown, sealed into a text for the client to hand back.

A feed's cursor carries its slate, which was ranked once; any other list's carries the place of the
last entry that was looked at (`seal_place`).

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
SLATE, PLACE = b"\x01", b"\x02"
"""The form of what is sealed; a cursor of another form is refused, and the list begins anew."""
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
        return self._sealed(SLATE, told, slate.made_at)

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
        owner, listed, made_at, offset, prefix, *rest = self._unsealed(SLATE, text)
        _check((owner, listed, int(made_at)), (viewer, asked, now))
        post_ids = tuple(prefix + each for each in rest)
        return Slate(owner, asked, int(made_at), post_ids), int(offset)

    def seal_place(self, viewer: str, listed: str, place: Sequence[str | int], now: int) -> str:
        """The cursor for what follows on `place` in a list that is read anew for each page.

        Args:
            viewer: whose cursor it is (`feed.slate.viewer_key`).
            listed: which list it is, with whatever it is filtered by.
            place: what the list is ordered by, of the last entry that was looked at.
            now: Unix seconds.
        """
        told = [viewer, listed, str(now), *map(str, place)]
        return self._sealed(PLACE, told, now)

    def open_place(self, text: str, viewer: str, listed: str, now: int) -> list[str]:
        """The place in that list of that viewer's cursor, as texts.

        Raises:
            CursorRefused: as for `open`.
        """
        owner, sealed_list, made_at, *place = self._unsealed(PLACE, text)
        _check((owner, sealed_list, int(made_at)), (viewer, listed, now))
        return place

    def _sealed(self, form: bytes, told: Sequence[str], at: int) -> str:
        packed = zlib.compress(_as_lines(told))
        return self._fernet.encrypt_at_time(form + packed, at).decode().rstrip("=")

    def _unsealed(self, form: bytes, text: str) -> list[str]:
        try:
            sealed = self._fernet.decrypt(_token(text))
        except InvalidToken as error:
            raise CursorRefused(FORGED) from error
        if not sealed.startswith(form):
            raise CursorRefused(f"The cursor is of another version or kind of list; {AGAIN}")
        return _from_lines(zlib.decompress(sealed[len(form) :]))


Bound = tuple[str, str, int]
"""What a cursor is bound to: its viewer, what was asked, and when."""


def _check(made: Bound, used: Bound) -> None:
    if used[2] - made[2] > LIFETIME:
        hours = LIFETIME // 3_600
        raise CursorRefused(f"The cursor has expired, which it does after {hours} h; {AGAIN}")
    if used[0] != made[0]:
        raise CursorRefused(f"The cursor was given to another viewer; {AGAIN}")
    if used[1] != made[1]:
        raise CursorRefused(
            "The cursor belongs to a request with other filters or settings; repeat those with"
            f" it, or {AGAIN}"
        )


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
