"""The file of `feed.memory`: what it is made of."""

from graph.sqlite_file import FileKind

MEMORY = FileKind(
    noun="the memory",
    holds="what was served, and what viewers steer by",
    setting="RESONANCE_MEMORY",
    mark=0x5265736F,
    version=1,
    schema=(
        "CREATE TABLE served (viewer TEXT, at INTEGER, page INTEGER, posts TEXT, count INTEGER,"
        " PRIMARY KEY (viewer, at, page)) WITHOUT ROWID",
        "CREATE INDEX served_by_time ON served (at)",
        "CREATE TABLE steering (viewer TEXT PRIMARY KEY, settings TEXT) WITHOUT ROWID",
    ),
)
