#!/usr/bin/env python3
"""A real Neo4j for tests and for looking around, without Docker.

Needs Python 3.11's standard library, Java 17 or newer and, for `fetch`, Maven::

    python3 tools/neo4j/server.py fetch      # the jars, once
    python3 tools/neo4j/server.py start      # waits until a query answers
    eval "$(python3 tools/neo4j/server.py status --env)"

``import FOLDER`` fills the stopped server with what ``resonance prepare`` wrote. The jars lie under
``.data/neo4j/lib`` (RESONANCE_NEO4J_LIB), the server's own folder is ``.data/neo4j/home``
(RESONANCE_NEO4J_HOME): its data, its logs, its password (file mode 0600) and ``server.json``,
which says which process and ports are its own.
"""

import argparse
import base64
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict
from pathlib import Path

from bulk import admin, broken_off, environ, import_folder
from home import LOCALHOST, Server, alone, choose_port, config_text, home_password, read_record
from jars import fail, fetch, fetched, find_java, say

DATA = Path(__file__).resolve().parents[2] / ".data" / "neo4j"
USER = "neo4j"
BOLT_PORT, HTTP_PORT = 7687, 7474
STOP_SECONDS = 60
FOLDERS = ("conf", "data", "logs", "run", "import", "plugins", "lib")
# For bulk writes on few cores, as in docker-compose.yml: Java's own choice, G1, was slower; half of
# the heap for the young, since a transaction's edges live only until they are committed; and room
# for Neo4j's classes, for whose growth the whole heap was collected five times.
JAVA_OPTIONS = ("-XX:+UseParallelGC", "-XX:NewRatio=1", "-XX:MetaspaceSize=160m")
OPEN_PACKAGES = ("java.base/java.nio", "java.base/java.io", "java.base/sun.nio.ch")


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


# Starting


def start(home: Path, lib: Path, options: argparse.Namespace) -> Server:
    """Start the home's server unless it runs, and wait until it answers a query."""
    if server := running(home):
        say(f"already running, process {server.pid}")
        return server
    if broken_off(home).exists():
        fail(f"the last import into {home} was broken off: import again, or wipe the home.")
    java, password = prepare(home, lib)
    bolt = choose_port(options.bolt_port, BOLT_PORT)
    http = choose_port(options.http_port, HTTP_PORT)
    text = config_text(bolt, http, options.pagecache, options.setting)
    (home / "conf" / "neo4j.conf").write_text(text)
    process = launch(java, lib, home, options.heap)
    server = Server(process.pid, bolt, http)
    (home / "server.json").write_text(json.dumps(asdict(server)))
    answered = False
    try:
        wait_for_answer(home, process, server, password, options.timeout)
        answered = True
    finally:
        if not answered:
            end(home)
    return server


def prepare(home: Path, lib: Path) -> tuple[str, str]:
    """The Java that runs it, and the password; makes the home where it is not there yet."""
    if not fetched(lib):
        fail(f"the jars are not in {lib} (or are those of another pom); run fetch first.")
    java = find_java()
    for folder in FOLDERS:
        (home / folder).mkdir(parents=True, exist_ok=True)
    password = home_password(home)
    set_password(java, lib, home, password)
    return java, password


def set_password(java: str, lib: Path, home: Path, password: str) -> None:
    """Give a home that never started its password, through a file: `ps` shows arguments."""
    if (home / "data" / "dbms").exists():
        return
    words = home / "set-password"
    with open(os.open(words, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as out:
        out.write(f'dbms set-initial-password -- "{password}"')
    command = [*admin(java, lib), f"@{words}"]
    try:
        done = subprocess.run(command, env=environ(home), capture_output=True, text=True)
    finally:
        words.unlink()
    if done.returncode != 0:
        fail(f"the password could not be set: {done.stderr.strip() or done.stdout.strip()}")


def launch(java: str, lib: Path, home: Path, heap: str) -> subprocess.Popen[bytes]:
    """Start the server's process, in a session of its own: it outlives this command."""
    opens = [f"--add-opens={package}=ALL-UNNAMED" for package in OPEN_PACKAGES]
    entry = ["-cp", f"{lib}/*", "org.neo4j.server.CommunityEntryPoint"]
    memory = [f"-Xms{heap}", f"-Xmx{heap}", *JAVA_OPTIONS]  # what is not used is not resident
    command = [java, *memory, *opens, *entry, *folder_arguments(home)]
    say("starting, some 15 seconds")
    with open(home / "logs" / "console.log", "wb") as log:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )


def wait_for_answer(
    home: Path, process: subprocess.Popen[bytes], server: Server, password: str, seconds: float
) -> None:
    """Wait until a query answers: the ports open some seconds before the first one does."""
    deadline = time.monotonic() + seconds
    while not answers(server, password):
        if process.poll() is not None:
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


def fill(home: Path, lib: Path, options: argparse.Namespace) -> None:
    """Import the folder that `resonance prepare` wrote."""
    if options.folder is None:
        fail("import which folder? Name the one that `resonance prepare` wrote.")
    if server := running(home):
        fail(f"the server runs, process {server.pid}: stop it first, an import needs it stopped.")
    java, _ = prepare(home, lib)
    conf = home / "conf" / "neo4j.conf"
    if not conf.exists():
        conf.write_text(config_text(BOLT_PORT, HTTP_PORT, options.pagecache))
    import_folder(java, lib, home, options.folder.resolve(), options.overwrite)


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
    commands = ("fetch", "start", "stop", "wipe", "status", "import")
    parser.add_argument("command", choices=commands)
    parser.add_argument("folder", nargs="?", type=Path, help="of import: a prepared one")
    parser.add_argument("--overwrite", action="store_true", help="import over a graph")
    folder = os.environ.get
    parser.add_argument("--lib", default=folder("RESONANCE_NEO4J_LIB", DATA / "lib"), type=Path)
    parser.add_argument("--home", default=folder("RESONANCE_NEO4J_HOME", DATA / "home"), type=Path)
    parser.add_argument("--bolt-port", type=int, help="0: any free port")
    parser.add_argument("--http-port", type=int, help="0: any free port")
    parser.add_argument("--heap", default="1g", help="Java's -Xms and -Xmx")
    parser.add_argument("--pagecache", default="512m")
    further = "NAME=VALUE: a further line of neo4j.conf, as often as wanted"
    parser.add_argument("--setting", action="append", default=[], help=further)
    parser.add_argument("--timeout", type=float, default=180, help="seconds to wait for a start")
    parser.add_argument("--env", action="store_true", help="print exports for a shell")
    return parser.parse_intermixed_args(arguments)  # options may stand before the folder


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
        elif options.command == "import":
            fill(home, lib, options)
        else:
            wipe(home)
    return 0


if __name__ == "__main__":
    sys.exit(main())
