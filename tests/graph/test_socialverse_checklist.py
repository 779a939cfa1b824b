"""What a SocialVerse loader must survive: the 14 points of the reference, against the village.

Each test serves a village with one fault and looks at what arrives.
"""

import json
import logging
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from socialverse_sources import KEY, SECRET, Served, loaded, served, synced

from graph.errors import LoadError, MalformedSource, RowRefused, SourceUnavailable
from graph.loaders.socialverse import SocialVerseSource
from graph.queries.export import read_tables
from graph.report import LoadReport
from graph.store import GraphStore
from village.faults import MISSING, Failure, Faults, Instead
from village.socialverse import INTERACTIONS, PATHS, SUMMARIES, USERS, Row, SocialVerseRows
from village.world import World, plant

OF_POSTS = {"posts", "tagged", "in_category", "evokes", "about", "authored"}
WITHDRAWABLE = {"liked", "inspired", "rated"}
EVERYTHING = OF_POSTS | WITHDRAWABLE | {"users"}


@pytest.fixture(scope="module")
def small() -> World:
    return plant(seed=1, users=60, posts=90, communities=3)


@pytest.fixture(scope="module")
def rows(small: World) -> SocialVerseRows:
    return SocialVerseRows(small)


@pytest.fixture
def server(small: World) -> Iterator[Served]:
    with served(small) as running:
        yield running


def post_ids(rows: SocialVerseRows) -> list[int]:
    return [int(str(row["id"])) for row in rows.rows(SUMMARIES, 0, 90)]


def tell(server: Served, path: str, told: list[Row], ids: list[int]) -> None:
    """Let the first rows of a path say something else, each its own."""
    server.faults.told = {path: dict(zip(ids, told, strict=False))}


# 1. Objects that are lists, null, or not there


@pytest.mark.parametrize("absent", [[], None, MISSING, "", 0])
def test_1_a_post_without_category_topic_or_summary_arrives_without_them(
    server: Served, rows: SocialVerseRows, absent: object
) -> None:
    first = post_ids(rows)[0]
    fields = ("category", "topic", "post_summary", "baseToken")
    tell(server, SUMMARIES, [dict.fromkeys(fields, absent)], [first])
    source = server.source()
    came = loaded(source)
    assert len(came["posts"]) == 90
    for file in ("in_category", "about", "tagged", "evokes"):
        assert f"sv:post:{first}" not in set(came[file]["source"])
    assert source.snapshot().files == EVERYTHING


@pytest.mark.parametrize(("told", "id"), [(99, "99"), ("17", "17"), (" 8 ", "8"), (3.0, "3")])
def test_1_a_category_may_be_new_or_have_its_number_as_text(
    server: Served, rows: SocialVerseRows, told: object, id: str
) -> None:
    first = post_ids(rows)[0]
    tell(server, SUMMARIES, [{"category": {"id": told, "name": "Newly made "}}], [first])
    came = loaded(server.source())
    categories = came["categories"].set_index("id")["name"]
    assert categories[f"sv:category:{id}"] == "Newly made"
    of_post = came["in_category"].set_index("source")["target"]
    assert of_post[f"sv:post:{first}"] == f"sv:category:{id}"


# 2. Emotions

PROSE = "Strong sense of purpose in every step."
SAID: list[tuple[object, set[str]]] = [
    ({"conveyed_emotions": ["Joy", "calmness"]}, {"happy", "calm"}),
    (["joy", "Calmness."], {"happy", "calm"}),
    ({"primary_emotion": "Joy", "secondary_emotions": ["calmness"]}, {"happy", "calm"}),
    ({"speaker_emotions": ["joy"], "audience_emotions": ["calmness"]}, {"happy", "calm"}),
    ({"initial_emotion": "Calmness", "final_emotion": "Joy and calmness"}, {"happy", "calm"}),
    ({"expressed": [{"emotion": "joy", "intensity": "high"}]}, {"happy"}),
    ({"joy": True, "calmness": True, "sadness": False}, {"happy", "calm"}),
    ([{"emotion": "joy", "intensity": 7, "description": PROSE}], {"happy"}),
    (None, set()),
    ({"joy": PROSE}, {"happy"}),
    ({"primaryEmotion": "Joy", "Conveyed_Emotions": [" CALMNESS ", "joy"]}, {"happy", "calm"}),
    ({"from": "joy", "to": "calmness"}, {"happy", "calm"}),
    ([], set()),
    ({}, set()),
    ("joy", {"happy"}),
    ([[["joy"]], 7, None, {"intensity": "high"}], {"happy"}),
    (PROSE, set()),
]


@pytest.mark.parametrize("dialect", ["earlier", "later"])
def test_2_every_shape_of_emotions_gives_its_moods_and_no_other(
    server: Served, rows: SocialVerseRows, dialect: str
) -> None:
    ids = post_ids(rows)
    keys: Row = {"topics_of_video": {}} if dialect == "earlier" else {"topics": [], "status": "ok"}
    told: list[Row] = [{"post_summary": {"emotions": shape} | keys} for shape, _ in SAID]
    tell(server, SUMMARIES, told, ids)
    came = loaded(server.source())["evokes"].groupby("source")
    moods = {post: set(edges["target"]) for post, edges in came}
    found = [moods.get(f"sv:post:{number}", set()) for number in ids[: len(SAID)]]
    assert found == [expected for _, expected in SAID]
    assert all(weights.sum() == pytest.approx(1) for _, weights in came["weight"])
    assert not any(edges["target"].duplicated().any() for _, edges in came)


# 3. Rows of the wrong shape at the right path


def test_3_whole_posts_at_an_interaction_path_are_refused_and_take_nothing_back(
    server: Served, store: GraphStore
) -> None:
    before = synced(store, server.source())
    server.faults.second_shape = frozenset({"/posts/like"})
    source = server.source()
    report = synced(store, source)
    assert report.refused == {("liked", "without a user or a post"): 20}
    assert "liked" not in source.snapshot().files
    assert not +report.gone and before.new["liked"]


@pytest.mark.parametrize("row", [None, 7, "row", [], {}, {"user_id": 5}])
@pytest.mark.parametrize("path", PATHS)
def test_3_what_is_no_row_of_the_path_is_refused_by_its_kind(
    server: Served, path: str, row: object
) -> None:
    server.faults.added = {path: (row,)}
    source = server.source()
    came = loaded(source)
    file = {SUMMARIES: "posts", USERS: "users"}.get(path) or INTERACTIONS[path][0]
    assert source.report.refusals(file) == source.report.refused.total() == 1
    assert file not in source.snapshot().files
    assert len(came["posts"]) == 90


def test_3_a_strict_load_ends_at_the_first_refusal_and_says_where(
    server: Served, store: GraphStore
) -> None:
    server.faults.added = {"/posts/like": ({"id": 77},)}
    with pytest.raises(RowRefused, match="SocialVerse /posts/like, row 77"):
        synced(store, server.source(report=LoadReport(strict=True)))


# 4. Pages and answers


def partly(server: Served, flaw: str, path: str = SUMMARIES) -> SocialVerseSource:
    source = server.source(page_size=20)
    loaded(source)
    assert source.report.mended[f"{flaw}: {path}"] == 1
    return source


def test_4_an_empty_page_amid_the_rows_does_not_end_them(server: Served) -> None:
    server.faults.empty = frozenset({(SUMMARIES, 2)})
    source = partly(server, "short page before the last")
    assert source.snapshot().files == {"users"}  # nothing of posts is taken to be gone


def test_4_a_short_page_amid_the_rows_does_not_end_them(server: Served) -> None:
    server.faults.short = frozenset({("/posts/like", 1), (SUMMARIES, 3)})
    source = partly(server, "short page before the last")
    assert source.snapshot().files == {"users"}


def test_4_a_repeated_page_is_no_end_that_can_be_trusted(server: Served) -> None:
    server.faults.repeated = frozenset({(USERS, 2)})
    source = partly(server, "page repeated", USERS)
    assert source.snapshot().files == (OF_POSTS - {"authored"}) | WITHDRAWABLE


def test_4_a_server_that_ignores_the_page_ends_and_is_not_trusted(server: Served) -> None:
    server.faults.ignores_page = frozenset(PATHS)
    source = partly(server, "page repeated")
    assert source.snapshot().files == frozenset()


def test_4_an_empty_first_page_while_others_have_rows_takes_nothing_back(
    server: Served, store: GraphStore
) -> None:
    synced(store, server.source())
    server.faults.empty = frozenset({("/posts/like", 1), (USERS, 1)})
    report = synced(store, server.source())
    assert not +report.gone and not report.changed["users"]
    assert report.mended["no rows: /posts/like"] == 1


def test_4_people_who_acted_are_not_made_inactive_by_a_list_that_came_in_part(
    server: Served, store: GraphStore
) -> None:
    synced(store, server.source())
    server.faults.short = frozenset({(USERS, 1)})
    source = server.source(page_size=20)
    report = synced(store, source)
    assert report.mended["stub users"] > 0
    assert not report.changed["users"] and not report.gone["users"]


def test_4_a_server_that_gives_fewer_rows_than_asked_is_read_to_its_end(server: Served) -> None:
    whole = loaded(server.source())
    server.faults.most_rows = 7
    source = server.source(page_size=1000)
    came = loaded(source)
    assert all(came[file].equals(whole[file]) for file in whole)
    assert source.snapshot().files == EVERYTHING


def test_4_the_page_size_of_an_answer_is_not_taken_for_a_number_of_pages(server: Served) -> None:
    loaded(server.source(page_size=30))
    pages = [page for path, page in server.asked_for() if path == SUMMARIES]
    assert pages == [1, 2, 3, 4, 5]  # 90 rows, and two looks past the last full page


@pytest.mark.parametrize(
    ("retry_after", "wait"),
    [("", 1.0), ("7", 7.0), ("0", 1.0), ("600", 60.0), ("-1", 1.0), ("soon", 1.0)],
)
def test_4_too_many_requests_are_tried_again_when_the_server_says(
    server: Served, retry_after: str, wait: float
) -> None:
    server.faults.failures = (Failure(USERS, status=429, retry_after=retry_after),)
    assert len(loaded(server.source())["users"]) == 60
    assert server.waits == [wait]


@pytest.mark.parametrize(
    ("date", "wait"),
    [("Fri, 01 Jan 2100 00:00:00 GMT", 60.0), ("Sat, 01 Jan 2000 00:00:00 GMT", 1.0)],
)
def test_4_the_wait_may_be_given_as_a_date(server: Served, date: str, wait: float) -> None:
    server.faults.failures = (Failure(USERS, status=503, retry_after=date),)
    assert len(loaded(server.source())["users"]) == 60
    assert server.waits == [wait]


@pytest.mark.parametrize("instead", list(Instead))
def test_4_a_passing_fault_is_tried_again_with_longer_waits(
    server: Served, instead: Instead
) -> None:
    status = 200 if instead is Instead.HTML else 500
    server.faults.failures = (Failure(SUMMARIES, 2, status, times=3, instead=instead),)
    assert len(loaded(server.source(page_size=40))["posts"]) == 90
    assert server.waits == [1.0, 2.0, 4.0]


@pytest.mark.parametrize(
    ("instead", "error"),
    [
        (Instead.ERROR, SourceUnavailable),
        (Instead.HTML, MalformedSource),
        (Instead.DROP, SourceUnavailable),
    ],
)
def test_4_a_lasting_fault_is_told_and_nothing_is_written(
    server: Served, store: GraphStore, instead: Instead, error: type[LoadError]
) -> None:
    status = 200 if instead is Instead.HTML else 500
    server.faults.failures = (Failure(USERS, 1, status, times=99, instead=instead),)
    with pytest.raises(error, match="/users/get_all, page 1") as caught:
        synced(store, server.source())
    assert SECRET not in str(caught.value)


def test_4_a_slow_answer_is_waited_for_and_a_too_slow_one_asked_for_again(server: Served) -> None:
    server.faults.slow_s, server.faults.slow_times = 0.05, 3
    assert len(loaded(server.source())["posts"]) == 90
    assert server.waits == []
    server.faults.slow_s, server.faults.slow_times = 0.5, len(server.asked) + 1
    assert len(loaded(server.source(timeout_s=0.3))["posts"]) == 90
    assert server.waits == [1.0]


# 5. Repeats, re-ratings, and what vanished


def test_5_repeat_inspires_are_one_edge_with_how_often(
    server: Served, rows: SocialVerseRows
) -> None:
    row = rows.rows("/posts/inspire", 0, 1)[0]
    again = tuple(row | {"id": 90_000 + n} for n in range(4))
    before = loaded(server.source())["inspired"]
    server.faults.added = {"/posts/inspire": again}
    source = server.source()
    after = loaded(source)["inspired"]
    assert len(after) == len(before)
    assert after["times"].sum() == before["times"].sum() + 4
    assert source.report.mended["inspired: repeats folded"] == after["times"].sum() - len(after)


def test_5_a_rating_given_anew_with_the_same_time_replaces_the_old_one(
    server: Served, rows: SocialVerseRows, store: GraphStore
) -> None:
    synced(store, server.source())
    row = rows.rows("/posts/rating", 0, 1)[0]
    percent = 1 + int(str(row["rating_percent"])) % 100
    server.faults.told = {"/posts/rating": {int(str(row["id"])): {"rating_percent": percent}}}
    report = synced(store, server.source())
    assert +report.changed == {"rated": 1}
    assert not +report.new and not +report.gone


def test_5_rows_of_vanished_posts_are_refused_and_their_history_stays(
    server: Served, rows: SocialVerseRows, store: GraphStore
) -> None:
    before = synced(store, server.source())
    gone = post_ids(rows)[:3]
    server.faults.gone = {SUMMARIES: frozenset(gone)}
    report = synced(store, server.source())
    assert +report.gone == {"posts": 3}
    assert {reason for _, reason in report.refused} == {"unknown post"}
    for file in ("liked", "rated"):
        assert report.unchanged[file] + report.refusals(file) == before.new[file]
    kept = read_tables(store)
    assert all(len(kept[file]) == before.new[file] for file in WITHDRAWABLE | {"viewed"})


def test_5_people_who_are_listed_no_more_become_inactive(
    server: Served, rows: SocialVerseRows, store: GraphStore
) -> None:
    synced(store, server.source())
    users = [int(str(row["id"])) for row in rows.rows(USERS, 0, 60)]
    server.faults.gone = {USERS: frozenset(users[:2])}
    report = synced(store, server.source())
    assert report.gone["users"] + report.changed["users"] == 2
    server.faults.gone = {}
    assert synced(store, server.source()).changed["users"] == 2


def test_5_a_source_that_lost_most_of_its_posts_is_not_believed(
    server: Served, rows: SocialVerseRows, store: GraphStore
) -> None:
    synced(store, server.source())
    server.faults.gone = {SUMMARIES: frozenset(post_ids(rows)[:60])}
    with pytest.raises(MalformedSource):
        synced(store, server.source())
    assert synced(store, server.source(), allow_gone=True).gone["posts"] == 60


# 6. Numbers

RATINGS: list[tuple[object, int | None]] = [
    (18, 18), ("40", 40), (55.6, 56), ("55.6", 56), (0, 0), (180, 100), (-300, -100),
    (-85, -85), (None, None), (MISSING, None), ("much", None), ("", None), (True, None), ([], None),
]  # fmt: skip


def test_6_ratings_are_read_from_text_and_fractions_and_held_within_the_scale(
    server: Served, rows: SocialVerseRows
) -> None:
    some = rows.rows("/posts/rating", 0, len(RATINGS))
    told: list[Row] = [{"rating_percent": value} for value, _ in RATINGS]
    tell(server, "/posts/rating", told, [int(str(row["id"])) for row in some])
    source = server.source()
    came = loaded(source)["rated"].set_index(["source", "target"])["percent"]
    for row, (_, percent) in zip(some, RATINGS, strict=True):
        found = came[f"sv:user:{row['user_id']}", f"sv:post:{row['post_id']}"]
        assert (None if pd.isna(found) else found) == percent
    assert source.report.mended["rating unreadable"] == 6
    assert source.report.mended["rating held within the scale"] == 2
    assert not source.report.refused


def test_6_counters_are_shown_as_they_are_and_make_no_edges(
    server: Served, rows: SocialVerseRows
) -> None:
    first = post_ids(rows)[0]
    counts: Row = {"average_rating": -85, "rating_count": 0, "view_count": 0, "exit_count": 10**9}
    before = loaded(server.source())
    tell(server, SUMMARIES, [counts], [first])
    came = loaded(server.source())
    details = came["posts"].set_index("id")["details"].map(json.loads)
    assert details[f"sv:post:{first}"].items() >= counts.items()
    assert all(came[file].equals(before[file]) for file, _ in INTERACTIONS.values())


# 7. Dates

AT = 1_717_243_200  # 2024-06-01 12:00:00 UTC
DATES: list[tuple[object, int | None]] = [
    ("2024-06-01 12:00:00", AT),
    ("2024-06-01T12:00:00", AT),
    ("2024-06-01T12:00:00Z", AT),
    ("2024-06-01 14:00:00+02:00", AT),
    ("2024-06-01T04:30:00-0730", AT),
    ("2024-06-01T12:00:00.999999Z", AT),
    (" 2024-06-01 12:00:00 ", AT),
    ("2024-06-01", AT - 12 * 3600),
    (AT, AT),
    (str(AT), AT),
    (AT * 1_000 + 7, AT),
    (str(AT * 1_000), AT),
    (AT * 1_000_000, AT),
    (str(AT * 1_000_000), AT),
    (AT + 0.5, AT),
    ("", None),
    (None, None),
    (MISSING, None),
    (0, None),
    ("0", None),
    ("1970-01-01 00:00:00", None),
    ("1970-01-20 21:00:43", None),
    ("0000-00-00 00:00:00", None),
    ("2999-01-01 00:00:00", None),
    (32_472_144_000_000, None),
    (-AT, None),
    ("soon", None),
    ("2024-13-01 00:00:00", None),
    (True, None),
    ([], None),
    ({}, None),
    (10**400, None),
]


@pytest.mark.parametrize(
    ("path", "file", "time"),
    [(SUMMARIES, "posts", "created_at")]
    + [(path, file, time) for path, (file, time) in INTERACTIONS.items() if file != "inspired"],
)
def test_7_dates_of_every_form_are_read_and_impossible_ones_are_null(
    server: Served, rows: SocialVerseRows, path: str, file: str, time: str
) -> None:
    some = rows.rows(path, 0, len(DATES))
    tell(server, path, [{time: told} for told, _ in DATES], [int(str(row["id"])) for row in some])
    source = server.source()
    came = loaded(source)[file]
    keys = ["id"] if file == "posts" else ["source", "target"]
    found = came.set_index(keys)["created_at" if file == "posts" else "at"]
    for row, (told, at) in zip(some, DATES, strict=True):
        pair = (f"sv:user:{row.get('user_id')}", f"sv:post:{row.get('post_id')}")
        there = found[f"sv:post:{row['id']}" if file == "posts" else pair]
        assert (None if pd.isna(there) else there) == at, told
    assert source.report.mended[f"time unreadable: {file}"] == sum(at is None for _, at in DATES)
    assert not source.report.refused


# 8. Titles and usernames


def test_8_titles_may_be_empty_odd_or_the_same(server: Served, rows: SocialVerseRows) -> None:
    titles: list[object] = ["", "\N{SPARKLES}", "two\nlines", "same", "same", None, MISSING, 5]
    ids = post_ids(rows)
    tell(server, SUMMARIES, [{"title": title} for title in titles], ids)
    came = loaded(server.source())["posts"].set_index("id")["title"]
    found = [came[f"sv:post:{number}"] for number in ids[: len(titles)]]
    assert found == ["", "\N{SPARKLES}", "two\nlines", "same", "same", "", "", ""]


NAMES = ["Twin", "twin", "a.b-c_d", "123", "J\u00f6rg", unicodedata.normalize("NFD", "Ren\u00e9e")]


def test_8_each_author_is_found_by_exactly_their_username(
    server: Served, rows: SocialVerseRows
) -> None:
    ids, users = post_ids(rows), rows.rows(USERS, 0, len(NAMES))
    numbers = [int(str(row["id"])) for row in users]
    server.faults.told = {
        USERS: dict(zip(numbers, ({"username": name} for name in NAMES), strict=True)),
        SUMMARIES: dict(zip(ids, ({"username": name} for name in NAMES), strict=False)),
    }
    came = loaded(server.source())
    author = came["authored"].set_index("target")["source"]
    for number, post in zip(numbers, ids, strict=False):
        assert author[f"sv:post:{post}"] == f"sv:user:{number}"
    names = came["users"].set_index("id")["username"]
    assert [names[f"sv:user:{number}"] for number in numbers] == [
        unicodedata.normalize("NFC", name) for name in NAMES
    ]


def test_8_a_username_of_digits_that_came_as_a_number_is_a_username(
    server: Served, rows: SocialVerseRows
) -> None:
    user, post = int(str(rows.rows(USERS, 5, 6)[0]["id"])), post_ids(rows)[0]
    server.faults.told = {USERS: {user: {"username": 123}}, SUMMARIES: {post: {"username": "123"}}}
    author = loaded(server.source())["authored"].set_index("target")["source"]
    assert author[f"sv:post:{post}"] == f"sv:user:{user}"


def test_8_a_renamed_user_stays_the_same_user(
    server: Served, rows: SocialVerseRows, store: GraphStore
) -> None:
    before = synced(store, server.source())
    writers = {row["username"] for row in rows.rows(SUMMARIES, 0, 90)}
    users = rows.rows(USERS, 0, 60)
    reader = next(
        row for row in users if unicodedata.normalize("NFC", str(row["username"])) not in writers
    )
    server.faults.told = {USERS: {int(str(reader["id"])): {"username": "renamed"}}}
    report = synced(store, server.source())
    assert +report.changed == {"users": 1} and not +report.new and not +report.gone
    assert report.read["users"] == before.read["users"]


# 9. Names that other languages stumble over


def test_9_the_hyphened_property_and_new_ones_do_not_pass(
    server: Served, rows: SocialVerseRows
) -> None:
    odd: Row = {"instagram-url": "https://photos.example/x", "group": "g", "order": 1, "user": "u"}
    user, post = int(str(rows.rows(USERS, 0, 1)[0]["id"])), post_ids(rows)[0]
    server.faults.told = {USERS: {user: odd}, SUMMARIES: {post: odd}}
    came = loaded(server.source())
    assert list(came["users"]) == ["id", "username", "active", "details"]
    details = json.loads(came["posts"].set_index("id")["details"][f"sv:post:{post}"])
    assert not details.keys() & odd.keys()


# 10. Two id spaces


def test_10_every_id_says_that_it_is_socialverses(server: Served) -> None:
    source = server.source()
    came = loaded(source)
    for file in ("users", "posts", "categories", "topics"):
        assert came[file]["id"].str.match(r"sv:[a-z]+:\d+$").all()
    for file in ("viewed", "liked", "inspired", "rated", "authored"):
        assert came[file]["source"].str.match(r"sv:user:\d+$").all()
        assert came[file]["target"].str.match(r"sv:post:\d+$").all()
    assert source.snapshot().prefix == "sv:"


# 11. What must not be recommended


def test_11_what_is_not_public_or_locked_is_marked_unavailable(
    server: Served, rows: SocialVerseRows
) -> None:
    told: list[Row] = [
        {"is_available_in_public_feed": False},
        {"is_available_in_public_feed": 0},
        {"is_locked": True},
        {"is_locked": 1},
        {"is_available_in_public_feed": True, "is_locked": False},
        {"is_available_in_public_feed": MISSING, "is_locked": MISSING},
    ]
    ids = post_ids(rows)
    tell(server, SUMMARIES, told, ids)
    came = loaded(server.source())["posts"].set_index("id")
    found = [came["available"][f"sv:post:{number}"] for number in ids[: len(told)]]
    assert found == [False, False, False, False, True, True]
    assert not came["deleted"].any()


def test_11_the_state_of_the_tokens_owner_passes_nowhere(
    server: Served, rows: SocialVerseRows, tmp_path: Path
) -> None:
    state: Row = dict.fromkeys(["upvoted", "bookmarked", "following", "is_viewed"], True)
    before = loaded(server.source())
    server.faults.told = {SUMMARIES: dict.fromkeys(post_ids(rows), state)}
    came = loaded(server.source(tmp_path))
    assert all(came[file].equals(before[file]) for file in before)
    assert not re.search(r'"(upvoted|bookmarked|following|is_viewed)"', everything_in(tmp_path))


# 12. Secrets and personal data

PERSONAL_KEYS = (
    "email bio website_url instagram-url youtube_url tictok_url referral_code last_login latitude "
    "longitude gender role twitter_url main_person_details other_person_details person_identity "
    "entities follower_count"
).split()


def everything_in(folder: Path) -> str:
    files = [file for file in folder.rglob("*") if file.is_file()]
    assert files
    return "\n".join(f"{file}\n{file.read_text()}" for file in files)


def test_12_token_and_key_are_in_no_log_no_error_and_no_file(
    server: Served, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.faults.failures = (Failure("/posts/like", status=429), Failure(USERS, times=99))
    errors: list[str] = []
    for settings in (
        {},
        {"algorithm": KEY + "x"},
        {"token": SECRET + "x"},
        {"url": "http://[::1]:9"},
    ):
        with pytest.raises(LoadError) as caught:
            loaded(server.source(tmp_path / str(len(errors)), **settings))  # type: ignore[arg-type]
        assert caught.value.__suppress_context__
        errors.append(str(caught.value))
    server.faults.failures = ()
    loaded(server.source(tmp_path / "0"))
    assert "/posts/like" in caplog.text  # the HTTP library does log, at this level
    for told in (caplog.text, everything_in(tmp_path), "\n".join(errors)):
        assert not re.search(r"never.{1,3}shown|tok-7f3a|key-91bd", told)


def test_12_no_personal_field_is_in_the_cache_or_the_graph(
    server: Served, rows: SocialVerseRows, tmp_path: Path
) -> None:
    came = loaded(server.source(tmp_path))
    graph = "\n".join(frame.to_csv(index=False) for frame in came.values())
    for told in (everything_in(tmp_path), graph):
        assert not any(f'"{key}"' in told.replace('""', '"') for key in PERSONAL_KEYS)
        assert "people.example" not in told and "Filmed" not in told and "REFER" not in told
    authors = {row["username"] for row in rows.rows(SUMMARIES, 0, 90)}
    for row in rows.rows(USERS, 0, 60):
        if unicodedata.normalize("NFC", str(row["username"])) not in authors:
            assert str(row["profile_url"]) not in graph + everything_in(tmp_path)


def test_12_personal_data_inside_a_summary_stays_at_the_door(
    server: Served, rows: SocialVerseRows, tmp_path: Path
) -> None:
    hidden = {"gender": "hidden", "name": "hidden", "email": "hidden"}
    summary: Row = {
        "emotions": [{"emotion": "joy", **hidden}],
        "topics_of_video": {"theme": "life", "speaker": hidden},
        "keywords": [{"keyword": "morning", "weight": 8, **hidden}],
        "person_identity": hidden,
    }
    tell(server, SUMMARIES, [{"post_summary": summary}], post_ids(rows))
    came = loaded(server.source(tmp_path))
    assert "morning" in set(came["tags"]["id"])
    assert "hidden" not in everything_in(tmp_path)
    assert not any("hidden" in frame.to_csv() for frame in came.values())


# 13. Odd categories


def test_13_a_category_with_one_post_or_none_is_well_formed(
    server: Served, rows: SocialVerseRows
) -> None:
    ids = post_ids(rows)
    told: list[Row] = [
        {"category": {"id": 77, "name": ""}},
        {"category": {"id": "x", "name": "no number"}},
        {"category": {"name": "no id"}},
        {"category": "no object"},
        {"topic": {"id": None, "name": "no topic"}},
    ]
    tell(server, SUMMARIES, told, ids)
    source = server.source()
    came = loaded(source)
    assert came["categories"].set_index("id")["name"]["sv:category:77"] == "77"
    assert not came["categories"]["name"].isin(["no number", "no id"]).any()
    assert (came["in_category"]["target"] == "sv:category:77").sum() == 1
    assert not came["in_category"]["source"].isin([f"sv:post:{id}" for id in ids[1:4]]).any()
    assert source.report.refused == {("in_category", "no id"): 3, ("about", "no id"): 1}
    assert source.snapshot().files == EVERYTHING - {"in_category", "about"}  # nothing taken back


# 14. Hubs


def test_14_one_author_of_nearly_all_posts_is_one_user_with_one_set_of_details(
    server: Served, rows: SocialVerseRows
) -> None:
    ids, author = post_ids(rows), rows.rows(SUMMARIES, 0, 1)[0]
    fields = {key: author[key] for key in ("username", "first_name", "last_name", "picture_url")}
    server.faults.told = {SUMMARIES: dict.fromkeys(ids, fields)}
    source = server.source()
    came = loaded(source)
    assert len(came["authored"]) == 90 and came["authored"]["source"].nunique() == 1
    assert came["users"]["details"].notna().sum() == 1
    assert not source.report.refused


# All of it at once


def test_every_row_is_read_once_and_taken_or_refused(server: Served, store: GraphStore) -> None:
    server.faults.added = {path: ({"id": 1}, None) for path in INTERACTIONS}
    server.faults.gone = {SUMMARIES: frozenset(range(1, 12)), USERS: frozenset({3, 4, 5})}
    for _ in range(2):
        report = synced(store, server.source())
        for file, read in report.read.items():
            taken = report.new[file] + report.changed[file] + report.unchanged[file]
            assert read == taken + report.refusals(file), file
    assert not report.wrote


def test_an_empty_source_is_nothing_and_takes_nothing_back(
    store: GraphStore, server: Served
) -> None:
    synced(store, server.source())
    server.faults.empty = frozenset((path, 1) for path in PATHS)
    report = synced(store, server.source())
    assert not report.wrote and not report.read


def test_the_faults_do_nothing_where_none_is_asked_for(small: World, server: Served) -> None:
    with served(small, Faults()) as other:
        first, second = loaded(server.source()), loaded(other.source())
    assert all(first[file].equals(second[file]) for file in first)
