"""The docs, held to the code: what they name exists, and what exists they name."""

import json
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import click
import pytest
from test_repository import tracked

from feed import diversify, score
from gnn.features import FEW
from graph.derive import champions, popularity
from graph.explore import drawings, explorations
from graph.loaders.folder import header
from graph.model import KINDS
from graph.store import open_store
from resonance import main
from web import threads
from web.app import create_app

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = sorted([ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")])
NOTEBOOK = ROOT / "notebooks" / "from_graph_to_feed_to_model.ipynb"


def section(name: str) -> str:
    return REFERENCE.split(f"## {name}\n")[1].split("\n## ")[0]


def first_cells(text: str) -> list[str]:
    return re.findall(r"^\| `([^`]+)`", text, re.MULTILINE)


def commands(group: click.Group, prefix: str) -> set[str]:
    found: set[str] = set()
    for name, command in group.commands.items():
        path = f"{prefix} {name}"
        found |= commands(command, path) if isinstance(command, click.Group) else {path}
    return found


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    assert set(first_cells(section("Commands"))) == commands(main, "resonance")


def programs() -> list[Path]:
    """The repository's own Python, shell and make files."""
    return [
        file
        for file in tracked()
        if file.suffix in (".py", ".sh", ".mk")
        or file.name == "Makefile"
        or (not file.suffix and file.read_bytes().startswith(b"#!"))
    ]


def test_every_setting_is_documented_and_every_documented_one_is_read() -> None:
    """A test names settings, too, that it does not read."""
    name = r"((?:RESONANCE|NEO4J|SOCIALVERSE)_[A-Z0-9_]+|DATABASE_URL)"
    anywhere = re.compile(rf"[\"'$ {{]{name}[\"' =:?}}]|\$\({name}\b")
    by_a_test = re.compile(rf"(?:environ(?:\.get\(|\[)|getenv\()\"{name}\"()")
    files = {file: file.read_text(encoding="utf-8") for file in programs()}
    assert files.keys() >= {ROOT / "Makefile", ROOT / ".ci" / "run", ROOT / "tests/conftest.py"}
    read = {
        found[1] or found[2]
        for file, text in files.items()
        for found in (by_a_test if ROOT / "tests" in file.parents else anywhere).finditer(text)
    }
    # Neo4j's own tools are told where they are by these two; nobody sets them for us.
    read -= {"NEO4J_HOME", "NEO4J_CONF"}
    assert set(first_cells(section("Settings"))) == read


def test_the_reads_and_writes_that_are_answered_at_once_are_documented() -> None:
    told = "answers one write at a time and, while nobody writes, one read (two of each over Neo4j)"
    assert told in REFERENCE
    for turns in (threads.ACTING, threads.READING):
        assert turns == {"ladybug": 1, "neo4j": 2}, "the reference says one and two"


def test_every_endpoint_is_documented_and_every_documented_one_exists(ladybug_url: str) -> None:
    with open_store(ladybug_url) as store:
        rules = create_app(store).url_map.iter_rules()
        served = {
            f"{method} {rule.rule}"
            for rule in rules
            if rule.endpoint != "static"
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        }
    assert set(first_cells(section("Endpoints"))) == served


def test_every_query_to_look_with_is_documented_with_its_parameters() -> None:
    told = dict(
        re.findall(r"^\| `(\w+)` \| (.*?) \|", section("Queries to look with"), re.MULTILINE)
    )
    assert told == {
        query.name: ", ".join(f"`{each.name}`" for each in query.parameters)
        for query in (explorations() | drawings()).values()
    }


def test_the_headers_of_a_graph_folder_are_documented() -> None:
    rows = dict(re.findall(r"^\| `(\w+)\.csv` \| `([^`]+)`", section("Graph folder"), re.MULTILINE))
    assert rows == {file: ",".join(header(kind)) for file, kind in KINDS.items()}


def test_the_blend_that_ranks_without_a_model_is_documented_weight_by_weight() -> None:
    text = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    told = text.split("## Without a model\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([\d.]+) \|$", told, re.MULTILINE)
    assert {part: float(weight) for part, weight in rows} == score.BLEND
    bias, gain, drawn = score.blend().bias, score.MOOD_GAIN, score.EXPLORATION
    assert f"`x` is {bias:g} and" in told
    assert f"{FEW} / n times what it is for who engaged with fewer than {FEW} posts" in told
    assert f"mood adds {gain / 2:g} to {gain:g}, a newcomer's exploration {-drawn:g} to" in told


def test_what_carries_messages_in_the_model_is_documented_edge_by_edge() -> None:
    from gnn.data import CARRIERS

    text = (ROOT / "docs" / "explanation.md").read_text(encoding="utf-8")
    told = text.split("## What the model sees\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\|[^|]+\|[^|]+\|(.+)\|$", told, re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)`", "".join(rows))) == sorted(CARRIERS)


def test_the_places_that_an_author_and_fresh_posts_have_are_documented() -> None:
    told = " ".join(REFERENCE.split("### Who gets the places\n")[1].split("\n## ")[0].split())
    decays, days = diversify.Decays(), popularity.HALF_LIFE // 86_400
    for said in (
        f"more than {diversify.PER_AUTHOR} of any {diversify.WINDOW} places",
        f"Every {diversify.EXPLORE_EVERY}th place is for a fresh post",
        f"newest {champions.KEEP} of all",
        f"half after {days} days",
        f"newest {champions.DEBUT_POSTS} an author, {champions.KEEP} in all",
        f"{decays.author} times for the author, {decays.tag} for a tag",
        f"and {decays.category} for the category",
    ):
        assert said in told, said


@pytest.mark.parametrize("page", [*PAGES, NOTEBOOK], ids=lambda page: page.name)
def test_every_link_within_the_docs_leads_somewhere(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)]+)\)", text):
        path, _, anchor = target.partition("#")
        there = (page.parent / path) if path else page
        assert there.exists(), target
        if anchor:
            titles = re.findall(r"^#+ (.+)$", there.read_text(encoding="utf-8"), re.MULTILINE)
            anchors = {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}
            assert anchor in anchors, target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_of_the_repository_that_the_docs_name_is_there(page: Path) -> None:
    rooms = "bench cypher commands docs feed gnn graph notebooks social tests tools village web"
    named = rf"`((?:{rooms.replace(' ', '|')})/[\w./]*)`"
    for path in re.findall(named, page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{page.name}: {path}"


VENV = Path(sys.executable).parents[1]


def typed(block: str, folder: Path, installed: bool = True) -> str:
    """What a shell says to the block, in a folder of its own; `resonance` is installed, or not."""
    kept = [each for each in os.environ["PATH"].split(os.pathsep) if each != str(VENV / "bin")]
    done = subprocess.run(
        ["bash", "-euc", block],
        cwd=folder,
        env={
            "PATH": os.pathsep.join([str(VENV / "bin")] * installed + kept),
            "HOME": str(folder),
            "OMP_NUM_THREADS": "1",
        },
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def free_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return str(free.getsockname()[1])


def test_who_copies_from_the_readme_gets_a_feed_of_their_own_and_acts_in_it(tmp_path: Path) -> None:
    """Word for word but for the port, in what a clone is after `make setup`, which does nothing."""
    (tmp_path / "Makefile").write_text("setup:\n\t@:\n")
    (tmp_path / ".venv").symlink_to(VENV)
    own, acts = (
        README.split(f"## {title}")[1].split("```sh\n")[1].split("```")[0]
        for title in ("Your own data", "What people do")
    )
    assert len(own.splitlines()) == 10, "as its heading says"
    port = free_port()
    acts = acts.replace("serve >", f"serve --port {port} >").replace(":8000", f":{port}")
    feed, said = typed(own + acts, tmp_path, installed=False).split("ana:")[1].split('{"status"', 1)
    assert feed.index("Slow bread") < feed.index("Night trains")
    assert "ben" in feed
    assert '"liked":true' in said.replace(" ", "") and "Night trains" in said


LOADING = (ROOT / "docs" / "loading.md").read_text(encoding="utf-8")


def block_of(title: str) -> str:
    """The commands under a heading of the page about loading."""
    return LOADING.split(f"## {title}\n")[1].split("```sh\n")[1].split("```")[0]


def test_the_commands_of_the_page_about_loading_are_all_held_to_what_they_do() -> None:
    titles = ("A big folder into an empty Neo4j", "Your app's events", "A Django site")
    assert LOADING.count("```sh\n") == len(titles)
    assert all(block_of(title) for title in titles)


def test_a_folder_is_prepared_as_the_page_about_loading_says(tmp_path: Path) -> None:
    """The rest of the block is Neo4j's own, and held by tests/contract/test_bulk_import.py."""
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "users.csv").write_text("id:ID(User)\nu:1\n")
    prepare, *rest = block_of("A big folder into an empty Neo4j").splitlines()
    assert all(line.startswith("python3 tools/neo4j/server.py ") for line in rest)
    assert "neo4j-admin database import" in typed(prepare, tmp_path)
    assert (tmp_path / "mine.import" / "users.csv").exists()


def test_events_are_sent_as_the_page_about_loading_says(tmp_path: Path) -> None:
    """Word for word but for the port: the server is not there yet when it is first asked."""
    told, port = block_of("Your app's events"), free_port()
    block = told.replace("serve >", f"serve --port {port} >").replace(":8000", f":{port}")
    answer = json.loads(typed(f"trap 'kill $!' EXIT\n{block}", tmp_path).split("\n", 1)[0])
    assert answer == json.loads(told.splitlines()[-1].removeprefix("# "))
    assert answer["new"] == 3


def test_a_django_site_is_loaded_as_the_page_about_loading_says(tmp_path: Path) -> None:
    """Word for word but for the address, which is of a site that Django made."""
    make = [sys.executable, str(ROOT / "tests" / "graph" / "django_site" / "make_site.py")]
    url = f"sqlite:///{tmp_path}/db.sqlite3"
    subprocess.run([*make, "standard", url, str(tmp_path)], check=True, capture_output=True)
    first, *others = block_of("A Django site").splitlines()
    assert first.startswith("export DATABASE_URL=") and len(others) == 2
    said = typed("\n".join([f"export DATABASE_URL={url}", *others]), tmp_path)
    assert re.search(r"^posts +[1-9]", said, re.MULTILINE)
    assert "[posts]" in (tmp_path / "mapping.toml").read_text()


def test_the_figures_of_the_readme_are_those_of_the_docs() -> None:
    model = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
    told = README.split("## How good is it")[1].split("\n## ")[0]
    rows = re.findall(r"^\| `[^|]+\|[^|]+\|(.+)\|$", told, re.MULTILINE)
    figures = [figure for row in rows for figure in re.findall(r"0?\.\d{4}", row)]
    assert len(rows) == 5 and len(figures) >= 10
    assert not [
        figure for figure in figures if not re.search(rf"(?<!\d){re.escape(figure)}", model)
    ]


def test_the_tutorial_runs_word_for_word_but_for_its_port(tmp_path: Path) -> None:
    told = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
    port = free_port()
    blocks = [block.replace("8765", port) for block in re.findall(r"```sh\n(.*?)```", told, re.S)]
    assert len(blocks) == 6
    said = typed("\n".join(blocks), tmp_path)
    assert "u3: blend" in said and "u3: model" in said
    drawn = re.search(r'<script id="drawn"[^>]*>(.*?)</script>', (tmp_path / "u3.html").read_text())
    assert drawn is not None and len(json.loads(drawn.group(1))["nodes"]) > 5
    answers = [json.loads(line) for line in said.splitlines() if line[:9] == '{"status"']
    first, told, liked, why = answers
    assert len(first["post"]) == 3 and told["new"] == 2 and liked["mine"]["liked"]
    assert why["post_id"] == liked["post_id"] and why["left_out"]


def test_the_readme_names_the_two_commands() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in re.findall(r"\bmake ([a-z][a-z0-9-]+)\b", README.replace("and make", "")):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target
