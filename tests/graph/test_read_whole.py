"""That a process keeps no more of a graph which it read whole than it has use for."""

from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest

from graph import letting_go
from graph.changes import Changes
from graph.errors import StoreFull
from graph.ingest import ingest_tables
from graph.ladybug_store import LadybugStore
from graph.letting_go import let_go


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LadybugStore]:
    with LadybugStore(tmp_path / "graph") as store:
        ingest_tables(store, {"tags": pd.DataFrame({"id": ["rye", "oats"]})})
        yield store


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[None]:
    """What was given back to the system, once for each time."""
    given = list[None]()
    monkeypatch.setattr(letting_go, "give_back", lambda: given.append(None))
    return given


def test_the_engine_keeps_nothing_of_what_was_read(store: LadybugStore, given: list[None]) -> None:
    assert len(store.frame("export_tags")) == 2
    before = store._file._database
    let_go(store)
    assert before.is_closed and given == [None]
    assert len(store.frame("export_tags")) == 2


@pytest.mark.parametrize("why", ["others write to it", "the disk has no room for a fold"])
def test_nothing_is_folded_where(
    store: LadybugStore, given: list[None], monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    if why == "others write to it":
        store.changes = Changes(alone=False)
    else:
        monkeypatch.setattr("graph.ladybug_store.takes_writes", lambda folder, room: False)
    before = store._file._database
    let_go(store)
    assert not before.is_closed and given == [None]


def test_a_fold_that_fails_costs_nothing_but_memory(
    store: LadybugStore,
    given: list[None],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fails() -> None:
        raise StoreFull("the disk is full")

    monkeypatch.setattr(store, "fold", fails)
    let_go(store)
    assert "what tables were read into is kept: the disk is full" in caplog.text
    assert given == [None]
