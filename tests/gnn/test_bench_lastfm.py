from pathlib import Path

import pytest
from click.testing import CliRunner

from bench.lastfm import convert, main
from gnn.split import engagements
from graph.errors import MalformedSource
from graph.loaders.folder import read_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten users of ten artists each, in the archive's form; the names and tags are made up."""
    data = tmp_path / "data"
    data.mkdir()
    users, artists = range(2, 12), range(51, 71)
    plays = [(user, artist, 5) for user in users for artist in artists if (user + artist) % 2]
    tables: dict[str, list[tuple[object, ...]]] = {
        "user_artists": [("userID", "artistID", "weight"), *plays],
        "artists": [("id", "name", "url", "pictureURL")]
        + [(artist, f'The "{artist}', f"http://x/{artist}", "") for artist in artists],
        "tags": [("tagID", "tagValue"), (1, "Synth  Pop"), (2, "synth pop"), (3, "caf\xe9")],
        "user_friends": [("userID", "friendID"), (2, 3), (3, 2), (10, 9), (9, 10)],
        "user_taggedartists": [("userID", "artistID", "tagID", "day", "month", "year")]
        + [(user, artist, 1 + (artist % 3), 1, 4, 2009) for user, artist, _ in plays],
    }
    for name, rows in tables.items():
        text = "\n".join("\t".join(map(str, row)) for row in rows)
        encoding = "latin-1" if name == "tags" else "utf-8"
        (data / f"{name}.dat").write_bytes(text.encode(encoding))
    return data


def test_the_whole_data_set_becomes_a_graph(folder: Path) -> None:
    tables = convert(folder)
    assert len(tables["users"]) == 10 and len(tables["posts"]) == 20
    assert tables["friend"].to_numpy().tolist() == [
        ["lastfm:user:2", "lastfm:user:3"],
        ["lastfm:user:10", "lastfm:user:9"],
    ]
    assert tables["tags"]["id"].tolist() == ["café", "synth pop"]
    assert tables["posts"]["title"][0] == 'The "51'
    assert tables["tagged"]["weight"].max() == 5
    assert "split" not in tables["liked"]


def test_tags_of_held_out_pairs_are_gone_before_anything_is_derived(folder: Path) -> None:
    tables = convert(folder, seed=0)
    liked = tables["liked"]
    held = liked[liked["split"] != "train"]
    assert liked["split"].value_counts().to_dict() == {"train": 80, "valid": 10, "test": 10}
    # Every play bore one tag: what is left of an artist's tags is what its train plays gave.
    given = tables["tagged"].groupby("source")["weight"].sum()
    trained = liked[liked["split"] == "train"].groupby("target").size()
    whole = convert(folder)["tagged"].groupby("source")["weight"].sum()
    assert (given <= whole).all() and given.sum() < whole.sum()
    assert len(held) == 20 and (given <= trained.reindex(given.index)).all()
    assert engagements(tables)["split"].value_counts()["test"] == 10


def test_another_seed_is_another_split(folder: Path) -> None:
    first, again, other = (convert(folder, seed=seed)["liked"] for seed in (0, 0, 1))
    assert first.equals(again) and not first.equals(other)


def test_the_command_writes_a_graph_folder(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "graph"
    result = CliRunner().invoke(main, ["--data", str(folder), "--folder", str(out)])
    assert result.exit_code == 0, result.output
    assert len(read_folder(out)["liked"]) == 100


def test_what_is_not_there_or_no_number_is_one_clear_sentence(folder: Path, tmp_path: Path) -> None:
    (folder / "tags.dat").unlink()
    with pytest.raises(MalformedSource, match="tags.dat"):
        convert(folder)
    for arguments in (
        ["--data", str(tmp_path / "no.tar.xz")],
        ["--data", str(folder), "--seeds", "x"],
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 1 and result.output.startswith("Error: ")
        assert result.output.count("\n") == 1
