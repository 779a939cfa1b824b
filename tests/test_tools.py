"""The Neo4j tool's own decisions: no Java, no server and no download is needed to check them."""

import contextlib
import importlib
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from graph.explore import drawings

ROOT = Path(__file__).parent.parent
MODULES = ("jars", "home", "bulk", "server", "ran", "guide")


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Iterator[Namespace]:
    """The tool's modules, which are scripts beside each other and no package."""
    monkeypatch.syspath_prepend(str(ROOT / "tools" / "neo4j"))
    for name in ("NEO4J_PASSWORD", "JAVA_HOME"):
        monkeypatch.delenv(name, raising=False)
    modules: dict[str, ModuleType] = {name: importlib.import_module(name) for name in MODULES}
    yield Namespace(**modules)
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    (folder / "conf").mkdir(parents=True)
    return folder


@contextlib.contextmanager
def living(*arguments: str) -> Iterator[subprocess.Popen[bytes]]:
    """A process that lives until the test ends, with these words in its command line."""
    script = "print('up', flush=True); input()"
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        # Just after its start a process has no command line yet.
        assert process.stdout and process.stdout.readline() == b"up\n"
        yield process
        process.kill()


def record(home: Path, pid: int) -> None:
    (home / "server.json").write_text(json.dumps({"pid": pid, "bolt_port": 1, "http_port": 2}))


def test_the_server_listens_on_this_machine_only_and_asks_for_a_password(tool):
    text = tool.home.config_text(7001, 7002, "64m", ["db.tx_log.preallocate=false"])
    settings = dict(line.split("=", 1) for line in text.splitlines())
    assert settings["server.default_listen_address"] == "127.0.0.1"
    assert settings["server.bolt.listen_address"] == ":7001"
    assert settings["server.bolt.advertised_address"] == ":7001"
    assert settings["server.http.listen_address"] == ":7002"
    assert settings["dbms.security.auth_enabled"] == "true"
    assert settings["dbms.usage_report.enabled"] == "false"
    assert settings["server.memory.pagecache.size"] == "64m"
    assert settings["db.tx_log.preallocate"] == "false"


def test_docker_starts_java_with_the_same_options(tool):
    composed = (ROOT / "docker-compose.yml").read_text().split()
    assert set(tool.server.JAVA_OPTIONS) <= set(composed)


def test_a_home_keeps_one_random_password_that_others_cannot_read(tool, home, tmp_path):
    password = tool.home.home_password(home)
    assert len(password) >= 24
    assert tool.home.home_password(home) == password
    assert stat.S_IMODE((home / "password").stat().st_mode) == 0o600
    other = tmp_path / "other"
    other.mkdir()
    assert tool.home.home_password(other) != password


def test_a_given_password_is_taken_once_and_another_is_refused_later(tool, home, monkeypatch):
    monkeypatch.setenv("NEO4J_PASSWORD", "correct-horse")
    assert tool.home.home_password(home) == "correct-horse"
    monkeypatch.setenv("NEO4J_PASSWORD", "battery-staple")
    with pytest.raises(SystemExit, match="another password.*wipe the home"):
        tool.home.home_password(home)


@pytest.mark.parametrize("password", ["short", "two words here", 'quote"quote"', "back\\slash\\"])
def test_a_password_that_neo4j_would_refuse_is_refused_before(tool, home, monkeypatch, password):
    monkeypatch.setenv("NEO4J_PASSWORD", password)
    with pytest.raises(SystemExit, match="8 characters"):
        tool.home.home_password(home)
    assert not (home / "password").exists()


def test_a_password_that_begins_with_a_dash_is_no_option_and_no_argument(tool, home, tmp_path):
    program(
        tmp_path / "java", f'for last; do :; done; echo "$@" | cat - "${{last#@}}" >{home}/told'
    )
    tool.server.set_password(str(tmp_path / "java"), tmp_path, home, "-secret-")
    arguments, words = (home / "told").read_text().splitlines()
    assert words == 'dbms set-initial-password -- "-secret-"'
    assert "-secret-" not in arguments
    assert sorted(file.name for file in home.iterdir()) == ["conf", "told"]


def test_a_process_that_took_over_the_recorded_pid_is_never_ended(tool, home):
    with living("--home-dir", str(home)) as process:
        record(home, process.pid)
        assert tool.server.running(home) is None
        assert tool.server.end(home) is False
        assert process.poll() is None


def test_the_server_of_a_home_with_a_longer_name_is_not_ours(tool, home):
    with living(*tool.server.folder_arguments(home.with_name("home2"))) as process:
        record(home, process.pid)
        assert tool.server.running(home) is None


def test_the_recorded_server_is_ended_and_forgotten(tool, home):
    with living(*tool.server.folder_arguments(home)) as process:
        record(home, process.pid)
        assert tool.server.running(home) == tool.home.Server(process.pid, 1, 2)
        assert tool.server.end(home) is True
        assert process.wait() != 0
    assert not (home / "server.json").exists()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": 1}', '{"process": 1}'])
def test_a_damaged_record_reads_as_no_server(tool, home, text):
    (home / "server.json").write_text(text)
    assert tool.server.running(home) is None


def test_a_second_start_leaves_the_running_server_alone(tool, home, tmp_path):
    with living(*tool.server.folder_arguments(home)) as process:
        record(home, process.pid)
        server = tool.server.start(home, tmp_path / "no-jars", Namespace())
        assert server.pid == process.pid
        assert process.poll() is None


def test_a_start_without_jars_says_to_fetch_them(tool, home, tmp_path):
    with pytest.raises(SystemExit, match="run fetch first"):
        tool.server.start(home, tmp_path / "no-jars", Namespace())


def test_wiping_leaves_a_folder_alone_that_is_no_home_of_ours(tool, home):
    (home / "diary.txt").write_text("dear diary")
    with pytest.raises(SystemExit, match="left alone"):
        tool.server.wipe(home)
    assert (home / "diary.txt").exists()


def test_wiping_removes_a_home_of_ours(tool, home):
    (home / "conf" / "neo4j.conf").write_text(tool.home.config_text(1, 2, "1m"))
    tool.home.home_password(home)
    tool.server.wipe(home)
    assert not home.exists()


def test_a_missing_java_is_named_with_the_way_to_get_it(tool, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="Java 17 or newer; install it.*apt-get install"):
        tool.jars.find_java()


def test_a_java_that_is_too_old_is_named_with_its_version(tool, monkeypatch, tmp_path):
    program(tmp_path / "java", "echo 'openjdk version \"11.0.2\"' >&2")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    with pytest.raises(SystemExit, match="is Java 11: Neo4j needs Java 17"):
        tool.jars.find_java()


@pytest.mark.parametrize(
    ("told", "major"),
    [
        ('openjdk version "17.0.15" 2025-04-15', 17),
        ('openjdk version "21" 2023-09-19', 21),
        ('java version "1.8.0_392"', 8),
        ("command not understood", 0),
    ],
)
def test_the_java_version_is_read_from_what_java_tells(tool, told, major):
    assert tool.jars.java_major(told) == major


def test_a_missing_maven_is_named_with_the_way_to_get_it(tool, monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SystemExit, match="mvn is not on the PATH.*apt-get install maven"):
        tool.jars.fetch(tmp_path / "lib")


def test_fetching_leaves_a_folder_alone_that_it_did_not_make(tool, tmp_path):
    lib = tmp_path / "lib"
    lib.mkdir()
    (lib / "mine.jar").write_text("mine")
    with pytest.raises(SystemExit, match="was not made by this command"):
        tool.jars.fetch(lib)
    assert (lib / "mine.jar").read_text() == "mine"


def test_a_fetch_that_fails_leaves_no_half_of_the_jars(tool, monkeypatch, tmp_path):
    programs_for_fetch(tmp_path, monkeypatch, "mkdir -p $lib && touch $lib/one.jar && exit 1")
    with pytest.raises(SystemExit, match="could not fetch the jars"):
        tool.jars.fetch(tmp_path / "lib")
    assert not (tmp_path / "lib").exists()


def test_a_fetch_copies_the_jars_once(tool, monkeypatch, tmp_path):
    programs_for_fetch(tmp_path, monkeypatch, "mkdir -p $lib && touch $lib/one.jar")
    tool.jars.fetch(tmp_path / "lib")
    assert (tmp_path / "lib" / "one.jar").exists()
    monkeypatch.setenv("PATH", "")
    tool.jars.fetch(tmp_path / "lib")
    assert tool.jars.fetched(tmp_path / "lib")


def test_a_wished_port_that_is_taken_is_refused_and_a_default_one_replaced(tool):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"port {taken} is taken"):
            tool.home.choose_port(taken, 7687)
        assert tool.home.choose_port(None, taken) != taken
        assert tool.home.choose_port(0, taken) not in (0, taken)


def test_nobody_answers_where_nothing_listens(tool):
    free = tool.home.choose_port(0, 7474)
    assert tool.server.answers(tool.home.Server(1, free, free), "password") is False


def test_the_exports_survive_a_shell(tool):
    lines = tool.server.exports(tool.home.Server(1, 7001, 7002), "it's $HOME")
    script = f'{lines}\nprintf "%s %s %s" "$NEO4J_URI" "$NEO4J_USER" "$NEO4J_PASSWORD"'
    told = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert told.stdout == "bolt://127.0.0.1:7001 neo4j it's $HOME"


PASSED = '<testcase classname="tests.graph.test_store" name="test_x[neo4j]"/>'
SKIPPED = (
    '<testcase classname="tests.graph.test_store" name="test_y">'
    '<skipped message="NEO4J_URI is not set: make neo4j"/></testcase>'
)
OTHER = '<testcase classname="tests.gnn.test_split" name="test_z"><skipped message="x"/></testcase>'


@pytest.mark.parametrize(
    ("cases", "code"),
    [(PASSED + OTHER, 0), (PASSED + SKIPPED, 1), (OTHER, 1), ("", 1)],
    ids=["ran", "one-skipped", "none-there", "empty"],
)
def test_a_run_counts_as_one_with_the_server_only_when_no_such_test_was_skipped(
    tool, tmp_path, cases, code
):
    report = tmp_path / "junit.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    assert tool.ran.main([str(report)]) == code


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
@pytest.mark.parametrize(
    ("python", "said"),
    [("", "Python 3.11 or newer is not on the PATH"), ("false", "false is older than Python 3.11")],
)
def test_setup_says_which_python_is_missing(tmp_path, python, said):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    command = ["make", "-C", str(tmp_path), "setup", f"PYTHON={python}"]
    told = subprocess.run(command, capture_output=True, text=True)
    assert told.returncode != 0
    assert said in told.stderr
    assert not (tmp_path / ".venv").exists()


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def programs_for_fetch(folder: Path, monkeypatch: pytest.MonkeyPatch, mvn: str) -> None:
    """Put a Java and a Maven on the PATH that do as told; ``$lib`` is where the jars go."""
    find_lib = 'for word; do case $word in -DoutputDirectory=*) lib="${word#*=}";; esac; done\n'
    program(folder / "mvn", find_lib + mvn)
    program(folder / "java", "echo 'openjdk version \"17.0.1\"' >&2")
    monkeypatch.setenv("PATH", str(folder), prepend=os.pathsep)


def fill(
    tool: Namespace, folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, *words: str
) -> None:
    """Import `folder`/out into `folder`/home by a Java that does as `script` says."""
    programs_for_fetch(folder, monkeypatch, "mkdir -p $lib && touch $lib/one.jar")
    version = "echo 'openjdk version \"17.0.1\"' >&2"
    program(folder / "java", f'case "$*" in *database*) {script};; *) {version};; esac')
    tool.jars.fetch(folder / "lib")
    where = [f"--home={folder / 'home'}", f"--lib={folder / 'lib'}"]
    assert tool.server.main(["import", *words, str(folder / "out"), *where]) == 0


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "import.args").write_text("--nodes=User=users.csv\n")
    return folder


def test_an_import_runs_neo4js_own_command_in_the_prepared_folder(tool, tmp_path, monkeypatch, out):
    fill(tool, tmp_path, monkeypatch, 'mkdir -p "$NEO4J_HOME/data"; echo "$PWD $*" >../told')
    told = (tmp_path / "told").read_text()
    assert told.startswith(f"{out} ")
    assert "database import full neo4j --overwrite-destination" in told
    assert told.endswith("@import.args\n")
    assert not tool.bulk.broken_off(tmp_path / "home").exists()


def test_an_import_refuses_a_folder_that_was_not_prepared(tool, tmp_path, monkeypatch, out):
    (out / "import.args").unlink()
    with pytest.raises(SystemExit, match="no import.args: make it with `resonance prepare"):
        fill(tool, tmp_path, monkeypatch, "exit 1")


def test_an_import_takes_the_place_of_a_graph_only_when_told_to(tool, tmp_path, monkeypatch, out):
    (tmp_path / "home" / "data" / "databases" / "neo4j").mkdir(parents=True)
    with pytest.raises(SystemExit, match="has a graph already: --overwrite"):
        fill(tool, tmp_path, monkeypatch, "exit 1")
    fill(tool, tmp_path, monkeypatch, "exit 0", "--overwrite")


def test_an_import_refuses_a_server_that_runs(tool, home, tmp_path, monkeypatch, out):
    with living(*tool.server.folder_arguments(home)) as process:
        record(home, process.pid)
        with pytest.raises(SystemExit, match=f"process {process.pid}: stop it first"):
            fill(tool, tmp_path, monkeypatch, "exit 1")


def test_what_a_broken_off_import_left_is_not_served(tool, tmp_path, monkeypatch, out):
    home = tmp_path / "home"
    with pytest.raises(SystemExit, match="its last words:\nno room"):
        fill(tool, tmp_path, monkeypatch, "echo no room; exit 1")
    with pytest.raises(SystemExit, match="was broken off: import again, or wipe"):
        tool.server.start(home, tmp_path / "lib", Namespace())
    fill(tool, tmp_path, monkeypatch, "exit 0")
    assert not tool.bulk.broken_off(home).exists()


def test_the_guide_of_neo4j_browser_is_made_of_the_drawings(tool: Namespace) -> None:
    """Stale? `python3 tools/neo4j/guide.py --write` makes it anew."""
    written = (tool.guide.FOLDER / "guide.html").read_text(encoding="utf-8")
    assert written == tool.guide.guide()
    assert written.count("<slide ") == 1 + len(drawings())
    wanted = {each.name for query in drawings().values() for each in query.parameters}
    assert all(f":param {name} =&gt; " in written for name in wanted)
