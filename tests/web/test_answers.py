"""Answers that are kept: one act for each key, whoever sends it, and whenever they were killed."""

import json
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
from typing import Any

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


Told = dict[str, Any]


def fill_ana(store: GraphStore) -> None:
    ingest_tables(store, {"users": pd.DataFrame({"id": ["u:ana"], "username": ["ana"]})})


def fill_town(store: GraphStore) -> None:
    """ana and ben are friends; eve is private, and asks ana; cat is nobody's."""
    names = ["ana", "ben", "cat", "eve"]
    users = pd.DataFrame({"id": [f"u:{name}" for name in names], "username": names})
    users["privacy"] = ["public", "public", "public", "private"]
    friends = pd.DataFrame({"source": ["u:ana"], "target": ["u:ben"]})
    asked = pd.DataFrame({"source": ["u:eve"], "target": ["u:ana"]})
    ingest_tables(store, {"users": users, "friend": friends, "asked": asked})


class Town:
    """Who asks, with a key of its own for each request, and the file of answers."""

    def __init__(self, store: GraphStore, answers: Answers, path: Path):
        self.client = create_app(store, answers=answers, clock=lambda: float(NOW)).test_client()
        self.path = path

    def ask(self, who: str, what: str, body: object = None, key: str | None = None) -> TestResponse:
        method, path = what.split(" ")
        query, headers = {"viewer": who}, {"Idempotency-Key": key} if key else {}
        return self.client.open(path, method=method, query_string=query, json=body, headers=headers)

    def told(self, who: str, what: str, body: object = None, key: str | None = None) -> Told:
        answer = self.ask(who, what, body, key)
        assert answer.status_code < 300, (what, answer.get_data(as_text=True))
        return Told(answer.get_json())

    def again(self, who: str, what: str, body: object = None, *, key: str) -> Told:
        answer = self.ask(who, what, body, key)
        assert answer.headers["Idempotent-Replayed"] == "true"
        return Told(answer.get_json())

    def kept(self) -> bytes:
        """All that the file and its log hold."""
        files = self.path.parent.glob(f"{self.path.name}*")
        return b"".join(each.read_bytes() for each in files if each.is_file())


@pytest.fixture
def town(filled: Filled, answers: Answers, tmp_path: Path) -> Town:
    return Town(filled(fill_town), answers, tmp_path / "answers.db")


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


MARK = "marmalade"
"""A word that everything says here."""


def test_what_is_shown_of_others_is_not_kept_and_is_told_again_as_long_as_it_may_be_seen(
    town: Town,
) -> None:
    happening = {"name": MARK, "at": NOW + 1_000, "description": MARK, "place": MARK}
    post = town.told("ben", "POST /posts", {"title": MARK, "text": MARK}, "post")["post"]
    of = f"/posts/{post['post_id']}"
    said = town.told("ana", f"POST {of}/comments", {"text": MARK}, "say")["comment"]
    event = town.told("ben", "POST /happenings", happening, "event")["happening"]
    group = town.told("ben", "POST /groups", {"name": MARK, "description": MARK}, "group")["group"]
    acts: list[tuple[str, str, object]] = [
        ("ana", f"POST {of}/shares", {"text": MARK}),
        ("ben", f"PATCH {of}", {"title": f"{MARK} jam"}),
        ("ben", f"POST /comments/{said['comment_id']}/answers", {"text": MARK}),
        ("ana", f"PATCH /comments/{said['comment_id']}", {"text": f"{MARK} jam"}),
        ("ana", f"PUT /happenings/{event['event_id']}/answers/me", {"answer": "going"}),
        ("ana", f"PUT /groups/{group['group_id']}/members/me", None),
        ("ben", f"PATCH /groups/{group['group_id']}/members/ana", {"role": "moderator"}),
        ("ana", "PUT /friendships/eve", None),
        ("ana", "PUT /blocks/cat", None),
        ("ana", "PUT /mutes/people/ben", None),
    ]
    first = [town.told(who, what, body, f"k{n}") for n, (who, what, body) in enumerate(acts)]
    again = [town.again(who, what, body, key=f"k{n}") for n, (who, what, body) in enumerate(acts)]
    assert first[2:] == again[2:]
    # What changed since is as it is by now.
    assert again[0]["post"]["shares"]["title"] == again[1]["post"]["title"] == f"{MARK} jam"
    assert [each["post"]["counts"]["comments"] for each in (first[1], again[1])] == [1, 2]
    kept = town.kept()
    assert post["post_id"].encode() in kept
    assert MARK.encode() not in kept and b'"username"' not in kept


def test_an_answer_that_is_given_again_shows_nothing_that_was_deleted_or_hidden(
    town: Town,
) -> None:
    post = town.told("ben", "POST /posts", {"title": MARK, "privacy": "friends"}, "post")
    own = f"/posts/{post['post']['post_id']}"
    told = [("ana", f"POST {own}/shares", {}), ("ana", f"POST {own}/comments", {"text": "Hm"})]
    first = [town.told(who, what, body, f"k{n}") for n, (who, what, body) in enumerate(told)]
    group = town.told("ben", "POST /groups", {"name": MARK, "privacy": "private"})["group"]
    at = f"/groups/{group['group_id']}"
    town.told("ben", f"PUT {at}/invitations/ana")
    town.told("ana", f"PUT {at}/members/me", None, "join")
    town.told("ana", "PUT /mutes/people/ben", None, "mute")
    town.told("ben", "DELETE /friendships/ana")
    town.told("ben", "PUT /blocks/ana")
    town.told("ben", f"DELETE {at}/members/ana")

    share, said = (
        town.again(who, what, body, key=f"k{n}") for n, (who, what, body) in enumerate(told)
    )
    assert share["post"]["post_id"] == first[0]["post"]["post_id"]
    assert share["post"]["shares"] is None
    comment = first[1]["comment"]
    ids = {name: comment[name] for name in ("comment_id", "post_id", "answers")}
    assert said == {"status": "success", "comment": dict.fromkeys(comment) | ids}
    joined = town.again("ana", f"PUT {at}/members/me", key="join")["group"]
    assert joined["group_id"] == group["group_id"] and joined["mine"]["role"] == "member"
    assert (joined["name"], joined["description"], joined["privacy"]) == (None, None, None)
    muted = town.again("ana", "PUT /mutes/people/ben", key="mute")["mute"]
    assert (muted["muted"], muted["user_id"], muted["user"]) == (True, "u:ben", None)

    town.told("ben", f"DELETE {own}")
    made = town.again("ben", "POST /posts", {"title": MARK, "privacy": "friends"}, key="post")
    assert made["post"] == dict.fromkeys(post["post"]) | {"post_id": post["post"]["post_id"]}


def test_an_answer_that_was_kept_whole_by_a_version_before_is_told_again_without(
    town: Town, answers: Answers
) -> None:
    post = town.told("ben", "POST /posts", {"title": MARK}, "k")
    town.told("ben", f"DELETE /posts/{post['post']['post_id']}")
    with answers._writing() as connection:
        connection.execute("UPDATE answers SET body = ?", (json.dumps(post),))
    assert MARK not in str(town.again("ben", "POST /posts", {"title": MARK}, key="k"))
