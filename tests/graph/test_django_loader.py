"""Django sites made by Django's own migrations: what each becomes, worked out by hand."""

import os
import shutil
import sqlite3
import subprocess
import sys
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from postgres_server import binaries, serve_postgres

from graph.errors import ConfigError, MalformedSource, SourceRefused, SourceUnavailable
from graph.ingest import ingest
from graph.loaders.django import DjangoConfig, DjangoSource
from graph.loaders.django_database import open_site, site_url
from graph.loaders.django_mapping import ROLES, Role, SiteMapping, read_file, role_of, to_toml
from graph.loaders.django_posts import _parts as tag_parts
from graph.loaders.django_schema import TableInfo
from graph.loaders.django_values import tag
from graph.queries.export import read_tables
from graph.report import LoadReport
from graph.store import GraphStore

MAKE_SITE = Path(__file__).parent / "django_site" / "make_site.py"
VARIANTS = ("standard", "letters", "generic", "follows", "lists")
GIVEN = os.environ.get("RESONANCE_TEST_POSTGRES")
REQUIRED = os.environ.get("RESONANCE_REQUIRE_POSTGRES") == "1"
T = 1_704_164_645  # 2024-01-02 03:04:05 UTC, when the sites begin

Rows = set[tuple[object, ...]]
SiteUrl = Callable[[str], str]

SECRET = "s3cret"


def make(site: str, url: str, folder: Path) -> None:
    command = [sys.executable, str(MAKE_SITE), site, url, str(folder)]
    made = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert made.returncode == 0, made.stderr


@pytest.fixture(scope="session")
def sqlite_site(tmp_path_factory: pytest.TempPathFactory) -> SiteUrl:
    """The address of a site, made when first asked for."""
    made: dict[str, str] = {}

    def url(site: str) -> str:
        if site not in made:
            folder = tmp_path_factory.mktemp(site)
            made[site] = f"sqlite:///{folder}/db.sqlite3"
            make(site, made[site], folder)
        return made[site]

    return url


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A server; skips where there is none, fails where CI wants one."""
    if GIVEN:
        yield GIVEN
    elif bin := binaries():
        with serve_postgres(bin) as url:
            yield url
    else:
        reason = "no PostgreSQL: install Debian's postgresql, or set RESONANCE_TEST_POSTGRES"
        pytest.fail(reason) if REQUIRED else pytest.skip(reason)


@pytest.fixture(scope="session")
def postgres_site(postgres: str, tmp_path_factory: pytest.TempPathFactory) -> SiteUrl:
    """As `sqlite_site`: each site in a new database of the server."""
    made: dict[str, str] = {}
    server = site_url(postgres)

    def url(site: str) -> str:
        if site not in made:
            name = f"resonance_test_{site}"
            engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
            with engine.connect() as connection:
                connection.execute(sa.text(f"DROP DATABASE IF EXISTS {name}"))
                connection.execute(sa.text(f"CREATE DATABASE {name}"))
            engine.dispose()
            plain = server.set(drivername="postgresql", database=name)
            made[site] = plain.render_as_string(hide_password=False)
            make(site, made[site], tmp_path_factory.mktemp(f"pg_{site}"))
        return made[site]

    return url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_site(request: pytest.FixtureRequest) -> SiteUrl:
    """A site on each engine in turn: what holds on one holds on the other."""
    found: SiteUrl = request.getfixturevalue(f"{request.param}_site")
    return found


def source(url: str, mapping: Path | None = None, app: str | None = None) -> DjangoSource:
    return DjangoSource(DjangoConfig(url, mapping, app))


def loaded(from_source: DjangoSource) -> dict[str, pd.DataFrame]:
    return {batch.kind.file: batch.frame for batch in from_source.batches()}


def rows(frame: pd.DataFrame, *columns: str) -> Rows:
    """The frame's rows as a set, its ids made short; null is None."""
    plain = frame[list(columns)].astype(object)
    plain = plain.where(plain.notna(), None)
    return {tuple(map(short, row)) for row in plain.itertuples(index=False)}


def short(value: object) -> object:
    """``u1``, ``p1``, ``g1`` for an id, of a UUID its last two digits; else the value."""
    if not isinstance(value, str) or not value.startswith("dj:"):
        return value
    _, kind, id = value.split(":")
    return kind[0] + (str(int(id[-2:], 16)) if len(id) == 36 else id)


def pairs(frame: pd.DataFrame) -> Rows:
    return rows(frame, "source", "target")


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


# What each site becomes


def test_the_standard_site_becomes_the_graph_worked_out_by_hand(any_site: SiteUrl) -> None:
    site = source(any_site("standard"))
    found = loaded(site)
    assert rows(found["users"], "id", "username", "joined_at", "active", "privacy") == {
        ("u1", "person1", T, True, "public"),
        ("u2", "person2", T, True, "friends"),
        ("u3", "person3", T, True, "private"),
        ("u4", "person4", T, False, "public"),
        ("u5", "person5", T, True, "public"),
    }
    assert rows(found["posts"], "id", "text", "privacy", "created_at", "details") == {
        ("p1", "for all", "public", T, '{"image":"posts/a.jpg"}'),
        ("p2", "for friends", "friends", T + 10, '{"video":"posts/b.mp4"}'),
        ("p3", "for me", "private", T + 20, "{}"),
        ("p4", "for walkers", "public", T + 30, "{}"),
        ("p5", "look", "public", T + 40, "{}"),
        ("p6", "", "public", T + 50, "{}"),
        ("p7", "", "public", T + 60, "{}"),
    }
    assert found["posts"]["available"].all() and not found["posts"]["deleted"].any()
    assert pairs(found["authored"]) == {
        *(("u1", "p1"), ("u1", "p2"), ("u2", "p3"), ("u2", "p4")),
        *(("u3", "p5"), ("u1", "p6"), ("u4", "p7")),
    }
    assert rows(found["tags"], "id", "name") == {("music", "music"), ("film", "film")}
    assert pairs(found["tagged"]) == {("p1", "music"), ("p2", "film")}
    assert pairs(found["interested_in"]) == {("u1", "music"), ("u1", "film"), ("u2", "music")}
    assert rows(found["friend"], "source", "target", "since") == {
        ("u1", "u2", T + 400),
        ("u1", "u4", T + 440),
    }
    assert rows(found["asked"], "source", "target", "at") == {("u2", "u3", T + 420)}
    assert rows(found["liked"], "source", "target", "at") == {
        ("u2", "p1", T + 110),
        ("u3", "p1", T + 120),
        ("u1", "p3", T + 5),
    }
    assert rows(found["commented"], "source", "target", "at", "times") == {
        ("u2", "p1", T + 210, 2),
        ("u1", "p4", T + 220, 1),
    }
    assert pairs(found["shares"]) == {("p5", "p1"), ("p6", "p2")}
    assert rows(found["shared"], "source", "target", "at") == {
        ("u2", "p1", T + 300),
        ("u3", "p1", T + 40),
        ("u1", "p2", T + 50),
    }
    assert rows(found["groups"], "id", "name") == {("g1", "Walkers")}
    assert pairs(found["posted_in"]) == {("p4", "g1")}
    assert rows(found["member_of"], "source", "target", "role") == {
        ("u1", "g1", "admin"),
        ("u2", "g1", "member"),
    }
    assert rows(found["events"], "id", "name") == {("e1", "Walk")}
    assert rows(found["attends"], "source", "target", "role") == {("u1", "e1", "admin")}


def test_what_was_put_right_on_the_standard_site_is_counted_by_name(sqlite_site: SiteUrl) -> None:
    site = source(sqlite_site("standard"))
    found = loaded(site)
    assert site.report.refused == Counter({("friend", "from a node to itself"): 1})
    assert site.report.mended == Counter(
        {
            "friends: rejected, ended or answered": 2,
            "friends: unknown status, no friendship": 1,
            "friend: told twice": 1,
            "liked: repeated": 1,
            "commented: repeated": 1,
            "tagged: told twice": 1,
            "member_of: told twice": 1,
            "attends: told twice": 1,
            "posts: a copy of what is not public, emptied": 1,
        }
    )
    assert site.snapshot().prefix == "dj:" and site.snapshot().files == set(found)


def test_a_site_of_uuids_short_words_and_blocks(any_site: SiteUrl) -> None:
    site = source(any_site("letters"))
    found = loaded(site)
    assert found["users"]["id"].tolist()[0] == "dj:user:00000000-0000-0000-0000-000000000001"
    assert rows(found["users"], "id", "username", "active", "privacy") == {
        ("u1", "ann", True, "public"),
        ("u2", "ben", True, "private"),
        ("u3", None, True, "public"),
        ("u4", "dan", False, "public"),
    }
    assert rows(found["posts"], "id", "text", "privacy", "deleted", "available") == {
        ("p11", "ALL", "public", False, True),
        ("p12", "FND", "friends", False, True),
        ("p13", "ME", "private", False, True),
        ("p14", "", "public", True, True),
        ("p15", "odd", "private", False, False),
    }
    assert pairs(found["liked"]) == {("u2", "p11"), ("u3", "p11")}
    assert pairs(found["tagged"]) == {("p11", "jazz"), ("p12", "jazz")}
    assert pairs(found["interested_in"]) == {("u2", "jazz")}
    assert rows(found["commented"], "source", "target", "times") == {("u2", "p11", 1)}
    assert rows(found["friend"], "source", "target", "since") == {("u1", "u2", T + 30)}
    assert rows(found["asked"], "source", "target", "at") == {("u4", "u1", T + 40)}
    assert pairs(found["blocks"]) == {("u3", "u1")}
    assert site.report.mended["users: user name is an e-mail address, left out"] == 1
    assert site.report.mended["posts: unknown privacy taken as private"] == 1


def test_a_site_of_generic_likes_taggit_reactions_and_profiles(any_site: SiteUrl) -> None:
    site = source(any_site("generic"))
    found = loaded(site)
    assert rows(found["posts"], "id", "title", "privacy", "deleted", "url") == {
        ("p1", "t1", "public", False, ""),
        ("p2", "t2", "private", False, ""),
        ("p3", "t3", "private", False, ""),
        ("p4", "", "public", True, ""),
        ("p5", "t5", "private", False, "https://cdn.example/x.jpg"),
    }
    by = {("u1", "p1"), ("u1", "p2"), ("u2", "p3"), ("u2", "p4"), ("u2", "p5")}
    assert pairs(found["authored"]) == by
    assert pairs(found["liked"]) == {("u2", "p1"), ("u3", "p1")}
    assert pairs(found["tagged"]) == {("p1", "jazz")}
    assert rows(found["reacted"], "source", "target", "at", "kind") == {
        ("u2", "p1", T + 21, "haha")
    }
    assert pairs(found["shared"]) == {("u2", "p1")}
    assert pairs(found["friend"]) == {("u1", "u2")}
    assert pairs(found["asked"]) == {("u1", "u3")}
    assert site.report.mended["shared: with one person, not told"] == 1
    assert site.report.mended["posts: unknown state taken as private"] == 1


def test_a_site_of_followers_where_only_mutual_ones_are_friends(any_site: SiteUrl) -> None:
    site = source(any_site("follows"))
    found = loaded(site)
    assert rows(found["friend"], "source", "target", "since") == {("u1", "u2", T + 9)}
    assert "asked" not in found
    assert rows(found["users"], "id", "privacy") == {
        ("u1", "public"),
        ("u2", "private"),
        ("u3", "private"),
    }
    assert rows(found["posts"], "id", "privacy") == {
        *(("p1", "public"), ("p2", "private"), ("p3", "private"), ("p4", "public"))
    }
    tagged = {("p1", "jazz"), ("p1", "folk"), ("p2", "a_b"), ("p2", "c")}
    assert pairs(found["tagged"]) == tagged
    assert pairs(found["interested_in"]) == {("u1", "chess")}
    assert pairs(found["posted_in"]) == {("p4", "g1")}
    assert rows(found["groups"], "id", "name", "privacy") == {("g1", "Makers", "private")}
    assert rows(found["member_of"], "source", "role") == {("u1", "admin"), ("u2", "admin")}
    assert rows(found["reacted"], "source", "target", "kind") == {("u2", "p1", "like")}
    assert pairs(found["shared"]) == {("u2", "p1")}
    assert site.report.mended["follows: one-way, no friendship"] == 1
    assert site.report.mended["users: no profile, taken as private"] == 1
    assert site.report.mended["member_of: not yet or no longer a member"] == 1


def test_a_site_of_friend_lists_and_words_as_forms_show_them(any_site: SiteUrl) -> None:
    site = source(any_site("lists"))
    found = loaded(site)
    assert rows(found["posts"], "id", "privacy") == {
        *(("p1", "public"), ("p2", "friends"), ("p3", "private")),
        *(("p4", "private"), ("p5", "private")),
    }
    assert pairs(found["friend"]) == {("u1", "u2")}
    assert pairs(found["asked"]) == {("u3", "u1")}
    assert pairs(found["interested_in"]) == {("u1", "jazz")}
    assert pairs(found["liked"]) == {("u2", "p1")}
    assert site.report.refused == Counter({("liked", "no user"): 1})


# What never comes along


@pytest.mark.parametrize("site", VARIANTS)
def test_no_password_address_name_or_message_comes_along(any_site: SiteUrl, site: str) -> None:
    found = loaded(source(any_site(site)))
    told = "".join(frame.to_csv() for frame in found.values())
    for secret in ("secret.example", "password-never-read", "md5$", "never read", "+10000"):
        assert secret not in told
    assert "First" not in told and "Last" not in told


def test_the_database_is_left_as_it_was(sqlite_site: SiteUrl) -> None:
    path = Path(sqlite_site("standard").removeprefix("sqlite:///"))
    before, listed = path.read_bytes(), sorted(path.parent.iterdir())
    loaded(source(sqlite_site("standard")))
    source(sqlite_site("standard")).describe()
    assert path.read_bytes() == before and sorted(path.parent.iterdir()) == listed


def test_the_connection_can_not_write(any_site: SiteUrl) -> None:
    with open_site(site_url(any_site("standard"))) as site:
        with pytest.raises(sa.exc.DBAPIError, match="read.?only"):
            site.connection.exec_driver_sql("DELETE FROM social_like")


def test_what_is_written_meanwhile_is_not_half_seen(any_site: SiteUrl) -> None:
    url = site_url(any_site("standard"))
    writer = sa.create_engine(url)
    if writer.dialect.name == "sqlite":
        with writer.connect() as other:
            other.exec_driver_sql("PRAGMA journal_mode=WAL")
    add = "INSERT INTO social_tag (name) VALUES ('late')"
    with open_site(url) as site:
        before = site.count("social_tag")
        with writer.begin() as other:
            other.exec_driver_sql(add)
        assert site.count("social_tag") == before
    with open_site(url) as site:
        assert site.count("social_tag") == before + 1
    with writer.begin() as other:
        other.exec_driver_sql("DELETE FROM social_tag WHERE name = 'late'")
    with writer.connect() as other:
        if writer.dialect.name == "sqlite":
            other.exec_driver_sql("PRAGMA journal_mode=DELETE")
    writer.dispose()


# Into the graph


def test_the_graph_has_it_and_a_second_load_writes_nothing(
    store: GraphStore, sqlite_site: SiteUrl
) -> None:
    for again in (False, True):
        report = LoadReport()
        site = DjangoSource(DjangoConfig(sqlite_site("standard")), report)
        batches = list(site.batches())
        ingest(store, batches, report, site.snapshot())
        assert report.wrote is not again
        for file in report.read:
            settled = report.new[file] + report.changed[file] + report.unchanged[file]
            assert report.read[file] == settled + report.refusals(file), file
    exported = read_tables(store)
    assert rows(exported["posts"], "id", "privacy") >= {("p2", "friends"), ("p3", "private")}
    assert pairs(exported["friend"]) == {("u1", "u2"), ("u1", "u4")}


def test_what_leaves_the_site_leaves_the_graph(
    store: GraphStore, sqlite_site: SiteUrl, tmp_path: Path
) -> None:
    path = tmp_path / "db.sqlite3"
    shutil.copy(sqlite_site("standard").removeprefix("sqlite:///"), path)
    site = source(f"sqlite:///{path}")
    ingest(store, list(site.batches()), site.report, site.snapshot())
    with sqlite3.connect(path) as connection:
        connection.execute("DELETE FROM social_friendship WHERE sender_id = 4")
        connection.execute("DELETE FROM social_post WHERE id = 7")
        connection.execute("UPDATE social_post SET privacy = 'private' WHERE id = 1")
    connection.close()
    site = source(f"sqlite:///{path}")
    ingest(store, list(site.batches()), site.report, site.snapshot())
    exported = read_tables(store)
    assert pairs(exported["friend"]) == {("u1", "u2")}
    assert ("p7", True) in rows(exported["posts"], "id", "deleted")
    assert ("p1", "private") in rows(exported["posts"], "id", "privacy")


def test_a_comment_of_someone_unknown_is_refused_by_name(
    store: GraphStore, sqlite_site: SiteUrl
) -> None:
    site = source(sqlite_site("lists"))
    report = ingest(store, list(site.batches()), site.report, site.snapshot())
    assert report.refused["commented", "unknown user"] == 1


# The mapping


@pytest.mark.parametrize("site", VARIANTS)
def test_the_dry_run_is_a_mapping_file_that_loads_the_same(
    any_site: SiteUrl, site: str, tmp_path: Path
) -> None:
    shown = source(any_site(site)).describe()
    file = write(tmp_path / "mapping.toml", shown)
    assert source(any_site(site), file).describe() == shown
    found, again = loaded(source(any_site(site))), loaded(source(any_site(site), file))
    assert found.keys() == again.keys()
    for kind in found:
        pd.testing.assert_frame_equal(found[kind], again[kind])


def test_the_dry_run_counts_rows_and_names_what_is_not_read(sqlite_site: SiteUrl) -> None:
    shown = source(sqlite_site("standard")).describe()
    assert "7 rows of social_post\n" in shown
    assert "# not read: tables social_message, social_notification" in shown
    assert "# not read: of social_post updated_at" in shown


def test_a_file_decides_what_discovery_can_not(sqlite_site: SiteUrl, tmp_path: Path) -> None:
    url, steps = sqlite_site("unclear"), []
    for line, said in [
        ('[posts]\ntable = "social_post"\n', "blog_post and social_post could each be the table"),
        ('text = "content"\n', "text and content could each be posts.text"),
        ('ignore = ["only_followers_may_see"]\n', "social_post.only_followers_may_see may say"),
        ('[posts.values.privacy]\n0 = "public"\n1 = "friends"\n', None),
        ('[friends.values.status]\n1 = "friend"\n', None),
    ]:
        file = write(tmp_path / "mapping.toml", "".join(steps))
        if said:
            with pytest.raises(ConfigError, match=said):
                loaded(source(url, file))
        steps.append(line)
    site = source(url, write(tmp_path / "mapping.toml", "".join(steps)))
    found = loaded(site)
    assert rows(found["posts"], "id", "text", "privacy") == {
        ("p1", "c0", "public"),
        ("p2", "c1", "friends"),
        ("p3", "c7", "private"),
    }
    assert pairs(found["friend"]) == {("u1", "u2")} and pairs(found["liked"]) == {("u2", "p1")}


def test_numbers_that_no_file_explains_are_the_strictest(
    sqlite_site: SiteUrl, tmp_path: Path
) -> None:
    text = '[posts]\ntable = "social_post"\ntext = ""\nignore = ["only_followers_may_see"]\n'
    site = source(sqlite_site("unclear"), write(tmp_path / "mapping.toml", text))
    found = loaded(site)
    assert set(found["posts"]["privacy"]) == {"private"} and "text" not in found["posts"]
    assert "friend" not in found and "asked" not in found
    assert site.report.mended["posts: unknown privacy taken as private"] == 3
    assert site.report.mended["friends: unknown status, no friendship"] == 1


def test_an_app_label_decides_between_two_tables(sqlite_site: SiteUrl) -> None:
    found = loaded(source(sqlite_site("unclear"), app="blog"))
    assert found["posts"]["text"].tolist() == ["blog"]
    assert pairs(found["liked"]) == {("u1", "p1")}
    with pytest.raises(ConfigError, match="no table starts with shop_"):
        loaded(source(sqlite_site("unclear"), app="shop"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[posts", "is no TOML"),
        ("[poets]", r"\[poets\] is no role"),
        ("[posts]\ntitel = 'x'", "posts.titel is unknown"),
        ("[posts]\ntext = 1", "posts.text is no name"),
        ("[posts]\ntable = 'no_post'", "no table 'no_post'"),
        ("[posts]\ntext = 'txt'", "social_post has no column 'txt'"),
        ("[posts]\ntext = ['text', 'image']", "take one column each"),
        ("[posts.values.privacy]\nx = 'anyone'", "not 'anyone'"),
        ("[posts.values.colour]\nx = 'red'", "is unknown"),
        (
            "[posts.through.author]\ntable = 'social_profile'\nid = 'id'\nuser = 'x'",
            "no column 'x'",
        ),
        ("complete = 1", "complete is true or false"),
        ("complete = true\n[posts]\ntable = 'social_post'", "has .users. and .posts."),
        (
            "complete = true\n[users]\ntable='auth_user'\nid='id'\n[posts]\ntable='social_post'",
            "lacks",
        ),
    ],
)
def test_a_wrong_file_is_told_in_one_sentence(
    sqlite_site: SiteUrl, tmp_path: Path, text: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said):
        loaded(source(sqlite_site("standard"), write(tmp_path / "mapping.toml", text)))


def test_a_file_that_is_not_there_is_told_so(sqlite_site: SiteUrl, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="none.toml cannot be read"):
        loaded(source(sqlite_site("standard"), tmp_path / "none.toml"))


WORD = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8)


@given(column=WORD, table=WORD, words=st.dictionaries(WORD, st.sampled_from(["public", "private"])))
def test_any_mapping_comes_back_from_its_file(
    tmp_path_factory: pytest.TempPathFactory, column: str, table: str, words: dict[str, str]
) -> None:
    schema = {table: TableInfo(table, {column: "text"})}
    keys = {key: (column,) for key in ROLES["posts"].required}
    values = {"privacy": words} if words else {}
    mapping: SiteMapping = {"posts": Role(table, {**keys, "deleted": (column, column)}, values)}
    file = write(tmp_path_factory.mktemp("toml") / "mapping.toml", to_toml(mapping))
    complete, told = read_file(file)
    assert complete and {"posts": role_of("posts", told["posts"], schema)} == mapping


# What can go wrong


def message(url: str, error: type[Exception]) -> str:
    """What is said, having made sure that the password is nowhere in it."""
    with pytest.raises(error) as raised:
        loaded(source(url))
    trace = "".join(traceback.format_exception(raised.value))
    assert "s3cret" not in trace and "s3cret" not in repr(raised.value.__context__)
    return str(raised.value)


def test_a_missing_file_is_told_and_not_made(tmp_path: Path) -> None:
    said = message(f"sqlite:///{tmp_path}/none.db", SourceUnavailable)
    assert "none.db is not a file" in said and not list(tmp_path.iterdir())


def test_a_file_of_something_else_is_told(tmp_path: Path) -> None:
    path = write(tmp_path / "notes.txt", "no database, but long enough to be read as one" * 50)
    assert "is no SQLite database" in message(f"sqlite:///{path}", MalformedSource)


def test_a_database_without_django_is_told(tmp_path: Path) -> None:
    sqlite3.connect(tmp_path / "db").execute("CREATE TABLE post (id, user_id)").connection.close()
    assert "has no Django users" in message(f"sqlite:///{tmp_path}/db", MalformedSource)


def test_users_without_posts_are_told(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "db")
    connection.execute("CREATE TABLE auth_user (id integer primary key, password, last_login)")
    connection.close()
    assert "no table of posts" in message(f"sqlite:///{tmp_path}/db", MalformedSource)


def test_nothing_that_answers_is_told_without_the_password() -> None:
    said = message(f"postgres://me:{SECRET}@127.0.0.1:1/site", SourceUnavailable)
    assert said.startswith("postgresql://me:" + "***@127.0.0.1:1/site does not answer")


@pytest.mark.postgres
def test_a_wrong_password_and_a_wrong_name_are_told_apart(postgres: str) -> None:
    server = site_url(postgres)
    wrong = server.set(password="s3cret").render_as_string(hide_password=False)
    assert "turned the name and password away" in message(wrong, SourceRefused)
    nowhere = server.set(database="nowhere").render_as_string(hide_password=False)
    assert "no such database" in message(nowhere, SourceUnavailable)


@pytest.mark.parametrize(
    "url",
    ["", "nonsense s3cret", f"mysql://me:{SECRET}@h/db", "sqlite://", "postgres://h:s3cret/x"],
)
def test_an_address_of_something_else_is_refused_unshown(url: str) -> None:
    with pytest.raises(ConfigError, match="DATABASE_URL") as raised:
        DjangoConfig(url)
    assert "s3cret" not in "".join(traceback.format_exception(raised.value))


def test_the_address_comes_from_the_environment_and_is_in_no_repr() -> None:
    config = DjangoConfig.from_env({"DATABASE_URL": f"postgres://me:{SECRET}@h/db"})
    assert "s3cret" not in repr(config) and site_url(config.url).password == "s3cret"
    with pytest.raises(ConfigError, match="DATABASE_URL is not set"):
        DjangoConfig.from_env({})


# Small things


@pytest.mark.parametrize(
    ("told", "parts"),
    [
        ("a, b;c", ["a", "b", "c"]),
        ("#a #b,#c", ["a", "b", "c"]),
        ('["A", "b"]', ["a", "b"]),
        (["A", "b"], ["a", "b"]),
        ("", []),
        (None, []),
        ("[not json", ["[not json"]),
    ],
)
def test_tags_in_one_field_are_taken_apart(told: object, parts: list[str]) -> None:
    assert [name for part in tag_parts(told) if (name := tag(part))] == parts


def test_a_post_in_a_group_that_is_not_known_is_private(
    sqlite_site: SiteUrl, tmp_path: Path
) -> None:
    site = source(sqlite_site("standard"), write(tmp_path / "m.toml", '[groups]\ntable = ""'))
    found = loaded(site)
    assert ("p4", "private") in rows(found["posts"], "id", "privacy")
    assert site.report.mended["posts: in an unknown group, taken as private"] == 1


def test_posts_that_a_group_lists_are_in_it(sqlite_site: SiteUrl, tmp_path: Path) -> None:
    path = tmp_path / "db.sqlite3"
    shutil.copy(sqlite_site("standard").removeprefix("sqlite:///"), path)
    connection = sqlite3.connect(path)
    connection.execute(
        "CREATE TABLE social_group_posts (id integer primary key,"
        " group_id REFERENCES social_group(id), post_id REFERENCES social_post(id))"
    )
    connection.execute("INSERT INTO social_group_posts VALUES (1, 1, 1)")
    connection.commit()
    connection.close()
    found = loaded(source(f"sqlite:///{path}"))
    assert pairs(found["posted_in"]) == {("p1", "g1"), ("p4", "g1")}
    assert pairs(found["shared"]) == {("u2", "p1"), ("u3", "p1"), ("u1", "p2")}


def test_a_friendship_whose_standing_is_not_understood_is_asked_about(
    sqlite_site: SiteUrl, tmp_path: Path
) -> None:
    path = tmp_path / "db.sqlite3"
    shutil.copy(sqlite_site("standard").removeprefix("sqlite:///"), path)
    connection = sqlite3.connect(path)
    connection.execute("ALTER TABLE social_friendship RENAME COLUMN status TO request_state_code")
    connection.close()
    with pytest.raises(ConfigError, match="social_friendship.request_state_code may say who"):
        loaded(source(f"sqlite:///{path}"))


def test_an_author_without_a_profile_behind_is_no_author(
    sqlite_site: SiteUrl, tmp_path: Path
) -> None:
    path = tmp_path / "db.sqlite3"
    shutil.copy(sqlite_site("generic").removeprefix("sqlite:///"), path)
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("UPDATE network_post SET author_id = 99 WHERE id = 1")
    connection.commit()
    connection.close()
    site = source(f"sqlite:///{path}")
    assert pairs(loaded(site)["authored"]) == {
        *(("u1", "p2"), ("u2", "p3"), ("u2", "p4"), ("u2", "p5"))
    }
    assert site.report.mended["posts: no author"] == 1
