"""Who is told of posts, and of what is done with them, by the very acts."""

import pandas as pd
import pytest
from circle import id_of, viewer

from graph.ingest import ingest_tables
from graph.queries.notices import notices as kept
from graph.store import GraphStore
from social import comments, friendships, notices, posts, reactions
from social.posts import Draft
from social.sentences import sentence

NOW = 1_760_000_000
POST = "app:post:1"


@pytest.fixture
def bakers(people: GraphStore) -> GraphStore:
    """ana, ben and cat are in a group; ana has written a post in no group."""
    members = pd.DataFrame({"source": [id_of(name) for name in ("ana", "ben", "cat")]})
    groups = pd.DataFrame({"id": ["app:group:1"], "name": ["Bakers"]})
    ingest_tables(people, {"groups": groups, "member_of": members.assign(target="app:group:1")})
    write(people, "ana", POST, "Slow bread")
    return people


def write(store: GraphStore, name: str, post_id: str, title: str, group: str | None = None) -> None:
    posts.create(store, viewer(store, name), post_id, Draft(title=title), group, NOW)


def told(store: GraphStore, name: str = "ana") -> list[str]:
    page = notices.page(store, viewer(store, name), NOW, None, 50)
    return [sentence(each) for each in page.shown]


def standing(store: GraphStore, name: str) -> int:
    """Notices that take a place for longer than others need it."""
    return sum(not each.gone for each in kept(store, id_of(name)))


def test_an_author_is_told_once_of_all_that_one_openly_does_with_a_post(
    bakers: GraphStore,
) -> None:
    ben = viewer(bakers, "ben")
    reactions.view(bakers, ben, POST, "m1", NOW)
    reactions.rate(bakers, ben, POST, 90, NOW)
    reactions.hide(bakers, ben, POST, True, NOW)
    assert told(bakers) == []
    reactions.like(bakers, ben, POST, NOW)
    reactions.react(bakers, ben, POST, "love", NOW)
    reactions.inspire(bakers, ben, POST, "m2", NOW)
    assert told(bakers) == ["ben reacted to your post “Slow bread”."]
    assert len(notices.entries(bakers, viewer(bakers, "ana"), NOW)[0].ids) == 1
    reactions.like(bakers, viewer(bakers, "ana"), POST, NOW)
    assert len(told(bakers)) == 1


def test_a_reaction_is_taken_back_with_the_last_of_it(bakers: GraphStore) -> None:
    cat = viewer(bakers, "cat")
    reactions.like(bakers, cat, POST, NOW)
    reactions.react(bakers, cat, POST, "wow", NOW)
    reactions.unlike(bakers, cat, POST, NOW)
    assert len(told(bakers)) == 1
    reactions.unreact(bakers, cat, POST, NOW)
    assert told(bakers) == []


def test_an_author_is_told_of_a_share_that_they_may_see(bakers: GraphStore) -> None:
    for name, privacy, gone in (("ben", "public", False), ("cat", "private", True)):
        draft = Draft(privacy=privacy)
        posts.share(bakers, viewer(bakers, name), f"app:post:{name}", POST, draft, NOW)
        assert told(bakers) == ["ben shared your post."], gone
    posts.delete(bakers, viewer(bakers, "ben"), "app:post:ben", NOW)
    assert told(bakers) == []


def test_who_is_mentioned_is_told_until_they_are_no_more(bakers: GraphStore) -> None:
    write(bakers, "ben", "app:post:2", "for @ana and @dan, by @ben")
    assert (
        told(bakers, "dan")
        == told(bakers)
        == ["ben mentioned you in the post “for @ana and @dan, by @ben”."]
    )
    assert told(bakers, "ben") == []
    draft = Draft(title="for @ana and @cat")
    posts.edit(bakers, viewer(bakers, "ben"), "app:post:2", draft, NOW)
    assert told(bakers, "dan") == []
    assert (
        told(bakers)
        == told(bakers, "cat")
        == ["ben mentioned you in the post “for @ana and @cat”."]
    )


def test_members_are_told_of_posts_in_their_group_where_they_want_to_be(
    bakers: GraphStore,
) -> None:
    for name in ("ana", "ben", "dan"):
        notices.prefer(bakers, viewer(bakers, name), NOW, {"group_post": True})
    write(bakers, "ben", "app:post:3", "hello @dan @cat", "app:group:1")
    assert told(bakers) == ["ben posted in the group “Bakers”."]
    assert told(bakers, "cat") == ["ben mentioned you in the post “hello @dan @cat”."]
    assert told(bakers, "ben") == told(bakers, "dan") == []
    bakers.run("drop_member_of", source=id_of("ana"), target="app:group:1")
    assert told(bakers) == []


def test_who_is_answered_is_told_and_else_the_author_each_once_and_whom_it_mentions(
    bakers: GraphStore,
) -> None:
    ben, cat, dan = (viewer(bakers, name) for name in ("ben", "cat", "dan"))
    comments.create(bakers, ben, "c1", POST, "nice, @cat and @ana", NOW)
    assert told(bakers) == ["ben commented on your post “Slow bread”."]
    assert told(bakers, "cat") == ["ben mentioned you in a comment on the post “Slow bread”."]
    comments.answer(bakers, dan, "c2", "c1", "so it is, @ben", NOW)
    assert told(bakers)[0] == "dan commented on your post “Slow bread”."
    assert told(bakers, "ben") == ["dan replied to your comment on the post “Slow bread”."]
    comments.answer(bakers, viewer(bakers, "ana"), "c3", "c1", "thanks", NOW)
    comments.answer(bakers, cat, "c4", "c3", "you are welcome", NOW)
    assert told(bakers)[0] == "cat replied to your comment on the post “Slow bread”."
    assert len(told(bakers)) == 3


def test_a_comment_that_is_deleted_or_hangs_under_a_hidden_one_is_not_told(
    bakers: GraphStore,
) -> None:
    ben, dan = viewer(bakers, "ben"), viewer(bakers, "dan")
    comments.create(bakers, ben, "c1", POST, "nice", NOW)
    comments.answer(bakers, dan, "c2", "c1", "is it, @cat?", NOW)
    assert (len(told(bakers)), len(told(bakers, "cat"))) == (2, 1)
    friendships.block(bakers, ben, "cat", NOW)
    assert told(bakers, "cat") == []
    comments.edit(bakers, dan, "c2", "is it?", NOW)
    friendships.unblock(bakers, ben, "cat", NOW)
    assert told(bakers, "cat") == []
    comments.delete(bakers, dan, "c2")
    assert told(bakers) == ["ben commented on your post “Slow bread”."]
    assert told(bakers, "ben") == []


def test_what_one_says_of_a_post_within_a_moment_is_told_as_one(bakers: GraphStore) -> None:
    ana, ben, cat = (viewer(bakers, name) for name in ("ana", "ben", "cat"))
    begin = NOW // notices.MOMENT * notices.MOMENT - 10 * notices.MOMENT
    for number, after in enumerate((0, 5, notices.MOMENT - 1, notices.MOMENT)):
        comments.create(bakers, ben, f"c{number}", POST, "so", begin + after)
    comments.create(bakers, cat, "d", POST, "so", begin)
    assert [each.comment_id for each in notices.entries(bakers, ana, NOW)] == ["d", "c3", "c2"]
    together = notices.entries(bakers, ana, NOW)[2]
    assert (len(together.ids), len(together.actors)) == (3, 1)
    assert together.at == begin + notices.MOMENT - 1
    assert notices.read_one(bakers, ana, NOW, together.seq) == 2
    # It is the same for as long as any of it is there.
    for gone, left in (("c0", "c2"), ("c2", "c1")):
        comments.delete(bakers, ben, gone)
        last = notices.entries(bakers, ana, NOW)[-1]
        assert (last.key, last.comment_id, last.read) == (together.key, left, True)
    comments.delete(bakers, ben, "c1")
    assert [each.comment_id for each in notices.entries(bakers, ana, NOW)] == ["d", "c3"]


def test_shares_of_a_post_by_one_within_a_moment_are_told_as_one(bakers: GraphStore) -> None:
    write(bakers, "ana", "app:post:2", "Another")
    for number, shared in enumerate((POST, "app:post:2", POST)):
        made = f"app:post:share {number}"
        posts.share(bakers, viewer(bakers, "ben"), made, shared, Draft(privacy="public"), NOW)
    assert told(bakers) == ["ben shared your post."] * 2
    posts.delete(bakers, viewer(bakers, "ben"), "app:post:share 2", NOW)
    assert told(bakers) == ["ben shared your post."] * 2


def test_who_was_mentioned_keeps_no_place_for_what_is_deleted(bakers: GraphStore) -> None:
    ben = viewer(bakers, "ben")
    comments.create(bakers, ben, "c1", POST, "is it, @cat?", NOW)
    write(bakers, "ben", "app:post:2", "for @cat")
    assert standing(bakers, "cat") == 2
    comments.delete(bakers, viewer(bakers, "ana"), "c1")
    assert standing(bakers, "cat") == 1
    posts.delete(bakers, ben, "app:post:2", NOW)
    assert standing(bakers, "cat") == 0
