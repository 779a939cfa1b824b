"""Loading again: what changed, what went, what was taken back; and every row counted once."""

import string
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import pytest
from filled_graphs import Filled, Prepared
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import MalformedSource, RowRefused
from graph.ingest import ingest, ingest_tables
from graph.model import ALL_KINDS, KINDS, Batch, EdgeKind, Snapshot
from graph.queries.export import read_tables
from graph.report import LoadReport
from graph.store import GraphStore
from village.world import World

ALL = frozenset(KINDS)


def edges(*pairs: tuple[str, str], **columns: object) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"]).assign(**columns)


def site() -> dict[str, pd.DataFrame]:
    return {
        "users": pd.DataFrame({"id": ["s:a", "s:b"], "username": ["ann", "ben"], "active": True}),
        "posts": pd.DataFrame({"id": ["s:p", "s:q"], "title": ["P", "Q"], "deleted": False}),
        "tags": pd.DataFrame({"id": ["jazz", "folk"]}),
        "groups": pd.DataFrame({"id": ["s:g"]}),
        "categories": pd.DataFrame({"id": ["s:c", "s:d"]}),
        "authored": edges(("s:a", "s:p"), ("s:b", "s:q")),
        "tagged": edges(("s:p", "jazz"), ("s:p", "folk")),
        "in_category": edges(("s:p", "s:c")),
        "posted_in": edges(("s:p", "s:g")),
        "friend": edges(("s:a", "s:b")),
        "liked": edges(("s:a", "s:q"), ("s:b", "s:p"), at=5),
    }


def snapshot(store: GraphStore, tables: Mapping[str, pd.DataFrame]) -> LoadReport:
    batches = [Batch(KINDS[file], frame) for file, frame in tables.items()]
    return ingest(store, batches, snapshot=Snapshot("s:", ALL))


def without(frame: pd.DataFrame, **key: str) -> pd.DataFrame:
    return frame[~(frame[list(key)] == list(key.values())).all(axis=1)]


def card(store: GraphStore, post_id: str) -> dict[str, object]:
    return store.run("post_cards", post_ids=[post_id])[0]


def look_up(store: GraphStore, username: str) -> list[dict[str, object]]:
    return store.run("users_named", username=username)


class Watched:
    """A store that tells what was written to it."""

    def __init__(self, store: GraphStore):
        self.store, self.writes = store, list[str]()

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def run(self, name: str, /, **params: object) -> object:
        if name.startswith(("load_", "drop_", "set_", "store_", "copy_")):
            self.writes.append(name)
        return self.store.run(name, **params)

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        self.writes.append(file)
        self.store.load(file, frame, new=new)


def test_a_source_that_did_not_change_writes_nothing(any_store: GraphStore) -> None:
    first = snapshot(any_store, site())
    assert first.new == first.read and first.wrote
    watched = Watched(any_store)
    second = snapshot(watched, site())  # type: ignore[arg-type]
    assert watched.writes == [] and not second.wrote
    assert second.unchanged == second.read == first.read


def test_only_what_differs_is_written_and_null_differs_from_nothing(any_filled: Filled) -> None:
    any_store = any_filled(the_site)
    again = site() | {
        "posts": pd.DataFrame({"id": ["s:p", "s:q", "s:r"], "title": ["new", None, "R"]}),
        "liked": edges(("s:a", "s:q"), ("s:b", "s:p"), ("s:a", "s:r")).assign(at=[6, None, 7]),
    }
    report = snapshot(any_store, again)
    assert [report.new["posts"], report.changed["posts"], report.unchanged["posts"]] == [1, 1, 1]
    assert [report.new["liked"], report.changed["liked"], report.unchanged["liked"]] == [1, 1, 1]
    found = {row["id"]: row["title"] for row in any_store.run("export_posts")}
    assert found == {"s:p": "new", "s:q": "Q", "s:r": "R"}
    assert [row["at"] for row in any_store.run("export_liked")] == [6, 7, 5]


def test_what_is_gone_is_marked_and_keeps_its_history_and_may_come_back(any_filled: Filled) -> None:
    any_store = any_filled(the_site)
    left = site() | {
        file: without(site()[file], **{column: "s:q"})
        for file, column in (("posts", "id"), ("authored", "target"), ("liked", "target"))
    }
    report = snapshot(any_store, left)
    assert report.gone == {"posts": 1} and report.wrote
    assert card(any_store, "s:q")["deleted"] is True
    assert len(any_store.run("export_liked")) == 2, "history is kept"
    assert not snapshot(any_store, left).wrote
    assert snapshot(any_store, site()).changed == {"posts": 1}
    assert card(any_store, "s:q")["deleted"] is False


def test_a_user_who_is_gone_is_inactive(any_filled: Filled) -> None:
    any_store = any_filled(the_site)
    left = site() | {
        "users": without(site()["users"], id="s:b"),
        "authored": edges(("s:a", "s:p")),
        "friend": edges(),
        "liked": edges(("s:a", "s:q"), at=5),
    }
    assert snapshot(any_store, left).gone == {"users": 1}
    assert [row["active"] for row in any_store.run("export_users")] == [True, False]
    assert len(any_store.run("export_friend")) == 1


def test_an_edge_that_was_taken_back_is_deleted_and_its_copy_with_it(any_filled: Filled) -> None:
    any_store = any_filled(the_site)
    left = site() | {
        "friend": edges(),
        "posted_in": edges(),
        "tagged": edges(("s:p", "folk")),
        "in_category": edges(("s:p", "s:d")),
        "liked": edges(("s:a", "s:q"), at=5),
    }
    report = snapshot(any_store, left)
    assert report.gone == {
        "friend": 1, "posted_in": 1, "tagged": 1, "in_category": 1, "liked": 1,
    }  # fmt: skip
    assert any_store.run("export_friend") == any_store.run("export_posted_in") == []
    found = card(any_store, "s:p")
    assert (found["group_id"], found["tags"], found["category_id"]) == (None, ["folk"], "s:d")
    assert found["author_id"] == "s:a"


class Dies(Watched):
    """A store whose process is killed at its n-th write."""

    def __init__(self, store: GraphStore, after: int):
        super().__init__(store)
        self.after = after

    def run(self, name: str, /, **params: object) -> object:
        self.die(name.startswith(("drop_", "set_")))
        return super().run(name, **params)

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        self.die(True)
        super().load(file, frame, new=new)

    def die(self, writes: bool) -> None:
        if writes and len(self.writes) == self.after:
            raise KeyboardInterrupt


def the_site(store: GraphStore) -> None:
    snapshot(store, site())


def test_an_update_that_is_killed_at_any_write_is_put_right_by_the_next(
    prepared: Prepared, tmp_path: Path
) -> None:
    later = site() | {
        "users": site()["users"].assign(username=["anna", "ben"]),
        "posts": pd.DataFrame({"id": ["s:p", "s:r"], "title": ["new", "R"], "deleted": False}),
        "authored": edges(("s:a", "s:p"), ("s:b", "s:r")),
        "friend": edges(),
        "posted_in": edges(),
        "tagged": edges(("s:p", "folk"), ("s:r", "jazz")),
        "in_category": edges(("s:p", "s:d")),
        "liked": edges(("s:b", "s:p"), ("s:a", "s:r"), at=6),
    }

    def state(store: GraphStore) -> tuple[object, ...]:
        tables = read_tables(store)
        cards = [card(store, id) for id in tables["posts"]["id"]]
        named = [row["user_id"] for name in ("anna", "ben") for row in look_up(store, name)]
        return cards, named, {file: frame.to_dict("records") for file, frame in tables.items()}

    with ExitStack() as stack:
        store = prepared.open_copy(the_site, tmp_path / "whole", stack)
        writes = Watched(store)
        snapshot(writes, later)  # type: ignore[arg-type]
        wanted = state(store)
    assert len(writes.writes) > 10 and wanted[1] == ["s:a", "s:b"]
    for after in range(len(writes.writes)):
        with ExitStack() as stack:
            store = prepared.open_copy(the_site, tmp_path / str(after), stack)
            with pytest.raises(KeyboardInterrupt):
                snapshot(Dies(store, after), later)  # type: ignore[arg-type]
            snapshot(store, later)
            assert state(store) == wanted, writes.writes[after]


def test_a_snapshot_of_one_source_says_nothing_about_another(any_store: GraphStore) -> None:
    other = {
        "users": pd.DataFrame({"id": ["t:a"]}),
        "posts": pd.DataFrame({"id": ["t:p"]}),
        "liked": edges(("t:a", "t:p"), at=1),
    }
    ingest_tables(any_store, other)
    snapshot(any_store, site())
    assert not snapshot(any_store, site()).gone
    assert card(any_store, "t:p")["deleted"] is None
    assert len(any_store.run("export_liked")) == 3


def test_a_kind_that_came_in_part_loses_nothing(filled: Filled) -> None:
    store = filled(the_site)
    part = Snapshot("s:", ALL - {"posts", "liked", "authored"})
    batches = [
        Batch(KINDS[file], frame)
        for file, frame in site().items()
        if file not in ("posts", "liked", "authored", "tagged", "in_category", "posted_in")
    ]
    report = ingest(store, batches, snapshot=part)
    assert report.gone == {"tagged": 2, "in_category": 1, "posted_in": 1}
    assert len(store.run("export_liked")) == 2


def test_what_people_of_a_source_do_elsewhere_is_not_taken_back(store: GraphStore) -> None:
    """They write, like, befriend and join over HTTP, of which their site knows nothing."""
    snapshot(store, site())
    elsewhere = {
        "users": pd.DataFrame({"id": ["app:user:1"], "username": ["cy"]}),
        "posts": pd.DataFrame({"id": ["app:post:1"], "title": ["Elsewhere"]}),
        "groups": pd.DataFrame({"id": ["app:group:1"]}),
        "authored": edges(("s:a", "app:post:1")),
        "friend": edges(("s:a", "app:user:1")),
        "liked": edges(("s:b", "app:post:1"), at=6),
        "member_of": edges(("s:b", "app:group:1")),
    }
    ingest_tables(store, elsewhere)
    before = read_tables(store)
    report = snapshot(store, site())
    assert not report.gone
    after = read_tables(store)
    for file in ("posts", "authored", "friend", "liked", "member_of"):
        pd.testing.assert_frame_equal(after[file], before[file])
    (kept,) = store.run("post_cards", post_ids=["app:post:1"])
    assert kept["author_id"] == "s:a"
    withdrawn = site() | {"liked": edges(("s:b", "s:p"), at=5)}
    assert snapshot(store, withdrawn).gone["liked"] == 1


def test_a_source_that_lost_most_of_itself_is_not_believed(store: GraphStore) -> None:
    posts = [f"s:{number}" for number in range(60)]
    snapshot(store, {"posts": pd.DataFrame({"id": posts})})
    with pytest.raises(MalformedSource, match="59 of 60 posts.*nothing was written"):
        snapshot(store, {"posts": pd.DataFrame({"id": posts[:1]})})
    assert not any(row["deleted"] for row in store.run("export_posts"))
    kept = Batch(KINDS["posts"], pd.DataFrame({"id": posts[:1]}))
    report = ingest(store, [kept], snapshot=Snapshot("s:", ALL, most_gone=1.0))
    assert report.gone == {"posts": 59}


def test_removed_rows_take_back_what_is_there_and_count_what_is_not(any_filled: Filled) -> None:
    any_store = any_filled(the_site)
    report = ingest(
        any_store,
        [
            Batch(KINDS["friend"], edges(("s:b", "s:a")), removed=True),
            Batch(KINDS["liked"], edges(("s:a", "s:q"), ("s:a", "s:p")), removed=True),
            Batch(KINDS["posts"], pd.DataFrame({"id": ["s:p", "s:none"]}), removed=True),
        ],
    )
    assert any_store.run("export_friend") == []
    assert [row["source"] for row in any_store.run("export_liked")] == ["s:b"]
    assert card(any_store, "s:p")["deleted"] is True
    assert report.gone == {"friend": 1, "liked": 1, "posts": 1}
    assert (report.read["liked"], report.changed["liked"], report.unchanged["liked"]) == (2, 1, 1)


def test_a_strict_load_stops_at_the_first_refusal_and_writes_nothing(store: GraphStore) -> None:
    wrong = site() | {"liked": edges(("s:a", "s:q"), ("s:a", "s:nowhere"))}
    batches = [Batch(KINDS[file], frame) for file, frame in wrong.items()]
    refused = r"s:nowhere \(s:a -> s:nowhere\): a row of liked.*unknown post.*Nothing was written"
    with pytest.raises(RowRefused, match=refused):
        ingest(store, batches, LoadReport(strict=True))
    assert store.run("export_users") == []


def test_a_report_says_the_same_in_a_terminal_and_as_json() -> None:
    report = LoadReport()
    report.refuse("liked", "unknown post", 2, where=["p:1", "p:2"])
    report.refuse("liked", "unknown post", 3, where=["p:2", "p:3", "p:4"])
    report.refuse("liked", "no user")
    report.mend("page repeated: /posts/like")
    report.read["posts"] += 3
    report.new["posts"] += 3
    said = report.as_json()
    unknown = {"kind": "liked", "reason": "unknown post", "rows": 5}
    assert said["refused"] == [
        {"kind": "liked", "reason": "no user", "rows": 1, "examples": []},
        {**unknown, "examples": ["p:1", "p:2", "p:3"]},
    ]
    assert said["mended"] == {"page repeated: /posts/like": 1}
    assert report.table().splitlines()[2].split() == ["posts", "3", "3", "0", "0", "0", "0"]
    told = report.table().splitlines()
    assert "refused: 5 of liked (unknown post): p:1, p:2, p:3, ..." in told
    assert "refused: 1 of liked (no user)" in told


def test_a_large_load_and_a_small_one_compare_alike(store: GraphStore, village: World) -> None:
    """Whole tables are read for the one, single nodes for the other."""
    ingest_tables(store, village.tables)
    whole = ingest_tables(store, village.tables)
    assert whole.unchanged == whole.read
    for kind in ALL_KINDS:
        if kind.file in village.tables:
            few = ingest_tables(store, {kind.file: village.tables[kind.file].head(3)})
            assert few.unchanged == few.read, kind.file


LETTERS = st.sampled_from(string.ascii_lowercase[:4])
SOME = {"User": "users", "Post": "posts", "Tag": "tags"}


@st.composite
def dirty(draw: st.DrawFn) -> list[Batch]:
    """Rows of several kinds: repeated, without ids, to nowhere, to themselves; some taken back."""
    batches = []
    for label, file in SOME.items():
        ids = draw(st.lists(st.one_of(st.just(""), LETTERS), max_size=6))
        frame = pd.DataFrame({"id": [each and f"s:{label}:{each}" for each in ids]}, dtype="str")
        batches.append(Batch(KINDS[file], frame))
    for file in ("friend", "liked", "viewed", "tagged", "mutes_tags"):
        kind = KINDS[file]
        assert isinstance(kind, EdgeKind)
        pairs = draw(st.lists(st.tuples(LETTERS, LETTERS), max_size=8))
        rows = [(f"s:{kind.source}:{a}", f"s:{kind.target}:{b}") for a, b in pairs]
        batches.append(Batch(kind, edges(*rows), removed=draw(st.integers(0, 3)) == 0))
    return batches


@settings(max_examples=settings().max_examples // 10)
@given(st.lists(dirty(), min_size=1, max_size=3))
def test_whatever_comes_every_row_is_counted_once(
    store: GraphStore, sources: list[list[Batch]]
) -> None:
    for batches in sources:
        report = ingest(store, batches)
        for batch in batches:
            file = batch.kind.file
            assert report.read[file] == len(batch.frame)
            told = (report.new[file], report.changed[file], report.unchanged[file])
            assert report.read[file] == sum(told) + report.refusals(file), file
    again = ingest(store, sources[-1])
    assert not again.wrote
    shown = read_tables(store)["friend"]
    assert (shown["source"] < shown["target"]).all()
