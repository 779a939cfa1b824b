"""Keeps the token and the algorithm's key out of what the HTTP library logs."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from urllib.parse import quote, quote_plus

LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry")
"""At DEBUG they write whole addresses, and the algorithm's key is in them."""


class Redacted(logging.Filter):
    """Puts ``***`` in place of secrets, as they are and as addresses spell them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self.forms = [form(secret) for secret in secrets for form in (str, quote, quote_plus)]

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it always passes."""
        told = record.getMessage()
        for form in self.forms:
            told = told.replace(form, "***")
        record.msg, record.args = told, ()
        return True


@contextmanager
def redacted_logs(secrets: Iterable[str]) -> Iterator[None]:
    """While this is open, the HTTP library's logs have no secret in them."""
    redacted = Redacted(secrets)
    loggers = [logging.getLogger(name) for name in LOGGERS]
    for logger in loggers:
        logger.addFilter(redacted)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(redacted)
