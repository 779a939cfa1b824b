#!/usr/bin/env python3
"""A real Neo4j for tests and for looking around, without Docker.

Needs Python 3.11's standard library, Java 17 or newer and, for `fetch`, Maven::

    python3 tools/neo4j/server.py fetch      # the jars, once
    python3 tools/neo4j/server.py start      # waits until a query answers
    eval "$(python3 tools/neo4j/server.py status --env)"

The jars lie under ``.data/neo4j/lib`` (RESONANCE_NEO4J_LIB), the server's own folder is
``.data/neo4j/home`` (RESONANCE_NEO4J_HOME): its data, its logs, its password (file mode 0600) and
``server.json``, which says which process and ports are its own.
"""

import argparse
import base64
import contextlib
import fcntl
import hashlib
import json
import os
import re
import secrets
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

POM = Path(__file__).with_name("pom.xml")
DATA = Path(__file__).resolve().parents[2] / ".data" / "neo4j"
USER = "neo4j"
LOCALHOST = "127.0.0.1"
BOLT_PORT, HTTP_PORT = 7687, 7474
OLDEST_JAVA = 17
STOP_SECONDS = 60
FOLDERS = ("conf", "data", "logs", "run", "import", "plugins", "lib")
OPEN_PACKAGES = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")

NO_JAVA = (
    "{found}: Neo4j needs Java 17 or newer; install it (Debian, Ubuntu: apt-get install "
    "default-jre-headless; macOS: brew install openjdk@21) or set JAVA_HOME."
)
NO_MAVEN = (
    "mvn is not on the PATH: Maven downloads the Neo4j jars; install it "
    "(Debian, Ubuntu: apt-get install maven; macOS: brew install maven)."
)


@dataclass(frozen=True)
class Server:
    """A started server: its process and the ports that it listens on."""

    pid: int
    bolt_port: int
    http_port: int


def fail(message: str) -> NoReturn:
    """End with one sentence on standard error and exit code 1."""
    raise SystemExit(f"neo4j: {message}")


def say(message: str) -> None:
    """Tell a person; standard output stays free for what a shell evaluates."""
    print(f"neo4j: {message}", file=sys.stderr, flush=True)


# What the machine must have


def find_java() -> str:
    """The path of a Java that is new enough, JAVA_HOME's before the PATH's."""
    java_home = os.environ.get("JAVA_HOME")
    inside = str(Path(java_home) / "bin") if java_home else None
    java = (inside and shutil.which("java", path=inside)) or shutil.which("java")
    if java is None:
        fail(NO_JAVA.format(found="java is not on the PATH"))
    told = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    major = java_major(told)
    if major < OLDEST_JAVA:
        fail(NO_JAVA.format(found=f"{java} is Java {major or 'of an unknown version'}"))
    return java


def java_major(told: str) -> int:
    """The major version in what ``java -version`` told, 0 when it told none."""
    version = re.search(r'version "(?:1\.)?(\d+)', told)
    return int(version.group(1)) if version else 0


# The jars


def fetch(lib: Path) -> None:
    """Copy the pom's jars into `lib`, which is whole or is not there."""
    if fetched(lib):
        say(f"the jars are in {lib}")
        return
    if lib.exists() and not (lib / "pom.sha256").exists():
        fail(f"{lib} exists and was not made by this command; move it away, or name another.")
    mvn = shutil.which("mvn")
    if mvn is None:
        fail(NO_MAVEN)
    find_java()
    say("fetching some 210 jars (137 MB), about a minute the first time")
    copying = lib.with_name(f"{lib.name}.part")
    shutil.rmtree(copying, ignore_errors=True)
    goal = ["dependency:copy-dependencies", "-DincludeScope=runtime"]
    done = subprocess.run(
        [mvn, "-q", "-B", "-f", str(POM), *goal, f"-DoutputDirectory={copying}"],
        stdout=sys.stderr,
    )
    if done.returncode != 0 or not copying.exists():
        fail("Maven could not fetch the jars (its words are above); mend that and fetch again.")
    (copying / "pom.sha256").write_text(pom_digest())
    shutil.rmtree(lib, ignore_errors=True)
    copying.rename(lib)
    say(f"the jars are in {lib}")


def fetched(lib: Path) -> bool:
    """Whether `lib` holds the jars of today's pom."""
    stamp = lib / "pom.sha256"
    return stamp.exists() and stamp.read_text() == pom_digest()


def pom_digest() -> str:
    """What the jars depend on, as one string."""
    return hashlib.sha256(POM.read_bytes()).hexdigest()


# The server's folder


def config_text(bolt_port: int, http_port: int, pagecache: str) -> str:
    """The text of ``neo4j.conf``: this machine only, no telemetry, always a password."""
    return f"""\
server.default_listen_address={LOCALHOST}
server.default_advertised_address={LOCALHOST}
server.bolt.listen_address=:{bolt_port}
server.bolt.advertised_address=:{bolt_port}
server.http.listen_address=:{http_port}
server.http.advertised_address=:{http_port}
server.memory.pagecache.size={pagecache}
dbms.security.auth_enabled=true
dbms.usage_report.enabled=false
client.allow_telemetry=false
"""


def home_password(home: Path) -> str:
    """The home's password: kept from its first start, from NEO4J_PASSWORD, or a new random one."""
    file = home / "password"
    wished = os.environ.get("NEO4J_PASSWORD")
    if file.exists():
        kept = file.read_text().strip()
        if wished and wished != kept:
            fail(f"{home} has another password than NEO4J_PASSWORD: unset it, or wipe the home.")
        return kept
    password = wished or secrets.token_urlsafe(24)
    if len(password) < 8 or password.split() != [password]:
        fail("NEO4J_PASSWORD must have 8 characters or more and no blanks.")
    with open(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(password)
    return password


def read_record(home: Path) -> Server | None:
    """The server that was last started from `home`, running or not."""
    try:
        return Server(**json.loads((home / "server.json").read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


@contextlib.contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder's lock, so that no two commands fetch, start or end the same at once."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with open(folder.with_name(f"{folder.name}.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# The process


def command_of(pid: int) -> str:
    """The command line of a process, "" when there is none (or it has ended)."""
    proc = Path("/proc")
    if (proc / "self" / "cmdline").exists():
        try:
            return os.fsdecode((proc / str(pid) / "cmdline").read_bytes().replace(b"\0", b" "))
        except OSError:
            return ""
    listed = subprocess.run(
        ["ps", "-ww", "-p", str(pid), "-o", "args="], capture_output=True, text=True
    )
    return listed.stdout


def folder_arguments(home: Path) -> list[str]:
    """The arguments by which a server names its home, and is known again."""
    return [f"--home-dir={home}", f"--config-dir={home / 'conf'}"]


def running(home: Path) -> Server | None:
    """The server of `home` if its process lives and is still that server, not a later tenant."""
    server = read_record(home)
    if server and " ".join(folder_arguments(home)) in command_of(server.pid):
        return server
    return None


def end(home: Path) -> bool:
    """End the home's own process, politely first; False when none was running."""
    if running(home) is None:
        return False
    for kind in (signal.SIGTERM, signal.SIGKILL):
        if server := running(home):
            os.kill(server.pid, kind)
        deadline = time.monotonic() + STOP_SECONDS
        while running(home) and time.monotonic() < deadline:
            time.sleep(0.2)
    (home / "server.json").unlink(missing_ok=True)
    return True


# Ports


def is_free(port: int) -> bool:
    """Whether nothing listens on this port of the machine's own address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOCALHOST, port))
        except OSError:
            return False
    return True


def choose_port(wished: int | None, default: int) -> int:
    """The wished port (0: any free one); with no wish the default, or a free one if taken."""
    port = default if wished is None else wished
    if port and is_free(port):
        return port
    if wished:
        fail(f"port {wished} is taken; choose another, or 0 for any free one.")
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        return int(probe.getsockname()[1])


# Starting


def start(home: Path, lib: Path, options: argparse.Namespace) -> Server:
    """Start the home's server unless it runs, and wait until it answers a query."""
    if server := running(home):
        say(f"already running, process {server.pid}")
        return server
    if not fetched(lib):
        fail(f"the jars are not in {lib} (or are those of another pom); run fetch first.")
    java = find_java()
    for folder in FOLDERS:
        (home / folder).mkdir(parents=True, exist_ok=True)
    password = home_password(home)
    set_password(java, lib, home, password)
    bolt = choose_port(options.bolt_port, BOLT_PORT)
    http = choose_port(options.http_port, HTTP_PORT)
    (home / "conf" / "neo4j.conf").write_text(config_text(bolt, http, options.pagecache))
    server = Server(launch(java, lib, home, options.heap), bolt, http)
    (home / "server.json").write_text(json.dumps(asdict(server)))
    answered = False
    try:
        wait_for_answer(home, server, password, options.timeout)
        answered = True
    finally:
        if not answered:
            end(home)
    return server


def set_password(java: str, lib: Path, home: Path, password: str) -> None:
    """Give a home that never started its password, through a file: `ps` shows arguments."""
    if (home / "data" / "dbms").exists():
        return
    words = home / "set-password"
    with open(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(f'dbms set-initial-password "{password}"')
    admin = [java, "-cp", f"{lib}/*", "org.neo4j.cli.AdminTool", f"@{words}"]
    folders = {"NEO4J_HOME": str(home), "NEO4J_CONF": str(home / "conf")}
    try:
        done = subprocess.run(admin, env={**os.environ, **folders}, capture_output=True, text=True)
    finally:
        words.unlink()
    if done.returncode != 0:
        fail(f"the password could not be set: {done.stderr.strip() or done.stdout.strip()}")


def launch(java: str, lib: Path, home: Path, heap: str) -> int:
    """Start the server's process in a session of its own; its pid."""
    opens = [f"--add-opens={package}=ALL-UNNAMED" for package in OPEN_PACKAGES]
    entry = ["-cp", f"{lib}/*", "org.neo4j.server.CommunityEntryPoint"]
    command = [java, f"-Xmx{heap}", *opens, *entry, *folder_arguments(home)]
    say("starting, some 15 seconds")
    with open(home / "logs" / "console.log", "wb") as log:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    return process.pid


def wait_for_answer(home: Path, server: Server, password: str, seconds: float) -> None:
    """Wait until a query answers: the ports open some seconds before the first one does."""
    deadline = time.monotonic() + seconds
    while not answers(server, password):
        if running(home) is None:
            tail = (home / "logs" / "console.log").read_text(errors="replace").splitlines()[-15:]
            fail("the server ended while starting; its last words:\n" + "\n".join(tail))
        if time.monotonic() > deadline:
            fail(f"no query answered within {seconds:.0f} s; see {home / 'logs'}.")
        time.sleep(0.5)


def answers(server: Server, password: str) -> bool:
    """Whether the server runs a query over HTTP now."""
    credentials = base64.b64encode(f"{USER}:{password}".encode()).decode()
    request = urllib.request.Request(
        f"http://{LOCALHOST}:{server.http_port}/db/neo4j/tx/commit",
        json.dumps({"statements": [{"statement": "RETURN 1"}]}).encode(),
        {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"},
    )
    no_proxy = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with no_proxy.open(request, timeout=5) as response:
            told = json.load(response)
    except (OSError, ValueError):  # urllib's errors are OSErrors; ValueError: not JSON yet
        return False
    return bool(told.get("errors") == [] and told["results"][0]["data"][0]["row"] == [1])


# The commands


def exports(server: Server, password: str) -> str:
    """Three lines that a shell can evaluate."""
    values = {
        "NEO4J_URI": f"bolt://{LOCALHOST}:{server.bolt_port}",
        "NEO4J_USER": USER,
        "NEO4J_PASSWORD": password,
    }
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in values.items())


def tell(home: Path, server: Server, as_env: bool) -> None:
    """Say where the server is: exports for a shell, or a few lines for a person."""
    if as_env:
        print(exports(server, home_password(home)))
        return
    print(f"bolt     bolt://{LOCALHOST}:{server.bolt_port}")
    print(f"browser  http://{LOCALHOST}:{server.http_port}/browser/")
    print(f"user     {USER}, password in {home / 'password'}")
    again = shlex.join(["python3", sys.argv[0], "status", "--env", f"--home={home}"])
    print(f'shell    eval "$({again})"')


def wipe(home: Path) -> None:
    """End the server and remove its folder, if that is one that `start` made."""
    end(home)
    if not home.exists():
        return
    if not (home / "conf" / "neo4j.conf").exists() or not (home / "password").exists():
        fail(f"{home} does not look like a Neo4j home of this command; it is left alone.")
    shutil.rmtree(home)


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """The command and its options."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", choices=("fetch", "start", "stop", "wipe", "status"))
    folder = os.environ.get
    parser.add_argument("--lib", default=folder("RESONANCE_NEO4J_LIB", DATA / "lib"), type=Path)
    parser.add_argument("--home", default=folder("RESONANCE_NEO4J_HOME", DATA / "home"), type=Path)
    parser.add_argument("--bolt-port", type=int, help="0: any free port")
    parser.add_argument("--http-port", type=int, help="0: any free port")
    parser.add_argument("--heap", default="1g", help="Java's -Xmx")
    parser.add_argument("--pagecache", default="512m")
    parser.add_argument("--timeout", type=float, default=180, help="seconds to wait for a start")
    parser.add_argument("--env", action="store_true", help="print exports for a shell")
    return parser.parse_args(arguments)


def main(arguments: list[str] | None = None) -> int:
    """Run one command; `status` answers 3 when the server does not run."""
    options = parse(arguments)
    home, lib = options.home.resolve(), options.lib.resolve()
    if options.command == "fetch":
        with alone(lib):
            fetch(lib)
        return 0
    if options.command == "status":
        server = running(home)
        if server is None:
            say(f"not running ({home})")
            return 3
        tell(home, server, options.env)
        return 0
    with alone(home):
        if options.command == "start":
            tell(home, start(home, lib, options), options.env)
        elif options.command == "stop":
            say("stopped" if end(home) else "not running")
        else:
            wipe(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
