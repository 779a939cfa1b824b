"""Keys: made once, kept as digests, revoked at once, and never told again."""

import logging
import re
import sqlite3
import stat
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
from asking import Asking, bearing
from hypothesis import example, given
from hypothesis import strategies as st

from graph.errors import CredentialRefused, KeyRefused, KeysUnavailable, ResonanceError
from graph.store import GraphStore
from web.keys import Keys
from web.serve import serving

DAY = 86_400


class Clock:
    now = 1_760_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> Keys:
    return Keys(tmp_path / "deep" / "keys.db", clock)


def test_a_key_is_its_holders_and_says_nothing_of_itself(keys: Keys) -> None:
    key = keys.add("backend")
    assert re.fullmatch(r"rsk_[0-9a-f]{12}_[\w-]{43}", key)
    card = keys.holder(key)
    assert (card.name, card.role) == ("backend", "service")
    assert key not in repr(keys) and key not in repr(keys.cards())


def test_only_a_digest_is_kept_in_a_file_that_the_owner_alone_reads(
    keys: Keys, tmp_path: Path
) -> None:
    key = keys.add("backend")
    keys.holder(key)
    (file,) = (tmp_path / "deep").iterdir()
    assert key.rpartition("_")[0].encode() not in file.read_bytes()
    assert key[-43:].encode() not in file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_list_tells_when_a_key_was_made_used_and_revoked(keys: Keys, clock: Clock) -> None:
    key = keys.add("backend")
    keys.add("ops", "operator")
    clock.now += DAY
    keys.holder(key)
    clock.now += DAY
    keys.revoke("ops")
    backend, ops = keys.cards()
    assert (backend.name, backend.role, backend.revoked) == ("backend", "service", None)
    assert (backend.made, backend.used) == ("2025-10-09", "2025-10-10")
    assert (ops.name, ops.role, ops.used) == ("ops", "operator", None)
    assert ops.revoked == "2025-10-11"
    keys.holder(key)
    assert keys.cards()[0].used == "2025-10-11"


def test_a_revoked_key_lets_nobody_in_and_its_name_is_free_again(keys: Keys) -> None:
    old = keys.add("backend")
    keys.revoke("backend")
    with pytest.raises(CredentialRefused, match="revoked"):
        keys.holder(old)
    new = keys.add("backend", "operator")
    assert keys.holder(new).role == "operator"
    with pytest.raises(CredentialRefused, match="revoked"):
        keys.holder(old)
    with pytest.raises(CredentialRefused, match="not known"):
        keys.holder(old[:-43] + new[-43:])
    assert [card.name for card in keys.cards()] == ["backend", "backend"]


@pytest.mark.parametrize(
    "name", ["", "Back", "a b", "-x", "x" * 51, "caf\u00e9", "a\n", "../x", "'; DROP"]
)
def test_a_name_is_plain(keys: Keys, name: str) -> None:
    with pytest.raises(KeyRefused, match="no name for a key"):
        keys.add(name)
    assert keys.cards() == []


def test_two_keys_have_no_one_name_and_nobody_revokes_what_is_not_there(keys: Keys) -> None:
    with pytest.raises(KeyRefused, match="no key is named 'backend'"):
        keys.revoke("backend")
    keys.add("backend")
    with pytest.raises(KeyRefused, match="already; revoke it first"):
        keys.add("backend")
    keys.revoke("backend")
    with pytest.raises(KeyRefused, match="no key is named 'backend'"):
        keys.revoke("backend")


@given(st.text(max_size=80), st.integers(0, 60), st.characters())
@example("", 0, "\ud800")
def test_what_is_not_a_key_to_the_letter_is_nobodys(text: str, place: int, letter: str) -> None:
    keys = _ONE.keys
    changed = _ONE.key[:place] + letter + _ONE.key[place + 1 :]
    for given_key in (text, changed, _ONE.key + letter, _ONE.key[:place]):
        if given_key != _ONE.key:
            with pytest.raises(CredentialRefused) as refused:
                keys.holder(given_key)
            assert _ONE.key not in str(refused.value)


class _ONE:
    """A key that examples are drawn against; made by the fixture below."""

    keys: Keys
    key: str


@pytest.fixture(autouse=True, scope="module")
def one_key(tmp_path_factory: pytest.TempPathFactory) -> None:
    _ONE.keys = Keys(tmp_path_factory.mktemp("keys") / "keys.db")
    _ONE.key = _ONE.keys.add("backend")


def test_a_missing_and_an_empty_file_hold_no_keys(tmp_path: Path) -> None:
    file = tmp_path / "keys.db"
    for made in (False, True):
        assert Keys(file).cards() == []
        with pytest.raises(CredentialRefused, match="not known"):
            Keys(file).holder(_ONE.key)
        if not made:
            assert not file.exists(), "asking makes no file"
            file.touch()


def foreign(file: Path) -> None:
    with sqlite3.connect(file) as connection:
        connection.execute("CREATE TABLE theirs (x)")
    connection.close()


def newer(file: Path) -> None:
    Keys(file).add("backend")
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 2")
    connection.close()


def garbage(file: Path) -> None:
    file.write_bytes(b"no database, " * 1000)


def folder(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize(
    ("spoil", "hint"),
    [
        (foreign, "another program"),
        (newer, "version 2"),
        (garbage, "not a database"),
        (folder, "set RESONANCE_KEYS"),
    ],
)
def test_a_file_of_no_keys_of_ours_is_named(
    tmp_path: Path, spoil: Callable[[Path], None], hint: str
) -> None:
    file = tmp_path / "keys.db"
    spoil(file)
    keys = Keys(file)
    for act in (keys.cards, lambda: keys.holder(_ONE.key), lambda: keys.add("x")):
        with pytest.raises(KeysUnavailable, match=hint) as error:
            act()
        assert str(file) in str(error.value)
        assert _ONE.key not in str(error.value)


def test_a_file_that_cannot_be_written_lets_its_keys_in_and_says_so(
    keys: Keys, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As from a read-only mount; a root's writes no file mode would stop."""
    key = keys.add("backend")
    connect = sqlite3.connect

    def read_only(address: str, **more: object) -> sqlite3.Connection:
        return connect(address.replace("mode=rw", "mode=ro"), **more)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr("sqlite3.connect", read_only)
    with caplog.at_level(logging.WARNING):
        assert keys.holder(key).name == keys.holder(key).name == "backend"
    assert len(caplog.records) == 1 and "'backend'" in caplog.text and key not in caplog.text
    assert keys.cards()[0].used is None
    with pytest.raises(KeysUnavailable, match="cannot be written"):
        keys.revoke("backend")


def test_of_many_who_make_a_key_of_one_name_one_succeeds(keys: Keys) -> None:
    def add(_: int) -> str | None:
        try:
            return keys.add("backend")
        except KeyRefused:
            return None

    with ThreadPoolExecutor(8) as many:
        made = [key for key in many.map(add, range(16)) if key]
    assert len(made) == 1
    assert keys.holder(made[0]).name == "backend"


def test_revoking_counts_at_the_next_request_of_a_running_server(
    store: GraphStore, asking: Asking
) -> None:
    """While four clients ask all the time: whoever begins after the revocation is refused."""
    key = asking.keys.add("busy")
    revoked, ended = threading.Event(), threading.Event()
    late: list[int] = []
    early: list[int] = []

    def ask(url: str) -> None:
        with requests.Session() as session:
            while not ended.is_set():
                after = revoked.is_set()
                answer = session.get(f"{url}/feed?username=ana", headers=bearing(key), timeout=30)
                (late if after else early).append(answer.status_code)

    with serving(asking.app(store)) as url, ThreadPoolExecutor(4) as many:
        clients = [many.submit(ask, url) for _ in range(4)]
        while len(early) < 20 and not any(client.done() for client in clients):
            time.sleep(0.01)
        Keys(asking.folder / "keys.db").revoke("busy")  # as another process does
        revoked.set()
        while len(late) < 20 and not any(client.done() for client in clients):
            time.sleep(0.01)
        ended.set()
        for client in clients:
            client.result()
    assert set(late) == {401}
    assert 200 in early and set(early) <= {200, 401}


def test_keys_that_cannot_be_read_are_a_503_and_let_nobody_in(
    store: GraphStore, asking: Asking
) -> None:
    client = asking.app(store).test_client()
    (asking.folder / "keys.db").write_bytes(b"no database, " * 1000)
    answer = client.get("/feed?username=ana", headers=asking.service)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "keys.db" not in answer.get_data(as_text=True)
    assert client.get("/health").status_code == 200
    (asking.folder / "keys.db").unlink()
    assert client.get("/feed?username=ana", headers=asking.service).status_code == 401
    assert client.get("/feed?username=ana").status_code == 401, "nor does it open the server"


def test_a_file_that_takes_the_place_of_another_counts_at_once(keys: Keys, tmp_path: Path) -> None:
    """As when a backup is put back, while a server runs."""
    old = keys.add("backend")
    assert keys.holder(old)
    file = tmp_path / "deep" / "keys.db"
    new = Keys(tmp_path / "new.db").add("backend")
    (tmp_path / "new.db").replace(file)
    assert keys.holder(new).name == "backend"
    with pytest.raises(CredentialRefused, match="not known"):
        keys.holder(old)


def test_every_error_of_keys_is_of_the_one_tree() -> None:
    assert all(
        issubclass(error, ResonanceError)
        for error in (CredentialRefused, KeyRefused, KeysUnavailable)
    )
