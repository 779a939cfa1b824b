"""The notebook is kept as it ran, and runs."""

import re
from collections.abc import Mapping
from pathlib import Path
from unittest import mock

import nbformat
import pytest
from nbclient import NotebookClient

from graph.ingest import ingest_tables
from graph.store import GraphStore, StoreConfig
from village.world import World

PATH = Path(__file__).parent.parent / "notebooks" / "from_graph_to_feed_to_model.ipynb"


@pytest.fixture
def notebook() -> nbformat.NotebookNode:
    return nbformat.read(PATH, as_version=4)


def code(notebook: nbformat.NotebookNode) -> list[nbformat.NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def run(notebook: nbformat.NotebookNode, env: Mapping[str, str]) -> None:
    """In a kernel of its own, beside the file; an error in a cell is raised here."""
    quiet = {"OMP_NUM_THREADS": "1", "PYDEVD_DISABLE_FILE_VALIDATION": "1", **env}
    with mock.patch.dict("os.environ", quiet):
        NotebookClient(
            notebook, timeout=300, resources={"metadata": {"path": str(PATH.parent)}}
        ).execute()


def kinds(notebook: nbformat.NotebookNode) -> list[list[str]]:
    return [[output.output_type for output in cell.outputs] for cell in code(notebook)]


def faults(notebook: nbformat.NotebookNode) -> list[str]:
    """What is wrong with how the notebook is kept, a sentence a cell."""
    found = []
    for place, cell in enumerate(code(notebook), start=1):
        told = " ".join(text for output in cell.outputs for text in texts(output))
        if cell.execution_count != place:
            found.append(f"cell {place} was not executed in its turn")
        if any(output.output_type == "error" for output in cell.outputs):
            found.append(f"cell {place} ended in an error")
        if re.search(r"Warning|/(?:work|tmp|home|root)/", told):
            found.append(f"cell {place} tells of a warning or of a machine")
    return found


def test_it_is_kept_as_it_ran_and_tells_of_no_machine(notebook: nbformat.NotebookNode) -> None:
    assert faults(notebook) == []
    assert sum(bool(cell.outputs) for cell in code(notebook)) >= 7


def test_a_cell_that_did_not_run_or_went_wrong_is_named(notebook: nbformat.NotebookNode) -> None:
    second, third, fourth = code(notebook)[1:4]
    second.execution_count = None
    # A syntax error's traceback does not have the word.
    third.outputs = [nbformat.v4.new_output("error", ename="SyntaxError", evalue="", traceback=[])]
    fourth.outputs = [nbformat.v4.new_output("stream", text="in /" + "tmp/graph")]
    assert faults(notebook) == [
        "cell 2 was not executed in its turn",
        "cell 3 ended in an error",
        "cell 4 tells of a warning or of a machine",
    ]


def texts(output: nbformat.NotebookNode) -> list[str]:
    return [output.get("text", ""), *output.get("traceback", ()), *written(output.get("data", {}))]


def written(data: Mapping[str, str]) -> list[str]:
    return [value for kind, value in data.items() if kind.startswith("text/")]


def test_it_runs_and_shows_as_much_as_is_kept(notebook: nbformat.NotebookNode) -> None:
    kept = kinds(notebook)
    run(notebook, {})
    assert kinds(notebook) == kept


@pytest.mark.neo4j
def test_its_last_part_reads_a_neo4j(
    notebook: nbformat.NotebookNode,
    neo4j_store: GraphStore,
    neo4j_config: StoreConfig,
    village: World,
) -> None:
    ingest_tables(neo4j_store, {file: village.tables[file] for file in ("users", "friend")})
    notebook.cells = [cell for cell in code(notebook) if "neo4j" in cell.metadata["tags"]]
    server = {
        "NEO4J_URI": neo4j_config.url,
        "NEO4J_USER": str(neo4j_config.user),
        "NEO4J_PASSWORD": str(neo4j_config.password),
    }
    run(notebook, server)
    last = notebook.cells[-1]
    assert [output.output_type for output in last.outputs] == ["stream"]
    assert re.search(r"friends\n0 +sv:user:\d+", last.outputs[0].text)
