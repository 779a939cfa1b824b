import tarfile
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner
from written_files import write

from bench.yardsticks import delicious
from bench.yardsticks.__main__ import main
from bench.yardsticks.delicious import ARCHIVE
from bench.yardsticks.named import YARDSTICKS
from graph.loaders.folder import read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Delicious in its smallest."""
    data = tmp_path / ARCHIVE
    data.mkdir()
    for name in ("users", "items", "tags"):
        write(data / f"{name}.txt", [("org_id", "remap_id"), (7, 0), (8, 1)])
    write(data / "tags.dat", [("id", "value"), (7, "maps"), (8, "trees")])
    write(data / "train.txt", [("userID", "itemID", "tagID"), (0, 0, 0), (1, 1, 1)])
    write(data / "val.txt", [("userID", "itemID"), (0, 1)])
    write(data / "test.txt", [("userID", "itemID"), (1, 0)])
    contacts = data / "user_contacts-timestamps.dat"
    write(contacts, [("userID", "contactID", "timestamp"), (7, 8, 1)])
    return data


def test_the_command_writes_a_graph_folder(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    result = CliRunner().invoke(main, ["delicious", "--data", str(folder), "--folder", str(out)])
    assert result.exit_code == 0, result.output
    assert len(read_folder(out)["liked"]) == 4


def test_archives_are_taken_from_the_folder_that_the_environment_names(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    datasets, out = tmp_path / "datasets", tmp_path / "graph"
    datasets.mkdir()
    with tarfile.open(datasets / f"{ARCHIVE}.tar.xz", "w:xz") as archive:
        archive.add(folder, arcname=ARCHIVE)
    monkeypatch.setenv("RESONANCE_YARDSTICKS", str(datasets))
    result = CliRunner().invoke(main, ["delicious", "--folder", str(out)])
    assert result.exit_code == 0, result.output
    assert read_folder(out)["friend"]["source"].tolist() == ["delicious:user:0"]


def test_only_the_models_that_are_asked_for_are_evaluated(folder: Path) -> None:
    arguments = ["--data", str(folder), "--seeds", "0", "--models", "itemknn,popularity"]
    result = CliRunner().invoke(main, ["delicious", *arguments])
    assert result.exit_code == 0, result.output
    rows = [line.split()[0] for line in result.output.splitlines() if line]
    assert rows[1:4] == ["model", "popularity", "itemknn"] and len(rows) == 5
    assert "GB resident at most" in result.output.splitlines()[-1]


def test_what_a_table_brings_is_missing_without_it(folder: Path) -> None:
    whole = delicious.source(folder, 0)
    pairs = pd.DataFrame({"user_id": ["delicious:user:0"], "post_id": ["delicious:post:0"]})
    less = whole.lacking(["tagged", "friend"])
    assert whole.without is not None and less.without is not None
    for given, lacking in (
        (whole.tables, less.tables),
        (whole.without(pairs), less.without(pairs)),
    ):
        assert given.keys() - lacking.keys() == {"tagged", "friend"}
        assert all(frame.equals(given[file]) for file, frame in lacking.items())
    arguments = ["--data", str(folder), "--seeds", "0", "--models", "popularity"]
    result = CliRunner().invoke(main, ["delicious", *arguments, "--without", "tagged, friend"])
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("name", sorted(YARDSTICKS))
def test_what_is_not_there_or_no_number_is_one_clear_sentence(
    name: str, folder: Path, tmp_path: Path
) -> None:
    for arguments in (
        ["--data", str(tmp_path / "no.tar.xz")],
        ["--datasets", str(tmp_path)],
        ["--data", str(folder), "--seeds", "x"],
        ["--data", str(folder), "--models", "ease,eese"],
        ["--data", str(folder), "--without", "tagged,tags"],
        ["--data", str(tmp_path), "--seeds", "0"],
    ):
        result = CliRunner().invoke(main, [name, *arguments])
        assert result.exit_code == 1 and result.output.startswith("Error: ")
        assert result.output.count("\n") == 1
