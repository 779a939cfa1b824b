"""`resonance backup` and `restore`: all of a graph, on either engine, also while it is written."""

import json
import threading
from collections.abc import Callable
from itertools import count
from pathlib import Path

import pandas as pd
import pytest
from pytest import MonkeyPatch

from graph import backup as backups
from graph import ladybug_store
from graph.actions.notices import News, tell
from graph.backup import backup, refuse_unfinished, restore
from graph.derive.rebuild import derive
from graph.errors import MalformedSource, SourceUnavailable, StatementFailed, StoreUnavailable
from graph.events.intake import EventIntake
from graph.ingest import ingest_tables
from graph.queries.export import read_tables
from graph.quiet_copy import copy_graph
from graph.soundness import faults
from graph.store import GraphStore, StoreConfig, open_store
from village.world import NOW, plant

HARD = 'a "b",\r\nc\u2028 \U0001f35e'


def live(store: GraphStore) -> None:
    """What a service has and no loader makes: events heard, notices, somebody half gone."""
    ingest_tables(store, plant(seed=0, users=20, posts=30, communities=2).tables)
    users, posts = store.frame("export_users")["id"], store.frame("export_posts")["id"]
    texts = pd.DataFrame({"id": posts[:3], "title": [HARD, "", " "], "text": ["", None, HARD]})
    ingest_tables(store, {"posts": texts})
    like = {"id": "e1", "type": "like", "user": users[0], "post": posts[0], "at": NOW}
    lines = [json.dumps(like).encode()]
    assert not EventIntake(store, clock=lambda: NOW).take(enumerate(lines)).refused
    news = [News(users[2], kind, users[0], posts[0]) for kind in ("reaction", "share")]  # type: ignore[arg-type]
    store.transact(lambda graph: tell(graph, news, NOW))
    store.run("mark_leaving", user_id=users[5])
    derive(store)


def said(store: GraphStore) -> dict[str, str]:
    """All that a graph says: its tables, what is beside them, and what was derived of them."""
    tables = read_tables(store) | {name: store.frame(name) for name in backups.BESIDE}
    derived = store.frame("stats").sort_values("kind", ignore_index=True)
    ids = tables["posts"]["id"].tolist()
    cards = pd.DataFrame(store.run("post_cards", post_ids=ids)).sort_values("post_id")
    every = tables | {"derived": derived, "cards": cards}
    return {name: frame.to_json(orient="values") for name, frame in every.items()}


def test_a_restored_backup_is_the_graph_again(
    any_store: GraphStore, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    live(any_store)
    before, folder = said(any_store), tmp_path / "backup"
    assert len(before) > 40 and "[]" not in (before[name] for name in backups.BESIDE)
    if any_store.engine == "neo4j":
        config: StoreConfig = request.getfixturevalue("neo4j_config")
        place = config
    else:
        config = StoreConfig(request.getfixturevalue("ladybug_url"))
        place = StoreConfig(f"ladybug:{tmp_path / 'new' / 'graph'}")
    backup(config, folder)
    with pytest.raises(StoreUnavailable, match="there is a graph at .* already"):
        restore(config, folder)
    if any_store.engine == "neo4j":
        request.getfixturevalue("wiped_neo4j")()
    restore(place, folder)
    assert folder.stat().st_mode & 0o77 == 0
    if any_store.engine == "neo4j":
        after = said(any_store)
        assert list(faults(any_store)) == []
    else:
        assert [path.name for path in (tmp_path / "new").iterdir()] == ["graph"]
        with open_store(place) as again:
            after = said(again)
    assert [name for name in before if before[name] != after[name]] == []


def test_a_restore_that_is_cut_off_leaves_nothing_or_says_so(
    any_store: GraphStore, tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: MonkeyPatch
) -> None:
    ingest_tables(any_store, {"tags": pd.DataFrame({"id": ["bread"]})})
    neo4j = any_store.engine == "neo4j"
    config = (
        request.getfixturevalue("neo4j_config")
        if neo4j
        else StoreConfig(request.getfixturevalue("ladybug_url"))
    )
    backup(config, tmp_path / "backup")
    place = config if neo4j else StoreConfig(f"ladybug:{tmp_path / 'new' / 'graph'}")
    if neo4j:
        request.getfixturevalue("wiped_neo4j")()

    def cut_off(store: GraphStore) -> None:
        raise StatementFailed("cut off")

    with monkeypatch.context() as patched, pytest.raises(StatementFailed, match="cut off"):
        patched.setattr(backups, "derive", cut_off)
        restore(place, tmp_path / "backup")
    if neo4j:
        with pytest.raises(StoreUnavailable, match="run the same resonance restore again"):
            refuse_unfinished(any_store)
    else:
        assert list((tmp_path / "new").iterdir()) == []
    restore(place, tmp_path / "backup")
    refuse_unfinished(any_store)


def test_a_backup_beside_writes_and_foldings_is_one_moment(
    store: GraphStore, ladybug_url: str, tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    """Writes are numbered: what a backup has is all up to some number, and no gap."""
    monkeypatch.setattr(ladybug_store, "LOG_LIMIT", 64 << 10)  # folds some times a second
    done, over = [0], threading.Event()

    def write() -> None:
        for number in count(1):
            if over.is_set():
                return
            rows = [{"id": f"{number}", "name": "x" * 2_000}]
            store.transact(
                lambda graph, rows=rows: [  # type: ignore[misc]
                    graph.run(f"load_{file}", rows=rows) for file in ("tags", "moods")
                ]
            )
            done[0] = number

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for each in range(3):
            before = done[0]
            backup(StoreConfig(ladybug_url), tmp_path / f"{each}")
            after = done[0] + 1
            tags, moods = (
                sorted(map(int, pd.read_parquet(tmp_path / f"{each}" / f"{file}.parquet")["id"]))
                for file in ("tags", "moods")
            )
            assert tags == moods == list(range(1, len(tags) + 1))
            assert before <= len(tags) <= after
    finally:
        over.set()
        writer.join()


def test_what_is_no_backup_or_was_changed_is_refused_by_name(
    store: GraphStore, ladybug_url: str, tmp_path: Path
) -> None:
    folder, place = tmp_path / "backup", StoreConfig(f"ladybug:{tmp_path / 'new'}")
    with pytest.raises(SourceUnavailable, match="is no backup that can be read"):
        restore(place, folder)
    backup(StoreConfig(ladybug_url), folder)
    with pytest.raises(SourceUnavailable, match="is there already"):
        backup(StoreConfig(ladybug_url), folder)
    told = json.loads((folder / backups.TOLD).read_text())
    for name, text, words in (
        ("users.parquet", "cut off", "users.parquet is not as it was written"),
        (backups.TOLD, "{", "is no backup's"),
        (backups.TOLD, json.dumps(told | {"format": 99}), "has format 99"),
        (backups.TOLD, json.dumps(told | {"sha256": {}}), "does not tell of"),
    ):
        whole: Callable[[], bytes] = (folder / name).read_bytes
        kept = whole()
        (folder / name).write_text(text)
        with pytest.raises(MalformedSource, match=words):
            restore(place, folder)
        (folder / name).write_bytes(kept)
    assert not (tmp_path / "new").exists()
    (tmp_path / "new.wal").touch()
    with pytest.raises(StoreUnavailable, match="there is a graph at"):
        restore(place, folder)


def test_a_graph_that_is_folded_all_the_time_is_not_copied(
    store: GraphStore, ladybug_url: str, tmp_path: Path
) -> None:
    graph = StoreConfig(ladybug_url).file
    assert graph is not None
    graph.with_name("graph.shadow").touch()
    with pytest.raises(StoreUnavailable, match="held still at no moment"):
        copy_graph(graph, tmp_path / "copy", patience=0.0)
