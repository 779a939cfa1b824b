"""What people write into JSON bodies: texts that can be shown, truth values, whole numbers."""

import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from apiflask.fields import Boolean, Integer, String
from marshmallow import ValidationError


class Said(String):
    """Words of at most `most` characters; null and nothing but blanks are the empty text."""

    def __init__(self, most: int, *, least: int = 0, lines: bool = False, **kwargs: Any):
        """Take `least` to `most` characters; with `lines`, line ends and tabs too."""
        described = {
            "maxLength": most,
            "minLength": least,
            "format": "lines" if lines else "printable",
            **kwargs.pop("metadata", {}),
        }
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
        if not self.least <= len(words) <= self.most or not _is_text(words, self.lines):
            raise ValidationError(
                f"{attr} cannot be used; give {self.least} to {self.most} printable characters."
            )
        return words


class WebAddress(Said):
    """An address of the web: ``https://...`` or ``http://...``; or the empty text."""

    def __init__(self, most: int, *, metadata: Mapping[str, Any]):
        """Take an address of at most `most` characters."""
        super().__init__(most, metadata={"format": "web-address", **metadata})

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> str:
        address = super()._deserialize(value, attr, data, **kwargs)
        if address and not _on_the_web(address):
            raise ValidationError(f"{attr} is no address; give one that begins with https://.")
        return address


class Truth(Boolean):
    """A JSON truth value, and nothing that may be taken for one."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> bool:
        if not isinstance(value, bool):
            raise ValidationError(f"{attr} is no truth value; give true or false.")
        return value


class WholeNumber(Integer):
    """A whole number of JSON, which may be written ``96.0``; no truth value, and no text."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        whole = value.is_integer() if isinstance(value, float) else isinstance(value, int)
        if isinstance(value, bool) or not whole:
            raise self.make_error("invalid", input=value)
        return int(value)


def _is_text(words: str, lines: bool) -> bool:
    """Whether it has no control and no half of a pair, which no engine stores.

    Joiners are no controls: families of emoji have them, and words in Persian.
    """
    kinds = {letter: unicodedata.category(letter) for letter in set(words)}
    layout = "\n\t" if lines else ""
    return all(kind not in ("Cc", "Cs") or each in layout for each, kind in kinds.items())


def _on_the_web(address: str) -> bool:
    if any(each.isspace() for each in address):
        return False
    try:
        parts = urlsplit(address)
        named = bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number, an address in brackets that is none
        return False
    return parts.scheme in ("http", "https") and named and parts.username is None
