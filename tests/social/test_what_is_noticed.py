"""What a viewer is told: asked of the gate when it is read, whatever was so when it was written."""

from collections.abc import Callable

import pandas as pd
import pytest
from circle import id_of, viewer

from graph.actions import notices as actions
from graph.actions.facts import Said, say
from graph.actions.notices import News
from graph.errors import NotThere
from graph.ingest import ingest_tables
from graph.queries.notices import KEPT, Kind
from graph.store import GraphStore
from social import friendships, mutes, notices
from social.sentences import sentence

NOW = 1_760_000_000
POST = "app:post:1"


@pytest.fixture
def told(people: GraphStore) -> GraphStore:
    """ana has written a public post; others react to it as `react` says."""
    posts = pd.DataFrame({"id": [POST], "title": ["Slow bread"], "created_at": [NOW]})
    authored = pd.DataFrame({"source": [id_of("ana")], "target": [POST]})
    ingest_tables(people, {"posts": posts, "authored": authored})
    return people


def react(store: GraphStore, name: str, at: int = NOW, kind: Kind = "reaction") -> None:
    fact = f"liked {id_of(name)} {POST}"
    comment_id = f"c {name}" if kind == "comment" else ""
    if comment_id:
        row = {"text": None, "created_at": NOW, "edited_at": None, "deleted": None}
        store.run("load_comments", rows=[{"id": comment_id, **row}])
    news = News(
        id_of("ana"), kind, id_of(name), post_id=POST, comment_id=comment_id, facts=(fact, "other")
    )
    store.transact(lambda graph: actions.tell(graph, [news], at))


def sentences(store: GraphStore, name: str = "ana", now: int = NOW + 60) -> list[str]:
    page = notices.page(store, viewer(store, name), now, None, 50)
    return [sentence(each) for each in page.shown]


def change(store: GraphStore, file: str, **values: object) -> None:
    ingest_tables(store, {file: pd.DataFrame([values])})


def test_reactions_to_one_post_are_told_as_one_and_count_only_whom_the_viewer_sees(
    told: GraphStore,
) -> None:
    for number, name in enumerate(("ben", "eve", "fay", "gus", "ana")):
        react(told, name, NOW + number)
    assert sentences(told) == ["ben reacted to your post “Slow bread”."]
    react(told, "cat", NOW + 10)
    assert sentences(told) == ["cat and ben reacted to your post “Slow bread”."]
    friendships.ask(told, viewer(told, "fay"), "ana", NOW)
    friendships.accept(told, viewer(told, "ana"), "fay", NOW)
    assert sentences(told)[0] == "cat, fay and ben reacted to your post “Slow bread”."
    react(told, "dan", NOW + 20)
    assert sentences(told)[0] == "dan and 3 others reacted to your post “Slow bread”."
    (entry,) = notices.page(told, viewer(told, "ana"), NOW, None, 50).shown
    assert (len(entry.named), entry.others) == (3, 1)


def block(store: GraphStore) -> None:
    friendships.block(store, viewer(store, "ben"), "ana", NOW)


def mute(store: GraphStore) -> None:
    mutes.mute_person(store, viewer(store, "ana"), "ben", NOW)


def hide(store: GraphStore) -> None:
    change(store, "users", id=id_of("ben"), privacy="private")


def leave(store: GraphStore) -> None:
    change(store, "users", id=id_of("ben"), active=False)


def delete(store: GraphStore) -> None:
    change(store, "posts", id=POST, deleted=True)


def unlike(store: GraphStore) -> None:
    said = Said("liked", id_of("ben"), POST, None)
    store.transact(lambda graph: say(graph, [said], NOW + 1))


@pytest.mark.parametrize("act", [block, mute, hide, leave, delete, unlike])
def test_what_may_not_be_seen_any_more_is_not_told_counted_nor_pushed(
    told: GraphStore, act: Callable[[GraphStore], None]
) -> None:
    react(told, "ben")
    assert len(sentences(told)) == notices.unread(told, viewer(told, "ana"), NOW) == 1
    act(told)
    assert sentences(told) == []
    assert notices.unread(told, viewer(told, "ana"), NOW) == 0
    assert notices.news(told, viewer(told, "ana"), NOW, 0) == []
    with pytest.raises(NotThere):
        notices.read_one(told, viewer(told, "ana"), NOW, 1)


def test_a_post_that_turns_private_is_not_told_to_whom_it_mentions(told: GraphStore) -> None:
    news = News(id_of("cat"), "mention", id_of("ana"), post_id=POST)
    told.transact(lambda graph: actions.tell(graph, [news], NOW))
    assert sentences(told, "cat") == ["ana mentioned you in the post “Slow bread”."]
    change(told, "posts", id=POST, privacy="private")
    assert sentences(told, "cat") == []
    change(told, "posts", id=POST, privacy="friends")
    assert sentences(told, "cat") == []


def test_who_asks_is_told_whatever_their_privacy_and_their_other_doings_are_not(
    told: GraphStore,
) -> None:
    react(told, "eve")
    friendships.ask(told, viewer(told, "eve"), "ana", NOW)
    assert sentences(told) == ["eve would like to be your friend."]
    friendships.withdraw(told, viewer(told, "eve"), "ana", NOW)
    assert sentences(told) == []


def test_an_accepted_friend_is_told_for_as_long_as_they_are_one(told: GraphStore) -> None:
    friendships.ask(told, viewer(told, "ana"), "ben", NOW)
    friendships.accept(told, viewer(told, "ben"), "ana", NOW)
    assert (sentences(told), sentences(told, "ben")) == (["ben is your friend now."], [])
    told.run("drop_friend", source=id_of("ana"), target=id_of("ben"))
    assert sentences(told) == []


def test_notices_end_after_ninety_days(told: GraphStore) -> None:
    react(told, "ben")
    assert len(sentences(told, now=NOW + KEPT - 1)) == 1
    assert sentences(told, now=NOW + KEPT) == []


def test_one_is_read_or_all_up_to_one_and_a_new_reaction_makes_it_unread(told: GraphStore) -> None:
    ana = viewer(told, "ana")
    react(told, "ben")
    react(told, "cat", NOW + 1)
    react(told, "ben", NOW + 2, "comment")
    comment, reactions = notices.entries(told, ana, NOW)
    assert notices.read_one(told, ana, NOW, reactions.seq) == 1
    assert [each.read for each in notices.entries(told, ana, NOW)] == [False, True]
    react(told, "dan", NOW + 3)
    latest, older = notices.entries(told, ana, NOW)
    assert (latest.key, latest.read, older.read) == (reactions.key, False, False)
    assert notices.read_up_to(told, ana, NOW, comment.seq) == 1
    assert notices.read_up_to(told, ana, NOW, latest.seq) == 0


def test_pages_follow_one_another_and_what_moves_up_is_not_told_twice(told: GraphStore) -> None:
    ana = viewer(told, "ana")
    react(told, "ben")
    for number, name in enumerate(("ben", "cat", "dan")):
        react(told, name, NOW + number, "comment")
    first = notices.page(told, ana, NOW, None, 2)
    react(told, "cat", NOW + 9)
    second = notices.page(told, ana, NOW, first.end, 2)
    kinds = [each.entry.kind for each in (*first.shown, *second.shown)]
    assert (kinds, second.end) == (["comment"] * 3, None)
    assert [each.seq for each in notices.news(told, ana, NOW, first.shown[0].entry.seq)] == [
        notices.entries(told, ana, NOW)[0].seq
    ]


def test_what_is_not_wanted_any_more_is_not_told_either(told: GraphStore) -> None:
    react(told, "ben")
    wanted = notices.prefer(told, viewer(told, "ana"), NOW, {"reaction": False})
    assert wanted == notices.preferences(told, viewer(told, "ana"))
    assert [kind for kind, yes in wanted.items() if not yes] == ["reaction", "group_post"]
    assert sentences(told) == []


def test_long_titles_are_cut_and_missing_ones_left_out(told: GraphStore) -> None:
    react(told, "ben")
    change(told, "posts", id=POST, title="word " * 40)
    (said,) = sentences(told)
    assert said.endswith("…”.") and len(said) < 120
    change(told, "posts", id=POST, title="")
    assert sentences(told) == ["ben reacted to your post."]
