"""The benchmark of the mood lexicon, on counts and posts with known answers."""

import json
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner

from bench.moods import SIMULATED, main, read_counts, read_typed, simulate
from graph.errors import MalformedSource
from graph.loaders.folder import write_folder


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    path = tmp_path / "counts.json"
    path.write_text(json.dumps({"terms_seen_twice_or_more": {"joy": 3000, "authority": 1000}}))
    return path


def printed(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, [str(each) for each in arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_shares_of_terms_uses_and_typed_words_are_printed(counts: Path, tmp_path: Path) -> None:
    typed = tmp_path / "typed.txt"
    typed.write_text("# made up\nhappy: happy\nteapot: calm\n")
    told = printed("--counts", counts, "--typed", typed)
    assert "1 of      2 = 50.0%" in told
    assert "3000 of   4000 = 75.0%" in told
    assert "3000 of   4215 = 71.2%" in told  # what was seen once is taken to be unmapped
    assert "unmapped: authority 1000" in told
    assert "typed words that find nothing: teapot" in told


def test_simulated_posts_have_a_mood_as_often_as_their_terms_allow(counts: Path) -> None:
    assert simulate({"joy": 4215}, seed=0) == SIMULATED
    assert simulate({"authority": 4215}, seed=0) == 0
    known = read_counts(counts)
    assert simulate(known, seed=1) == simulate(known, seed=1)
    assert 0.95 < simulate(known, seed=1) / SIMULATED < 1  # joy is missed by short posts alone


def test_a_graph_folder_is_measured_by_its_posts(tmp_path: Path) -> None:
    tables = {
        "posts": pd.DataFrame({"id": ["a", "b", "c", "d"]}),
        "moods": pd.DataFrame({"id": ["happy", "calm"]}),
        "evokes": pd.DataFrame({"source": ["a", "a", "b"], "target": ["happy", "calm", "happy"]}),
    }
    write_folder(tables, tmp_path / "graph")
    told = printed("--folder", tmp_path / "graph")
    assert "2 of      4 = 50.0%" in told and "happy 2, calm 1" in told
    assert "200 of    200 = 100.0%" in told


@pytest.mark.parametrize("text", ["", "[]", '{"terms_seen_twice_or_more": {"joy": "many"}}', "{}"])
def test_counts_that_cannot_be_read_are_refused_by_the_files_name(
    tmp_path: Path, text: str
) -> None:
    path = tmp_path / "counts.json"
    path.write_text(text)
    with pytest.raises(MalformedSource, match=r"counts\.json cannot be read as counts"):
        read_counts(path)
    with pytest.raises(MalformedSource, match="give --typed"):
        read_typed(tmp_path / "none.txt")
    result = CliRunner().invoke(main, ["--counts", str(path)])
    assert result.exit_code == 1 and "give --counts" in result.output
