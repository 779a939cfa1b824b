"""Answers that are kept: one act for each key, whoever sends it, and whenever they were killed."""

import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
from filled_graphs import Filled
from werkzeug.test import Client, TestResponse

from graph.errors import Contradiction, MemoryUnavailable, UnderWay
from graph.ingest import ingest_tables
from graph.store import GraphStore, Runs
from web.answers import KEPT, Answer, Answers, Asked
from web.app import create_app
from web.turns import Turns

ROOT = Path(__file__).parents[2]
NOW = 1_760_000_000
LIKE = Asked("app:user:1", "key", "like post 1")
DONE = Answer(201, '{"status": "success"}')


@pytest.fixture
def answers(tmp_path: Path) -> Iterator[Answers]:
    kept = Answers(tmp_path / "answers.db")
    yield kept
    kept.close()


def fill_ana(store: GraphStore) -> None:
    ingest_tables(store, {"users": pd.DataFrame({"id": ["u:ana"], "username": ["ana"]})})


def unwanted() -> Answer:
    raise AssertionError("it was done already")


def test_the_same_write_twice_is_done_once(answers: Answers) -> None:
    assert answers.once(LIKE, NOW, lambda: DONE) == (DONE, False)
    assert answers.once(LIKE, NOW + KEPT - 1, unwanted) == (DONE, True)


def test_a_key_is_of_its_user_and_of_its_own_request_alone(answers: Answers) -> None:
    answers.once(LIKE, NOW, lambda: DONE)
    with pytest.raises(Contradiction, match="another request before"):
        answers.once(replace(LIKE, asked="like post 2"), NOW, unwanted)
    other = Answer(200, "other")
    assert answers.once(replace(LIKE, user="app:user:2"), NOW, lambda: other) == (other, False)
    assert answers.once(replace(LIKE, key="next"), NOW, lambda: other) == (other, False)


def test_after_a_day_a_key_is_free_and_its_answer_is_cleared_away(answers: Answers) -> None:
    answers.once(LIKE, NOW, lambda: DONE)
    later = Answer(200, "later")
    assert answers.once(LIKE, NOW + KEPT, lambda: later) == (later, False)
    answers.once(replace(LIKE, key="next"), NOW + 2 * KEPT, lambda: later)
    with answers._writing() as connection:
        assert connection.execute("SELECT key FROM answers").fetchall() == [("next",)]


def test_an_answer_that_lies_ahead_is_kept_for_a_day_from_now_on(answers: Answers) -> None:
    """The clock went ahead, and was put right."""
    answers.once(LIKE, NOW + 300 * KEPT, lambda: DONE)
    assert answers.once(LIKE, NOW, unwanted) == (DONE, True)
    answers.once(replace(LIKE, key="next"), NOW, lambda: DONE)
    assert answers.once(LIKE, NOW + KEPT - 1, unwanted) == (DONE, True)
    later = Answer(200, "later")
    assert answers.once(LIKE, NOW + KEPT, lambda: later) == (later, False)


def test_what_raised_may_be_tried_again(answers: Answers) -> None:
    def refused() -> Answer:
        raise Contradiction("not now")

    for _ in range(2):
        with pytest.raises(Contradiction, match="not now"):
            answers.once(LIKE, NOW, refused)
    assert answers.once(LIKE, NOW, lambda: DONE) == (DONE, False)


def test_of_many_at_once_one_acts_and_all_get_its_answer(answers: Answers) -> None:
    begun, go_on, times = threading.Event(), threading.Event(), []

    def act() -> Answer:
        begun.set()
        assert go_on.wait(10)
        times.append(1)
        return DONE

    with ThreadPoolExecutor(6) as people:
        first = people.submit(answers.once, LIKE, NOW, act)
        assert begun.wait(10)
        others = [people.submit(answers.once, LIKE, NOW, unwanted) for _ in range(5)]
        go_on.set()
        assert first.result() == (DONE, False)
        assert {other.result() for other in others} == {(DONE, True)}
    assert len(times) == 1


def test_an_act_whose_process_was_killed_is_done_at_once_by_who_sends_it_next(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = """
        import os, signal, sys
        from pathlib import Path
        from web.answers import Answers, Asked
        asked = Asked(*sys.argv[2:5])
        kill = lambda: os.kill(os.getpid(), signal.SIGKILL)
        Answers(Path(sys.argv[1])).once(asked, int(sys.argv[5]), kill)
    """
    told = [tmp_path / "answers.db", LIKE.user, LIKE.key, LIKE.asked, str(NOW)]
    command = [sys.executable, "-c", textwrap.dedent(code), *told]
    assert subprocess.run(command, cwd=ROOT, timeout=60).returncode == -signal.SIGKILL
    monkeypatch.setattr("web.answers.PATIENCE", 0)
    with pytest.raises(Contradiction, match="another request before"):
        answers.once(replace(LIKE, asked="like post 2"), NOW, unwanted)
    assert answers.once(LIKE, NOW, lambda: DONE) == (DONE, False)
    assert answers.once(LIKE, NOW, unwanted) == (DONE, True)


def test_an_act_whose_answer_could_not_be_kept_is_done_by_who_sends_it_next(
    answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.answers.PATIENCE", 0)
    with monkeypatch.context() as broken:
        broken.setattr("web.answers._END", "no SQL")
        with pytest.raises(MemoryUnavailable):
            answers.once(LIKE, NOW, lambda: DONE)
    assert answers.once(LIKE, NOW, lambda: DONE) == (DONE, False)


def test_what_takes_longer_than_anybody_waits_is_not_done_twice(
    answers: Answers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.answers.PATIENCE", 0)
    begun, go_on = threading.Event(), threading.Event()

    def act() -> Answer:
        begun.set()
        assert go_on.wait(20)
        return DONE

    with closing(Answers(tmp_path / "answers.db")) as other, ThreadPoolExecutor(1) as people:
        first = people.submit(answers.once, LIKE, NOW, act)
        assert begun.wait(20)
        for each in (answers, other):  # another's opening of the file is as another process's
            with pytest.raises(UnderWay, match="ask again"):
                each.once(LIKE, NOW, unwanted)
        go_on.set()
        assert first.result() == (DONE, False)
        assert other.once(LIKE, NOW, unwanted) == (DONE, True)


def test_who_waits_for_another_keeps_nobody_from_acting(
    filled: Filled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = filled(fill_ana)
    begun, go_on, waits = threading.Event(), threading.Event(), threading.Event()
    transact, sleep = store.transact, time.sleep

    def slow(work: Callable[[Runs], object]) -> object:
        begun.set()
        assert go_on.wait(60)
        return transact(work)

    def slept(seconds: float) -> None:
        waits.set()
        sleep(seconds)

    def post(client: Client, text: str) -> TestResponse:
        headers = {"Idempotency-Key": text}
        return client.post("/posts?viewer=ana", json={"text": text}, headers=headers)

    with ExitStack() as stack:
        path = tmp_path / "answers.db"
        kept = [stack.enter_context(closing(Answers(path))) for _ in range(2)]
        apps = [create_app(store, answers=each) for each in kept]
        one, other = (Client(Turns(app, acting=1, reading=1)) for app in apps)
        people = stack.enter_context(ThreadPoolExecutor(3))
        stack.callback(go_on.set)
        with monkeypatch.context() as slowly:
            slowly.setattr(store, "transact", slow)
            first = people.submit(post, one, "once")
            assert begun.wait(60), first.result()
        monkeypatch.setattr("web.answers.PATIENCE", 0)
        late = post(other, "once")
        assert (late.status_code, late.headers["Retry-After"]) == (409, "5")
        monkeypatch.setattr("web.answers.PATIENCE", 60)
        monkeypatch.setattr("web.answers.time.sleep", slept)
        again = people.submit(post, other, "once")
        assert waits.wait(60)
        assert people.submit(post, other, "me too").result(30).status_code == 201
        assert not again.done()
        go_on.set()
        assert first.result(60).status_code == 201
        assert again.result(60).headers["Idempotent-Replayed"] == "true"
        assert again.result().get_json() == first.result().get_json()


def test_another_process_finds_the_answers_and_only_their_owner_reads_the_file(
    answers: Answers, tmp_path: Path
) -> None:
    answers.once(LIKE, NOW, lambda: DONE)
    again = Answers(tmp_path / "answers.db")
    assert again.once(LIKE, NOW, unwanted) == (DONE, True)
    again.close()
    assert {file.stat().st_mode & 0o077 for file in tmp_path.iterdir()} == {0}


def test_who_leaves_is_in_no_answer(answers: Answers) -> None:
    answers.once(LIKE, NOW, lambda: Answer(200, "mine"))
    answers.once(Asked("app:user:2", "k", "a"), NOW, lambda: Answer(200, '{"id": "app:user:1"}'))
    answers.once(Asked("app:user:3", "k", "a"), NOW, lambda: DONE)
    answers.forget("app:user:1")
    with answers._writing() as connection:
        assert connection.execute("SELECT user FROM answers").fetchall() == [("app:user:3",)]


def test_a_file_that_cannot_be_written_is_an_error_before_anything_is_done(tmp_path: Path) -> None:
    answers = Answers(tmp_path / "answers.db")
    answers.close()
    with pytest.raises(MemoryUnavailable, match=r"answers\.db cannot be written"):
        answers.once(LIKE, NOW, unwanted)
