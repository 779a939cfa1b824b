"""Which connections are silent, and closes them, whatever becomes of the clock that is set.

waitress (3.0) looks at that clock: set back an hour, it would close no silent connection for an
hour, and take nobody new once those are as many as it takes.
"""

import time
from typing import Any

from waitress.channel import HTTPChannel


class Timed(HTTPChannel):  # type: ignore[misc]  # waitress has no types
    """A connection that tells by the system's monotonic clock when it was last heard or sent to."""

    @property
    def last_activity(self) -> float:
        """Seconds of that clock."""
        return self._active

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        """It is active now."""
        self._active = time.monotonic()


def close_silent(server: Any) -> None:
    """Have a server of waitress, of such connections, close them so; call it before it runs."""
    close, seconds, due = server.maintenance, server.adj.cleanup_interval, time.monotonic()

    def closed(_: float) -> None:
        nonlocal due
        if (now := time.monotonic()) >= due:
            due = now + seconds
            close(now)

    server.maintenance = closed
    # Else it would not ask until the clock is where it was.
    server.adj.cleanup_interval = float("-inf")
