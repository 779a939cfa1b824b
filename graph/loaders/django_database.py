"""The site's database, read only: its tables reflected, and columns streamed as frames.

Everything is read in one transaction, so that what comes belongs to one moment. The address's
password is in no message: messages name the address with the password masked.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.engine.reflection import ObjectKind

from graph.errors import ConfigError, LoadError, MalformedSource, SourceRefused, SourceUnavailable
from graph.loaders.django_schema import ColumnSort, Schema, TableInfo
from graph.progress import progress

CHUNK = 10_000
"""Rows fetched at a time."""
CONNECT_TIMEOUT_S = 10
POSTGRES = {"postgres", "postgresql", "pgsql", "psql", "postgis"}
REFUSED = ("password", "authentication", "role", "permission", "pg_hba")


def site_url(text: str) -> URL:
    """The address as SQLAlchemy wants it, from SQLAlchemy's or Django's spelling.

    Raises:
        ConfigError: it is no address of SQLite or PostgreSQL. The address is not repeated.
    """
    advice = "set it to sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME"
    try:
        url = make_url(text.strip())
    except (sa.exc.ArgumentError, ValueError):
        # `from None`: the cause repeats the whole address, password and all.
        raise ConfigError(f"DATABASE_URL is no database address; {advice}") from None
    kind = url.drivername.partition("+")[0]
    if kind in POSTGRES:
        return url.set(drivername="postgresql+psycopg")
    if kind in ("sqlite", "sqlite3") and url.database and url.database != ":memory:":
        return url.set(drivername="sqlite+pysqlite")
    raise ConfigError(f"DATABASE_URL starts with {url.drivername!r} or names no file; {advice}")


def shown(url: URL) -> str:
    """The address for messages: without its password and options."""
    return url.set(drivername=url.get_backend_name(), query={}).render_as_string(hide_password=True)


class Site:
    """One moment of a site's database."""

    def __init__(self, connection: Connection, where: str) -> None:
        self.connection, self.where = connection, where
        self.sqlite = connection.dialect.name == "sqlite"
        with _told(where, "its tables"):
            self.schema: Schema = _reflect(connection)

    def frame(self, table: str, columns: Mapping[str, str]) -> pd.DataFrame:
        """These columns (our name -> theirs) of all rows, as objects; null is None.

        A time comes as Unix seconds from PostgreSQL, and as the text it is from SQLite.
        """
        query = sa.select(*(self._column(table, column) for column in columns.values()))
        query = query.select_from(sa.table(table))
        names, parts = list(columns), []
        with _told(self.where, table):
            rows = self.connection.execution_options(yield_per=CHUNK).execute(query)
            for part in progress(rows.partitions(), table):
                plain = [tuple(row) for row in part]  # pandas asks each Row whether it is more
                parts.append(pd.DataFrame(plain, columns=names, dtype=object))
        if not parts:
            return pd.DataFrame(columns=names, dtype=object)
        return pd.concat(parts, ignore_index=True)

    def count(self, table: str) -> int:
        """How many rows the table has."""
        with _told(self.where, table):
            query = sa.select(sa.func.count()).select_from(sa.table(table))
            return int(self.connection.execute(query).scalar_one())

    def values(self, table: str, column: str, limit: int = 50) -> list[object]:
        """The column's different values, null left out, at most `limit` of them."""
        chosen: sa.ColumnElement[Any] = sa.column(column)
        query = sa.select(chosen).select_from(sa.table(table)).where(chosen.is_not(None))
        with _told(self.where, table):
            found = self.connection.execute(query.distinct().limit(limit)).scalars().all()
        return sorted(found, key=str)

    def content_types(self) -> list[tuple[str, str, str]]:
        """Django's numbers for its models: (number, app label, model)."""
        if "django_content_type" not in self.schema:
            return []
        columns = {name: name for name in ("id", "app_label", "model")}
        rows = self.frame("django_content_type", columns)
        return [(str(id), app, model) for id, app, model in rows.itertuples(index=False)]

    def _column(self, table: str, column: str) -> sa.ColumnElement[Any]:
        chosen: sa.ColumnElement[Any] = sa.column(column)
        if self.schema[table].columns[column] == "time" and not self.sqlite:
            return sa.cast(sa.func.floor(sa.extract("epoch", chosen)), sa.BigInteger)
        return chosen


@contextmanager
def open_site(url: URL) -> Iterator[Site]:
    """Open the database for reading, in one transaction.

    Raises:
        SourceUnavailable: nothing answers there, or there is no such file or database.
        SourceRefused: the name or the password was turned away.
        MalformedSource: the file is no SQLite database.
    """
    engine = _engine(url)
    try:
        with _told(shown(url), "the connection"):
            connection = engine.connect()
        with connection:
            yield Site(connection, shown(url))
            connection.rollback()
    finally:
        engine.dispose()


def _engine(url: URL) -> sa.Engine:
    if url.get_backend_name() != "sqlite":
        return sa.create_engine(
            url,
            poolclass=sa.NullPool,
            connect_args={"connect_timeout": CONNECT_TIMEOUT_S},
            execution_options={"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
        )
    path = Path(url.database or "")
    if not path.is_file():
        raise SourceUnavailable(f"{path} is not a file; give the path of the site's SQLite file")
    engine = sa.create_engine("sqlite+pysqlite://", creator=lambda: _sqlite(path))
    # sqlite3 begins no transaction for reading, and then rows of two moments mix.
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _sqlite(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    connection.isolation_level = None
    connection.text_factory = lambda text: text.decode("utf-8", "replace")
    return connection


@contextmanager
def _told(where: str, what: str) -> Iterator[None]:
    try:
        yield
    except sa.exc.DBAPIError as error:
        raise _sentence(where, what, str(error.orig)) from None
    except sqlite3.Error as error:
        raise _sentence(where, what, str(error)) from None


def _sentence(where: str, what: str, reason: str) -> LoadError:
    """The driver's words chosen from, not repeated: they may show rows."""
    if "not a database" in reason:
        return MalformedSource(f"{where} is no SQLite database; give the site's own file")
    if "does not exist" in reason and "database" in reason:
        return SourceUnavailable(f"{where}: no such database; correct the name in DATABASE_URL")
    if any(word in reason for word in REFUSED):
        return SourceRefused(
            f"{where} turned the name and password away, or the right to read {what};"
            " correct DATABASE_URL, or grant SELECT"
        )
    if "locked" in reason:
        return SourceUnavailable(f"{where} is locked by a writer; try again")
    return SourceUnavailable(
        f"{where} does not answer, or broke off at {what};"
        " check that it runs and that DATABASE_URL is right"
    )


def _reflect(connection: Connection) -> Schema:
    inspector = sa.inspect(connection)
    columns = inspector.get_multi_columns(kind=ObjectKind.ANY)
    refers = inspector.get_multi_foreign_keys()
    primary: Mapping[Any, Any] = inspector.get_multi_pk_constraint()
    # SQLite keeps the UNIQUE of a column as an index of its own making, and only there.
    own: Mapping[str, Any] = (
        {"include_auto_indexes": True} if connection.dialect.name == "sqlite" else {}
    )
    indexes = inspector.get_multi_indexes(**own)
    return {
        name: TableInfo(
            name,
            {column["name"]: _sort(column["type"]) for column in found},
            {
                key["constrained_columns"][0]: key["referred_table"]
                for key in refers.get((schema, name), ())
                if len(key["constrained_columns"]) == 1
            },
            _single((primary.get((schema, name)) or {}).get("constrained_columns")) or "id",
            frozenset(
                column
                for index in indexes.get((schema, name), ())
                if index["unique"] and (column := _single(index["column_names"]))
            ),
        )
        for (schema, name), found in columns.items()
    }


def _single(columns: Any) -> str:
    return str(columns[0]) if columns and len(columns) == 1 else ""


def _sort(type_: sa.types.TypeEngine[Any]) -> ColumnSort:
    if isinstance(type_, sa.Uuid) or (isinstance(type_, sa.CHAR) and type_.length == 32):
        return "uuid"
    for sort, classes in _SORTS.items():
        if isinstance(type_, classes):
            return sort
    return "other"


_SORTS: Mapping[ColumnSort, tuple[type, ...]] = {
    "bool": (sa.Boolean,),
    "time": (sa.DateTime, sa.Date),
    "number": (sa.Integer, sa.Numeric),
    "list": (sa.ARRAY, sa.JSON),
    "text": (sa.String,),
}
