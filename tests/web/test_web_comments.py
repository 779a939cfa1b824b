"""Comments as clients meet them: who sees which, who may change and delete which."""

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pandas as pd
import pytest
from filled_graphs import Filled
from flask.testing import FlaskClient

from graph.ingest import ingest_tables
from graph.store import GraphStore
from social.comments import DEEPEST
from village.world import NOW
from web.app import create_app

JsonBody = dict[str, Any]


def fill_client(store: GraphStore) -> None:
    """ana wrote p:1; ben and cat read it; dan and ben block each other; eve is private."""
    names = ["ana", "ben", "cat", "dan", "eve"]
    privacy = [*["public"] * 4, "private"]
    users = {"id": [f"u:{name}" for name in names], "username": names, "privacy": privacy}
    posts = pd.DataFrame({"id": ["p:1", "p:2"], "title": ["One", "Two"]})
    posts["privacy"] = ["public", "private"]
    written = {"source": ["u:ana", "u:ana"], "target": ["p:1", "p:2"]}
    tables = {
        "users": pd.DataFrame(users),
        "posts": posts,
        "authored": pd.DataFrame(written),
        "blocks": pd.DataFrame({"source": ["u:dan"], "target": ["u:ben"]}),
    }
    ingest_tables(store, tables)


@pytest.fixture
def client(filled: Filled) -> FlaskClient:
    return create_app(filled(fill_client), clock=lambda: float(NOW)).test_client()


@pytest.fixture
def any_client(any_filled: Filled) -> FlaskClient:
    """The same on each engine in turn."""
    return create_app(any_filled(fill_client), clock=lambda: float(NOW)).test_client()


def call(
    client: FlaskClient,
    who: str,
    method: str,
    path: str,
    status: int = 200,
    body: object = None,
    key: str | None = None,
) -> JsonBody:
    headers = {} if key is None else {"Idempotency-Key": key}
    answer = client.open(
        path, method=method, query_string={"viewer": who}, json=body, headers=headers
    )
    assert answer.status_code == status, answer.get_data(as_text=True)
    told: JsonBody = answer.get_json()
    return told


def say(client: FlaskClient, who: str, text: str = "Hm", under: str = "/posts/p:1/comments") -> str:
    made = call(client, who, "POST", under, 201, {"text": text})
    return str(made["comment"]["comment_id"])


def texts(client: FlaskClient, who: str, path: str = "/posts/p:1/comments") -> list[str]:
    return [each["text"] for each in call(client, who, "GET", path)["comments"]]


def kinds(client: FlaskClient, who: str) -> list[str]:
    told = call(client, who, "GET", "/notifications")["notifications"]
    return [each["kind"] for each in told]


def counted(client: FlaskClient, who: str) -> int:
    return int(call(client, who, "GET", "/posts/p:1")["post"]["counts"]["comments"])


def test_a_comment_is_made_read_answered_and_counted(client: FlaskClient) -> None:
    made = call(client, "ben", "POST", "/posts/p:1/comments", 201, {"text": " How\r\nlong? "})
    first = made["comment"]
    assert (first["text"], first["user"]["username"]) == ("How\nlong?", "ben")
    assert (first["post_id"], first["answers"], first["created_at"]) == ("p:1", None, NOW)
    path = f"/comments/{first['comment_id']}"
    answer_id = say(client, "ana", "An hour", f"{path}/answers")
    assert call(client, "cat", "GET", path)["comment"] == first
    assert texts(client, "cat") == ["How\nlong?"]
    assert texts(client, "cat", f"{path}/answers") == ["An hour"]
    answer = call(client, "cat", "GET", f"/comments/{answer_id}")["comment"]
    assert answer["answers"] == first["comment_id"]
    post = call(client, "ben", "GET", "/posts/p:1")["post"]
    assert (post["counts"]["comments"], post["mine"]["commented"]) == (2, 1)


def test_nobody_fills_the_first_page_with_comments_that_others_may_not_see(filled: Filled) -> None:
    store = filled(fill_client)
    client = create_app(store, clock=lambda: float(NOW)).test_client()
    say(client, "ben", "An hour")
    ids = pd.Series([f"c:{n}" for n in range(1_100)])
    tables = {
        "comments": pd.DataFrame({"id": ids, "text": "Hm", "created_at": NOW + 1}),
        "wrote": pd.DataFrame({"source": "u:eve", "target": ids}),
        "comment_on": pd.DataFrame({"source": ids, "target": "p:1"}),
    }
    ingest_tables(store, tables)
    told = call(client, "cat", "GET", "/posts/p:1/comments")
    assert ([each["text"] for each in told["comments"]], told["next_cursor"]) == (["An hour"], None)
    assert call(client, "cat", "GET", "/posts/p:1")["post"]["counts"]["comments"] == 1


def test_a_key_makes_one_comment_however_often_it_is_sent(client: FlaskClient) -> None:
    told = {"text": "Hm"}
    made = [call(client, "ben", "POST", "/posts/p:1/comments", 201, told, "k") for _ in range(2)]
    assert made[0] == made[1] and texts(client, "ana") == ["Hm"]


def test_lists_come_in_pages_the_latest_first(client: FlaskClient) -> None:
    for each in range(5):
        say(client, "ben", f"Hm {each}")
    seen: list[str] = []
    query: JsonBody = {"viewer": "cat", "page_size": 2}
    while True:
        page = client.get("/posts/p:1/comments", query_string=query).get_json()
        seen += [each["text"] for each in page["comments"]]
        if page["next_cursor"] is None:
            break
        query["cursor"] = page["next_cursor"]
    assert sorted(seen) == [f"Hm {each}" for each in range(5)]


def test_who_is_hidden_is_hidden_with_what_hangs_under_their_comments(client: FlaskClient) -> None:
    by_ben = say(client, "ben", "From ben")
    under = say(client, "cat", "Under ben", f"/comments/{by_ben}/answers")
    say(client, "eve", "From eve")
    assert texts(client, "dan") == []
    assert call(client, "dan", "GET", "/posts/p:1")["post"]["counts"]["comments"] == 0
    assert texts(client, "cat") == ["From ben"]
    nothing = call(client, "dan", "GET", "/comments/none", 404)
    for comment_id in (by_ben, under):
        path = f"/comments/{comment_id}"
        assert call(client, "dan", "GET", path, 404) == nothing
        assert call(client, "dan", "GET", f"{path}/answers", 404) == nothing
        assert call(client, "dan", "POST", f"{path}/answers", 404, {"text": "x"}) == nothing
        assert call(client, "dan", "PATCH", path, 404, {"text": "x"}) == nothing
        assert call(client, "dan", "DELETE", path, 404) == nothing
    assert sorted(texts(client, "eve")) == ["From ben", "From eve"]


@pytest.mark.parametrize(("who", "whom"), [("cat", "ana"), ("ana", "cat")])
def test_what_a_block_keeps_from_a_posts_author_is_kept_from_everybody(
    any_client: FlaskClient, who: str, whom: str
) -> None:
    said = f"/comments/{say(any_client, 'cat', 'Bad bread, @ben')}"
    under = f"/comments/{say(any_client, 'ben', 'No', f'{said}/answers')}"
    say(any_client, "ana", "Thanks", f"{under}/answers")
    say(any_client, "ben", "Good bread")
    assert kinds(any_client, "ben") == ["reply", "mention"]
    assert counted(any_client, "ben") == 4

    call(any_client, who, "PUT", f"/blocks/{whom}", 201)
    nothing = call(any_client, "ben", "GET", "/comments/none", 404)
    assert texts(any_client, "ben") == ["Good bread"]
    assert (kinds(any_client, "ben"), counted(any_client, "ben")) == ([], 1)
    for path in (said, under):
        assert call(any_client, "ben", "GET", path, 404) == nothing
        assert call(any_client, "ben", "GET", f"{path}/answers", 404) == nothing
        assert call(any_client, "ben", "POST", f"{path}/answers", 404, {"text": "x"}) == nothing

    call(any_client, "ana", "DELETE", said)
    call(any_client, who, "DELETE", f"/blocks/{whom}")
    assert sorted(texts(any_client, "ben")) == ["", "Good bread"]


def test_the_posts_author_deletes_also_what_they_may_not_see(any_client: FlaskClient) -> None:
    path = f"/comments/{say(any_client, 'eve', 'For friends')}"
    nothing = call(any_client, "ana", "GET", "/comments/none", 404)
    assert call(any_client, "ana", "GET", path, 404) == nothing
    assert call(any_client, "cat", "DELETE", path, 404) == nothing
    call(any_client, "ana", "DELETE", path)
    assert texts(any_client, "eve") == []


def test_a_hidden_posts_comments_are_not_there(client: FlaskClient) -> None:
    comment_id = say(client, "ana", under="/posts/p:2/comments")
    nothing = call(client, "ben", "GET", "/posts/none/comments", 404)
    assert call(client, "ben", "GET", "/posts/p:2/comments", 404) == nothing
    assert call(client, "ben", "POST", "/posts/p:2/comments", 404, {"text": "x"}) == nothing
    assert call(client, "ben", "GET", f"/comments/{comment_id}", 404) == nothing


def test_its_author_changes_a_comment_and_nobody_else(client: FlaskClient) -> None:
    path = f"/comments/{say(client, 'ben')}"
    for who in ("ana", "cat"):
        call(client, who, "PATCH", path, 403, {"text": "Mine"})
    changed = call(client, "ben", "PATCH", path, 200, {"text": "Rye"})["comment"]
    assert (changed["text"], changed["edited_at"]) == ("Rye", NOW)


def test_its_author_and_the_posts_author_delete_a_comment_and_nobody_else(
    client: FlaskClient,
) -> None:
    for who in ("ben", "ana"):
        path = f"/comments/{say(client, 'ben')}"
        call(client, "cat", "DELETE", path, 403)
        call(client, who, "DELETE", path)
        call(client, "cat", "GET", path, 404)
        call(client, "ben", "DELETE", path)  # its author deletes it twice, and it is deleted
    assert texts(client, "ana") == []


def test_a_deleted_comment_with_answers_stays_without_words_and_name(client: FlaskClient) -> None:
    comment_id = say(client, "ben", "Secret")
    path = f"/comments/{comment_id}"
    answer_id = say(client, "cat", "Answer", f"{path}/answers")
    call(client, "ben", "DELETE", path)
    (left,) = call(client, "ana", "GET", "/posts/p:1/comments")["comments"]
    assert (left["text"], left["user"], left["deleted"]) == ("", None, True)
    assert texts(client, "ana", f"{path}/answers") == ["Answer"]
    call(client, "ana", "POST", f"{path}/answers", 404, {"text": "Late"})
    call(client, "ben", "PATCH", path, 404, {"text": "Back"})
    call(client, "cat", "DELETE", f"/comments/{answer_id}")
    assert call(client, "ana", "GET", "/posts/p:1/comments")["comments"] == []


def test_a_deleted_comments_place_tells_nobody_of_answers_that_they_may_not_see(
    any_client: FlaskClient,
) -> None:
    paths = [f"/comments/{say(any_client, 'ben', text)}" for text in ("one", "two")]
    hidden = say(any_client, "eve", "psst", f"{paths[0]}/answers")
    nothing = call(any_client, "ana", "GET", "/comments/none", 404)
    for path in paths:
        call(any_client, "ben", "DELETE", path)
    for who in ("ana", "ben", "cat"):
        assert (texts(any_client, who), counted(any_client, who)) == ([], 0)
        for path in paths:
            assert call(any_client, who, "GET", path, 404) == nothing
            assert call(any_client, who, "GET", f"{path}/answers", 404) == nothing
    # Nor does a second deletion, by who wrote the comment or by who wrote the post.
    for path in paths:
        assert call(any_client, "ben", "DELETE", path)["comment"]["deleted"]
        assert call(any_client, "ana", "DELETE", path, 404) == nothing
    with any_client.get("/profiles/me/export", query_string={"viewer": "ben"}) as export:
        files = set(ZipFile(BytesIO(export.data)).namelist())
    assert "wrote.csv" in files and not files & {"comment_on.csv", "answers.csv"}
    assert (texts(any_client, "eve"), counted(any_client, "eve")) == ([""], 1)
    # Who answered, and below them somebody whom all may see, is hidden with what hangs there.
    say(any_client, "eve", "more", f"/comments/{hidden}/answers")
    call(any_client, "eve", "DELETE", f"/comments/{hidden}")
    assert call(any_client, "cat", "GET", paths[0], 404) == nothing
    assert texts(any_client, "eve", f"{paths[0]}/answers") == [""]


def test_a_deleted_comments_place_is_there_for_an_answer_however_deep(
    any_client: FlaskClient,
) -> None:
    first = say(any_client, "ben")
    second = say(any_client, "cat", under=f"/comments/{first}/answers")
    for who in ("ben", "eve", "dan"):
        say(any_client, "ana", f"for {who}", f"/comments/{second}/answers")
    for who, comment_id in (("ben", first), ("cat", second)):
        call(any_client, who, "DELETE", f"/comments/{comment_id}")
    assert (texts(any_client, "eve"), counted(any_client, "eve")) == ([""], 3)
    assert texts(any_client, "eve", f"/comments/{first}/answers") == [""]
    assert len(texts(any_client, "eve", f"/comments/{second}/answers")) == 3
    assert (texts(any_client, "dan"), counted(any_client, "dan")) == ([], 0)


def test_who_hides_stays_hidden_with_what_hangs_under_them_once_it_is_deleted(
    any_client: FlaskClient,
) -> None:
    """dan and ben block one another; nothing of ben's appears to dan because it went."""
    by_ben = say(any_client, "ben", "From ben")
    under = say(any_client, "cat", "Under ben", f"/comments/{by_ben}/answers")
    say(any_client, "dan", "From dan")
    nothing = call(any_client, "dan", "GET", "/comments/none", 404)
    call(any_client, "ben", "DELETE", f"/comments/{by_ben}")
    for comment_id in (by_ben, under):
        assert call(any_client, "dan", "GET", f"/comments/{comment_id}", 404) == nothing
    assert (texts(any_client, "dan"), counted(any_client, "dan")) == (["From dan"], 1)
    assert (sorted(texts(any_client, "cat")), counted(any_client, "cat")) == (["", "From dan"], 2)
    # Nor is dan told of what is said there.
    say(any_client, "cat", "Is it, @dan?", f"/comments/{under}/answers")
    assert kinds(any_client, "dan") == []
    call(any_client, "dan", "DELETE", "/blocks/ben")
    assert (kinds(any_client, "dan"), counted(any_client, "dan")) == (["mention"], 3)


def test_ones_own_comment_may_be_deleted_from_what_one_sees_no_more(client: FlaskClient) -> None:
    path = f"/comments/{say(client, 'ben')}"
    call(client, "ana", "PUT", "/blocks/ben", 201)
    call(client, "ben", "PATCH", path, 404, {"text": "x"})
    call(client, "ben", "DELETE", path)


def test_answers_go_so_deep_and_no_deeper(client: FlaskClient) -> None:
    comment_id = say(client, "ben")
    for _ in range(DEEPEST):
        comment_id = say(client, "ben", under=f"/comments/{comment_id}/answers")
    call(client, "ben", "POST", f"/comments/{comment_id}/answers", 409, {"text": "Deep"})


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": "x" * 5_001}, {"text": 5}])
def test_bad_input_names_its_field(client: FlaskClient, body: JsonBody) -> None:
    errors = call(client, "ana", "POST", "/posts/p:1/comments", 400, body)["errors"]
    assert set(errors) == {"text"}
