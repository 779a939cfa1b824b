"""Who is told of what is done in groups."""

import pytest
from circle import id_of, viewer

from graph.store import GraphStore
from social import groups, memberships, notices
from social.sentences import sentence

NOW = 1_760_000_000
GROUP = "app:group:1"


@pytest.fixture
def bakers(people: GraphStore) -> GraphStore:
    """ana owns a group that nobody else knows of, for whom she lets in or invites."""
    fields = {"name": "Bakers", "description": "", "privacy": "public", "joining": "request"}
    groups.create(people, viewer(people, "ana"), GROUP, fields, NOW)
    return people


def told(store: GraphStore, name: str) -> list[str]:
    page = notices.page(store, viewer(store, name), NOW, None, 50)
    return [sentence(each) for each in page.shown]


def test_who_governs_is_told_who_asks_whatever_their_privacy_until_that_ends(
    bakers: GraphStore,
) -> None:
    for name in ("ben", "eve"):
        memberships.ask(bakers, viewer(bakers, name), GROUP, NOW)
        assert told(bakers, "ana")[0] == f"{name} would like to join your group “Bakers”."
    memberships.withdraw(bakers, viewer(bakers, "eve"), GROUP, NOW)
    assert len(told(bakers, "ana")) == 1
    memberships.accept(bakers, viewer(bakers, "ana"), GROUP, "ben", NOW)
    assert told(bakers, "ana") == []
    assert told(bakers, "ben") == ["ana let you into the group “Bakers”."]
    memberships.leave(bakers, viewer(bakers, "ben"), GROUP, NOW)
    assert told(bakers, "ben") == []


def test_who_governs_no_more_is_not_told_who_asks(bakers: GraphStore) -> None:
    ana = viewer(bakers, "ana")
    memberships.invite(bakers, ana, GROUP, "cat", NOW)
    memberships.join(bakers, viewer(bakers, "cat"), GROUP, NOW)
    memberships.appoint(bakers, ana, GROUP, "cat", "moderator", NOW)
    memberships.ask(bakers, viewer(bakers, "ben"), GROUP, NOW)
    asks = "ben would like to join your group “Bakers”."
    assert (told(bakers, "ana"), told(bakers, "cat")) == ([asks], [asks])
    memberships.appoint(bakers, ana, GROUP, "cat", "member", NOW)
    assert (told(bakers, "ana"), told(bakers, "cat")) == ([asks], [])


def test_an_invitation_is_told_while_it_stands_also_to_a_group_that_hides(
    bakers: GraphStore,
) -> None:
    ana = viewer(bakers, "ana")
    bakers.run("load_groups", rows=[_hidden(bakers)])
    memberships.invite(bakers, ana, GROUP, "ben", NOW)
    assert told(bakers, "ben") == ["ana invited you to the group “Bakers”."]
    memberships.uninvite(bakers, ana, GROUP, id_of("ben"), NOW)
    assert told(bakers, "ben") == []
    memberships.invite(bakers, ana, GROUP, "cat", NOW)
    memberships.refuse(bakers, viewer(bakers, "cat"), GROUP, NOW)
    assert told(bakers, "cat") == []


def _hidden(store: GraphStore) -> dict[str, object]:
    columns = ("name", "description", "joining", "created_at", "deleted")
    return {**dict.fromkeys(columns), "id": GROUP, "privacy": "private"}
