"""Whatever an answer holds is JSON that says the same as Python's own."""

import json

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from web.json_answers import JsonAnswers

APP = Flask(__name__)
ANSWERS = JsonAnswers(APP)
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def body_of(told: object) -> bytes:
    with APP.app_context():
        return ANSWERS.response(told).get_data()


@given(told=VALUES)
def test_it_says_what_pythons_own_says(told: object) -> None:
    body = body_of(told)
    expected = json.loads(json.dumps(told))
    assert json.loads(body) == expected and body.endswith(b"\n")
    assert json.loads(ANSWERS.dumps(told)) == expected


@pytest.mark.parametrize("told", ["half \ud800", 2**70, {"of": ["\udfff", -(2**64)]}])
def test_what_orjson_does_not_take_is_told_all_the_same(told: object) -> None:
    assert json.loads(body_of(told)) == told
    assert json.loads(ANSWERS.dumps(told)) == told


def test_keys_stay_in_their_order_and_no_number_is_not_a_number() -> None:
    assert body_of({"z": 1, "a": float("nan")}) == b'{"z":1,"a":null}\n'
