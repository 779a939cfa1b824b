"""How many threads a server has, and how many of them may ask the graph at once.

None of it is by processors: of one process Python runs one thread at a time, however many there
are. As many processes as processors are what uses them (`web.workers`).
"""

from collections.abc import Mapping

ACTING: Mapping[str, int] = {"ladybug": 1, "neo4j": 2}
"""Actions that are answered at once, by engine (`web.turns`): more of them take longer each. The
embedded engine has one writer, and keeps Python to itself while a statement runs."""
READING: Mapping[str, int] = {"ladybug": 1, "neo4j": 2}
"""Reads beside no action; likewise, but a server elsewhere works while one waits. A read asks in
few rounds and then computes: two keep Python busy, and with four each write took longer by half."""
WAITING = 28
"""Requests that may wait for a turn; further ones come in the order in which they were asked.
Streams of notifications, which wait for somebody to act, have threads beside these."""
BESIDE = 16
"""Threads that ask the graph and answer nobody: those in which a feed's sources are asked
(`feed.recommend.WORKERS`), and what fills, freshens, keeps, forgets and looks."""


def answering(engine: str, streams: int) -> int:
    """Threads of one process that answer requests, so many of which may be streams."""
    return ACTING[engine] + READING[engine] + WAITING + streams


def asking(streams: int) -> int:
    """Connections to a Neo4j that one process needs so that no thread of it waits for another's."""
    return answering("neo4j", streams) + BESIDE
