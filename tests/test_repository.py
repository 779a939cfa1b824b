"""What the repository promises as a whole: pins, arrows, one home for Cypher, nothing private."""

import ast
import importlib.metadata
import os
import pkgutil
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("graph", "gnn", "feed", "social", "web", "village", "bench")
SERVING = ("graph", "feed", "social", "web")

PRIVATE = {
    "a path of somebody's machine": r"(?<![\w.])/(?:root|work|home/\w+|Users/\w+)/",
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY",
    "a cloud or forge token": r"\b(?:AKIA[0-9A-Z]{16}|gh[opsu]_\w{36}"
    r"|xox[abp]-[\w-]{10}|sk-\w{20})",
    "a key of ours": r"\brsk_[0-9a-f]{12}_\w",
    "a signed token": r"\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.",
    "credentials in an address": r"\w://[^\s/:@\"'{}$]+:(?!hidden@|PASSWORD@)[^\s/@\"'{}$]+@",
    "a package registry's host": r"(?:pypi|pythonhosted|npmjs|debian|apache\.maven)\.org\b"
    r"|repo1?\.maven\b|crates\.io\b|proxy\.golang\b",
}
"""What no tracked file may hold. A pattern does not match its own text.

`hidden` is the one password that a test may write into an address, to see it kept out of messages.
"""

CYPHER = r"\b(?:MATCH|MERGE|CREATE)\s*\(|\bUNWIND\s+\$|\bDETACH\s+DELETE\b|\bRETURN\s+\w+\.\w+"
"""What a query says and a sentence does not."""


def tracked() -> list[Path]:
    """The repository's own files: git's, the new ones too, the ignored ones not."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, so nobody knows which files are the repository's")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    files = (ROOT / name for name in listed.stdout.split("\0") if name)
    return sorted(file for file in set(files) if file.is_file())


def test_no_file_is_a_link() -> None:
    """One to a machine's own folder would, where that is ignored, take its place on another's."""
    tracked()
    told = subprocess.run(
        ["git", "ls-files", "--stage", "--cached"], cwd=ROOT, capture_output=True, text=True
    )
    modes = {line.split()[0] for line in told.stdout.splitlines()}
    assert modes <= {"100644", "100755"} and modes


def python_files() -> list[Path]:
    return [file for file in tracked() if file.suffix == ".py"]


def test_what_an_installed_package_reads_is_installed_with_it() -> None:
    """As in the container, which has nothing of the checkout on its path."""
    told = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    shipped = told["tool"]["setuptools"]["package-data"]["*"]
    folders = [ROOT / name for name in (*PACKAGES, "cypher", "commands")]
    inside = [file for file in tracked() if any(file.is_relative_to(each) for each in folders)]
    read = {f"*{file.suffix}" for file in inside if file.suffix != ".py"}
    assert "*.cypher" in read and read <= set(shipped)


def room(file: Path) -> str:
    """The top folder that a file stands in, "" for the root."""
    parts = file.relative_to(ROOT).parts
    return parts[0] if len(parts) > 1 else ""


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), str(file))


def test_no_test_of_the_model_needs_a_server() -> None:
    """Where the server's tests are gathered, `make test` leaves that folder out."""
    assert "-m neo4j --ignore=tests/gnn" in (ROOT / "Makefile").read_text(encoding="utf-8")
    for file in (ROOT / "tests" / "gnn").glob("*.py"):
        told = file.read_text(encoding="utf-8")
        assert not re.search(r"neo4j|\bany_(?:store|filled)\b", told), file


def place(file: Path, line: int) -> str:
    return f"{file.relative_to(ROOT)}:{line}"


def pins_by_section() -> dict[str, set[str]]:
    """The pins of requirements.txt by the first word of the comment above them."""
    sections: dict[str, set[str]] = {}
    section = ""
    for line in (ROOT / "requirements.txt").read_text().splitlines():
        if heading := re.match(r"# (app|model|explore|checks)\b", line):
            section = heading.group(1)
        elif line and not line.startswith("#"):
            sections.setdefault(section, set()).add(line)
    return sections


def test_the_pins_of_requirements_and_pyproject_agree():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pins = pins_by_section()
    extras = project["optional-dependencies"]
    assert set(pins) == {"app", "checks", *extras}
    assert pins["app"] == set(project["dependencies"])
    for extra, wanted in extras.items():
        assert pins[extra] == set(wanted), extra


def test_the_image_is_given_every_package() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    for package in told["find"]["include"]:
        assert f"!{package.removesuffix('*')}/" in let_in


def test_every_requirement_is_pinned_to_one_version():
    for pin in set().union(*pins_by_section().values()):
        assert re.fullmatch(r"[\w-]+(\[\w+\])?==[\w.]+", pin), pin


def test_every_pin_is_what_is_installed():
    """Else what was tested, and audited, is not what a clone installs."""
    for pin in sorted(set().union(*pins_by_section().values())):
        name, _, version = re.sub(r"\[\w+\]", "", pin).partition("==")
        assert importlib.metadata.version(name).partition("+")[0] == version, pin


def test_the_import_rules_hold():
    lint_imports = Path(sys.executable).with_name("lint-imports")
    command = [str(lint_imports), "--no-cache", "--no-logo"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stdout + told.stderr


def compose(folder: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """What docker compose makes of our file, with only these variables (and no .env) set."""
    docker, old = shutil.which("docker"), shutil.which("docker-compose")
    plugin = docker and subprocess.run([docker, "compose", "version"], capture_output=True)
    if plugin and plugin.returncode == 0:
        command = [docker, "compose"]
    elif old:
        command = [old]
    else:
        pytest.skip("neither docker compose nor docker-compose is installed")
    no_env = folder / "no.env"
    no_env.touch()
    command += ["-f", str(ROOT / "docker-compose.yml"), "--env-file", str(no_env), "config", "-q"]
    clean = {"PATH": os.environ["PATH"], **environ}
    return subprocess.run(command, capture_output=True, text=True, env=clean)


def test_docker_compose_finds_its_file_clean(tmp_path):
    told = compose(tmp_path, NEO4J_PASSWORD="only-for-config")
    assert (told.returncode, told.stdout, told.stderr) == (0, "", "")


def test_docker_compose_refuses_to_run_without_a_password(tmp_path):
    told = compose(tmp_path)
    assert told.returncode != 0
    assert "set NEO4J_PASSWORD" in told.stderr


SERVED_BY = ("commands/front.py", "commands/serving.py", "feed/config.py", "graph/store.py")
SERVED_BY += ("graph/events/intake.py", "web/config.py")
"""Where `resonance serve` reads its settings."""
IN_THE_IMAGE = {
    *("RESONANCE_EVALUATION", "RESONANCE_KEYS", "RESONANCE_LOAD_REPORT", "RESONANCE_MEMORY"),
    *("RESONANCE_MODEL", "NEO4J_DATABASE"),
}
"""Files of the volume, which have their places there, and the only database of the edition."""


def test_docker_compose_serves_by_two_workers_and_passes_every_setting_of_a_server_on() -> None:
    told = (ROOT / "docker-compose.yml").read_text().split("\n  web:\n")[1]
    environment = told.split("\n    environment:\n")[1].split("\n    ports:")[0]
    given = dict(re.findall(r"^      (\w+): (.*)$", environment, re.MULTILINE))
    own = {
        "RESONANCE_STORE": "neo4j://neo4j:7687",
        "RESONANCE_WORKERS": "${RESONANCE_WORKERS:-2}",
        "NEO4J_USER": "neo4j",
        "NEO4J_PASSWORD": "${NEO4J_PASSWORD:?set NEO4J_PASSWORD}",
    }
    name = re.compile(r"(?:environ\.get\(|envvar=)\"(\w+)\"")
    read = {each for file in SERVED_BY for each in name.findall((ROOT / file).read_text())}
    assert read > IN_THE_IMAGE
    assert given == {each: f"${{{each}:-}}" for each in read - IN_THE_IMAGE} | own


def test_every_make_target_has_a_line_of_help():
    lines = (ROOT / "Makefile").read_text().splitlines()
    targets = [line for line in lines if re.match(r"[a-z][\w-]*\s*:(?!=)", line)]
    assert len(targets) > 5
    assert [target for target in targets if "## " not in target] == []


def test_no_file_holds_a_secret_or_a_path_of_a_machine():
    found = []
    for file in tracked():
        text = file.read_bytes().decode("utf-8", errors="ignore")
        for what, pattern in PRIVATE.items():
            for hit in re.finditer(pattern, text):
                found.append(f"{place(file, text.count(chr(10), 0, hit.start()) + 1)}: {what}")
    assert found == []


@pytest.mark.parametrize(
    "line",
    [
        "open('/" + "home/ada/graph')",
        "cd /" + "work/",
        "-----BEGIN RSA" + " PRIVATE KEY-----",
        "token = 'ghp_" + "a" * 36 + "'",
        "bolt://neo4j:" + "secret@example.com",
        "Bearer rsk_" + "0123456789ab_c",
        "pypi" + ".org",
    ],
)
def test_the_patterns_find_what_they_are_for(line):
    assert any(re.search(pattern, line) for pattern in PRIVATE.values())


def query_texts(file: Path) -> Iterator[str]:
    """The places of a file's strings that read like Cypher."""
    for node in ast.walk(parsed(file)):
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and re.search(CYPHER, node.value):
            yield place(file, node.lineno)


def test_cypher_is_written_in_the_cypher_folder_alone():
    files = [file for file in python_files() if room(file) not in ("tests", "bench")]
    assert [where for file in files for where in query_texts(file)] == []


def names_of(nodes: list[ast.expr]) -> set[str]:
    return {node.id for node in nodes if isinstance(node, ast.Name)}


def swallows(node: ast.AST) -> bool:
    """Whether this hides any error: `except Exception` and its like, or suppressing as much.

    Cleaning up after whatever came is allowed when the handler's last word is to raise it again.
    """
    if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "suppress":
        return not {"Exception", "BaseException"}.isdisjoint(names_of(node.args))
    if not isinstance(node, ast.ExceptHandler):
        return False
    caught = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
    if node.type is None or "Exception" in names_of(caught):
        return True
    raises_again = isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None
    return "BaseException" in names_of(caught) and not raises_again


def test_no_error_is_swallowed_whatever_it_is():
    found = [
        place(file, node.lineno)
        for file in python_files()
        for node in ast.walk(parsed(file))
        if swallows(node)
    ]
    assert found == []


def imported(file: Path) -> Iterator[tuple[str, int]]:
    """The top names of what a file imports, wherever in it, with their lines."""
    for node in ast.walk(parsed(file)):
        if isinstance(node, ast.Import):
            yield from ((alias.name.split(".")[0], node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0], node.lineno


def test_serving_never_imports_torch():
    found = [
        place(file, line)
        for file in python_files()
        for name, line in imported(file)
        if room(file) in SERVING and name in ("torch", "torch_geometric")
    ]
    assert found == []


WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, *rest):
        if name.split(".")[0] in {missing!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Missing())
import {names}
"""


def test_what_serves_loads_with_what_is_installed_to_serve() -> None:
    """As in the container: with what the project requires, without torch and all other extras."""
    names = [
        "resonance",
        "gnn.artifact",
        "gnn.versions",
        *(
            module.name
            for package in (*SERVING, "commands")
            for module in pkgutil.walk_packages([str(ROOT / package)], f"{package}.")
            if module.name != "graph.py2neo_explore"  # of an extra
        ),
    ]
    there = installed_with(pins_by_section()["app"]) | {"resonance"}
    missing = {
        name
        for name, of in importlib.metadata.packages_distributions().items()
        if there.isdisjoint(map(canonicalize_name, of)) and not name.startswith("__editable__")
    }
    assert {"torch", "implicit", "pytest"} <= missing and "flask" not in missing
    script = WITHOUT.format(missing=missing, names=", ".join(names))
    told = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 0, told.stderr


def installed_with(pins: Iterable[str]) -> set[str]:
    """The distributions that these requirements bring, and those that they bring in turn."""
    found: set[str] = set()
    asked = [Requirement(pin) for pin in pins]
    while asked:
        wanted = asked.pop()
        extras = ["", *wanted.extras]
        for told in importlib.metadata.requires(wanted.name) or ():
            more = Requirement(told)
            applies = more.marker is None or any(
                more.marker.evaluate({"extra": extra}) for extra in extras
            )
            if applies and canonicalize_name(more.name) not in found:
                asked.append(more)
        found.add(canonicalize_name(wanted.name))
    return found
