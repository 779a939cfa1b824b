"""Connections: how long a client may take, what one may hold, and who gives way to newcomers.

Anybody can connect, so nothing here rests on who asks. waitress waits for ever for a client that
takes nothing of its answers, begins every request that was sent behind the first, until the answers
hold a thread, and lets nobody in once 100 connections are open. Here one request of a connection is
begun when the answer before it is gone, who asks or takes too slowly is cut off, and where
connections are many, those that have nothing under way give way.

A proxy in front that buffers answers and requests keeps slow clients away from here altogether.
"""

import math
import resource
import socket
import struct
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer

from web.refusals import Refused

MOST, FEWEST = 500, 40
"""Connections of one process that stay open; the least also where files are few."""
FILES, EACH = 256, 3
"""Descriptors for everything else, and of one connection: its socket, a file for a long request
and one for a long answer."""
SPARE = 16
"""Connections above these that are taken while nobody can give way; and so many newcomers, of whom
nothing came yet, give way to nobody."""
SLOWEST = 4_000
"""Bytes of a body that come in a second, on average, when its time to begin with is over."""
IN_MEMORY = 256 << 10
"""Bytes of an answer that nobody takes yet; the rest of it waits in a file."""
LATER, FEW = 0.00025, 8
"""Seconds, for each connection that a worker has, that it lets the others be first to take a new
one; and of how many that is so at most. An app keeps its connections for long: whichever worker was
awake when it opened them would have them all, and the others nothing to do."""
GIVEN, AT_ONCE = 0.1, 0.05
"""The share of its time that a worker waits so at most, and the seconds of it that may come in a
row: whoever connects without end would have all who come behind wait for each of these."""
LOOK = 1
"""Seconds after which is looked for who took too long."""
_RESET = struct.pack("ii", 1, 0)


def connections(files: int) -> int:
    """How many may stay open in a process that may open so many files (-1: any number)."""
    return MOST if files < 0 else max(FEWEST, min(MOST, (files - FILES) // EACH))


def _as_many_as_fit() -> int:
    return connections(resource.getrlimit(resource.RLIMIT_NOFILE)[0])


@dataclass(frozen=True, slots=True)
class Limits:
    """What one connection, and all of them, may take; seconds are as exact as `LOOK`."""

    most: int = field(default_factory=_as_many_as_fit)
    """Connections that stay open; beyond them those without a request under way give way."""
    asking: float = 20.0
    """Seconds in which a request has come from its first byte on, or a connection's first one from
    when it was opened; a body may take more as long as it comes (`SLOWEST`)."""
    taking: float = 30.0
    """Seconds in which a client takes at least a byte of its answer."""
    idle: int = 120
    """Seconds for which a connection may stay open after an answer."""


class OneRequest(HTTPRequestParser):  # type: ignore[misc]  # waitress has no types
    """Reads one request, and hands what was sent behind it back to the connection."""

    def __init__(self, adj: Any, channel: "Channel"):
        """It begins now."""
        super().__init__(adj)
        self._channel = channel

    def received(self, data: bytes) -> int:
        """How much of it was used, as waitress counts: all of it where the request is whole."""
        used: int = super().received(data)
        if not self.completed or self.empty:
            return used
        self._channel.came(data[used:])
        return len(data)


class Channel(HTTPChannel):  # type: ignore[misc]
    """A connection that begins one request at a time, and knows how long it waits for its client.

    All of it is for the server's own thread but `send`, which says of itself when it was.
    """

    error_task_class = Refused

    def __init__(self, server: "Server", sock: socket.socket, *rest: Any, **more: Any):
        """It is opened now, and a request is to come."""
        self.behind = b""
        """What was sent behind the request that is answered; never more than was read at once."""
        self.asked = self.taken = time.monotonic()
        """When the last whole request came, or it was opened; when something of an answer was taken
        last, or there was nothing to take."""
        self.new = True
        """Whether no whole request ever came."""
        self._began: float | None = self.asked
        """Since when a request is coming; None: none is."""
        super().__init__(server, sock, *rest, **more)

    @property
    def last_activity(self) -> float:
        """Of the monotonic clock, which nobody sets; waitress would have that which is set."""
        return self._active

    @last_activity.setter
    def last_activity(self, _: float) -> None:
        """It is active now."""
        self._active = time.monotonic()

    def parser_class(self, adj: Any) -> OneRequest:
        """What reads the next request."""
        return OneRequest(adj, self)

    def received(self, data: bytes) -> bool:
        """A part of a request came, or more than one of them."""
        if self._began is None:
            self._began = time.monotonic()
        return bool(super().received(data))

    def came(self, behind: bytes) -> None:
        """A request is whole; what was sent behind it waits for its answer to be gone."""
        self.behind, self._began, self.new = behind, None, False
        self.asked = self.taken = time.monotonic()

    # One that was closed while all were looked at is asked for no more: its number may be another's
    # by now.

    def readable(self) -> bool:
        """Whether more may come."""
        return self.socket is not None and not self.behind and bool(super().readable())

    def writable(self) -> bool:
        """Whether something waits for the client to take what it got."""
        return self.socket is not None and bool(super().writable() or self._next)

    @property
    def _next(self) -> bool:
        """Whether a request that was sent behind another may begin."""
        return bool(self.behind) and not (self.requests or self.total_outbufs_len)

    def handle_write(self) -> None:
        """The client takes something: send more, or begin the next request."""
        super().handle_write()
        if self._next and self.socket is not None:
            data, self.behind = self.behind, b""
            self.received(data)

    def handle_expt(self) -> None:
        """HTTP has no urgent bytes, and one would wake the server's loop until they are read."""
        self.cut()

    def send(self, data: bytes, do_close: bool = True) -> int:
        """Send, and remember when something was taken."""
        sent: int = super().send(data, do_close=do_close)
        if sent:
            self.taken = time.monotonic()
        return sent

    def overdue(self) -> bool:
        """Whether its client took too long to take or to ask; sends what can be sent first."""
        limits: Limits = self.server.limits
        if not (self.total_outbufs_len or self._next):
            self.taken = time.monotonic()
        elif time.monotonic() - self.taken > limits.taking:
            # A system calls a socket writable when a third of its buffer is free, which with a slow
            # reader may take longer.
            self.handle_write()
            if time.monotonic() - self.taken > limits.taking:
                return True
        return self._began is not None and time.monotonic() - self._began > self._allowed(limits)

    def _allowed(self, limits: Limits) -> float:
        body = 0 if self.request is None else self.request.body_bytes_received
        return limits.asking + body / SLOWEST

    def cut(self) -> None:
        """Close it at once; what the system holds for a client that takes nothing goes, too."""
        if self.socket is not None and self.total_outbufs_len:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self.handle_close()


class Server(TcpWSGIServer):  # type: ignore[misc]
    """A server of waitress whose connections are such."""

    channel_class = Channel

    def __init__(
        self,
        app: Any,
        bound: socket.socket,
        threads: int,
        body: int,
        limits: Limits,
        shared: bool = False,
    ):
        """Take what comes to the socket, once it runs.

        Args:
            app: answers.
            bound: what is listened on.
            threads: that answer.
            body: the most bytes of a request's body.
            limits: of connections.
            shared: whether other processes take what comes to the socket, too.
        """
        self.limits, self._shared = limits, shared
        self._given = -math.inf
        """Until when, by the monotonic clock, what it waited was its share of the time."""
        settings = Adjustments(
            sockets=[bound],
            threads=threads,
            ident="resonance",
            max_request_body_size=body,
            connection_limit=limits.most + SPARE,
            asyncore_use_poll=True,
            channel_timeout=limits.idle,
            outbuf_overflow=IN_MEMORY,
        )
        where = (bound.family, bound.type, bound.proto, bound.getsockname())
        super().__init__(app, _sock=bound, adj=settings, sockinfo=where, bind_socket=False)
        # waitress looks at the clock that is set, and would not look again until that is where it
        # was: asked at each turn of its loop, by that clock, `maintenance` goes by another.
        self.adj.cleanup_interval = float("-inf")
        self._due = time.monotonic()

    def maintenance(self, now: float) -> None:
        """Cut off who took too long, every `LOOK` seconds of the system's monotonic clock."""
        if (now := time.monotonic()) < self._due:
            return
        self._due = now + LOOK
        super().maintenance(now)
        for channel in list(self.active_channels.values()):
            # waitress would close one only once its client takes something.
            if channel.will_close or channel.overdue():
                channel.cut()
        self._make_room()

    def handle_accept(self) -> None:
        """Take who connects; another gives way, and after that, as its number is free then."""
        if self._shared:
            self._let_others_be_first()
        super().handle_accept()
        self._make_room()

    def _let_others_be_first(self) -> None:
        seconds, now = LATER * min(len(self.active_channels), FEW), time.monotonic()
        self._given = max(self._given, now - AT_ONCE / GIVEN)
        if self._given <= now:
            self._given += seconds / GIVEN
            time.sleep(seconds)

    def _make_room(self) -> None:
        """Close what has nothing under way until not too many are open.

        First of the address that has most of them, of these what is idle before what has not taken
        its answer yet, and of these whoever asked longest ago. Behind a proxy all have its address.
        """
        while len(self.active_channels) > self.limits.most and (free := self._free()):
            held = Counter(each.addr[0] for each in self.active_channels.values())
            max(
                free,
                key=lambda each: (held[each.addr[0]], not each.total_outbufs_len, -each.asked),
            ).cut()

    def _free(self) -> list[Channel]:
        """Connections without a request under way, but for the last that came; oldest first."""
        free = [each for each in self.active_channels.values() if not each.requests]
        newest = [each for each in free if each.new][-SPARE:]
        return [each for each in free if each not in newest]
