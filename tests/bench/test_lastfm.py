from pathlib import Path

import pytest
from written_files import write

from bench.yardsticks.lastfm import convert, source
from gnn.split import engagements
from graph.errors import MalformedSource

USERS, ARTISTS = range(2, 12), range(51, 71)
PLAYS = [(user, artist, user) for user in USERS for artist in ARTISTS if (user + artist) % 2]

PAIR = {"source": "user_id", "target": "post_id"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ten users of ten artists each, in the archive's form; the names and tags are made up."""
    artists = [(each, f'The "{each}', f"http://x/{each}", "") for each in ARTISTS]
    given = [(user, artist, 1 + (artist % 3), 1, 4, 2009) for user, artist, _ in PLAYS]
    write(tmp_path / "user_artists.dat", [("userID", "artistID", "weight"), *PLAYS])
    write(tmp_path / "artists.dat", [("id", "name", "url", "pictureURL"), *artists])
    write(
        tmp_path / "tags.dat",
        [("tagID", "tagValue"), (1, "Synth  Pop"), (2, "synth pop"), (3, "caf\xe9")],
        encoding="latin-1",
    )
    write(
        tmp_path / "user_friends.dat",
        [("userID", "friendID"), (2, 3), (3, 2), (10, 9), (9, 10)],
    )
    columns = ("userID", "artistID", "tagID", "day", "month", "year")
    write(tmp_path / "user_taggedartists.dat", [columns, *given])
    return tmp_path


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
    assert "split" not in tables["viewed"]
    played = tables["viewed"]
    assert [f"lastfm:user:{each}" for each in played["times"]] == played["source"].tolist()


def test_tags_of_held_out_pairs_are_gone_before_anything_is_derived(folder: Path) -> None:
    tables = convert(folder, seed=0)
    viewed = tables["viewed"]
    held = viewed[viewed["split"] != "train"]
    assert viewed["split"].value_counts().to_dict() == {"train": 80, "valid": 10, "test": 10}
    # Every play bore one tag: what is left of an artist's tags is what its train plays gave.
    given = tables["tagged"].groupby("source")["weight"].sum()
    trained = viewed[viewed["split"] == "train"].groupby("target").size()
    whole = convert(folder)["tagged"].groupby("source")["weight"].sum()
    assert (given <= whole).all() and given.sum() < whole.sum()
    assert len(held) == 20 and (given <= trained.reindex(given.index)).all()
    assert engagements(tables)["split"].value_counts()["test"] == 10


def test_another_seed_is_another_split(folder: Path) -> None:
    first, again, other = (convert(folder, seed=seed)["viewed"] for seed in (0, 0, 1))
    assert first.equals(again) and not first.equals(other)


def test_an_inner_hold_out_is_not_told_by_its_own_tags(folder: Path) -> None:
    given = source(folder, seed=0)
    assert given.without is not None
    viewed = given.tables["viewed"]
    train = viewed[viewed["split"] == "train"].iloc[::4]
    fewer = given.without(train.rename(columns=PAIR))
    # Every play bore one tag.
    assert given.tables["tagged"]["weight"].sum() == 80
    assert fewer["tagged"]["weight"].sum() == 60
    taken = train.groupby("target").size()
    left = [tables["tagged"].groupby("source")["weight"].sum() for tables in (given.tables, fewer)]
    assert left[0].sub(taken, fill_value=0).sub(left[1], fill_value=0).eq(0).all()


def test_interests_go_with_the_last_tag_and_all_else_stays(folder: Path) -> None:
    given = source(folder, seed=0)
    assert given.without is not None
    user = given.tables["viewed"]["source"][0]
    own = given.tables["viewed"][lambda viewed: viewed["source"] == user]
    fewer = given.without(own.rename(columns=PAIR))
    interested = given.tables["interested_in"]
    assert (interested["source"] == user).any()
    others = interested[interested["source"] != user].reset_index(drop=True)
    assert fewer["interested_in"].equals(others)
    for file in ("users", "posts", "tags", "viewed", "friend"):
        assert fewer[file] is given.tables[file]


def test_pairs_of_which_nothing_was_said_take_nothing_away(folder: Path) -> None:
    given = source(folder, seed=0)
    assert given.without is not None
    viewed = given.tables["viewed"].rename(columns=PAIR)
    strange = viewed.head(2).assign(post_id=["lastfm:post:51", "of:nobody"], user_id="of:nobody")
    for pairs in (viewed.head(0), viewed[viewed["split"] != "train"], strange):
        for file in ("tagged", "interested_in"):
            assert given.without(pairs)[file].equals(given.tables[file])


def test_a_file_that_is_not_there_is_one_clear_sentence(folder: Path) -> None:
    (folder / "tags.dat").unlink()
    with pytest.raises(MalformedSource, match="tags.dat"):
        convert(folder)
