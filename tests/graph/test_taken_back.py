"""What is deleted or taken back takes its notices with it, on both engines."""

import pytest

from graph.actions import comments, groups, memberships, notices, posts, reactions
from graph.actions.notices import News
from graph.actions.posts import Told, Where
from graph.queries.notices import Kind
from graph.queries.notices import notices as kept
from graph.store import GraphStore

NOW = 1_760_000_000
ANA, BEN, CAT, DAN = PEOPLE = [f"app:user:{name}" for name in ("ana", "ben", "cat", "dan")]
POST, SHARE, GROUP = "app:post:1", "app:post:2", "app:group:1"
FIELDS = {"name": "Bakers", "description": "", "privacy": "public", "joining": "request"}


@pytest.fixture
def town(any_store: GraphStore) -> GraphStore:
    """ana has written a post, and owns a group, in which cat is."""
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    any_store.run("load_users", rows=[{"id": user_id, **empty} for user_id in PEOPLE])
    posts.create(any_store, POST, ANA, Told(title="Rye"), Where(), NOW)
    groups.create(any_store, ANA, GROUP, FIELDS, NOW)
    memberships.ask(any_store, CAT, GROUP, NOW)
    memberships.accept(any_store, ANA, CAT, GROUP, NOW)
    return any_store


def tell(store: GraphStore, *news: News) -> None:
    store.transact(lambda graph: notices.tell(graph, news, NOW))


def told(store: GraphStore, user_id: str) -> list[tuple[Kind, str]]:
    return sorted((each.kind, each.actor_id) for each in kept(store, user_id) if not each.gone)


def say(store: GraphStore, comment_id: str, who: str, above: str | None = None) -> None:
    comments.create(store, comment_id, who, POST, above, "so", NOW)


def test_a_comment_takes_with_it_what_anybody_was_told_of_it(town: GraphStore) -> None:
    say(town, "c1", BEN)
    say(town, "c2", CAT, above="c1")
    named = News(DAN, "mention", CAT, post_id=POST, comment_id="c2")
    tell(town, named, News(DAN, "mention", BEN, post_id=POST, comment_id="c1"))
    assert told(town, ANA) == [("comment", BEN), ("comment", CAT)]
    assert told(town, BEN) == [("reply", CAT)]
    comments.delete(town, "c1")
    assert told(town, ANA) == [("comment", CAT)]
    assert told(town, BEN) == [("reply", CAT)]
    comments.delete(town, "c2", [DAN])
    assert (told(town, ANA), told(town, BEN), told(town, DAN)) == ([], [], [("mention", BEN)])


def test_a_post_takes_with_it_what_its_author_and_others_were_told_of_it(town: GraphStore) -> None:
    reactions.like(town, BEN, POST, NOW)
    say(town, "c1", BEN)
    say(town, "c2", CAT, above="c1")
    tell(town, News(DAN, "mention", ANA, post_id=POST), News(ANA, "reaction", BEN, "another"))
    assert len(told(town, ANA)) == 4
    posts.delete(town, POST, ANA, NOW, [DAN])
    assert told(town, ANA) == [("reaction", BEN)]
    assert (told(town, BEN), told(town, DAN)) == ([], [])


def test_a_share_and_a_post_in_a_group_take_with_them_who_was_told(town: GraphStore) -> None:
    posts.create(town, SHARE, BEN, Told(), Where(shares_id=POST), NOW)
    assert told(town, ANA) == [("share", BEN)]
    posts.delete(town, SHARE, BEN, NOW)
    assert told(town, ANA) == []
    notices.want(town, CAT, {"group_post": True}, NOW)
    posts.create(town, "app:post:3", ANA, Told(title="So"), Where(group_id=GROUP), NOW)
    tell(town, News(CAT, "group_post", ANA, "app:post:3", group_id=GROUP))
    assert told(town, CAT) == [("group_accepted", ANA), ("group_post", ANA)]
    posts.delete(town, "app:post:3", ANA, NOW)
    assert told(town, CAT) == [("group_accepted", ANA)]


def test_an_invitation_goes_whoever_ends_it_and_with_a_membership_that_it_was_accepted(
    town: GraphStore,
) -> None:
    memberships.appoint(town, ANA, CAT, GROUP, "moderator", NOW)
    for end in ("uninvite", "refuse", "join"):
        memberships.invite(town, CAT, BEN, GROUP, NOW)
        assert told(town, BEN) == [("group_invitation", CAT)], end
        if end == "uninvite":
            memberships.uninvite(town, ANA, BEN, GROUP, NOW)
        else:
            getattr(memberships, end)(town, BEN, GROUP, NOW)
        assert told(town, BEN) == [], end
    assert told(town, CAT) == [("group_accepted", ANA)]
    memberships.leave(town, CAT, GROUP, NOW)
    assert told(town, CAT) == []


def test_a_group_takes_with_it_what_anybody_was_told_of_it(town: GraphStore) -> None:
    memberships.invite(town, ANA, BEN, GROUP, NOW)
    memberships.ask(town, DAN, GROUP, NOW)
    tell(town, News(BEN, "group_invitation", ANA, group_id="another"))
    assert told(town, ANA) == [("group_request", DAN)]
    groups.delete(town, ANA, GROUP, NOW)
    assert [told(town, who) for who in (ANA, CAT, DAN)] == [[], [], []]
    assert [each.group_id for each in kept(town, BEN) if not each.gone] == ["another"]
