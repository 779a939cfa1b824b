"""The jars of a Neo4j server, and the Java and the Maven that they need."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

POM = Path(__file__).with_name("pom.xml")
OLDEST_JAVA = 17

NO_JAVA = (
    "{found}: Neo4j needs Java 17 or newer; install it (Debian, Ubuntu: apt-get install "
    "default-jre-headless; macOS: brew install openjdk@21) or set JAVA_HOME."
)
NO_MAVEN = (
    "mvn is not on the PATH: Maven downloads the Neo4j jars; install it "
    "(Debian, Ubuntu: apt-get install maven; macOS: brew install maven)."
)


def fail(message: str) -> NoReturn:
    """End with one sentence on standard error and exit code 1."""
    raise SystemExit(f"neo4j: {message}")


def say(message: str) -> None:
    """Tell a person; standard output stays free for what a shell evaluates."""
    print(f"neo4j: {message}", file=sys.stderr, flush=True)


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
        capture_output=True,
        text=True,
    )
    if done.returncode != 0 or not copying.exists():
        words = "\n".join((done.stdout + done.stderr).strip().splitlines()[:15])
        fail(f"Maven could not fetch the jars; mend that and fetch again. Its words:\n{words}")
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
