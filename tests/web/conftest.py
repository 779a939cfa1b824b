"""An application over the village, with a still clock."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from apiflask import APIFlask
from asking import Asking
from filled_graphs import Fill, Prepared
from flask.testing import FlaskClient

from graph.store import GraphStore
from village.world import NOW
from web.app import create_app

REQUIRED = os.environ.get("RESONANCE_REQUIRE_MOUNT") == "1"
"""Whether a system that lets nobody mount a disk is a failure: CI says so."""


@pytest.fixture(autouse=True)
def same_request_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Errors bear their request's id: with one for all, they are compared byte by byte."""
    monkeypatch.setattr("web.request_ids.new_id", lambda: "the-id-of-every-request")


@pytest.fixture(scope="session")
def village_store(
    prepared: Prepared, derived_village: Fill, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[GraphStore]:
    with ExitStack() as stack:
        folder = tmp_path_factory.mktemp("web") / "village"
        yield prepared.open_copy(derived_village, folder, stack)


@pytest.fixture
def asking(tmp_path: Path) -> Asking:
    """The keys and tokens of a closed server."""
    return Asking(tmp_path / "asking")


@pytest.fixture(scope="session")
def app(village_store: GraphStore) -> APIFlask:
    return create_app(village_store, clock=lambda: float(NOW))


@pytest.fixture
def client(app: APIFlask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def mounting() -> list[str]:
    """What a command begins with that mounts file systems nobody else sees."""
    command = ["unshare", "--map-root-user", "--mount", "sh", "-ec"]
    asked = [*command, "mount -t tmpfs -o size=64k tmpfs /mnt"]
    if shutil.which("unshare") is None or subprocess.run(asked, capture_output=True).returncode:
        said = "this system lets nobody mount a small disk (unshare --mount)"
        pytest.fail(said) if REQUIRED else pytest.skip(said)
    return command
