"""A story of a small town, in chapters: everything that people do here, done once.

On both engines, over HTTP, by people with tokens of their own. Each chapter begins where the one
before it ended.
"""

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from asking import Asking
from storytelling import Clock, Json, Person, at_once, names

from feed.memory import ViewerMemory
from graph.derive.rebuild import derive
from graph.store import GraphStore
from village.world import NOW
from web.serve import serving

PEOPLE = ("mia", "ben", "cat", "dan", "eve")
HOUR = 3_600


class Town:
    """The server, the people, and what they have made so far."""

    def __init__(self, url: str, asking: Asking, clock: Clock):
        self.url, self.asking, self.clock = url, asking, clock
        self.people = {
            name: Person(name, url, asking.viewer(f"app:user:{name}"), f"app:user:{name}")
            for name in PEOPLE
        }

    def person(self, name: str) -> Person:
        return self.people[name]

    def backend_tells(self, *events: Json) -> Json:
        """What the app's backend sends in one batch."""
        lines = "\n".join(json.dumps({"at": self.clock.now, **event}) for event in events)
        headers = self.asking.service | {"Content-Type": "application/x-ndjson"}
        answer = requests.post(f"{self.url}/events", lines, headers=headers, timeout=60)
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()
        assert told["refused"] == []
        return told


@pytest.fixture
def town(any_store: GraphStore, tmp_path: Path) -> Iterator[Town]:
    asking, clock = Asking(tmp_path / "asking"), Clock(NOW)
    with ViewerMemory(None) as memory:
        with serving(asking.app(any_store, memory=memory, clock=clock)) as url:
            town = Town(url, asking, clock)
            the_app_tells_of_people_and_posts(town)
            derive(any_store)
            yield town


def test_the_story_of_a_town(town: Town) -> None:
    mia_arrives_with_a_mood_and_picks_what_she_likes(town)
    she_says_who_she_is(town)
    friendships_are_asked_for_declined_withdrawn_and_made(town)
    a_post_is_read_by_whom_it_is_for(town)
    a_post_that_is_deleted_is_gone_everywhere(town)
    what_people_do_with_a_post_is_counted_once(town)
    people_talk_under_a_post(town)
    a_like_changes_the_very_next_feed(town)
    what_nobody_wants_to_see_does_not_come(town)
    a_backend_tells_in_batches(town)
    groups_have_doors_of_three_kinds(town)
    an_event_has_a_time_a_place_and_guests(town)
    everything_is_found_with_a_typo(town)
    news_are_told_read_and_followed(town)
    a_token_is_for_one_person_and_a_while(town)
    a_block_empties_everything_in_both_directions(town)
    she_takes_along_what_is_hers_and_leaves(town)


def the_app_tells_of_people_and_posts(town: Town) -> None:
    town.backend_tells(
        *({"id": f"u-{n}", "type": "user", "user": n, "username": n} for n in PEOPLE),
        *(
            {
                "id": f"p-{number}",
                "at": town.clock.now - HOUR * number,
                "type": "post",
                "post": f"{tag}-{number}",
                "author": "dan",
                "title": f"{tag} {number}",
                "tags": [tag],
            }
            for tag in ("jazz", "chess")
            for number in range(1, 9)
        ),
    )


def mia_arrives_with_a_mood_and_picks_what_she_likes(town: Town) -> None:
    mia = town.person("mia")
    arrived = mia.feed(mood="cheerful")
    assert (arrived["strategy"], arrived["mood"]) == ("cold_start", "happy")
    assert arrived["post"] and arrived["mood_now"] is False

    mia.asks("PUT /interests/jazz")
    mia.asks("PUT /interests/chess")
    mia.asks("DELETE /interests/chess")
    assert mia.asks("GET /interests")["interests"] == ["jazz"]
    hers = mia.feed()
    assert hers["cold_start"] is False
    first = hers["post"][0]
    assert first["tags"] == ["jazz"]
    assert "interests" in {reason["source"] for reason in first["reasons"]}

    mia.asks("PUT /profiles/me/mood", mood="so calm")
    calm = mia.feed()
    assert (calm["mood"], calm["mood_now"]) == ("calm", True)
    mia.asks("DELETE /profiles/me/mood")
    assert mia.feed()["mood"] is None


def she_says_who_she_is(town: Town) -> None:
    mia, ben = town.person("mia"), town.person("ben")
    picture = "https://pictures.example/mia.jpg"
    said = {"bio": "Plays the bass.", "location": "Graz", "job": "baker", "picture_url": picture}
    mia.asks("PATCH /profiles/me", **said)
    seen = ben.asks("GET /profiles/mia")["profile"]
    assert {name: seen[name] for name in said} == said
    mia.asks("PATCH /profiles/me", privacy="friends")
    ben.asks("GET /profiles/mia", 404)
    mia.asks("PATCH /profiles/me", privacy="public")

    steered = mia.asks("PUT /steering", freshness=0.5, less_tags=["chess"])["steering"]
    assert mia.feed()["steering"] == steered
    preview = mia.asks("POST /steering/preview", discovery=1)
    assert (preview["present"], preview["steering"]["discovery"]) == (steered, 1)
    mia.asks("DELETE /steering")
    assert mia.feed()["steering"]["less_tags"] == []


def friendships_are_asked_for_declined_withdrawn_and_made(town: Town) -> None:
    mia, ben, cat, dan = map(town.person, ("mia", "ben", "cat", "dan"))
    mia.asks("POST /friendships/requests", 409, user="mia")
    once = [
        mia.asks("POST /friendships/requests", 201, key="hello-ben", user="ben") for _ in range(2)
    ]
    assert once[0] == once[1]
    assert once[0]["friendship"]["state"] == "asked"
    assert mia.asks("POST /friendships/requests", user="ben")["friendship"]["state"] == "asked"
    assert names(ben.asks("GET /friendships/requests/incoming")["people"]) == ["mia"]
    ben.asks("DELETE /friendships/requests/incoming/mia")
    mia.asks("POST /friendships/requests", 201, user="ben")
    mia.asks("DELETE /friendships/requests/outgoing/ben")
    assert ben.asks("GET /friendships/requests/incoming")["people"] == []
    ben.asks("PUT /friendships/mia", 409)

    mia.befriends(ben)
    mia.befriends(cat)
    cat.befriends(ben)
    assert names(mia.asks("GET /friendships/ben/mutual")["people"]) == ["cat"]
    at_once(
        lambda: mia.session.post(
            f"{mia.url}/friendships/requests", json={"user": "dan"}, headers=mia.headers, timeout=60
        ),
        lambda: requests.post(
            f"{dan.url}/friendships/requests", json={"user": "mia"}, headers=dan.headers, timeout=60
        ),
    )
    assert dan.asks("GET /friendships/mia")["friendship"]["state"] == "friends"
    assert names(mia.asks("GET /friendships")["people"]) == ["ben", "cat", "dan"]
    first = mia.asks("GET /friendships", query={"page_size": 2})
    rest = mia.asks("GET /friendships", query={"page_size": 2, "cursor": first["next_cursor"]})
    assert names([*first["people"], *rest["people"]]) == ["ben", "cat", "dan"]
    mia.asks("DELETE /friendships/dan")
    assert mia.asks("GET /friendships/dan")["friendship"]["state"] == "none"
    ben.befriends(town.person("eve"))


def a_post_is_read_by_whom_it_is_for(town: Town) -> None:
    mia, ben, eve = map(town.person, ("mia", "ben", "eve"))
    bread = mia.writes(
        "Slow bread",
        text="Two days, and worth it. #sourdough",
        url="https://media.example/bread.mp4",
        tags=["bread"],
        moods=["calm"],
    )
    assert {"bread", "sourdough"} <= set(mia.sees(bread)["tags"])
    assert "Slow bread" in ben.reads(kind="friends")
    friends_only = mia.writes("For friends", privacy="friends")
    assert "For friends" in ben.reads(kind="friends")
    eve.does_not_see(friends_only)
    shared = ben.asks(f"POST /posts/{friends_only}/shares", 201, title="Read this")["post"]
    assert shared["shares"]["title"] == "For friends"
    seen = eve.sees(shared["post_id"])
    assert (seen["is_share"], seen["shares"]) == (True, None)
    mine = mia.writes("Dear diary", privacy="private")
    written = {each["post_id"] for each in mia.asks("GET /posts")["posts"]}
    seen_by_ben = {each["post_id"] for each in ben.asks(f"GET /posts?of={mia.id}")["posts"]}
    assert seen_by_ben == written - {mine} == {bread, friends_only}
    ben.does_not_see(mine)
    assert mia.sees(mine)["title"] == "Dear diary"

    mia.asks(f"PATCH /posts/{bread}", title="Slower bread", tags=["rye"])
    told = ben.sees(bread)
    assert told["title"] == "Slower bread"
    assert ("rye" in told["tags"], "sourdough" in told["tags"]) == (True, True)
    ben.asks(f"PATCH /posts/{bread}", 403, title="Mine now")
    mia.asks(f"PATCH /posts/{bread}", privacy="private")
    ben.does_not_see(bread)
    mia.asks(f"PATCH /posts/{bread}", privacy="public")


def a_post_that_is_deleted_is_gone_everywhere(town: Town) -> None:
    mia, ben = town.person("mia"), town.person("ben")
    for number in range(3):
        town.clock.later()
        mia.writes(f"Regret {number}", tags=["regrets"])
    posts = {
        each["post_id"]: each for each in mia.asks("GET /search", query={"q": "regret"})["posts"]
    }
    page = ben.feed(kind="friends", page_size=1)
    (gone,) = [each for each, told in posts.items() if told["title"] == "Regret 1"]
    mia.asks(f"DELETE /posts/{gone}")
    rest = ben.reads(kind="friends", cursor=page["next_cursor"])
    assert "Regret 0" in rest
    assert "Regret 1" not in {*rest, *ben.reads(), *ben.reads(tag="regrets")}
    ben.does_not_see(gone)
    assert "Regret 1" not in str(ben.asks("GET /search", query={"q": "regret"}))
    mia.asks(f"DELETE /posts/{gone}")  # once more: it is so already


def what_people_do_with_a_post_is_counted_once(town: Town) -> None:
    mia, ben, cat = map(town.person, ("mia", "ben", "cat"))
    song = mia.writes("A song", tags=["jazz"])
    ben.asks(f"POST /posts/{song}/views")
    ben.asks(f"POST /posts/{song}/views", key="seen")
    ben.asks(f"POST /posts/{song}/views", key="seen")
    ben.asks(f"PUT /posts/{song}/likes/me")
    ben.asks(f"PUT /posts/{song}/likes/me")
    ben.asks(f"POST /posts/{song}/inspirations")
    ben.asks(f"PUT /posts/{song}/ratings/me", percent=70)
    ben.asks(f"PUT /posts/{song}/ratings/me", percent=80)
    for kind in ("like", "love", "haha", "wow", "sad", "angry", "love"):
        ben.asks(f"PUT /posts/{song}/reactions/me", kind=kind)
    mine = ben.sees(song)["mine"]
    assert (mine["viewed"], mine["liked"], mine["inspired"]) == (2, True, 1)
    assert (mine["rated"], mine["reacted"]) == (80, "love")
    at_once(*(lambda who=who: who.asks(f"PUT /posts/{song}/likes/me") for who in (mia, cat)))
    counts = mia.sees(song)["counts"]
    assert (counts["likes"], counts["inspired"], counts["reactions"]) == (3, 1, {"love": 1})
    assert names(mia.asks(f"GET /posts/{song}/likes")["people"]) == ["ben", "cat", "mia"]
    assert names(mia.asks(f"GET /posts/{song}/reactions")["people"]) == ["ben"]
    for undone in ("likes", "ratings", "reactions"):
        ben.asks(f"DELETE /posts/{song}/{undone}/me")
    mine = ben.sees(song)["mine"]
    assert (mine["liked"], mine["rated"], mine["reacted"]) == (False, None, None)
    assert mia.sees(song)["counts"]["likes"] == 2


def people_talk_under_a_post(town: Town) -> None:
    mia, ben, cat = map(town.person, ("mia", "ben", "cat"))
    cake = mia.writes("A cake")
    asked = ben.asks(f"POST /posts/{cake}/comments", 201, text="How long?")["comment"]
    answered = mia.asks(
        f"POST /comments/{asked['comment_id']}/answers", 201, text="An hour. Ask @cat!"
    )["comment"]
    assert answered["answers"] == asked["comment_id"]
    ben.asks(f"PATCH /comments/{asked['comment_id']}", text="How long, and how hot?")
    (top,) = cat.asks(f"GET /posts/{cake}/comments")["comments"]
    assert (top["text"], top["edited_at"]) == ("How long, and how hot?", town.clock.now)
    assert cat.asks(f"GET /comments/{top['comment_id']}/answers")["comments"] == [answered]
    assert cat.sees(cake)["counts"]["comments"] == 2
    cat.asks(f"PATCH /comments/{top['comment_id']}", 403, text="Hot!")
    ben.asks(f"DELETE /comments/{top['comment_id']}")
    left = cat.asks(f"GET /comments/{top['comment_id']}")["comment"]
    assert (left["deleted"], left["text"], left["user"]) == (True, "", None)
    assert cat.sees(cake)["counts"]["comments"] == 1


def a_like_changes_the_very_next_feed(town: Town) -> None:
    mia, ben = town.person("mia"), town.person("ben")
    town.clock.later(HOUR)

    def reasons() -> set[str]:
        found = mia.feed(page_size=100, include_seen=1)["post"]
        return {
            reason["source"]
            for post in found
            if post["title"] == "chess 8"
            for reason in post["reasons"]
        }

    assert "friends_engaged" not in reasons()
    ben.asks("PUT /posts/app:post:chess-8/likes/me")
    assert "friends_engaged" in reasons()
    assert "chess 8" in mia.reads()
    mia.asks("PUT /posts/app:post:chess-8/likes/me")
    assert "chess 8" not in mia.reads()[:4]
    ben.asks("DELETE /posts/app:post:chess-8/likes/me")
    mia.asks("DELETE /posts/app:post:chess-8/likes/me")
    assert "friends_engaged" not in reasons()


def what_nobody_wants_to_see_does_not_come(town: Town) -> None:
    mia = town.person("mia")
    assert "jazz 2" in mia.reads(tag="jazz")
    hidden = mia.asks("PUT /posts/app:post:jazz-2/hides/me")["mine"]
    assert (hidden["hidden"], hidden["less_like_it"]) == (True, True)
    assert "jazz 2" not in mia.reads(tag="jazz")
    mia.asks("DELETE /posts/app:post:jazz-2/hides/me")
    assert "jazz 2" in mia.reads(tag="jazz")
    for what, gone in (
        ("people/dan", "jazz 3"),
        ("tags/chess", "chess 3"),
        ("words/CHESS", "chess 3"),
    ):
        mia.asks(f"PUT /mutes/{what}")
        assert gone not in mia.reads(include_seen=1)
        assert len(mia.asks(f"GET /mutes/{what.split('/')[0]}")[what.split("/")[0]]) == 1
        mia.asks(f"DELETE /mutes/{what}")
        assert gone in mia.reads(include_seen=1)


def a_backend_tells_in_batches(town: Town) -> None:
    signals = [
        {"id": f"s-{kind}-{post}", "type": kind, "user": "cat", "post": f"jazz-{post}"}
        for kind in ("view", "like", "inspire")
        for post in range(1, 5)
    ]
    assert town.backend_tells(*signals)["new"] == 12
    assert town.backend_tells(*signals)["unchanged"] == 12
    mine = town.person("cat").sees("app:post:jazz-4")["mine"]
    assert (mine["viewed"], mine["liked"], mine["inspired"]) == (1, True, 1)


def groups_have_doors_of_three_kinds(town: Town) -> None:
    mia, ben, cat, eve = map(town.person, ("mia", "ben", "cat", "eve"))

    def found(name: str, **fields: object) -> str:
        group: Json = mia.asks("POST /groups", 201, name=name, **fields)["group"]
        return str(group["group_id"])

    band = found("The band", joining="open")
    bakers = found("Night bakers", joining="request")
    secret = found("The plot", joining="invitation", privacy="private")
    assert ben.asks(f"PUT /groups/{band}/members/me")["group"]["mine"]["role"] == "member"
    ben.asks(f"PUT /groups/{bakers}/members/me", 409)
    ben.asks(f"PUT /groups/{bakers}/requests/me")
    cat.asks(f"PUT /groups/{bakers}/requests/me")
    assert names(mia.asks(f"GET /groups/{bakers}/requests")["members"]) == ["ben", "cat"]
    mia.asks(f"PUT /groups/{bakers}/requests/ben")
    mia.asks(f"DELETE /groups/{bakers}/requests/cat")
    ben.asks(f"GET /groups/{secret}", 404)
    mia.asks(f"PUT /groups/{secret}/invitations/ben")
    mia.asks(f"PUT /groups/{secret}/invitations/cat")
    assert [each["name"] for each in ben.asks("GET /groups/invitations")["groups"]] == ["The plot"]
    ben.asks(f"PUT /groups/{secret}/members/me")
    cat.asks(f"DELETE /groups/{secret}/invitations/me")
    cat.asks(f"GET /groups/{secret}", 404)

    rising = ben.writes("It rises", group=bakers)
    assert mia.reads(group_id=bakers) == ["It rises"]
    eve.does_not_see(rising)
    eve.asks("POST /posts", 403, title="Me too", group=bakers)
    mia.asks(f"PATCH /groups/{bakers}/members/ben", role="moderator")
    cat.asks(f"PUT /groups/{bakers}/requests/me")
    ben.asks(f"PUT /groups/{bakers}/requests/cat")
    assert names(eve.asks(f"GET /groups/{bakers}/members")["members"]) == ["ben", "cat", "mia"]
    ben.asks(f"DELETE /groups/{bakers}/members/cat")
    cat.does_not_see(rising)
    mia.asks(f"DELETE /groups/{bakers}/members/me", 409)
    mia.asks(f"PUT /groups/{bakers}/owner", user="ben")
    mia.asks(f"DELETE /groups/{bakers}/members/me")
    mia.does_not_see(rising)
    mia.asks(f"PATCH /groups/{band}", description="Plays on Fridays")
    mia.asks(f"DELETE /groups/{secret}")
    ben.asks(f"GET /groups/{secret}", 404)


def an_event_has_a_time_a_place_and_guests(town: Town) -> None:
    mia, ben, cat, eve = map(town.person, ("mia", "ben", "cat", "eve"))
    at = town.clock.now + 3 * HOUR
    made = mia.asks(
        "POST /happenings", 201, name="A concert", at=at, place="The mill", privacy="friends"
    )["happening"]
    concert = made["event_id"]
    assert (made["at"], made["place"], made["answer"]) == (at, "The mill", "host")
    ben.asks(f"PUT /happenings/{concert}/answers/me", answer="going")
    cat.asks(f"PUT /happenings/{concert}/answers/me", answer="maybe")
    guests = cat.asks(f"GET /happenings/{concert}/answers")["people"]
    assert {each["user"]["username"]: each["answer"] for each in guests} == {
        "mia": "host",
        "ben": "going",
        "cat": "maybe",
    }
    eve.asks(f"GET /happenings/{concert}", 404)
    assert eve.asks("GET /happenings")["happenings"] == []
    cat.asks(f"PUT /happenings/{concert}/answers/me", answer="not_going")
    mia.asks(f"PATCH /happenings/{concert}", place="The barn")
    (his,) = ben.asks("GET /happenings/mine")["happenings"]
    assert his["place"] == "The barn"
    mia.asks(f"DELETE /happenings/{concert}")
    assert ben.asks("GET /happenings")["happenings"] == []
    assert ben.asks(f"GET /happenings/{concert}")["happening"]["cancelled"] is True


def everything_is_found_with_a_typo(town: Town) -> None:
    eve = town.person("eve")
    eve.asks("PATCH /profiles/me", first_name="Evelyn", last_name="Hawthorne")
    mia = town.person("mia")
    found = mia.asks("GET /search", query={"q": "hawthonre"})
    assert [(each["username"], each["tie"]) for each in found["people"]] == [
        ("eve", "friend_of_friend")
    ]
    assert [
        each["title"] for each in mia.asks("GET /search", query={"q": "slowr bred"})["posts"]
    ] == ["Slower bread"]
    assert [each["name"] for each in mia.asks("GET /search", query={"q": "bakrs"})["groups"]] == [
        "Night bakers"
    ]
    tags = mia.asks("GET /search", query={"q": "jaz", "kind": "tags"})["tags"]
    assert [(each["tag"], each["interest"]) for each in tags] == [("jazz", True)]
    page = mia.asks("GET /search", query={"q": "jazz", "kind": "posts", "page_size": 3})
    more = {"q": "jazz", "kind": "posts", "page_size": 3, "cursor": page["next_cursor"]}
    both = [*page["posts"], *mia.asks("GET /search", query=more)["posts"]]
    assert len({each["post_id"] for each in both}) == 6


def news_are_told_read_and_followed(town: Town) -> None:
    mia, ben, cat = map(town.person, ("mia", "ben", "cat"))
    told = mia.is_told()
    assert "ben would like to join your group \u201cNight bakers\u201d." not in told
    assert "ben commented on your post \u201cA cake\u201d." not in told  # it is deleted
    assert "cat and ben reacted to your post \u201cA song\u201d." in told
    assert "ben shared your post." in told
    assert "mia mentioned you in a comment on the post \u201cA cake\u201d." in cat.is_told()
    unread = mia.asks("GET /notifications/unread")["unread"]
    assert unread == len(told) > 0
    latest = mia.asks("GET /notifications")["notifications"][0]["id"]
    assert mia.asks("PUT /notifications/read", upto=latest)["unread"] == 0

    tune = mia.writes("A tune")
    (ready,) = mia.follows()
    assert ready["event"] == "ready"
    ben.asks(f"PUT /posts/{tune}/likes/me")
    (first,) = mia.follows(ready["id"])
    assert first["data"]["sentence"] == "ben reacted to your post \u201cA tune\u201d."
    cat.asks(f"POST /posts/{tune}/comments", 201, text="Lovely")
    (second,) = mia.follows(first["id"])
    assert second["data"]["kind"] == "comment"
    assert [each["id"] for each in mia.follows(ready["id"])] == [first["id"], second["id"]]
    live: list[Json] = []
    at_once(
        lambda: live.extend(Person("mia", town.url, mia.headers).follows(second["id"], seconds=1)),
        lambda: cat.asks(f"PUT /posts/{tune}/reactions/me", kind="wow"),
    )
    assert [each["data"]["kind"] for each in live] == ["reaction"]
    assert mia.asks("GET /notifications/unread")["unread"] == 2

    mia.asks("PUT /notifications/preferences", comment=False)
    cat.asks(f"POST /posts/{tune}/comments", 201, text="Again!")
    assert mia.follows(live[-1]["id"]) == []
    mia.asks(f"PATCH /posts/{tune}", privacy="private")
    mia.asks(f"DELETE /posts/{tune}")
    assert "A tune" not in " ".join(mia.is_told())
    assert mia.asks("GET /notifications/unread")["unread"] == 0


def a_token_is_for_one_person_and_a_while(town: Town) -> None:
    mia = town.person("mia")
    service = Person("backend", town.url, town.asking.service)
    minted = service.asks("POST /tokens", user="mia", minutes=5)
    again = Person("mia", town.url, {"Authorization": f"Bearer {minted['token']}"})
    assert again.asks("GET /profiles/me")["profile"]["username"] == "mia"
    again.asks("GET /profiles/me", 403, query={"viewer": "ben"})
    again.asks("POST /tokens", 403, user="ben")
    for bad in ("", minted["token"][:-2] + "xx", minted["token"].rsplit(".", 1)[0] + "."):
        headers = {"Authorization": f"Bearer {bad}"} if bad else {}
        Person("nobody", town.url, headers).asks("GET /profiles/me", 401)
    assert service.asks("GET /profiles/me", query={"viewer": "mia"})["profile"]["user_id"] == mia.id
    service.asks("GET /profiles/me", 400)


def a_block_empties_everything_in_both_directions(town: Town) -> None:
    mia, ben, cat = map(town.person, ("mia", "ben", "cat"))
    theirs = {
        "mia": mia.writes("Of mia", tags=["ours"]),
        "ben": ben.writes("Of ben", tags=["ours"]),
    }
    mia.asks(f"PUT /posts/{theirs['ben']}/likes/me")
    ben.asks(f"POST /posts/{theirs['mia']}/comments", 201, text="Hm")
    mia.asks("PUT /blocks/ben", 201)
    for one, other in ((mia, ben), (ben, mia)):
        one.does_not_see(theirs[other.name])
        if one is ben:
            one.asks(f"GET /friendships/{other.name}", 404)
        one.asks(f"GET /profiles/{other.name}", 404)
        one.asks("POST /friendships/requests", 409 if one is mia else 404, user=other.name)
        one.asks(f"PUT /posts/{theirs[other.name]}/likes/me", 404)
        assert f"Of {other.name}" not in {
            *one.reads(include_seen=1),
            *one.reads(kind="friends"),
            *one.reads(tag="ours"),
        }
        everything = [
            one.asks("GET /friendships"),
            one.asks("GET /people"),
            one.asks("GET /notifications"),
            one.asks("GET /search", query={"q": other.name}),
            one.asks(f"GET /posts/{theirs[one.name]}/comments"),
            one.asks(f"GET /posts/{theirs[one.name]}/likes"),
            one.asks("GET /friendships", query={"of": "cat"}),
            one.feed(page_size=100, include_seen=1),
        ]
        assert other.id not in str(everything)
        assert one.sees(theirs[one.name])["counts"]["likes"] == 0
    assert names(cat.asks(f"GET /posts/{theirs['ben']}/likes")["people"]) == ["mia"]
    assert names(mia.asks("GET /blocks")["people"]) == ["ben"]
    mia.asks("DELETE /blocks/ben")
    assert ben.sees(theirs["mia"])["title"] == "Of mia"
    assert ben.asks("GET /friendships/mia")["friendship"]["state"] == "none"


def she_takes_along_what_is_hers_and_leaves(town: Town) -> None:
    mia, ben, cat = map(town.person, ("mia", "ben", "cat"))
    letter = mia.writes("A last letter", text="Goodbye, @cat")
    assert "mia mentioned you in the post \u201cA last letter\u201d." in cat.is_told()
    mia.asks(f"PUT /posts/{ben.writes('Farewell')}/likes/me")
    archive = mia.session.get(f"{mia.url}/profiles/me/export", headers=mia.headers, timeout=60)
    files = zipfile.ZipFile(io.BytesIO(archive.content))
    assert "A last letter" in files.read("posts.csv").decode()
    assert mia.id in files.read("users.csv").decode()

    mia.asks("DELETE /profiles/me", 400, confirm="ben")
    mia.asks("DELETE /profiles/me", confirm="mia")
    mia.asks("GET /profiles/me", 401)
    cat.does_not_see(letter)
    everything = [
        *(cat.asks(f"GET {path}") for path in ("/friendships", "/people", "/notifications")),
        cat.feed(page_size=100, include_seen=1),
        *(cat.asks("GET /search", query={"q": word}) for word in ("mia", "letter")),
        ben.asks("GET /search", query={"q": "farewell"}),
    ]
    assert mia.id not in str(everything)
    assert "A last letter" not in str(everything)
    assert len(files.namelist()) > 3  # and what she took along is hers
