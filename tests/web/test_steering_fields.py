"""What a request may steer by."""

import json
from collections.abc import Mapping

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from feed.steering import Steering, merged
from web.errors import register_errors
from web.steering_fields import SteeringBody, SteeringFields


@pytest.fixture(scope="module")
def steered() -> FlaskClient:
    """A small application that answers with the steering it understood."""
    app = APIFlask(__name__, docs_path=None)
    app.config["VALIDATION_ERROR_STATUS_CODE"] = 400
    register_errors(app)

    @app.get("/query")
    @app.input(SteeringFields, location="query")
    def query(query_data: Mapping[str, object]) -> dict[str, object]:
        return json.loads(merged(None, query_data).as_json()) | {"given": sorted(query_data)}

    @app.put("/body")
    @app.input(SteeringBody)
    def body(json_data: Mapping[str, object]) -> dict[str, object]:
        return json.loads(merged(None, json_data).as_json()) | {"given": sorted(json_data)}

    return app.test_client()


def read(answer: dict[str, object]) -> Steering:
    return merged(None, {name: value for name, value in answer.items() if name != "given"})


def test_what_is_not_given_is_not_there(steered: FlaskClient) -> None:
    assert steered.get("/query").get_json()["given"] == []
    assert steered.put("/body", json={}).get_json()["given"] == []
    assert steered.get("/query?variety=0").get_json()["given"] == ["variety"]


def test_an_address_and_a_body_say_the_same(steered: FlaskClient) -> None:
    address = "/query?discovery=0.5&freshness=-1&variety=1.0&more_tags=Jazz,%20%23Slow%20%20bread"
    by_query = steered.get(address + ",&less_tags=").get_json()
    by_body = steered.put(
        "/body",
        json={
            "discovery": 0.5,
            "freshness": -1,
            "variety": 1,
            "more_tags": ["JAZZ", "slow bread"],
            "less_tags": [],
        },
    ).get_json()
    assert by_query == by_body
    assert read(by_query) == Steering(0.5, -1, 1, ("jazz", "slow bread"))


@pytest.mark.parametrize(
    ("told", "tag"),
    [
        ("#Jazz!", "jazz"),
        ("  slow \t bread ", "slow bread"),
        ("lastfm:tag:7A", "lastfm:tag:7A"),
        ("mood:", "mood"),
        ("cafe\u0301", "caf\u00e9"),
    ],
)
def test_a_tag_is_read_as_loaders_name_it(steered: FlaskClient, told: str, tag: str) -> None:
    for answer in (
        steered.get("/query", query_string={"more_tags": told}),
        steered.put("/body", json={"more_tags": [told]}),
    ):
        assert answer.get_json()["more_tags"] == [tag]


@pytest.mark.parametrize("field", ["discovery", "freshness", "variety"])
@pytest.mark.parametrize(
    "value", ["1.01", "-2", "", "x", "nan", "inf", "-inf", "1e0", "0x1", " 1", "\u0661", "1,0"]
)
def test_a_level_is_a_plain_number_from_minus_one_to_one(
    steered: FlaskClient, field: str, value: str
) -> None:
    for answer in (
        steered.get("/query", query_string={field: value}),
        steered.put("/body", json={field: value}),
    ):
        assert answer.status_code == 400
        assert "a number from -1 to 1" in answer.get_json()["errors"][field]


@pytest.mark.parametrize("value", [True, None, [], {}, 1.5, "NaN"])
def test_a_body_has_numbers_and_nothing_like_them(steered: FlaskClient, value: object) -> None:
    answer = steered.put("/body", json={"discovery": value})
    assert answer.status_code == 400
    assert set(answer.get_json()["errors"]) == {"discovery"}
    assert (
        steered.put("/body", data='{"discovery": NaN}', content_type="application/json").status_code
        == 400
    )


@pytest.mark.parametrize(
    ("tags", "hint"),
    [
        (",".join(f"t{n}" for n in range(51)), "has 51 tags; give 50 at most"),
        ("t" * 101, "100 printable"),
        ("a\x00b", "printable"),
    ],
)
def test_tags_have_limits(steered: FlaskClient, tags: str, hint: str) -> None:
    for answer in (
        steered.get("/query", query_string={"less_tags": tags}),
        steered.put("/body", json={"less_tags": tags.split(",")}),
    ):
        assert answer.status_code == 400
        assert hint in answer.get_json()["errors"]["less_tags"]


@pytest.mark.parametrize("value", [7, {"a": 1}, [1], [["a"]], None])
def test_a_body_lists_its_tags_as_texts(steered: FlaskClient, value: object) -> None:
    answer = steered.put("/body", json={"more_tags": value})
    assert answer.status_code == 400
    assert set(answer.get_json()["errors"]) == {"more_tags"}


def test_a_misspelt_field_of_a_body_is_told(steered: FlaskClient) -> None:
    answer = steered.put("/body", json={"dicovery": 1})
    assert answer.status_code == 400
    assert set(answer.get_json()["errors"]) == {"dicovery"}
