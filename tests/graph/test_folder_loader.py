"""The exchange folder: what goes out comes back, and what is wrong is named with its place."""

from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import MalformedSource, SourceUnavailable
from graph.loaders.folder import TIMES, read_folder, write_folder
from graph.model import KINDS
from village.world import NOW, World


def folder(tmp_path: Path, **files: str) -> Path:
    path = tmp_path / "in"
    path.mkdir()
    for name, text in files.items():
        (path / f"{name}.csv").write_text(text, encoding="utf-8")
    return path


def test_a_village_comes_back_from_its_folder(tmp_path: Path, village: World) -> None:
    write_folder(village.tables, tmp_path / "out")
    found = read_folder(tmp_path / "out")
    assert found.keys() == {file for file, frame in village.tables.items() if len(frame)}
    for file, frame in found.items():
        wanted = village.tables[file]
        for column in frame.columns:
            there = wanted[column].astype(object).where(wanted[column].notna(), None)
            back = frame[column].astype(object).where(frame[column].notna(), None)
            assert back.tolist() == [None if value == "" else value for value in there], column


def test_headers_are_those_of_neo4j_admin_import(tmp_path: Path, village: World) -> None:
    write_folder(village.tables, tmp_path / "out")
    first = (tmp_path / "out" / "viewed.csv").read_text(encoding="utf-8").splitlines()[0]
    assert first == ":START_ID(User),:END_ID(Post),at:long,times:int" or first.startswith(
        ":START_ID(User),:END_ID(Post),at:long"
    )
    users = (tmp_path / "out" / "users.csv").read_text(encoding="utf-8").splitlines()[0]
    assert users.startswith("id:ID(User),username,")


def test_every_file_and_column_but_the_ids_is_optional(tmp_path: Path) -> None:
    tables = read_folder(
        folder(tmp_path, users="id:ID(User)\na\n", liked=":START_ID,:END_ID\na,p\n")
    )
    assert tables["users"]["id"].tolist() == ["a"]
    assert tables["liked"].to_dict("records") == [{"source": "a", "target": "p"}]


def test_an_empty_field_is_null_and_a_quoted_one_may_hold_anything(tmp_path: Path) -> None:
    text = (
        'id:ID(Post),title,created_at:long,available:boolean\np,"a, ""b""\nc",,TRUE\nq,,7,false\n'
    )
    posts = read_folder(folder(tmp_path, posts=text))["posts"]
    assert posts["title"].tolist()[0] == 'a, "b"\nc'
    assert posts["title"].isna().tolist() == [False, True]
    assert posts["created_at"].isna().tolist() == [True, False]
    assert posts["available"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("file", "text", "said"),
    [
        (
            "posts",
            "id:ID(Post),created_at:long\np,soon\n",
            "record 2 has 'soon' in created_at, not Unix seconds, such as 1760000000",
        ),
        (
            "posts",
            "id:ID(Post),created_at:long\np,1760000000\nq,1760000000000\n",
            "record 3 has '1760000000000' in created_at, not Unix seconds, such as 1760000000 (not",
        ),
        ("events", "id:ID(Event),until:long\np,-1760000000000\n", "in until, not Unix seconds"),
        (
            "rated",
            ":START_ID(User),:END_ID(Post),percent:long\na,p,-100\na,q,\na,r,500\n",
            "record 4 has '500' in percent, not a whole number from 0 to 100",
        ),
        ("rated", ":START_ID(User),:END_ID(Post),percent:long\na,p,-101\n", "'-101' in percent"),
        ("viewed", ":START_ID(User),:END_ID(Post),times:long\na,p,x\n", "not a whole number"),
        ("posts", "id:ID(Post),available:boolean\np,maybe\n", "not true or false"),
        ("posts", "id:ID(Post),privacy\np,secret\n", "'secret' in privacy"),
        (
            "posts",
            "id:ID(Post),privacy\np,public\nq,\n",
            "record 3 has '' in privacy, not one of ['public', 'friends', 'private']; only where",
        ),
        ("users", "id:ID(User),privacy\na,\n", "record 2 has '' in privacy"),
        ("groups", "id:ID(Group),privacy\na,\n", "record 2 has '' in privacy"),
        ("events", "id:ID(Event),privacy\na,\n", "record 2 has '' in privacy"),
        ("posts", "id:ID(Post),title\np,a,b\n", "record 2 has 3 fields, the header 2"),
        ("posts", "title\nx\n", "the header lacks ['id']"),
        ("posts", "id:ID(User)\nx\n", "'id:ID(User)' is unknown"),
        ("posts", "id:ID(Post),colour\nx,red\n", "'colour' is unknown"),
        ("posts", "id:ID(Post),title,title\nx,a,b\n", "given twice"),
        ("posts", "", "is empty"),
        ("posts", 'id:ID(Post),title\np,"open\n', "is not CSV"),
        ("posts", "id:ID(Post)\np\n\n", None),
        (
            "tagged",
            ":START_ID(Post),:END_ID(Tag),weight:double\np,t,heavy\n",
            "weight, not a number",
        ),
        ("liked", ":START_ID(User),:END_ID(Post),split\na,p,later\n", "'later' in split"),
        ("liked", ":START_ID(User),:END_ID(Post)\n,p\n", "not an id"),
        ("friends", ":START_ID(User),:END_ID(User)\na,b\n", "(did you mean friend.csv?)"),
        ("likes", ":START_ID(User),:END_ID(Post)\na,p\n", "(did you mean liked.csv?)"),
        ("zzz", "id:ID(Tag)\na\n", "zzz.csv is no file of a graph folder: ['users', "),
    ],
)
def test_what_is_wrong_is_named_with_file_and_record(
    tmp_path: Path, file: str, text: str, said: str | None
) -> None:
    path = folder(tmp_path, **{file: text})
    if said is None:
        assert len(read_folder(path)[file]) == 1
        return
    with pytest.raises(MalformedSource) as caught:
        read_folder(path)
    assert said in str(caught.value) and f"{file}.csv" in str(caught.value)


def test_what_nobody_can_have_done_yet_is_named(tmp_path: Path) -> None:
    """Popularity fades by the latest like: of all others nothing would be left."""
    (tmp_path / "liked.csv").write_text(
        ":START_ID(User),:END_ID(Post),at:long\n"
        f"u1,p1,\nu1,p2,{NOW + 86_400}\nu1,p3,{NOW + 86_401}\n"
    )
    with pytest.raises(MalformedSource) as caught:
        read_folder(tmp_path, NOW)
    assert str(caught.value) == (
        f"liked.csv: record 4 has '{NOW + 86_401}' in at, not Unix seconds up to {NOW + 86_400}"
        " (2025-12-02T00:00:00+00:00), a day ahead of this machine's clock"
    )
    assert read_folder(tmp_path, NOW + 1)["liked"]["at"].max() == NOW + 86_401
    assert len(read_folder(tmp_path)["liked"]) == 3


def test_an_event_may_be_yet_to_come_but_not_have_been_made(tmp_path: Path) -> None:
    header, far = "id:ID(Event),at:long,until:long,created_at:long\n", NOW + 10_000_000
    (tmp_path / "events.csv").write_text(f"{header}e1,{far},{far + 60},{NOW}\n")
    assert read_folder(tmp_path, NOW)["events"]["at"].tolist() == [far]
    (tmp_path / "events.csv").write_text(f"{header}e1,{far},{far + 60},{far}\n")
    with pytest.raises(MalformedSource, match=f"record 2 has '{far}' in created_at"):
        read_folder(tmp_path, NOW)


def test_no_word_for_who_may_see_it_is_written_as_one_and_comes_back(tmp_path: Path) -> None:
    posts = pd.DataFrame({"id": ["p", "q", "r"], "privacy": ["private", None, "friends"]})
    users = pd.DataFrame({"id": ["a"], "privacy": pd.Series([None], dtype="str")})
    write_folder({"posts": posts, "users": users, "tags": users[["id"]]}, tmp_path / "out")
    found = read_folder(tmp_path / "out")
    assert found["posts"]["privacy"].isna().tolist() == [False, True, False]
    assert found["posts"]["privacy"].dropna().tolist() == ["private", "friends"]
    assert found["users"]["privacy"].isna().tolist() == [True]
    assert (tmp_path / "out" / "users.csv").read_text() == "id:ID(User),privacy\na,unsaid\n"
    assert posts["privacy"].isna().tolist() == [False, True, False], "written, it is as it was"


def test_every_whole_number_is_a_time_or_a_count() -> None:
    """A new column of seconds must be held to them."""
    whole = {
        column.name for kind in KINDS.values() for column in kind.columns if column.type == "int"
    }
    assert whole == {*TIMES, "times", "percent"}


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    path = folder(tmp_path)
    (path / "tags.csv").write_bytes(b"id:ID(Tag)\n\xff\xfe\n")
    with pytest.raises(MalformedSource, match="tags.csv is not CSV in UTF-8"):
        read_folder(path)


def test_a_missing_or_empty_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="nowhere is not a folder"):
        read_folder(tmp_path / "nowhere")
    with pytest.raises(SourceUnavailable, match="has no CSV file"):
        read_folder(folder(tmp_path))


def test_a_folder_that_is_there_is_not_overwritten(tmp_path: Path, village: World) -> None:
    write_folder(village.tables, tmp_path / "out")
    before = (tmp_path / "out" / "users.csv").read_bytes()
    with pytest.raises(SourceUnavailable, match="is there already"):
        write_folder({}, tmp_path / "out")
    assert (tmp_path / "out" / "users.csv").read_bytes() == before


def test_a_folder_that_cannot_be_written_leaves_nothing(tmp_path: Path, village: World) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SourceUnavailable, match="cannot be written"):
        write_folder(village.tables, tmp_path / "file" / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)


@settings(max_examples=settings().max_examples // 2)
@given(
    ids=st.lists(words, min_size=1, max_size=5, unique=True),
    titles=st.lists(st.none() | words, min_size=5, max_size=5),
    times=st.lists(st.none() | st.integers(1 - 10**11, 10**11 - 1), min_size=5, max_size=5),
)
def test_any_text_and_number_survive_the_folder(
    tmp_path_factory: pytest.TempPathFactory,
    ids: list[str],
    titles: list[str | None],
    times: list[int | None],
) -> None:
    path = tmp_path_factory.mktemp("round") / "trip"
    created = pd.Series(times[: len(ids)], dtype="Int64")
    posts = pd.DataFrame({"id": ids, "title": titles[: len(ids)], "created_at": created})
    write_folder({"posts": posts}, path)
    found = read_folder(path)["posts"]
    assert found["id"].tolist() == ids
    assert (
        found["title"].astype(object).where(found["title"].notna(), None).tolist()
        == titles[: len(ids)]
    )
    assert found["created_at"].equals(created)
