"""Who may see what: the whole table, and no way around it."""

import copy
import dataclasses
import itertools
from dataclasses import replace

import pytest
from feed_builders import FRIEND, ME, NEWCOMER, STRANGER, VIEWER, card, person

from feed.gate import (
    VisiblePerson,
    VisiblePost,
    admit,
    admit_askers,
    admit_happenings,
    admit_people,
    admit_speakers,
    visible,
    visible_person,
    wanted,
)
from graph.queries.happenings import Happening
from graph.queries.people import ViewerContext

PRIVACIES = ("public", None, "friends", "private", "Public ", "secret", "")
SEES = {
    "public": {ME, FRIEND, STRANGER, "newcomer"},
    "friends": {ME, FRIEND},
    "private": {ME},
}
"""By the stricter privacy: as whose post a viewer sees it; a newcomer looks at a stranger's."""
MEANING = {"public": "public", None: "public", "friends": "friends"}
ORDER = ("public", "friends", "private")


def stricter(one: str | None, other: str | None) -> str:
    meant = (MEANING.get(one, "private"), MEANING.get(other, "private"))
    return max(meant, key=ORDER.index)


@pytest.mark.parametrize("relation", [ME, FRIEND, STRANGER, "newcomer"])
@pytest.mark.parametrize(("own", "profile"), list(itertools.product(PRIVACIES, PRIVACIES)))
def test_the_stricter_of_post_and_profile_decides(
    own: str | None, profile: str | None, relation: str
) -> None:
    author = STRANGER if relation == "newcomer" else relation
    viewer = NEWCOMER if relation == "newcomer" else VIEWER
    post = card(privacy=own, author_id=author)
    expected = relation in SEES[stricter(own, profile)]
    assert visible(viewer, post, person(author, profile)) is expected


@pytest.mark.parametrize("privacy", PRIVACIES)
@pytest.mark.parametrize("viewer", [VIEWER, NEWCOMER])
def test_a_post_without_an_author_is_shown_only_if_public(
    privacy: str | None, viewer: ViewerContext
) -> None:
    post = card(privacy=privacy, author_id=None)
    assert visible(viewer, post, None) is (privacy in ("public", None))


def test_a_privacy_that_is_no_word_is_private() -> None:
    """As somebody else may write it into a Neo4j."""
    odd = replace(card(author_id=None), privacy=["public"])  # type: ignore[arg-type]
    assert not visible(NEWCOMER, odd, None)


@pytest.mark.parametrize("author", [ME, FRIEND, STRANGER])
@pytest.mark.parametrize(
    "fields", [{"deleted": True}, {"available": False}, {"group_id": "g"}], ids=str
)
def test_deleted_unavailable_and_foreign_group_posts_are_nobodys(
    fields: dict[str, object], author: str
) -> None:
    assert not visible(VIEWER, card(author_id=author, **fields), person(author))
    assert not visible(NEWCOMER, card(author_id=None, **fields), None)


def test_what_the_source_does_not_say_is_no_reason_to_hide() -> None:
    silent = card(privacy=None, available=None, deleted=None)
    assert visible(NEWCOMER, silent, person(STRANGER, None, None))


def test_a_group_post_is_its_members_and_the_other_rules_hold_there_too() -> None:
    member = replace(VIEWER, groups=frozenset({"g"}))
    assert visible(member, card(group_id="g"), person(STRANGER))
    assert not visible(member, card(group_id="h"), person(STRANGER))
    assert not visible(member, card(group_id="g", privacy="friends"), person(STRANGER))


def test_an_author_who_is_inactive_or_unknown_takes_the_posts_along() -> None:
    for author in (ME, FRIEND, STRANGER):
        assert not visible(VIEWER, card(author_id=author), person(author, active=False))
        assert not visible(VIEWER, card(author_id=author), None)


@pytest.mark.parametrize("author", [FRIEND, STRANGER])
def test_a_block_hides_even_among_friends(author: str) -> None:
    viewer = replace(VIEWER, blocks=frozenset({author}))
    assert not visible(viewer, card(author_id=author), person(author))
    assert not visible_person(viewer, person(author))


@pytest.mark.parametrize("relation", [ME, FRIEND, STRANGER, "newcomer"])
@pytest.mark.parametrize("privacy", PRIVACIES)
def test_people_follow_the_same_table(privacy: str | None, relation: str) -> None:
    viewer = NEWCOMER if relation == "newcomer" else VIEWER
    profile = person(STRANGER if relation == "newcomer" else relation, privacy)
    assert visible_person(viewer, profile) is (relation in SEES[stricter(privacy, None)])
    assert not visible_person(viewer, replace(profile, active=False))


@pytest.mark.parametrize("privacy", PRIVACIES)
def test_who_asks_is_shown_unless_they_are_inactive_or_blocked(privacy: str | None) -> None:
    asker = person(STRANGER, privacy)
    (shown,) = admit_askers(VIEWER, [asker])
    assert shown.card == asker
    assert admit_askers(VIEWER, [replace(asker, active=False)]) == []
    assert admit_askers(replace(VIEWER, blocks=frozenset({STRANGER})), [asker]) == []


def test_what_a_block_keeps_from_a_posts_author_is_told_to_who_said_it_alone() -> None:
    people = [person(ME), person(FRIEND), person(STRANGER), person("x", "private")]
    seen = admit_speakers(VIEWER, people, frozenset({ME, STRANGER}))
    assert [each.card.user_id for each in seen] == [ME, FRIEND]


def happening(**fields: object) -> Happening:
    names = [each.name for each in dataclasses.fields(Happening)]
    return Happening(**dict.fromkeys(names) | {"event_id": "e"} | fields)  # type: ignore[arg-type]


@pytest.mark.parametrize("relation", [ME, FRIEND, STRANGER, "newcomer"])
@pytest.mark.parametrize(("own", "profile"), list(itertools.product(PRIVACIES, PRIVACIES)))
def test_an_event_is_shown_as_a_post_of_its_host_is(
    own: str | None, profile: str | None, relation: str
) -> None:
    viewer = NEWCOMER if relation == "newcomer" else VIEWER
    host = person(STRANGER if relation == "newcomer" else relation, profile)
    event, hosts = happening(privacy=own, host_id=host.user_id), {host.user_id: host}
    assert bool(admit_happenings(viewer, [event], hosts)) is (
        relation in SEES[stricter(own, profile)]
    )
    blocking = replace(viewer, blocks=frozenset({host.user_id}))
    inactive = {host.user_id: replace(host, active=False)}
    in_a_group = replace(event, group_id="a group of others")
    assert admit_happenings(blocking, [event], hosts) == []
    assert admit_happenings(viewer, [event], inactive) == []
    assert admit_happenings(viewer, [event], {}) == []
    assert admit_happenings(viewer, [in_a_group], hosts) == []


def test_a_newcomer_is_not_the_author_of_posts_without_one() -> None:
    assert not visible(NEWCOMER, card(author_id=None, privacy="private"), None)
    assert wanted(NEWCOMER, admit(NEWCOMER, [card(author_id=None)], {})[0])


def test_feeds_leave_out_ones_own_the_hidden_and_the_muted() -> None:
    def brought(viewer: ViewerContext, **fields: object) -> bool:
        made = card(**fields)
        (post,) = admit(viewer, [made], {made.author_id or "": person(made.author_id or "")})
        return wanted(viewer, post)

    assert brought(VIEWER)
    assert not brought(VIEWER, author_id=ME)
    assert not brought(replace(VIEWER, hidden=frozenset({"p"})))
    assert not brought(replace(VIEWER, muted_people=frozenset({STRANGER})))
    assert not brought(replace(VIEWER, muted_tags=frozenset({"war"})), tags=("art", "war"))
    assert brought(replace(VIEWER, muted_tags=frozenset({"war"})), tags=("art",))


def test_admit_keeps_the_order_and_pairs_each_post_with_its_author() -> None:
    cards = [card("b"), card("hidden", deleted=True), card("a", author_id=None)]
    admitted = admit(VIEWER, cards, {STRANGER: person(STRANGER)})
    assert [post.card.post_id for post in admitted] == ["b", "a"]
    assert [post.author for post in admitted] == [person(STRANGER), None]
    people = admit_people(VIEWER, [person("z"), person("y", "private"), person("x")])
    assert [each.card.user_id for each in people] == ["z", "x"]


def test_nobody_but_the_gate_makes_visible_things() -> None:
    with pytest.raises(TypeError, match="only feed.gate"):
        VisiblePost(card(), None, object())
    with pytest.raises(TypeError, match="only feed.gate"):
        VisiblePerson(person(FRIEND), True)
    (passed,) = admit(NEWCOMER, [card()], {STRANGER: person(STRANGER)})
    with pytest.raises((TypeError, ValueError)):
        replace(passed, card=card(privacy="private"))
    assert copy.copy(passed) == passed
