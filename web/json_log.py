"""The log as JSON, one object a line; or warnings alone, as plain text."""

import json
import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TextIO

from flask import has_request_context

from web import request_log
from web.request_ids import request_id


class JsonLines(logging.Formatter):
    """Makes a line of a record: what a request came to, or a sentence and from where."""

    def format(self, record: logging.LogRecord) -> str:
        """Time (ISO 8601, UTC), level, and what there is to tell."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        said: dict[str, object] = getattr(record, "told", None) or _said(record)
        told = {"time": at, "level": record.levelname.lower(), **said}
        return json.dumps(told, ensure_ascii=False)


class PlainLines(logging.Formatter):
    """The same of a warning in plain text: Python's own would quote what a bug is about."""

    def format(self, record: logging.LogRecord) -> str:
        """Level, from where, what, and of a bug its kind and each place on the way to it."""
        told = _said(record)
        bug = [f"  {told[each]}" for each in ("error", "trace") if each in told]
        return "\n".join([f"{record.levelname}: {told['logger']}: {told['message']}", *bug])


@contextmanager
def logged_to(stream: TextIO, requests: bool = True) -> Iterator[None]:
    """Write the log there meanwhile.

    Args:
        stream: where.
        requests: all requests, and what is worth a warning, as JSON; or the latter as plain text.
    """
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    handler.setFormatter(JsonLines() if requests else PlainLines())
    level = request_log.log.level
    root.addHandler(handler)
    request_log.log.setLevel(logging.INFO if requests else logging.WARNING)
    try:
        yield
    finally:
        request_log.log.setLevel(level)
        root.removeHandler(handler)


def _said(record: logging.LogRecord) -> dict[str, object]:
    told: dict[str, object] = {"logger": record.name, "message": record.getMessage()}
    if has_request_context():
        told["request_id"] = request_id()
    if record.exc_info and record.exc_info[0] is not None:
        # The kind of error and where, but not its text: that may quote what somebody wrote.
        told["error"] = record.exc_info[0].__name__
        places = traceback.extract_tb(record.exc_info[2])
        told["trace"] = [f"{each.filename}:{each.lineno} {each.name}" for each in places]
    return told
