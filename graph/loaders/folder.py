"""The exchange folder: one CSV file a kind, with the headers of ``neo4j-admin database import``.

Every file and every column but the ids is optional; an empty field is null, and a list of strings
is joined by ``;``. Who may see something is said of every row, or (no column ``privacy``) of none,
which is public: an empty field there, as a join leaves it, would publish what was not meant to be.
A null is `UNSAID` there.
Signals may carry ``split`` (train, valid or test), which fixes an evaluation.
"""

import csv
import difflib
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv

from graph.errors import MalformedSource, SourceUnavailable
from graph.files import new_folder
from graph.loaders.values import DAY, FULL, MILLISECONDS
from graph.model import KINDS, PRIVACIES, Column, EdgeKind, Kind, NodeKind, Tables

SPLIT = Column("split", "string")
UNSAID = "unsaid"
"""In the column ``privacy``: null. It leaves what the graph has; what is new is public by it."""
SPLITS = ("train", "valid", "test")

_FIELD = re.compile(r"^(?P<name>\w*)(?::(?P<type>[\w\[\]]+)(?:\((?P<label>\w+)\))?)?$")
_IMPORT_TYPES: Mapping[str, str] = {
    "string": "string",
    "int": "long",
    "float": "double",
    "bool": "boolean",
    "strings": "string[]",
}
_BOOLEANS = {"true": True, "false": False}
TIMES = ("joined_at", "created_at", "edited_at", "at", "until", "since")
"""The columns of Unix seconds."""
_YET_TO_COME = {("events", "at"), ("events", "until")}
"""Columns of files whose times may lie in the future."""
_LIMITS: Mapping[str, tuple[int, int]] = {
    **dict.fromkeys(TIMES, (1 - int(MILLISECONDS), int(MILLISECONDS) - 1)),
    "percent": (-FULL, FULL),
}
"""The least and the most that a number may be; all times that anything can have had are within."""
_WANTED: Mapping[str, str] = {
    **dict.fromkeys(("id", "source", "target"), "an id"),
    **dict.fromkeys(TIMES, "Unix seconds, such as 1760000000 (not milliseconds)"),
    "percent": f"a whole number from 0 to {FULL} (SocialVerse: from -{FULL})",
    "split": f"one of {list(SPLITS)}",
    "privacy": f"one of {list(PRIVACIES)}; only where the column is left out is everything public",
}
"""What a column's fields are, in words; of the others, by type."""
_WANTED_OF: Mapping[str, str] = {
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
}


def read_folder(path: Path, now: float | None = None) -> dict[str, pd.DataFrame]:
    """Read a graph folder as tables, checked to the last field.

    Args:
        path: the folder.
        now: Unix seconds. More than a day later nobody can have done anything: popularity fades by
            the latest that was done, and one such row would leave nothing of all others. None: the
            folder is of another time.

    Raises:
        SourceUnavailable: there is no such folder, or none of its files is of a graph.
        MalformedSource: a header or a field is not what it should be; names the file and line.
    """
    if not path.is_dir():
        raise SourceUnavailable(f"{path} is not a folder; give one with users.csv, posts.csv, ...")
    files = sorted(path.glob("*.csv"))
    if not files:
        raise SourceUnavailable(f"{path} has no CSV file; a graph folder has some of {list(KINDS)}")
    for file in files:
        if file.stem not in KINDS:
            raise _no_file(file)
    return {file.stem: _read_file(file, KINDS[file.stem], now) for file in files}


def _no_file(file: Path) -> MalformedSource:
    meant = difflib.get_close_matches(file.stem.lower(), KINDS, 1)
    hint = f" (did you mean {meant[0]}.csv?)" if meant else ""
    return MalformedSource(f"{file.name} is no file of a graph folder{hint}: {list(KINDS)}")


def write_folder(tables: Tables, path: Path) -> None:
    """Write the tables that have rows; the folder appears as a whole or not at all.

    Raises:
        SourceUnavailable: `path` exists and is not an empty folder, or it cannot be written (no
            right to, no room); nothing is left of it then.
    """
    with new_folder(path) as partial:
        for file, kind in KINDS.items():
            if file in tables and len(tables[file]):
                _write_file(tables[file], kind, partial / f"{file}.csv")


def _read_file(path: Path, kind: Kind, now: float | None) -> pd.DataFrame:
    names = _header(path, kind, _first_record(path))
    texts = _texts(path, list(names))
    frame = pd.DataFrame({name: _typed(path, texts[name], names[name]) for name in names})
    if now is not None:
        for name in names:
            if name in TIMES and (kind.file, name) not in _YET_TO_COME:
                later = (frame[name] > now + DAY).fillna(False)
                _refuse(path, texts[name], later, name, _until(now + DAY))
    return frame


def _until(latest: float) -> str:
    moment = datetime.fromtimestamp(latest, UTC).isoformat(timespec="seconds")
    return f"Unix seconds up to {int(latest)} ({moment}), a day ahead of this machine's clock"


def _first_record(path: Path) -> list[str]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            fields = next(csv.reader(file, strict=True), [])
    except (csv.Error, UnicodeDecodeError) as error:
        raise _not_csv(path, error) from error
    if not fields:
        raise MalformedSource(f"{path.name} is empty; it needs at least its header")
    return fields


def _texts(path: Path, names: list[str], threads: bool = True) -> pd.DataFrame:
    """Every field below the header as text, in columns of these names."""
    wrong: list[pa_csv.InvalidRow] = []

    def keep(row: pa_csv.InvalidRow) -> str:
        wrong.append(row)
        return "skip"

    try:
        table = pa_csv.read_csv(
            path,
            pa_csv.ReadOptions(use_threads=threads, column_names=names, skip_rows=1),
            pa_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=keep),
            pa_csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string())),
        )
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:
        raise _not_csv(path, error) from error
    _quotes_closed(path)
    if wrong and threads:
        return _texts(path, names, threads=False)  # one thread alone knows the record's number
    if wrong:
        raise MalformedSource(
            f"{path.name}: record {wrong[0].number} has {wrong[0].actual_columns} fields, the"
            f" header {len(names)}; quote a field that holds a comma"
        )
    return pd.DataFrame({name: table[name].to_pandas().astype("str") for name in names})


def _quotes_closed(path: Path) -> None:
    """Arrow takes a quote that is never closed, in a file cut off, for the end of its field."""
    with path.open("rb") as file:
        quotes = sum(part.count(b'"') for part in iter(lambda: file.read(1 << 20), b""))
    if quotes % 2:
        try:
            with path.open(newline="", encoding="utf-8-sig") as text:
                for _ in csv.reader(text, strict=True):
                    pass
        except csv.Error as error:
            raise _not_csv(path, error) from error


def _not_csv(path: Path, error: Exception) -> MalformedSource:
    return MalformedSource(f"{path.name} is not CSV in UTF-8: {error}; write it anew")


def _header(path: Path, kind: Kind, fields: list[str]) -> dict[str, Column]:
    """Column name in our frames -> column, in the file's order."""
    names: dict[str, Column] = {}
    for field in fields:
        column = _column(kind, field.strip())
        if column is None or column.name in names:
            raise MalformedSource(
                f"{path.name}: the header's {field!r} is unknown or given twice; expected"
                f" {','.join(header(kind))}"
            )
        names[column.name] = column
    if missing := [key for key in _keys(kind) if key not in names]:
        raise MalformedSource(
            f"{path.name}: the header lacks {missing}; expected {','.join(header(kind))}"
        )
    return names


def _column(kind: Kind, field: str) -> Column | None:
    found = _FIELD.match(field)
    if found is None:
        return None
    for key, (name, mark, label) in _keys(kind).items():
        if (
            found["type"] == mark
            and found["name"] in ("", name)
            and found["label"] in (None, label)
        ):
            return Column(key, "string")
    known = [*kind.columns, *([SPLIT] if isinstance(kind, EdgeKind) and kind.signal else [])]
    for column in known:
        if found["name"] == column.name:
            return column
    return None


def _keys(kind: Kind) -> dict[str, tuple[str, str, str]]:
    """Our key column -> the name, mark and label of it in a header."""
    if isinstance(kind, NodeKind):
        return {"id": ("id", "ID", kind.label)}
    return {
        "source": ("", "START_ID", kind.source),
        "target": ("", "END_ID", kind.target),
    }


def header(kind: Kind) -> list[str]:
    """The full header of a kind."""
    keys = [f"{name}:{mark}({label})" for name, mark, label in _keys(kind).values()]
    return keys + [_field(column) for column in kind.columns]


def _field(column: Column) -> str:
    plain = column.type == "string"
    return column.name if plain else f"{column.name}:{_IMPORT_TYPES[column.type]}"


def _typed(path: Path, texts: pd.Series, column: Column) -> pd.Series:
    """The fields of one column; an empty one is null, and a wrong one an error with its line."""
    empty = texts == ""
    present = texts.where(~empty) if empty.any() else texts
    wanted = _WANTED.get(column.name) or _WANTED_OF.get(column.type, "")
    values = _digits(present) if column.type == "int" else None
    if values is None:
        _refuse(path, texts, _unreadable(present, column), column.name, wanted)
        values = _converted(present, column)
    if column.name in _LIMITS:
        least, most = _LIMITS[column.name]
        beyond = ((values < least) | (values > most)).fillna(False)
        _refuse(path, texts, beyond, column.name, wanted)
    return values


def _unreadable(present: pd.Series, column: Column) -> pd.Series:
    """Which fields are none of such a column."""
    if column.name in ("id", "source", "target"):
        return present.isna()
    if column.type == "int":
        return present.notna() & ~present.str.fullmatch(r"[+-]?\d{1,18}").fillna(False)
    if column.type == "float":
        return present.notna() & pd.to_numeric(present, errors="coerce").isna()
    if column.type == "bool":
        return present.notna() & ~present.str.lower().isin(_BOOLEANS)
    if column.name == "privacy":
        return ~present.isin((*PRIVACIES, UNSAID))
    if column.name == "split":
        return present.notna() & ~present.isin(SPLITS)
    return present.isna() & False


def _refuse(path: Path, texts: pd.Series, wrong: pd.Series, name: str, wanted: str) -> None:
    """Raise `MalformedSource` for the first of the wrong fields of a column, if there is any."""
    if wrong.any():
        position = int(wrong.to_numpy().argmax())
        raise MalformedSource(
            f"{path.name}: record {position + 2} has {texts.iloc[position]!r} in {name},"
            f" not {wanted}"
        )


def _digits(present: pd.Series) -> pd.Series | None:
    """Numbers from texts that are digits alone, as times are; some ten times as fast."""
    texts = pa.array(present, pa.large_string())
    plain = pc.and_(pc.ascii_is_decimal(texts), pc.less_equal(pc.binary_length(texts), 18))
    if not pc.all(plain, min_count=0).as_py():
        return None
    return _integers(texts)


def _integers(texts: pa.Array) -> pd.Series:
    numbers = texts.cast(pa.int64())
    return pd.Series(numbers.to_pandas(types_mapper={pa.int64(): pd.Int64Dtype()}.get))


def _converted(present: pd.Series, column: Column) -> pd.Series:
    if column.type == "int":
        return _integers(pa.array(present.str.removeprefix("+"), pa.large_string()))
    if column.type == "float":
        return pd.to_numeric(present).astype("Float64")
    if column.type == "bool":
        return present.str.lower().map(_BOOLEANS).astype("boolean")
    if column.type == "strings":
        return present.map(lambda text: text.split(";"), na_action="ignore").astype("object")
    return present.where(present != UNSAID) if column.name == "privacy" else present


def _write_file(frame: pd.DataFrame, kind: Kind, path: Path) -> None:
    columns = [*kind.columns, *([SPLIT] if "split" in frame else [])]
    names = [*_keys(kind), *(column.name for column in columns if column.name in frame)]
    fields = header(kind)[: len(_keys(kind))]
    fields += [_field(column) for column in columns if column.name in frame]
    written = frame[names].copy()
    if "privacy" in written:
        written["privacy"] = written["privacy"].fillna(UNSAID)
    for column in columns:
        if column.name in written and column.type == "bool":
            written[column.name] = written[column.name].map({True: "true", False: "false"})
        if column.name in written and column.type == "strings":
            written[column.name] = written[column.name].map(";".join, na_action="ignore")
    written.to_csv(path, index=False, header=fields, lineterminator="\n", encoding="utf-8")
