"""What the server itself refuses, before the application sees it, in the form of all errors."""

import json
from collections.abc import Mapping

from waitress.task import ErrorTask

from web.errors import error_of
from web.headers import UNLESS_SAID
from web.request_ids import HEADER, new_id

_SENTENCES: Mapping[int, str] = {
    400: "This is no request of HTTP/1.1 that can be read.",
    413: "The body is larger than anything here takes; send it in parts.",
    431: "The headers are larger than is taken here; send fewer.",
    500: "Something went wrong here; the log of the server says what.",
    501: "The body is sent in a way that is not taken here; say its length, or send it chunked.",
}


class Refused(ErrorTask):  # type: ignore[misc]  # waitress has no types
    """Answers a request that waitress refuses."""

    def execute(self) -> None:
        """Its body would be plain text, in words of waitress's own."""
        error, id = self.request.error, new_id()
        body = json.dumps(error_of(_SENTENCES.get(error.code, error.reason), id)).encode()
        self.status = f"{error.code} {error.reason}"
        told = {"Content-Type": "application/json", HEADER: id, **UNLESS_SAID}
        self.response_headers.extend(told.items())
        self.set_close_on_finish()
        self.content_length = len(body)
        self.write(body)
