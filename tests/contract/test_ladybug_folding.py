"""When what lies beside an embedded graph is folded into it, and that nothing is lost by it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest
from embedded import OPENING, python, tags

from graph import ladybug_store
from graph.connections import MOST
from graph.errors import StoreUnavailable
from graph.ingest import ingest_tables
from graph.ladybug_file import LadybugFile
from graph.ladybug_store import LadybugStore
from graph.locks import SharedLock
from graph.store import Runs


def test_what_is_set_again_and_again_is_folded_before_it_fills_the_pool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two thousand likes hold some 60 MB; of the log they take 0.3 MB."""
    monkeypatch.setattr("graph.ladybug_file.BUFFER_POOL", 64 << 20)
    monkeypatch.setattr("graph.ladybug_store.SET_LIMIT", 300)
    people = [f"u{number}" for number in range(50)]
    with LadybugStore(tmp_path / "graph") as store:
        users, posts = (pd.DataFrame({"id": ids}) for ids in (people, ["p0"]))
        liked = pd.DataFrame({"source": people, "target": "p0", "at": 0})
        ingest_tables(store, {"users": users, "posts": posts, "liked": liked})
        filled = []
        for at in range(1, 2_001):
            row = {"source": people[at % len(people)], "target": "p0", "at": at}
            store.run("load_liked", rows=[row])
            filled.append(store.unfolded)
        assert store.frame("export_liked")["at"].min() == 1_951
        folded = sum(now < before for before, now in zip(filled, filled[1:], strict=False))
        assert max(filled) == 1.0 and folded >= 2_000 // 301


def test_a_transaction_is_folded_after_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.ladybug_store.SET_LIMIT", 3)
    with LadybugStore(tmp_path / "graph") as store:
        store.run("load_tags", rows=[{"id": "rye", "name": None}])

        def work(graph: Runs) -> float:
            for number in range(9):
                graph.run("load_tags", rows=[{"id": "rye", "name": f"Rye {number}"}])
            return store.unfolded

        assert store.transact(work) > 1.0
        assert store.unfolded < 1.0
        assert store.run("tag_names", tag_ids=["rye"]) == [{"id": "rye", "name": "Rye 8"}]


def test_what_is_set_counts_and_what_is_made_does_not(tmp_path: Path) -> None:
    ana = {"id": "inbox ana", "user_id": "ana", "at": 1}
    with LadybugStore(tmp_path / "graph") as store:
        store.checkpoint()
        for _ in range(2):
            store.run("open_inbox", **ana)
        assert store.unfolded < 1 / ladybug_store.SET_LIMIT
        for seq in range(3):
            store.run("set_read_to", id="inbox ana", seq=seq)
        assert store.unfolded == 3 / ladybug_store.SET_LIMIT
        store.run("load_tags", rows=[{"id": f"tag {each}", "name": "Rye"} for each in range(50)])
        assert store.unfolded == (3 + 50 / ladybug_store.TOGETHER) / ladybug_store.SET_LIMIT


def test_what_was_read_whole_is_let_go_of_once_nobody_reads_a_whole_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LadybugStore(tmp_path / "graph") as store:
        ingest_tables(store, {"tags": pd.DataFrame({"id": ["rye", "oats"]})})
        store.fold()
        store.frame("export_tags")
        assert store.unfolded < 1.0  # so little is not worth it
        monkeypatch.setattr("graph.ladybug_store.WHOLE", 1)
        with store._reads_whole():
            store.frame("export_tags")
            assert store.unfolded < 1.0
            before = store._file._database
            store.fold()
            assert not before.is_closed
        first = store._file._database
        assert store.unfolded == 1.0
        with monkeypatch.context() as patched:
            patched.setattr(store, "_full", True)
            assert store.unfolded < 1.0  # nothing is folded any more
        store.run("load_tags", rows=[{"id": "emmer", "name": None}])
        assert not first.is_closed  # nobody who writes waits for that
        store.fold()
        assert first.is_closed and store.unfolded < 1.0
        assert tags(store) == {"rye", "oats", "emmer"}


def test_what_was_read_whole_is_kept_where_a_fold_would_end_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.ladybug_store.WHOLE", 1)
    with LadybugStore(tmp_path / "graph") as store:
        ingest_tables(store, {"tags": pd.DataFrame({"id": ["rye", "oats"]})})
        first = store._file._database
        store.frame("export_tags")
        with monkeypatch.context() as patched:
            patched.setattr("graph.ladybug_store.takes_writes", lambda folder, room: False)
            store.fold()
        assert not first.is_closed and not store.stopped and store.unfolded < 1.0


def test_a_fold_waits_for_the_end_of_a_whole_table_and_no_longer_than_there_is_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever reads a node while a fold waits for who reads a table would wait for both."""
    monkeypatch.setattr("graph.ladybug_store.SET_LIMIT", 3)
    with LadybugStore(tmp_path / "graph") as store:
        store.run("load_tags", rows=[{"id": "rye", "name": None}])

        def filled(times: int) -> list[float]:
            told = list[float]()
            for number in range(times):
                store.run("load_tags", rows=[{"id": "rye", "name": f"Rye {number}"}])
                told.append(store.unfolded * 3)
            return told

        assert filled(5) == pytest.approx([2, 3, 0, 1, 2], abs=0.1)
        with store._reads_whole():
            assert filled(6) == pytest.approx([3, 4, 5, 6, 0, 1], abs=0.1)


def test_a_fold_that_comes_while_a_table_is_read_keeps_nobody_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads, goes_on = threading.Event(), threading.Event()
    with LadybugStore(tmp_path / "graph") as store:
        store.run("load_tags", rows=[{"id": "rye", "name": None}])
        lent, first = store._connections.lent, store._file._database

        @contextmanager
        def stopped() -> Iterator[object]:
            with lent() as connection:
                if threading.current_thread() is reader:
                    reads.set()
                    goes_on.wait(20)
                yield connection

        monkeypatch.setattr(store._connections, "lent", stopped)
        reader = threading.Thread(target=store.frame, args=("export_tags",))
        folder = threading.Thread(target=store.fold)
        reader.start()
        assert reads.wait(20)
        folder.start()
        folder.join(20)
        put_off = not folder.is_alive() and not first.is_closed
        found = tags(store) if put_off else set()
        goes_on.set()
        reader.join(20)
        folder.join(20)
        assert put_off and found == {"rye"}
        store.fold()
        assert first.is_closed


def test_who_comes_to_read_a_table_waits_for_a_fold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order, goes_on = list[str](), threading.Event()
    with LadybugStore(tmp_path / "graph") as store:
        store.run("load_tags", rows=[{"id": "rye", "name": None}])
        checkpoint, lent = store.checkpoint, store._connections.lent

        def stopped(anew: bool) -> None:
            assert goes_on.wait(20)
            checkpoint(anew)
            order.append("folded")

        @contextmanager
        def told() -> Iterator[object]:
            if threading.current_thread() is reader:
                order.append("read")
            with lent() as connection:
                yield connection

        monkeypatch.setattr(store, "checkpoint", stopped)
        monkeypatch.setattr(store._connections, "lent", told)
        folder = threading.Thread(target=store.fold)
        reader = threading.Thread(target=store.frame, args=("export_tags",))
        folder.start()
        while not store._folding:
            assert folder.is_alive()
        reader.start()
        while reader.is_alive() and not len(store._turn._waiters):  # type: ignore[attr-defined]
            pass
        goes_on.set()
        folder.join(20)
        reader.join(20)
        monkeypatch.setattr(store, "checkpoint", checkpoint)
        assert order == ["folded", "read"]


def test_who_waits_while_another_folds_does_not_fold_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    comes, folded = threading.Event(), list[int]()

    class Turn:
        """The writers' lock, which says that somebody wants it."""

        def __init__(self) -> None:
            self.lock = threading.RLock()

        def __enter__(self) -> None:
            if not self.lock.acquire(blocking=False):
                comes.set()
                self.lock.acquire()

        def __exit__(self, *_: object) -> None:
            self.lock.release()

    with LadybugStore(tmp_path / "graph") as store:
        monkeypatch.setattr(store, "_writing", Turn())
        checkpoint = store.checkpoint

        def watched(anew: bool) -> None:
            folded.append(1)
            late.start()
            assert comes.wait(20)
            checkpoint(anew)

        late = threading.Thread(target=store.fold)
        monkeypatch.setattr(store, "checkpoint", watched)
        store.fold()
        late.join(20)
        monkeypatch.setattr(store, "checkpoint", checkpoint)
        assert folded == [1]


def test_a_fold_opens_the_graph_anew_and_nobody_else_can_have_it_meanwhile(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = f"ladybug:{tmp_path / 'graph'}"
    opened, others = LadybugFile._opened, list[str]()
    with LadybugStore(tmp_path / "graph") as store:
        liked = pd.DataFrame({"source": ["ana"], "target": ["p0"], "at": [7]})
        nodes = [("users", ["ana"]), ("posts", ["p0"])]
        ingest_tables(store, {n: pd.DataFrame({"id": i}) for n, i in nodes} | {"liked": liked})
        read, first = store.frame("export_liked"), store._file._database

        def between(file: LadybugFile) -> object:
            assert first.is_closed
            others.append(python(OPENING, url).stderr)
            return opened(file)

        monkeypatch.setattr(LadybugFile, "_opened", between)
        store.fold()
        assert len(others) == 1 and "is held open by another process; end that one" in others[0]
        assert read["at"].tolist() == store.frame("export_liked")["at"].tolist() == [7]
        store.run("load_tags", rows=[{"id": "rye", "name": None}])
        assert tags(store) == {"rye"}


def test_who_cannot_open_a_folded_graph_anew_has_lost_nothing_and_tries_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("graph.ladybug_store.SET_LIMIT", 1)
    opened = LadybugFile._opened

    def refused(file: LadybugFile) -> object:
        raise StoreUnavailable("there are no more files")

    with LadybugStore(tmp_path / "graph") as store:
        monkeypatch.setattr(LadybugFile, "_opened", refused)
        for name in ("Rye", "Rye bread"):  # the second is acknowledged, and folded
            store.run("load_tags", rows=[{"id": "rye", "name": name}])
        assert "closed until somebody asks for it again: there are no more files" in caplog.text
        for _ in range(2 * MOST):
            with pytest.raises(StoreUnavailable, match="no more files"):
                tags(store)
            with pytest.raises(StoreUnavailable, match="no more files"):
                store.run("load_tags", rows=[{"id": "oats", "name": "Oats"}])
        monkeypatch.setattr(LadybugFile, "_opened", opened)
        assert store.run("tag_names", tag_ids=["rye"]) == [{"id": "rye", "name": "Rye bread"}]
        store.run("load_tags", rows=[{"id": "oats", "name": "Oats"}])
        assert tags(store) == {"rye", "oats"}


def test_opening_anew_writes_nothing_to_the_graph(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The engine would fold again when it is closed, and end the process on a disk that is full."""
    graph, reopen, times = tmp_path / "graph", LadybugFile.reopen, list[int]()

    def watched(file: LadybugFile) -> None:
        times.append(graph.stat().st_mtime_ns)
        reopen(file)
        times.append(graph.stat().st_mtime_ns)

    monkeypatch.setattr(LadybugFile, "reopen", watched)
    with LadybugStore(graph) as store:
        for name in ("rye", "oats"):
            before = graph.stat().st_mtime_ns
            store.run("load_tags", rows=[{"id": name, "name": None}])
            store.fold()
            assert times[-2] == times[-1] > before
    with LadybugStore(graph) as store:
        assert tags(store) == {"rye", "oats"}


def test_a_graph_that_could_not_be_opened_anew_is_let_go_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LadybugStore(tmp_path / "graph") as store:
        store.run("load_tags", rows=[{"id": "rye", "name": None}])
        with monkeypatch.context() as patched:
            patched.setattr("ladybug.Database", lambda *_, **__: open(tmp_path / "gone"))
            store.fold()
    with LadybugStore(tmp_path / "graph") as store:
        assert tags(store) == {"rye"}


def test_a_checkpoint_waits_for_readers_and_new_readers_wait_for_it() -> None:
    lock, order = SharedLock(), []
    reading, finish = threading.Event(), threading.Event()

    def read() -> None:
        with lock.shared():
            reading.set()
            finish.wait(10)
            order.append("reader")

    def checkpoint() -> None:
        with lock.alone():
            order.append("checkpoint")

    threads = [threading.Thread(target=read), threading.Thread(target=checkpoint)]
    threads[0].start()
    assert reading.wait(10)
    threads[1].start()
    while not lock._waiting:
        pass
    late = threading.Thread(target=lambda: order.append("late") if _shared(lock) else None)
    late.start()
    finish.set()
    for thread in (*threads, late):
        thread.join(10)
    assert order == ["reader", "checkpoint", "late"]


def _shared(lock: SharedLock) -> bool:
    with lock.shared():
        return True
