"""The local server: the API's paths, headers, envelope and dirt."""

from collections.abc import Iterator
from time import monotonic

import pytest
import requests
from click.testing import CliRunner
from flask.testing import FlaskClient

from graph.model import KINDS
from village.emotions import SHAPES, terms_of
from village.faults import MISSING, Failure, Faults, Instead
from village.server import Asked, create_village_server, main, serve_village
from village.socialverse import INTERACTIONS, PATHS, SUMMARIES, USERS, SocialVerseRows
from village.world import World

TOKEN = {"Flic-Token": "secret"}
ASKED = {"resonance_algorithm": "key"}


@pytest.fixture(scope="module")
def client(village: World) -> Iterator[FlaskClient]:
    with create_village_server(village, "secret", "key").test_client() as made:
        yield made


@pytest.fixture(scope="module")
def posts(client: FlaskClient) -> list[dict]:
    answer = client.get(SUMMARIES, query_string={"page_size": 1000}, headers=TOKEN)
    return answer.get_json()["posts"]


def test_the_envelope_counts_its_rows_and_repeats_the_cap(client: FlaskClient) -> None:
    answer = client.get("/posts/view", query_string=ASKED | {"page": 2, "page_size": 7})
    body = answer.get_json()
    assert list(body) == ["status", "message", "page", "page_size", "max_page_size", "posts"]
    assert body["status"] == "success"
    assert body["message"] == "Viewed posts fetched successfully"
    assert (body["page"], body["page_size"], body["max_page_size"]) == (2, 7, 7)
    assert len(body["posts"]) == 7


def test_a_page_past_the_end_is_empty(client: FlaskClient) -> None:
    body = client.get("/posts/like", query_string=ASKED | {"page": 9999}).get_json()
    assert (body["page_size"], body["posts"]) == (0, [])


@pytest.mark.parametrize("path", PATHS)
def test_rows_ascend_by_id_over_all_pages(client: FlaskClient, path: str) -> None:
    key = "users" if path == USERS else "posts"
    ids: list[int] = []
    for page in range(1, 100):
        asked = ASKED | {"page": page, "page_size": 90}
        rows = client.get(path, query_string=asked, headers=TOKEN).get_json()[key]
        ids += [row["id"] for row in rows]
        if not rows:
            break
    assert ids and ids == sorted(set(ids))


def test_an_interaction_has_exactly_its_documented_fields(client: FlaskClient) -> None:
    for path, (_, time) in INTERACTIONS.items():
        row = client.get(path, query_string=ASKED | {"page_size": 1}).get_json()["posts"][0]
        rating = {"rating_percent"} if path == "/posts/rating" else set()
        assert row.keys() == {"id", "post_id", "user_id", time} | rating
        assert len(row[time]) == 19 and row[time][10] == " "


def test_users_have_their_36_keys_and_the_hyphen(client: FlaskClient) -> None:
    body = client.get(USERS, query_string={"page_size": 1000}, headers=TOKEN).get_json()
    rows = body["users"]
    assert list(body)[3:] == ["max_page_size", "page_size", "users"]
    assert all(len(row) == 36 and "instagram-url" in row for row in rows)
    assert any(row["last_login"] == "" for row in rows)
    assert len({row["email"] for row in rows}) == len(rows) - 1


def test_a_wrong_token_is_turned_away_with_json(client: FlaskClient) -> None:
    for path in (SUMMARIES, USERS):
        answer = client.get(path, headers={"Flic-Token": "wrong"})
        assert answer.status_code == 401
        assert answer.get_json() == {"status": "error", "message": "Invalid token"}
        assert client.get(path).status_code == 401
    assert client.get("/posts/view", query_string={"resonance_algorithm": "no"}).status_code == 401


def test_a_token_without_the_algorithm_gets_its_own_posts(client: FlaskClient) -> None:
    for path in INTERACTIONS:
        row = client.get(path, headers=TOKEN).get_json()["posts"][0]
        assert "post_id" not in row and "user_id" not in row
        assert row["post_summary"] == [] and "slug" in row


def test_posts_have_the_dirt_of_the_source(posts: list[dict]) -> None:
    assert 0.26 <= sum(post["title"] == "" for post in posts) / len(posts) <= 0.49
    assert any(post["category"] == [] for post in posts)
    assert any(post["topic"] == [] for post in posts)
    assert all(post["post_summary"] == [] for post in posts[-10:])
    assert any(post["average_rating"] < 0 for post in posts)
    assert any(post["average_rating"] and not post["rating_count"] for post in posts)
    assert any(not post["title"].isascii() for post in posts)
    assert any("\n" in post["title"] for post in posts)
    assert sum(bool(post["tags"]) for post in posts) <= 3
    assert all(len(str(post["created_at"])) == 13 for post in posts)


def test_the_first_posts_have_every_shape_of_emotions(posts: list[dict]) -> None:
    kinds = [type(post["post_summary"]["emotions"]) for post in posts[: len(SHAPES)]]
    assert set(kinds) == {dict, list, type(None)}
    dialects = {"topics_of_video" in post["post_summary"] for post in posts if post["post_summary"]}
    assert dialects == {True, False}


def test_what_not_everyone_may_see_is_outside_the_public_feed(
    posts: list[dict], village: World
) -> None:
    table = village.tables["posts"].set_index("id")
    for post in posts:
        own = table.loc[f"sv:post:{post['id']}"]
        if own["privacy"] != "public" or not own["available"]:
            assert post["is_available_in_public_feed"] is False
    hidden = sum(not post["is_available_in_public_feed"] for post in posts)
    assert 0 < hidden < 0.25 * len(posts)


def test_nothing_of_friendships_interests_or_privacy_is_served(client: FlaskClient) -> None:
    for path in PATHS:
        body = client.get(path, query_string=ASKED, headers=TOKEN).get_json()
        keys = {key for row in body["users" if path == USERS else "posts"] for key in row}
        assert not any(word in key for key in keys for word in ("friend", "interest", "privacy"))


def test_repeat_inspires_are_rows_of_their_own(village: World) -> None:
    inspired = village.tables["inspired"]
    assert SocialVerseRows(village).count("/posts/inspire") == inspired["times"].sum()
    assert (inspired["times"] > 1).any()


def test_terms_of_a_mood_are_distinct_quarters() -> None:
    for turn in range(40):
        terms = [term.lower() for term in terms_of([("happy", 0.75), ("calm", 0.25)], turn)]
        assert len(terms) == len(set(terms)) == 4


def test_a_failure_ends_after_its_times(village: World) -> None:
    faults = Faults(failures=(Failure("/posts/view", page=2, status=429, times=2),))
    app = create_village_server(village, "secret", "key", faults)
    with app.test_client() as client:
        asked = ASKED | {"page": 2}
        statuses = [client.get("/posts/view", query_string=asked).status_code for _ in range(3)]
        assert statuses == [429, 429, 200]
        assert client.get("/posts/view", query_string=ASKED).status_code == 200


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def asked() -> list[Asked]:
    return []


@pytest.fixture
def faulty(village: World, faults: Faults, asked: list[Asked]) -> Iterator[FlaskClient]:
    """A server whose faults may be set while it runs."""
    app = create_village_server(village, "secret", "key", faults, asked)
    with app.test_client() as client:
        yield client


def likes(client: FlaskClient, page: int = 1, size: int = 10) -> list[dict]:
    told = client.get("/posts/like", query_string=ASKED | {"page": page, "page_size": size})
    return list(told.get_json()["posts"])


def test_a_failure_may_be_a_web_page_a_broken_answer_or_say_when_to_come_again(
    faulty: FlaskClient, faults: Faults
) -> None:
    faults.failures = (
        Failure("/posts/like", status=200, instead=Instead.HTML),
        Failure("/posts/like", instead=Instead.DROP),
        Failure("/posts/like", status=429, retry_after="7"),
    )
    answers = [faulty.get("/posts/like", query_string=ASKED) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 429, 200]
    assert answers[0].data.startswith(b"<!doctype html>")
    assert int(answers[1].headers["Content-Length"]) > len(answers[1].data)
    assert answers[2].headers["Retry-After"] == "7"
    assert answers[3].get_json()["status"] == "success"


def test_pages_may_be_empty_short_repeated_or_capped(faulty: FlaskClient, faults: Faults) -> None:
    pages = [likes(faulty, page) for page in (1, 2, 3)]
    faults.empty = frozenset({("/posts/like", 1)})
    faults.short = frozenset({("/posts/like", 2)})
    faults.repeated = frozenset({("/posts/like", 3)})
    assert [likes(faulty, page) for page in (1, 2, 3)] == [[], pages[1][:5], pages[1]]
    faults.empty = faults.short = faults.repeated = frozenset()
    faults.most_rows = 5
    assert [likes(faulty, page) for page in (1, 2)] == [pages[0][:5], pages[0][5:]]


def test_rows_may_vanish_change_lose_a_field_or_be_added(
    faulty: FlaskClient, faults: Faults
) -> None:
    first, second, third = likes(faulty, size=3)
    faults.gone = {"/posts/like": frozenset({first["id"]})}
    faults.told = {"/posts/like": {second["id"]: {"liked_at": None, "user_id": MISSING}}}
    faults.added = {"/posts/like": ({"id": 99_999}, None)}
    told = likes(faulty, size=1000)
    assert told[:2] == [{"id": second["id"], "post_id": second["post_id"], "liked_at": None}, third]
    assert told[-2:] == [{"id": 99_999}, None]


def test_an_interaction_path_may_answer_whole_posts(faulty: FlaskClient, faults: Faults) -> None:
    faults.second_shape = frozenset({"/posts/like"})
    told = likes(faulty)
    assert len(told) == 10 and all("slug" in row and "post_id" not in row for row in told)


@pytest.mark.parametrize(
    ("mark", "question"), [("ETag", "If-None-Match"), ("Last-Modified", "If-Modified-Since")]
)
def test_a_page_that_still_holds_is_answered_with_304(
    faulty: FlaskClient, faults: Faults, mark: str, question: str
) -> None:
    faults.validators = frozenset({mark})
    known = faulty.get("/posts/like", query_string=ASKED).headers[mark]

    def status() -> int:
        asked = faulty.get("/posts/like", query_string=ASKED, headers={question: known})
        return asked.status_code

    assert status() == 304
    faults.gone = {"/posts/like": frozenset({11})}
    assert status() == 200


def test_an_answer_may_take_its_time(faulty: FlaskClient, faults: Faults) -> None:
    faults.slow_s, faults.slow_times = 0.05, 1
    began = monotonic()
    likes(faulty)
    assert monotonic() - began >= 0.05


def test_what_was_asked_is_noted(faulty: FlaskClient, asked: list[Asked]) -> None:
    likes(faulty, 2)
    faulty.get(USERS)
    assert asked == [("/posts/like", 2, 200), (USERS, 1, 401)]


def test_the_server_answers_over_http_while_it_is_served(village: World) -> None:
    with serve_village(village, "secret", "key") as url:
        assert url.startswith("http://127.0.0.1:")
        assert requests.get(url + USERS, headers=TOKEN, timeout=10).status_code == 200
    with pytest.raises(requests.ConnectionError):
        requests.get(url + USERS, headers=TOKEN, timeout=10)


def test_the_command_says_what_it_serves() -> None:
    told = CliRunner().invoke(main, ["--help"])
    assert told.exit_code == 0 and "SOCIALVERSE_TOKEN" in told.output


def test_every_interaction_path_is_a_signal_of_the_graph() -> None:
    assert all(KINDS[table].signal for table, _ in INTERACTIONS.values())  # type: ignore[union-attr]
