"""Whom ``/people`` suggests, and why, held against the oracle."""

import re
from itertools import pairwise

from answers import Json, Reading
from feed_oracle import Oracle

UNNAMED = re.compile(r"^(\d+) people you know")
OTHERS = re.compile(r"and (one|\d+) others?\.$")


def suggestions(reading: Reading, answer: Json) -> None:
    """Nobody comes but whom the viewer may see and does not know yet; reasons are so."""
    oracle, viewer = reading.oracle, reading.viewer or ""
    for person in answer["people"]:
        other = person["id"]
        new = other != viewer and (viewer, other) not in oracle.friends
        wanted = (viewer, other) not in oracle.muted and oracle.sees_profile(reading.viewer, other)
        reading.found.check(new and wanted, "a person", other)
        reading.names(person, "a person")
        for reason in person["reasons"]:
            _reason(reading, other, reason)
    reading.names({name: told for name, told in answer.items() if name != "people"}, "beside")


def _reason(reading: Reading, other: str, reason: Json) -> None:
    path = [node["id"] for node in reason["path"]]
    linked = len(path) == 2 or all(_linked(reading.oracle, *step) for step in pairwise(path))
    reading.found.check(linked, "untrue", reason)
    if reason["cypher"] is not None:
        told = list(reason["cypher"]["parameters"].values())
        reading.found.check(told == path, "parameters", reason)
    named, unnamed = _mutual(reading, other)
    for number in UNNAMED.findall(reason["sentence"]):
        reading.found.check(2 <= int(number) <= unnamed, "counted", reason)
    for number in OTHERS.findall(reason["sentence"]):
        others = 1 if number == "one" else int(number)
        reading.found.check(others < named + (unnamed if unnamed > 1 else 0), "counted", reason)


def _linked(oracle: Oracle, one: str, other: str) -> bool:
    kinds = (oracle.friends, oracle.members, oracle.interested, oracle.tagged)
    written = one in (oracle.author.get(other), "popular") or other == oracle.author.get(one)
    return written or any((one, other) in kind or (other, one) in kind for kind in kinds)


def _mutual(reading: Reading, other: str) -> tuple[int, int]:
    """Mutual friends who may be named, and those who may be counted."""
    oracle, viewer = reading.oracle, reading.viewer or ""
    both = set(oracle.friends.of(viewer)).intersection(oracle.friends.of(other))
    named = sum(oracle.sees_profile(viewer, each) for each in both)
    return named, sum(oracle.merely_private(viewer, each) for each in both)
