"""Texts that people write into JSON bodies: trimmed, composed, of characters that can be shown."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from apiflask.fields import String
from marshmallow import ValidationError


class Said(String):
    """Words of at most `most` characters; null and nothing but blanks are the empty text."""

    def __init__(self, most: int, *, least: int = 0, lines: bool = False, **kwargs: Any):
        """Take `least` to `most` characters; with `lines`, line ends too."""
        described = {"maxLength": most, "minLength": least, **kwargs.pop("metadata", {})}
        super().__init__(allow_none=not least, metadata=described, **kwargs)
        self.least, self.most, self.lines = least, most, lines

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **kwargs: Any,
    ) -> Any:
        """The text, or the error that says what to give."""
        told = "" if value is None and not self.least else value
        return super().deserialize(told, attr, data, **kwargs)

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        if not isinstance(value, str):
            raise ValidationError(f"{attr} is {type(value).__name__}; give a text.")
        words = unicodedata.normalize("NFC", value.replace("\r\n", "\n")).strip()
        shown = words.replace("\n", " ") if self.lines else words
        if not self.least <= len(words) <= self.most or not (shown.isprintable() or not shown):
            raise ValidationError(
                f"{attr} cannot be used; give {self.least} to {self.most} printable characters."
            )
        return words


class WebAddress(Said):
    """An address of the web: ``https://...`` or ``http://...``; or the empty text."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        address = super()._deserialize(value, attr, data, **kwargs)
        if address and not _on_the_web(address):
            raise ValidationError(f"{attr} is no address; give one that begins with https://.")
        return address


def _on_the_web(address: str) -> bool:
    if any(each.isspace() for each in address):
        return False
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, an address in brackets that is none
        return False
    return parts.scheme in ("http", "https") and named and parts.username is None
