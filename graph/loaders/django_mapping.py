"""Which table and column of a site plays which part: found by discovery, or told by a TOML file.

One table of the file is one role: ``[posts]`` with its ``table`` and a column for each key;
``[posts.values.privacy]`` says what a stored value means; ``[interests.through.user]`` leads from
a profile's id to its user's. ``resonance load django --dry-run`` prints a mapping in this form.
"""

import json
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from graph.errors import ConfigError
from graph.loaders.django_schema import Schema, TableInfo
from graph.model import PRIVACIES


@dataclass(frozen=True)
class Shape:
    """The keys of a role that name columns."""

    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    """Keys that name no column."""
    people: tuple[str, ...] = ()
    """Keys whose column points to a person, perhaps by way of a profile."""


GATES = ("privacy", "public", "private", "friends_only")
"""Who may see it: a word for it (`privacy`), or yes and no."""
STATES = ("state", "deleted", "hidden", "active", "draft", "published", "published_at")
GENERIC = ("content_type",)
PAIR = Shape(("user", "post"), ("at", "deleted", "active", *GENERIC), people=("user",))
BETWEEN = ("status", "accepted", "pending", "rejected", "active", "at")
PEOPLE = ("source", "target")

ROLES: Mapping[str, Shape] = {
    "users": Shape(
        ("id",), ("username", "joined_at", "active", "deleted", "banned", *GATES), ("ignore",)
    ),
    "profiles": Shape(("user",), GATES, people=("user",)),
    "posts": Shape(
        ("id", "author"),
        (
            *("title", "text", "image", "video", "created_at", "tags", "group", "shared_post"),
            *(*GATES, *STATES),
        ),
        ("model", "media_url", "ignore"),
        people=("author",),
    ),
    "tags": Shape(("id", "name")),
    "post_tags": Shape(("post", "tag"), GENERIC),
    "interests": Shape(("user", "tag"), people=("user",)),
    "interest_tags": Shape(("id", "name")),
    "likes": PAIR,
    "reactions": Shape(PAIR.required, ("kind", *PAIR.optional), people=("user",)),
    "comments": PAIR,
    "shares": Shape(PAIR.required, ("recipient", "privacy", *PAIR.optional), people=("user",)),
    "views": PAIR,
    "hides": PAIR,
    "friends": Shape(PEOPLE, BETWEEN, ("ignore",), people=PEOPLE),
    "friend_requests": Shape(PEOPLE, BETWEEN, ("ignore",), people=PEOPLE),
    "follows": Shape(PEOPLE, BETWEEN, ("ignore",), people=PEOPLE),
    "blocks": Shape(PEOPLE, ("at",), people=PEOPLE),
    "mutes": Shape(PEOPLE, ("at",), people=PEOPLE),
    "groups": Shape(("id",), ("name", "admin", *GATES), ("ignore",), people=("admin",)),
    "members": Shape(
        ("user", "group"),
        ("role", "admin", "status", "accepted", "pending"),
        ("ignore",),
        ("user",),
    ),
    "group_admins": Shape(("user", "group"), people=("user",)),
    "group_posts": Shape(("post", "group")),
    "events": Shape(("id",), ("name", "admin", *GATES), ("ignore",), people=("admin",)),
    "attendees": Shape(
        ("user", "event"),
        ("role", "admin", "status", "accepted", "pending"),
        ("ignore",),
        ("user",),
    ),
}
WORDS: Mapping[str, tuple[str, ...]] = {
    "privacy": PRIVACIES,
    "status": ("friend", "asked", "nothing", "blocked"),
    "state": ("public", "private", "deleted", "hidden"),
    "role": ("admin", "member"),
}
"""Keys whose stored words may be given a meaning under ``values``, and the meanings."""
FLAGS = frozenset(
    "public private friends_only deleted hidden active draft published banned rejected".split()
)
"""Keys of yes or no, which may name several columns: any one that says so counts."""


@dataclass(frozen=True)
class Through:
    """The table between an id that is stored and the user that it means, such as a profile."""

    table: str
    id: str
    user: str


@dataclass(frozen=True)
class Role:
    """One table of the site in one part."""

    table: str
    columns: Mapping[str, tuple[str, ...]]
    """Key -> its column; a yes-or-no key may have several."""
    values: Mapping[str, Mapping[str, str]] = field(default_factory=lambda: MappingProxyType({}))
    through: Mapping[str, Through] = field(default_factory=lambda: MappingProxyType({}))
    options: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))

    def aliases(self) -> dict[str, str]:
        """The columns to read by the names they get: ``text``, ``deleted``, ``deleted 2``."""
        return {
            key if position == 0 else f"{key} {position + 1}": column
            for key, columns in self.columns.items()
            for position, column in enumerate(columns)
        }


SiteMapping = Mapping[str, Role]
Hints = Mapping[str, Mapping[str, object]]


def to_toml(mapping: SiteMapping) -> str:
    """The mapping as a file that `read_file` takes back as it was."""
    lines = ["complete = true  # nothing but these tables is read"]
    for name, role in mapping.items():
        lines += ["", f"[{name}]", f"table = {_quoted(role.table)}"]
        lines += [f"{key} = {_toml(columns)}" for key, columns in role.columns.items()]
        lines += [f"{key} = {_toml(value)}" for key, value in role.options.items()]
        for key, words in role.values.items():
            lines += [f"[{name}.values.{key}]"]
            lines += [f"{_quoted(word)} = {_quoted(told)}" for word, told in words.items()]
        for key, through in role.through.items():
            lines += [f"[{name}.through.{key}]"]
            lines += [f"{part} = {_quoted(told)}" for part, told in vars(through).items()]
    return "\n".join(lines) + "\n"


def read_file(path: Path) -> tuple[bool, Hints]:
    """Whether the file is the whole mapping, and what it says of each role.

    Raises:
        ConfigError: there is no such file, it is no TOML, or a role or key is unknown.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read ({error.strerror}); give a TOML file") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} is no TOML: {error}; correct it") from error
    complete = told.pop("complete", False)
    if not isinstance(complete, bool):
        raise ConfigError(f"{path}: complete is true or false, not {complete!r}")
    for name, role in told.items():
        if name not in ROLES or not isinstance(role, dict):
            raise ConfigError(f"{path}: [{name}] is no role of a mapping; there are {list(ROLES)}")
        _check(path, name, role)
    return complete, told


def role_of(name: str, told: Mapping[str, object], schema: Schema) -> Role:
    """One role as a file tells it, checked against the tables that are there.

    Raises:
        ConfigError: a table or column is missing or not there.
    """
    shape = ROLES[name]
    info = _table(f"{name}.table", told.get("table"), schema)
    columns = {
        key: tuple(_column(f"{name}.{key}", column, info) for column in _several(told[key]))
        for key in (*shape.required, *shape.optional)
        if told.get(key)
    }
    if several := [key for key in columns if len(columns[key]) > 1 and key not in FLAGS]:
        raise ConfigError(f"mapping [{name}]: {several} take one column each; name one")
    if missing := [key for key in shape.required if key not in columns]:
        raise ConfigError(f"[{name}] lacks {missing}; name the columns of {info.name}")
    through = {
        key: _through(f"{name}.through.{key}", parts, schema)
        for key, parts in _mapping(told.get("through")).items()
    }
    values = {key: dict(_mapping(words)) for key, words in _mapping(told.get("values")).items()}
    options = {key: told[key] for key in shape.options if told.get(key)}
    return Role(info.name, columns, values, through, options)  # type: ignore[arg-type]


def _check(path: Path, name: str, role: Mapping[str, object]) -> None:
    shape = ROLES[name]
    columns = (*shape.required, *shape.optional)
    known = ("table", "values", "through", *columns, *shape.options)
    for key, value in role.items():
        if key not in known:
            raise ConfigError(f"{path}: {name}.{key} is unknown; [{name}] takes {list(known)}")
        if key == "values" and isinstance(value, dict):
            _check_parts(path, f"{name}.{key}", value, WORDS)
        elif key == "through" and isinstance(value, dict):
            _check_parts(path, f"{name}.{key}", value, dict.fromkeys(shape.people))
        elif key in ("values", "through") or not _is_name(value):
            raise ConfigError(f"{path}: {name}.{key} is no name of a column, but {value!r}")


def _check_parts(
    path: Path,
    where: str,
    told: Mapping[str, object],
    known: Mapping[str, Sequence[str] | None],
) -> None:
    for key, words in told.items():
        if key not in known or not isinstance(words, dict):
            raise ConfigError(f"{path}: [{where}.{key}] is unknown; known are {list(known)}")
        meanings = known[key]
        for word, meaning in words.items():
            if not isinstance(meaning, str) or (meanings and meaning not in meanings):
                raise ConfigError(
                    f"{path}: [{where}.{key}] {word!r} is one of {list(meanings or ['a name'])},"
                    f" not {meaning!r}"
                )


def _is_name(value: object) -> bool:
    return isinstance(value, str) or (
        isinstance(value, list) and all(isinstance(item, str) for item in value)
    )


def _table(where: str, table: object, schema: Schema) -> TableInfo:
    if not isinstance(table, str) or table not in schema:
        raise ConfigError(f"mapping {where}: no table {table!r} there; there are {sorted(schema)}")
    return schema[table]


def _column(where: str, column: str, info: TableInfo) -> str:
    if column not in info.columns:
        raise ConfigError(
            f"mapping {where}: {info.name} has no column {column!r}; it has {list(info.columns)}"
        )
    return column


def _through(where: str, told: object, schema: Schema) -> Through:
    parts = _mapping(told)
    info = _table(f"{where}.table", parts.get("table"), schema)
    id, user = (_column(where, str(parts.get(key, "")), info) for key in ("id", "user"))
    return Through(info.name, id, user)


def _several(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else [str(value)]


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _toml(value: object) -> str:
    parts = list(value) if isinstance(value, tuple | list) else [value]
    if isinstance(value, tuple) and len(parts) == 1:
        return _quoted(parts[0])
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(_quoted, parts))}]"
    return _quoted(value)


def _quoted(text: object) -> str:
    return json.dumps(str(text), ensure_ascii=False).replace("\x7f", "\\u007f")
