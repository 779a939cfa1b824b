"""What Schemathesis is told of this API, and what came of a run.

The engine that its command runs is run here as it is, over HTTP: examples, the bounds of every
schema, drawn requests that fit and that do not. No pytest plugin of it is used (`pyproject.toml`).
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.engine import events, from_schema

from graph.moods import mood_terms
from web.idempotency import HEADER

Json = dict[str, Any]
Known = dict[str, str | Sequence[str]]
"""For parameters (``path.user``), values that mostly are sent; or the one that always is."""

CHECKS = {
    "not_a_server_error": True,
    "status_code_conformance": True,
    "content_type_conformance": True,
    "response_headers_conformance": True,
    "response_schema_conformance": True,
    "negative_data_rejection": True,
    "positive_data_acceptance": True,
    "missing_required_header": True,
    "unsupported_method": True,
    "use_after_free": True,
    "ensure_resource_availability": True,
    "ignored_auth": True,  # but where no credential is sent, which an open server lets in
    # /friendships/requests is also /friendships/<user> of somebody called "requests": Allow names
    # the methods of both, and the check knows of one.
    "allow_header_conformance": False,
    # It asks as two identities, which it must be given; `test_authorisation` is all about that.
    "object_level_authorization": False,
}
UNSAYABLE = {
    "viewer": "a service must name one, who has a token need not",
    "username": "likewise",
    "cursor": "only one that the server gave, for that list",
    **dict.fromkeys(("category", "category_id"), "one that there is, of GET /categories"),
    "at": "an event begins in the future",
    "text": "a post says something in one of three fields",
    "similar_to": "only with kind=similar",
    "page": "not with a cursor",
    "confirm": "who leaves says their own name",
    **dict.fromkeys(("discovery", "freshness", "variety"), "in an address with 9 decimals at most"),
}
"""Fields for which a request may be refused with a 400 that its schema lets through, and why."""

_LETTERS = st.characters(categories=("Ll", "Lu", "Lo", "Nd"), max_codepoint=0x2FFF)
_WORDS = st.text(_LETTERS, min_size=1, max_size=12)
FORMATS: Mapping[str, st.SearchStrategy[str]] = {
    "printable": _WORDS | st.sampled_from(["\u0929\u0940", "a b", "\U0001f33b", "x" * 90, "'\"\\"]),
    "lines": _WORDS | st.sampled_from(["one\ntwo\tthree", "#rye @ben https://example.org", "%00"]),
    "tag": st.text("abcdefghij", min_size=3, max_size=9) | st.sampled_from(["rye bread", "#Jazz"]),
    "tags": st.lists(_WORDS, max_size=3).map(",".join),
    "word": _WORDS,
    "mood": st.sampled_from(sorted(mood_terms())),
    "category": st.sampled_from(["2", "sv:category:2"]),
    "cursor": _WORDS,
    "web-address": st.sampled_from(["", "https://example.org/a?b=c#d", "http://127.0.0.1:8080"]),
}
PLAIN = {"printable", "lines", "word", "tags"}
"""Formats that any short word has."""


@dataclass
class Run:
    """What came of one run."""

    failures: list[str] = field(default_factory=list)
    """Each once, with the command that repeats it."""
    statuses: dict[str, Counter[int]] = field(default_factory=dict)
    """How often each operation answered what."""


def ask_everything(
    spec: Json, url: str, headers: Mapping[str, str], known: Known, drawn: int, bounds: bool
) -> Run:
    """Run Schemathesis.

    Args:
        spec: the OpenAPI document.
        url: of a server.
        headers: who asks.
        known: what may be named.
        drawn: requests of each operation that are drawn, beside the examples of the document.
        bounds: whether to ask at every bound of every schema.
    """
    for name, strategy in FORMATS.items():
        schemathesis.openapi.format(name, strategy)
    schemathesis.serializer("application/x-ndjson")(_ndjson)
    run, strict = Run(), closed(spec)
    _ask(run, plainer(strict), _config(url, headers, known, "coverage" if bounds else "examples"))
    if drawn:
        _ask(run, strict, _config(url, headers, known, "fuzzing", drawn))
    run.failures = sorted(set(run.failures))
    return run


def _ask(run: Run, spec: Json, config: schemathesis.Config) -> None:
    for event in from_schema(schemathesis.openapi.from_dict(spec, config=config)).execute():
        if isinstance(event, events.ScenarioFinished):
            _note(run, event)
        elif isinstance(event, events.NonFatalError | events.FatalError):
            run.failures.append(f"{event}")


def plainer(spec: Json) -> Json:
    """The document as far as its bounds are drawn fast: without `PLAIN` and `HEADER`."""

    def kept(told: Json) -> Json:
        said = {name: each for name, each in told.items() if name != "format" or each not in PLAIN}
        if isinstance(parameters := said.get("parameters"), list):
            said["parameters"] = [each for each in parameters if each["name"] != HEADER]
        return said

    strict: Json = json.loads(json.dumps(spec), object_hook=kept)
    return strict


def closed(spec: Json) -> Json:
    """The document as strict as it can be read: no answer has a field that it does not name."""
    strict = deepcopy(spec)

    def close(schema: object) -> None:
        if isinstance(schema, dict):
            if "properties" in schema and "example" not in schema["properties"]:
                schema.setdefault("additionalProperties", False)
            for name, each in schema.items():
                if name not in ("example", "examples"):
                    close(each)
        elif isinstance(schema, list):
            for each in schema:
                close(each)

    for operations in strict["paths"].values():
        for operation in operations.values():
            close(operation["responses"])
    return strict


def _config(
    url: str, headers: Mapping[str, str], known: Known, phase: str, most: int = 1
) -> schemathesis.Config:
    lists = {name: values for name, values in known.items() if not isinstance(values, str)}
    bound = {name: {"dictionary": name.replace(".", "-"), "probability": 0.9} for name in lists} | {
        name: value for name, value in known.items() if name not in lists
    }
    return schemathesis.Config.from_dict(
        {
            "seed": 1,
            "base-url": url,
            "headers": dict(headers),
            "dictionaries": {
                name.replace(".", "-"): {"values": list(values)} for name, values in lists.items()
            },
            "parameters": bound | {"query.seconds": "0"},  # a stream ends when it has told the news
            "generation": {"deterministic": True, "max-examples": most},
            "phases": {
                "examples": {"enabled": phase != "fuzzing", "fill-missing": True},
                "coverage": {"enabled": phase == "coverage"},
                "fuzzing": {"enabled": phase == "fuzzing"},
                "stateful": {"enabled": False},
            },
            # Its schema has a thousand bounds; tests/graph/test_events_schema.py is about them.
            "operations": [
                {"include-name": "POST /events", "phases": {"coverage": {"enabled": False}}}
            ],
            "checks": {
                name: {"enabled": wanted and (bool(headers) or name != "ignored_auth")}
                for name, wanted in CHECKS.items()
            },
        }
    )


def _note(run: Run, event: events.ScenarioFinished) -> None:
    recorder = event.recorder
    for case_id, interaction in recorder.interactions.items():
        case = recorder.cases[case_id].value
        if interaction.response is not None:
            seen = run.statuses.setdefault(case.operation.label, Counter())
            seen[interaction.response.status_code] += 1
    for case_id, checks in recorder.checks.items():
        for check in checks:
            failure = check.failure_info
            if failure is not None and not _unsayable(check.name, recorder, case_id):
                said = re.sub(r"\s+", " ", failure.failure.message)[:400]
                run.failures.append(
                    f"{recorder.label}: {check.name}: {said}\n{failure.code_sample}"
                )


def _unsayable(check: str, recorder: Any, case_id: str) -> bool:
    """Whether a request that fits its schema was refused for what no schema can say.

    And whether events that do not fit were refused by their lines, in an answer that is none.
    """
    response, operation = recorder.interactions[case_id].response, recorder.label
    if check == "negative_data_rejection" and operation == "POST /events" and response is not None:
        return response.status_code == 200 and bool(response.json()["refused"])
    if check != "positive_data_acceptance" or response is None or response.status_code != 400:
        return False
    named = set(response.json()["errors"])
    return bool(named) and named <= set(UNSAYABLE)


def _ndjson(ctx: schemathesis.SerializationContext, value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"
