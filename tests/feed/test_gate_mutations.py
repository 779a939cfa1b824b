"""Whichever clause of the gate is taken out, the walk of `test_leaks` finds what that lets through.

The clauses that have names are read off the gate's own text, so that a new one is taken out too.
"""

import ast
import inspect
import os
from collections.abc import Callable
from dataclasses import replace
from types import MethodType
from typing import Any

import pytest
from town import Town
from walk import Walk

from feed import explain, gate

NIGHTLY = os.environ.get("RESONANCE_TEST_PROFILE") == "nightly"
MOST = 40_000
"""Checks in which a gate without one clause must have let something through."""
RULES = ("hidden_because", "unwanted_because")
BROKEN = {
    "you mute a word in it": Town.mute_word,
    "you mute one of its tags": Town.mute_tag,
    "you mute its author": Town.mute,
    "you hid it": Town.hide,
    "yours": Town.claim,
}
"""What makes a viewer not want a post, by the rule that keeps it out."""
visible, visible_person, strictness = gate.visible, gate.visible_person, gate._strictness


def clauses() -> list[tuple[str, str]]:
    """The functions of the gate that name their rules, each with each of them."""
    functions = [each for each in ast.parse(inspect.getsource(gate)).body if _named(each)]
    return [
        (str(getattr(function, "name", "")), rule)
        for function in functions
        for each in ast.walk(function)
        for rule in _rules(each)
    ]


def _named(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.FunctionDef) and statement.name in RULES


def _rules(node: ast.AST) -> list[str]:
    """The keys of a dictionary, or the one of ``rules["..."] = ...``."""
    keys = node.keys if isinstance(node, ast.Dict) else []
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store):
        keys = [node.slice]
    return [key.value for key in keys if isinstance(key, ast.Constant)]


def test_the_rules_are_read_off_the_gate() -> None:
    found = clauses()
    assert {"deleted", "a block", "privacy", "author inactive"} <= {name for _, name in found}
    assert {"yours", "you hid it", "you mute its author"} <= {name for _, name in found}
    assert len(found) >= 12


@pytest.mark.parametrize(("function", "rule"), clauses())
def test_a_gate_without_the_rule_leaks(
    dark_walk: Walk, monkeypatch: pytest.MonkeyPatch, function: str, rule: str
) -> None:
    whole: Callable[..., tuple[str, ...]] = getattr(gate, function)

    def without(*asked: Any) -> tuple[str, ...]:
        return tuple(each for each in whole(*asked) if each != rule)

    monkeypatch.setattr(gate, function, without)
    if function == "unwanted_because":
        monkeypatch.setattr(explain, function, without)
        # What says a muted word is told there alone.
        monkeypatch.setattr("walk.ASKED", 1.0)
        town = dark_walk.town
        town.acts = (MethodType(BROKEN[rule], town),)
    assert dark_walk.until(MOST).leaks != []


def test_a_feed_that_does_not_look_for_muted_words_would_be_found(
    dark_walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feed.chosen.muted_posts", lambda store, viewer, posts: frozenset())
    assert dark_walk.until(MOST).leaks != []


def friends_are_everybody(privacy: str | None) -> int:
    return gate.PUBLIC if privacy == "friends" else strictness(privacy)


def private_is_for_friends(privacy: str | None) -> int:
    return min(strictness(privacy), gate.FRIENDS)


def an_unknown_word_is_public(privacy: str | None) -> int:
    return strictness(privacy) if privacy in ("public", "friends", "private") else gate.PUBLIC


@pytest.mark.parametrize(
    "broken", [friends_are_everybody, private_is_for_friends, an_unknown_word_is_public]
)
def test_a_gate_that_reads_a_privacy_too_mildly_leaks(
    dark_walk: Walk, monkeypatch: pytest.MonkeyPatch, broken: Callable[[str | None], int]
) -> None:
    monkeypatch.setattr(gate, "_strictness", broken)
    assert dark_walk.until(MOST).leaks != []


PARTS: dict[str, Callable[..., bool]] = {
    "the post's privacy": lambda viewer, card, author: visible(
        viewer, replace(card, privacy=None), author
    ),
    "its author's privacy": lambda viewer, card, author: visible(
        viewer, card, author and replace(author, privacy=None)
    ),
    "blocks by the viewer or of the viewer": lambda viewer, card, author: visible(
        replace(viewer, blocks=frozenset()), card, author
    ),
}


@pytest.mark.parametrize("part", PARTS)
def test_a_post_gate_without_the_part_leaks(
    dark_walk: Walk, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    monkeypatch.setattr(gate, "visible", PARTS[part])
    assert dark_walk.until(MOST).leaks != []


PEOPLE: dict[str, Callable[..., bool]] = {
    "active": lambda viewer, person: visible_person(viewer, replace(person, active=True)),
    "blocks": lambda viewer, person: visible_person(replace(viewer, blocks=frozenset()), person),
    "privacy": lambda viewer, person: visible_person(viewer, replace(person, privacy=None)),
    "everything": lambda viewer, person: True,
}


@pytest.mark.parametrize("clause", PEOPLE)
def test_a_person_gate_without_the_clause_leaks(
    dark_walk: Walk, monkeypatch: pytest.MonkeyPatch, clause: str
) -> None:
    monkeypatch.setattr(gate, "visible_person", PEOPLE[clause])
    assert dark_walk.until(MOST).leaks != []


COUNTED: dict[str, Callable[..., bool]] = {
    "active": lambda viewer, person: private(viewer, replace(person, active=True)),
    "blocks": lambda viewer, person: private(replace(viewer, blocks=frozenset()), person),
    "everything": lambda viewer, person: not visible_person(viewer, person),
}
private = gate.merely_private
TRIED = tuple(COUNTED) if NIGHTLY else ("everything",)
"""One of its clauses alone is seldom seen: finding that takes a minute."""


@pytest.mark.parametrize("clause", TRIED)
def test_people_who_may_not_even_be_counted_would_be_missed(
    dark_walk: Walk, monkeypatch: pytest.MonkeyPatch, clause: str
) -> None:
    monkeypatch.setattr("feed.evidence.merely_private", COUNTED[clause])
    assert dark_walk.until(MOST).leaks != []
