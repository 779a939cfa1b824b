"""Every request of the Postman collection, sent to the application as Postman would."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pandas as pd
import pytest
from apiflask import APIFlask
from click.testing import CliRunner
from flask.testing import FlaskClient

from commands.postman import write_collection
from feed.memory import ViewerMemory
from graph.ingest import ingest_tables
from graph.store import open_store
from resonance import main
from village.world import NOW
from web.app import create_app
from web.postman import collection

ADDRESS = "http://127.0.0.1:8000"
UNDERSTOOD = {200, 201, 403, 404, 409}
"""What is named need not be there, nor be the viewer's: but the request was one."""
OWN_NAME = "confirm"
"""Whoever leaves says their own name, which no example knows."""


@pytest.fixture
def empty_app(tmp_path: Path) -> Any:
    with open_store(f"ladybug:{tmp_path / 'graph'}") as store, ViewerMemory(None) as memory:
        # Nobody but the viewer, and the category of the examples.
        people = pd.DataFrame({"id": ["sv:user:1"], "username": ["ana"]})
        categories = pd.DataFrame({"id": ["sv:category:2"], "name": ["Bread"]})
        ingest_tables(store, {"users": people, "categories": categories})
        yield create_app(store, memory=memory, clock=lambda: float(NOW))


@pytest.fixture
def made(app: APIFlask) -> dict[str, Any]:
    return collection(app.spec, f"{ADDRESS}/")


def requests(made: dict[str, Any]) -> list[dict[str, Any]]:
    return [item["request"] for folder in made["item"] for item in folder["item"]]


def filled(text: str, variables: dict[str, str]) -> str:
    for name, value in variables.items():
        text = text.replace(f"{{{{{name}}}}}", value)
    return text


def test_every_operation_is_a_request_once(app: APIFlask, made: dict[str, Any]) -> None:
    documented = {
        (method.upper(), path)
        for path, operations in app.spec["paths"].items()
        for method in operations
    }
    asked = [
        (each["method"], "/" + "/".join(each["url"]["path"]).replace("{{", "{").replace("}}", "}"))
        for each in requests(made)
    ]
    assert set(asked) == documented and len(asked) == len(documented)


def test_every_variable_is_one_of_the_collection_and_the_address_has_no_end_of_its_own(
    made: dict[str, Any],
) -> None:
    variables = {each["key"]: each["value"] for each in made["variable"]}
    assert variables["base_url"] == ADDRESS and variables["key"] == ""
    text = filled(json.dumps(made["item"]), dict.fromkeys(variables, ""))
    assert "{{" not in text.replace("{{$guid}}", "")


def test_every_request_is_understood(made: dict[str, Any], empty_app: APIFlask) -> None:
    client: FlaskClient = empty_app.test_client()
    variables = {each["key"]: each["value"] or "anything" for each in made["variable"]}
    variables |= {"base_url": "", "viewer": "ana"}
    for each in requests(made):
        if each["method"] == "DELETE" and OWN_NAME in each.get("body", {}).get("raw", ""):
            continue
        address = urlsplit(filled(each["url"]["raw"], variables))
        answer = client.open(
            address.path,
            method=each["method"],
            query_string=address.query,
            data=each.get("body", {}).get("raw"),
            headers={h["key"]: h["value"] for h in each["header"] if not h.get("disabled")},
        )
        assert answer.status_code in UNDERSTOOD, (each["method"], address, answer.text)
        answer.close()


def test_whoever_may_ask_without_a_key_sends_none(made: dict[str, Any]) -> None:
    open_to_all = {"/" + "/".join(each["url"]["path"]) for each in requests(made) if "auth" in each}
    assert {"/health", "/ready"} <= open_to_all and "/feed" not in open_to_all
    assert made["auth"]["bearer"][0]["value"] == "{{key}}"


def test_each_request_shows_an_answer(made: dict[str, Any]) -> None:
    feed = next(f["item"] for f in made["item"] if f["name"] == "Feed")[0]
    assert [answer["code"] for answer in feed["response"]] == [200]
    assert json.loads(feed["response"][0]["body"])["status"] == "success"


def test_the_command_writes_the_same_without_a_graph(
    made: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(write_collection, ["api.json"])
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "api.json").read_text()) == made
    assert [path.name for path in tmp_path.iterdir()] == ["api.json"]


def test_a_file_that_cannot_be_written_is_one_clear_sentence(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine", encoding="utf-8")
    result = CliRunner().invoke(main, ["postman", str(tmp_path / "there" / "api.json")])
    assert result.exit_code == 1 and result.output.startswith("Error: ")
    assert "cannot be written" in result.output and result.output.count("\n") == 1
    assert (tmp_path / "there").read_text(encoding="utf-8") == "mine"
