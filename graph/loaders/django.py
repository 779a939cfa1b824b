"""A running Django site, read from its database: users, posts, tags, likes, friendships, groups.

Only the columns of the mapping are read, in one transaction, and nothing is written. No password,
e-mail address, real name or comment is among them.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import pandas as pd

from graph.errors import ConfigError
from graph.loaders.django_database import Site, open_site, site_url
from graph.loaders.django_discover import Discovery
from graph.loaders.django_mapping import ROLES, SiteMapping, read_file, role_of, to_toml
from graph.loaders.django_people import between, closed_people, events, groups, users
from graph.loaders.django_posts import posts, tags
from graph.loaders.django_signals import signals
from graph.model import ALL_KINDS, Batch, Snapshot
from graph.report import LoadReport

__all__ = ["DjangoConfig", "DjangoSource"]

OWN_TABLES = ("auth_", "django_", "sqlite_", "authtoken_", "account_", "socialaccount_")
"""Django's own, and its log-in apps': never a part of the graph but for the users."""


@dataclass(frozen=True)
class DjangoConfig:
    """Where the site's database is, and what decides where discovery cannot."""

    url: str = field(repr=False)
    """``sqlite:///PATH`` or ``postgresql://USER:PASSWORD@HOST:PORT/NAME``; never shown."""
    mapping_file: Path | None = None
    """A TOML file that decides, in part or (``complete = true``) as a whole."""
    app: str | None = None
    """The app's label, where several apps have tables of one name."""

    def __post_init__(self) -> None:
        site_url(self.url)

    @classmethod
    def from_env(
        cls,
        environ: Mapping[str, str],
        url: str | None = None,
        mapping_file: Path | None = None,
        app: str | None = None,
    ) -> Self:
        """The given address, or that of DATABASE_URL.

        Raises:
            ConfigError: there is none, or it is no address of SQLite or PostgreSQL.
        """
        told = url or environ.get("DATABASE_URL")
        if not told:
            raise ConfigError(
                "DATABASE_URL is not set; export the address of the site's database, or give it"
                " as the argument: sqlite:///PATH or postgresql://USER:PASSWORD@HOST:PORT/NAME"
            )
        return cls(told, mapping_file, app)


class DjangoSource:
    """A site as batches of the graph."""

    def __init__(
        self,
        config: DjangoConfig,
        report: LoadReport | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.config, self.now = config, now
        self.report = LoadReport() if report is None else report
        self._told: frozenset[str] = frozenset()

    def batches(self) -> Iterator[Batch]:
        """Every node before every edge; nothing is given out before all tables are read.

        Raises:
            SourceUnavailable: the database does not answer, or there is no such file.
            SourceRefused: the name, the password or the right to read was turned away.
            MalformedSource: it is no database of a Django site.
            ConfigError: the mapping is wrong, or discovery needs one.
        """
        with open_site(site_url(self.config.url)) as site:
            mapping = self._mapping(site)
            raw = {role: _rows(site, mapping, role) for role in mapping}
        frames = self._frames(raw, mapping)
        self._told = frozenset(frames)
        for kind in ALL_KINDS:  # nodes first
            if kind.file in frames and len(frames[kind.file]):
                yield Batch(kind, frames[kind.file])

    def snapshot(self) -> Snapshot:
        """What the site told as a whole: every kind that its mapping has; after `batches`."""
        return Snapshot("dj:", self._told)

    def describe(self) -> str:
        """The mapping that a load would use, as a mapping file, with row counts as comments.

        Raises:
            What `batches` raises.
        """
        with open_site(site_url(self.config.url)) as site:
            mapping = self._mapping(site)
            rows = {role: site.count(told.table) for role, told in mapping.items()}
        width = max(map(len, mapping))
        lines = [f"# {site.where}"]
        for role, count in rows.items():
            lines.append(f"# {role:<{width}} {count:>12,} rows of {mapping[role].table}")
        return "\n".join([*lines, *_passed_over(site, mapping), "", to_toml(mapping)])

    def _mapping(self, site: Site) -> SiteMapping:
        path = self.config.mapping_file
        complete, hints = read_file(path) if path else (False, {})
        if not complete:
            models = site.content_types()
            return Discovery(site.schema, site.values, models, self.config.app, hints).run()
        if missing := {"users", "posts"} - hints.keys():
            raise ConfigError(f"{path}: a complete mapping has [users] and [posts]; add {missing}")
        return {name: role_of(name, hints[name], site.schema) for name in ROLES if name in hints}

    def _frames(
        self, raw: Mapping[str, pd.DataFrame], mapping: SiteMapping
    ) -> dict[str, pd.DataFrame]:
        report = self.report
        people = users(raw, mapping, report)
        found = posts(raw, mapping, closed_people(people), int(self.now()), report)
        shared = found.pop("shared", None)
        return {
            "users": people,
            **found,
            **tags(raw, mapping, report),
            **between(raw, mapping, report),
            **groups(raw, mapping, report),
            **events(raw, mapping, report),
            **signals(raw, mapping, shared, report),
        }


def _rows(site: Site, mapping: SiteMapping, role: str) -> pd.DataFrame:
    """A role's rows; people by their user's id, and of generic ones those that are of posts."""
    told = mapping[role]
    frame = site.frame(told.table, told.aliases())
    for key, through in told.through.items():
        steps = site.frame(through.table, {"id": through.id, "user": through.user})
        user_of = dict(zip(steps["id"], steps["user"], strict=True))
        # Not `Series.map`, which makes the numbers floats where one is missing.
        frame[key] = pd.Series([user_of.get(id) for id in frame[key]], frame.index, dtype=object)
    if "content_type" in frame:
        wanted = _content_type(site, mapping, role)
        frame = frame[frame["content_type"].map(str) == wanted].reset_index(drop=True)
    return frame


def _content_type(site: Site, mapping: SiteMapping, role: str) -> str:
    model = str(mapping["posts"].options.get("model", ""))
    for number, app, name in site.content_types():
        if f"{app}.{name}" == model.lower():
            return number
    raise ConfigError(
        f"[{role}] points to rows of any model, and django_content_type has no {model!r};"
        ' name the posts\' in a mapping file: [posts] model = "app.model"'
    )


def _passed_over(site: Site, mapping: SiteMapping) -> list[str]:
    """Comment lines: what of the site is not read."""
    read = {role.table for role in mapping.values()}
    read |= {step.table for role in mapping.values() for step in role.through.values()}
    tables = sorted(t for t in site.schema if t not in read and not t.startswith(OWN_TABLES))
    told = mapping["posts"]
    columns = {column for several in told.columns.values() for column in several}
    others = [column for column in site.schema[told.table].columns if column not in columns]
    return [
        f"# not read: tables {', '.join(tables) or 'none'}",
        f"# not read: of {told.table} {', '.join(others) or 'none'}",
    ]
