"""The `id` of a notification, by which it is marked as read and a stream goes on."""

import re
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError
from marshmallow.fields import Field

PATTERN = "^[0-9]{1,16}$"
"""As a schema says it."""
_NUMBER = re.compile(r"[0-9]{1,16}", re.ASCII)


class NoticeNumber(Field[int]):
    """The `id` of a notification; 0 is before them all."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> int:
        return notice_number(attr or "id", value)


def notice_number(name: str, told: object) -> int:
    """The number that is given as `name`.

    Raises:
        ValidationError: it is none.
    """
    if not isinstance(told, str) or not _NUMBER.fullmatch(told):
        raise ValidationError(f"{name} is not the id of a notification; give it as it was told.")
    return int(told)
