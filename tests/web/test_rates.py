"""Who asks too often waits; each caller is counted by itself, and nobody on an open server."""

import logging

import pytest
from asking import Asking

from graph.errors import ConfigError
from graph.store import GraphStore
from web.app import create_app
from web.config import WebConfig
from web.rates import Rates


def test_a_key_that_asks_too_often_is_told_when_to_ask_again(
    asking: Asking, village_store: GraphStore
) -> None:
    client = asking.app(village_store, rates=Rates(keys="2/hour")).test_client()
    query = {"viewer": "silentotter"}
    paths = ("/interests", "/mutes/tags", "/interests")  # all routes count together
    answers = [client.get(path, query_string=query, headers=asking.service) for path in paths]
    assert [each.status_code == 429 for each in answers] == [False, False, True]
    told = answers[-1].get_json()
    assert set(told) == {"status", "message", "errors", "post", "request_id"}
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 3601
    assert client.get("/metrics", headers=asking.operator).status_code == 200  # another key
    assert client.get("/health", headers=asking.service).status_code == 200  # not looked at


def test_a_viewer_is_counted_apart_from_others_and_from_keys(
    asking: Asking, village_store: GraphStore
) -> None:
    client = asking.app(village_store, rates=Rates(viewers="1/hour")).test_client()
    one, other = asking.viewer("sv:user:7"), asking.viewer("sv:user:8")
    told = [client.get("/interests", headers=who).status_code for who in (one, other, one)]
    assert told == [200, 200, 429]
    query = {"viewer": "sv:user:7"}
    for _ in range(3):
        answer = client.get("/interests", query_string=query, headers=asking.service)
        assert answer.status_code == 200


def test_no_log_names_who_asked_too_often(
    asking: Asking, village_store: GraphStore, caplog: pytest.LogCaptureFixture
) -> None:
    client = asking.app(village_store, rates=Rates(viewers="1/hour")).test_client()
    with caplog.at_level(logging.DEBUG):
        for _ in range(2):
            client.get("/interests", headers=asking.viewer("sv:user:7"))
    assert "exceeded" in caplog.text and "sv:user:7" not in caplog.text


def test_two_applications_count_apart_and_an_open_one_counts_nobody(
    asking: Asking, village_store: GraphStore
) -> None:
    rates = Rates(keys="1/hour", viewers="1/hour")
    for _ in range(2):
        client = asking.app(village_store, rates=rates).test_client()
        assert client.get("/metrics", headers=asking.operator).status_code == 200
    opened = create_app(village_store, rates=rates).test_client()
    for _ in range(3):
        assert opened.get("/interests?viewer=sv:user:7").status_code == 200


@pytest.mark.parametrize("rate", ["0/second", "20", "20/fortnight", "many/second"])
def test_what_is_no_rate_is_refused(rate: str) -> None:
    for setting in ("RESONANCE_RATE_KEYS", "RESONANCE_RATE_VIEWERS"):
        assert WebConfig.from_env({setting: "off"})
        with pytest.raises(ConfigError, match=setting):
            WebConfig.from_env({setting: rate})
