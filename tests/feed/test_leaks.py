"""People change who may see what between pages; the very next answer keeps to it, in every field.

The recommender remembers lists and cards, and cursors pin what was ranked before a change: neither
may show, name or count what is not the viewer's any more. Every answer over HTTP is searched for
the marks of what an oracle over networkx hides.
"""

import itertools
import os
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count

import pytest
from dark_town import PRIVACIES
from walk import Walk, there, wandered

DarkWalks = Callable[[int], AbstractContextManager[Walk]]
SEED = int(os.environ.get("RESONANCE_TEST_SEED", "1"))
NIGHTLY = os.environ.get("RESONANCE_TEST_PROFILE") == "nightly"
CHECKS = 1_000_000 if NIGHTLY else 20_000
NEO4J_CHECKS = 100_000 if NIGHTLY else 1_500


A_TOWN = 10_000
"""Checks in one town: what people do makes it darker, until there is little left to hide."""


def walked(walks: DarkWalks, checks: int) -> tuple[int, int, list[object]]:
    """Checks and later pages of walks through one fresh town after the other; and what leaked."""
    checked = later = 0
    for seed in count(SEED):
        with walks(seed) as walk:
            found = walk.until(min(A_TOWN, checks - checked))
        checked, later = checked + found.checked, later + walk.later
        if found.leaks or checked >= checks:
            return checked, later, [(seed, leak) for leak in found.leaks]
    raise AssertionError


def test_nothing_that_was_hidden_a_moment_ago_is_shown_named_or_counted(
    dark_walks: DarkWalks,
) -> None:
    checked, later, leaks = walked(dark_walks, CHECKS)
    assert leaks == []
    assert checked >= CHECKS
    assert later > CHECKS / 500


@pytest.mark.neo4j
def test_nothing_hidden_is_told_on_neo4j_either(dark_walks_on_neo4j: DarkWalks) -> None:
    checked, _, leaks = walked(dark_walks_on_neo4j, NEO4J_CHECKS)
    assert leaks == []
    assert checked >= NEO4J_CHECKS


def test_the_town_has_posts_of_every_privacy_by_people_of_every_privacy(dark_walk: Walk) -> None:
    oracle = dark_walk.town.oracle
    there = {
        (oracle.users[user]["privacy"], oracle.posts[post]["privacy"])
        for post, user in oracle.author.items()
        if user in oracle.users
    }
    assert there == set(itertools.product(PRIVACIES, PRIVACIES))
    assert any(post not in oracle.author for post in oracle.posts)
    assert any(user not in oracle.users for user in oracle.author.values())


def test_every_address_that_answers_a_viewer_is_asked(dark_walk: Walk) -> None:
    """A new one is wandered to by itself; those that are asked with care are asked at all."""
    asked_with_care = there(dark_walk.client) - set(wandered(dark_walk.client))
    for session in range(60):
        # What a session asks is drawn: a dozen of them may leave one out.
        if session < 12 or not asked_with_care <= dark_walk.asked:
            dark_walk.session()
    assert asked_with_care <= dark_walk.asked
    for _ in range(100):
        dark_walk.wanders(dark_walk.town.one_of(dark_walk.town.users))
    assert there(dark_walk.client) <= dark_walk.asked
    assert dark_walk.found.leaks == []
