"""SocialVerse over real HTTP: the village's server on this machine, its dirt, and its failures."""

import json
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from graph.errors import ConfigError, LoadError, MalformedSource, SourceRefused, SourceUnavailable
from graph.loaders.socialverse import SocialVerseConfig, SocialVerseSource
from graph.loaders.socialverse_interactions import SIGNALS, Interactions
from graph.loaders.socialverse_posts import PostRows
from graph.model import NodeKind
from graph.report import LoadReport
from village.faults import Failure, Faults
from village.server import serve_village
from village.socialverse import PATHS, SUMMARIES, USERS, SocialVerseRows
from village.user_rows import family_name
from village.world import World, plant

SECRET, KEY = "tok-7f3a-never-shown", "key-91bd-never-shown"
NOW = 1_764_547_200
Frames = Mapping[str, pd.DataFrame]


@contextmanager
def source_of(
    world: World, faults: Faults | None = None, **settings: object
) -> Iterator[SocialVerseSource]:
    """A source on a village served meanwhile; its `waits` are noted, not slept."""
    with serve_village(world, SECRET, KEY, faults=faults) as url:
        given = {"url": url, "token": SECRET, "algorithm": KEY, "timeout_s": 20.0} | settings
        waits: list[float] = []
        config = SocialVerseConfig(**given)  # type: ignore[arg-type]
        source = SocialVerseSource(config, LoadReport(), sleep=waits.append)
        source.waits = waits  # type: ignore[attr-defined]
        yield source


def loaded(source: SocialVerseSource) -> dict[str, pd.DataFrame]:
    return {batch.kind.file: batch.frame for batch in source.batches()}


@pytest.fixture(scope="module")
def small() -> World:
    return plant(seed=1, users=60, posts=90, communities=3)


@pytest.fixture(scope="module")
def frames(village: World) -> Frames:
    with source_of(village) as source:
        result = loaded(source)
        assert not source.report.refused
        assert set(source.report.mended) == {"inspired: repeats folded"}
    return result


# What arrives


@pytest.mark.parametrize("file", ["users", "posts", "categories", "topics", "authored", "about"])
def test_what_the_village_has_arrives_whole(frames: Frames, village: World, file: str) -> None:
    keys = ["id"] if "id" in village.tables[file] else ["source", "target"]
    there = village.tables[file][keys].sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(frames[file][keys].sort_values(keys, ignore_index=True), there)


@pytest.mark.parametrize("file", [signal.table for signal in SIGNALS])
def test_every_signal_arrives_with_its_time_and_count(
    frames: Frames, village: World, file: str
) -> None:
    keys = ["source", "target"]
    there = village.tables[file].sort_values(keys, ignore_index=True)
    came = frames[file].sort_values(keys, ignore_index=True)
    pd.testing.assert_frame_equal(came, there, check_dtype=False)


def test_all_six_paths_load_completely_over_small_pages(village: World, frames: Frames) -> None:
    with source_of(village, page_size=37) as source:
        again = loaded(source)
        assert not source.report.refused
    assert again.keys() == frames.keys()
    for file, frame in again.items():
        pd.testing.assert_frame_equal(frame, frames[file])


def test_a_page_that_is_exactly_full_is_followed_by_an_empty_one(small: World) -> None:
    with source_of(small, page_size=30) as source:
        assert len(loaded(source)["posts"]) == 90


def test_a_short_page_is_followed_by_one_look_past_it(small: World) -> None:
    faults = Faults(failures=tuple(Failure(path, page=3, times=99) for path in PATHS))
    with source_of(small, faults, page_size=1000) as source:
        assert len(loaded(source)["posts"]) == 90
        assert source.waits == []  # type: ignore[attr-defined]


def test_nodes_come_before_edges(small: World) -> None:
    with source_of(small) as source:
        nodes = [isinstance(batch.kind, NodeKind) for batch in source.batches()]
    assert nodes == sorted(nodes, reverse=True)


def test_moods_arrive_as_the_words_people_say_with_their_shares(
    frames: Frames, village: World
) -> None:
    told = {
        f"sv:post:{post['id']}"
        for post in SocialVerseRows(village).rows(SUMMARIES, 0, 1000)
        if post["post_summary"] and post["post_summary"].get("emotions")  # type: ignore[attr-defined]
    }
    keys = ["source", "target"]
    there = village.tables["evokes"]
    there = there[there["source"].isin(told)].sort_values(keys, ignore_index=True)
    assert len(told) > 250
    pd.testing.assert_frame_equal(
        frames["evokes"].sort_values(keys, ignore_index=True), there, check_exact=False
    )


def test_keywords_arrive_as_weighted_tags_without_the_common_ones(
    frames: Frames, village: World
) -> None:
    came = frames["tagged"].set_index(["source", "target"])["weight"]
    there = village.tables["tagged"].set_index(["source", "target"])["weight"]
    tags = set(frames["tags"]["id"])
    assert tags >= set(village.tables["tags"]["id"])
    assert not tags & {"video", "people", "content"}
    came = came[came.index.isin(there.index)]  # the rest are words of titles and descriptions
    assert len(came) > 0.9 * len(there)
    same = came == there.loc[came.index]
    assert same.mean() > 0.98  # a few posts carry their tags as tags, or in the title alone
    assert came[~same].isin([1.0, 0.2]).all()


def test_times_of_posts_are_read_as_milliseconds(frames: Frames, village: World) -> None:
    came = frames["posts"].set_index("id")["created_at"]
    there = village.tables["posts"].set_index("id")["created_at"]
    assert came.astype("int64").sort_index().equals(there.sort_index())


def test_usernames_are_composed_and_authors_are_found_by_them(
    frames: Frames, village: World
) -> None:
    came = frames["users"].set_index("id")["username"]
    there = village.tables["users"].set_index("id")["username"]
    assert came.sort_index().tolist() == there.sort_index().tolist()
    assert len(frames["authored"]) == len(village.tables["posts"])


def test_what_is_outside_the_public_feed_is_not_available(frames: Frames, village: World) -> None:
    came = frames["posts"].set_index("id")["available"]
    table = village.tables["posts"].set_index("id")
    assert not came[table["privacy"].ne("public") | ~table["available"]].any()
    assert came.mean() > 0.75


def test_posts_without_a_category_or_summary_still_arrive(frames: Frames, village: World) -> None:
    missing = set(village.tables["posts"]["id"]) - set(frames["in_category"]["source"])
    assert 0 < len(missing) < 30
    newest = frames["posts"].tail(5)
    named = newest["title"].ne("")
    assert newest["text"][named].eq("").all()
    assert newest["text"][~named].ne("").all(), "the words of the address speak for a nameless post"
    assert not frames["evokes"]["source"].isin(newest["id"]).any()


def test_topics_keep_their_project_code(frames: Frames, village: World) -> None:
    came = frames["topics"].set_index("id")["project_code"].to_dict()
    assert came == village.tables["topics"].set_index("id")["project_code"].to_dict()


def test_details_hold_the_public_fields_and_no_viewer_state(frames: Frames) -> None:
    for details in frames["posts"]["details"].map(json.loads):
        assert details.keys() >= {"slug", "identifier", "average_rating", "gif_thumbnail_url"}
        assert details["baseToken"].keys() == {"address", "name", "symbol", "image_url"}
        assert not details.keys() & {"upvoted", "bookmarked", "following", "is_viewed"}
        assert not details.keys() & {"first_name", "username", "post_summary"}


# Personal data


def test_no_personal_data_passes_the_door(frames: Frames, village: World) -> None:
    everything = "\n".join(frame.to_csv(index=False) for frame in frames.values())
    for user in SocialVerseRows(village).rows(USERS, 0, 1000):
        for field in ("email", "referral_code", "bio", "website_url", "instagram-url"):
            assert not user[field] or str(user[field]) not in everything
    assert "@" not in everything and "people.example" not in everything
    assert "Filmed" not in everything and "gender" not in everything
    assert "last_login" not in everything and "latitude" not in everything


def test_only_authors_have_a_name_and_a_picture(frames: Frames) -> None:
    authors = set(frames["authored"]["source"])
    users = frames["users"]
    assert set(users[users["details"].notna()]["id"]) == authors
    details = json.loads(users[users["id"].isin(authors)].iloc[0]["details"])
    assert list(details) == [
        "first_name", "last_name", "picture_url", "user_type", "has_evm_wallet", "has_solana_wallet"
    ]  # fmt: skip
    everything = "\n".join(frame.to_csv(index=False) for frame in frames.values())
    for user in users[~users["id"].isin(authors)]["id"]:
        number = int(user.rpartition(":")[2])
        assert f'"{family_name(number)}"' not in everything.replace('""', '"')
        assert f"/portraits/{number}.png" not in everything


# What is wrong with the data


def test_interactions_of_users_who_are_not_listed_get_a_stub(small: World) -> None:
    writers = set(small.tables["authored"]["source"])
    gone = next(u for u in small.tables["viewed"]["source"] if u not in writers)
    users = small.tables["users"].query("id != @gone")
    with source_of(replace(small, tables={**small.tables, "users": users})) as source:
        came = loaded(source)
        assert source.report.mended["stub users"] == 1
    stub = came["users"].set_index("id").loc[gone]
    assert pd.isna(stub["username"]) and not stub["active"]
    assert (came["viewed"]["source"] == gone).any()


def test_interactions_with_posts_that_are_not_listed_are_refused_and_counted(small: World) -> None:
    gone = small.tables["viewed"]["target"].iloc[0]
    posts = small.tables["posts"].query("id != @gone")
    with source_of(replace(small, tables={**small.tables, "posts": posts})) as source:
        came = loaded(source)
    lost = (small.tables["viewed"]["target"] == gone).sum()
    assert source.report.refused["viewed", "unknown post"] == lost
    assert not (came["viewed"]["target"] == gone).any()


def test_posts_of_an_author_who_is_not_listed_have_no_author(small: World) -> None:
    gone = small.tables["authored"]["source"].iloc[0]
    users = small.tables["users"].query("id != @gone")
    with source_of(replace(small, tables={**small.tables, "users": users})) as source:
        came = loaded(source)
    written = (small.tables["authored"]["source"] == gone).sum()
    assert source.report.refused["authored", "unknown author"] == written
    assert len(came["posts"]) == 90 and len(came["authored"]) == 90 - written


def interactions(path: str, rows: list[dict]) -> tuple[dict, LoadReport]:
    report = LoadReport()
    collected = Interactions(report, NOW)
    signal = next(signal for signal in SIGNALS if signal.path == path)
    collected.read(signal, rows)
    return collected.frames({"sv:post:1"})[signal.table].to_dict("list"), report


def test_whole_posts_on_an_interaction_path_are_refused_not_loaded(small: World) -> None:
    rows = SocialVerseRows(small).own_posts(0, 5)
    came, report = interactions("/posts/view", rows)
    assert came["source"] == []
    assert report.refused == {("viewed", "without a user or a post"): 5}


def test_repeats_of_a_pair_are_counted_and_the_latest_time_kept() -> None:
    times = ("2024-01-02 12:00:00", "2024-01-03 12:00:00", "2024-01-01 12:00:00")
    rows = [
        {"id": place, "post_id": 1, "user_id": 5, "inspired_at": at}
        for place, at in enumerate(times)
    ]
    came, report = interactions("/posts/inspire", [*rows, rows[0]])
    assert (came["times"], came["at"]) == ([3], [1704283200])
    assert not report.refused and report.mended == {"inspired: repeats folded": 3}


def test_ratings_are_held_within_the_scale_and_text_is_read() -> None:
    told = [18, "40", "55.6", 180, -300, None, "much", float("inf"), True]
    rows = [
        {
            "id": n,
            "post_id": 1,
            "user_id": n,
            "rating_percent": p,
            "rated_at": "2024-01-01 10:00:00",
        }
        for n, p in enumerate(told)
    ]
    came, report = interactions("/posts/rating", rows)
    percents = dict(zip(came["source"], came["percent"], strict=True))
    assert [percents[f"sv:user:{n}"] for n in range(5)] == [18, 40, 56, 100, -100]
    assert all(pd.isna(percents[f"sv:user:{n}"]) for n in range(5, 9))
    assert report.mended == {"rating held within the scale": 2, "rating unreadable": 4}


@pytest.mark.parametrize("at", ["", None, "soon", 0, "2024-13-01 00:00:00", {}])
def test_an_unreadable_time_is_null_and_counted(at: object) -> None:
    row = {"id": 1, "post_id": 1, "user_id": 1, "viewed_at": at}
    came, report = interactions("/posts/view", [row])
    assert pd.isna(came["at"][0])
    assert report.mended == {"time unreadable: viewed": 1} and not report.refused


def test_a_path_without_rows_gives_an_empty_table() -> None:
    came, report = interactions("/posts/like", [])
    assert came == {"source": [], "target": [], "at": []}
    assert not report.read


@pytest.mark.parametrize(
    "post",
    [
        {"id": 1},
        {"id": "1", "category": None, "topic": None, "post_summary": None, "tags": None},
        {"id": 1.0, "category": {"id": "x"}, "topic": {"id": []}, "baseToken": [], "tags": "a"},
        {"id": 1, "title": 5, "post_summary": {"keywords": {"a": 1}, "emotions": [[[3]]]}},
        {"id": 1, "title": "a\0b\ud800c", "average_rating": float("inf"), "created_at": "soon"},
        {"id": 1, "post_summary": {"keywords": [None, 7, [], {"keyword": None}, {"weight": 3}]}},
    ],
)
def test_a_post_with_missing_or_odd_fields_still_arrives(post: dict) -> None:
    rows = PostRows({}, LoadReport(), NOW)
    rows.read(post)
    frame = rows.frame("posts")
    assert frame["id"].tolist() == ["sv:post:1"]
    frame["title"].iloc[0].encode("utf-8")
    json.loads(frame["details"].iloc[0], parse_constant=pytest.fail)
    assert rows.frame("categories").empty


def test_a_category_with_a_number_as_text_is_that_category() -> None:
    rows = PostRows({}, LoadReport(), NOW)
    rows.read({"id": 1, "category": {"id": "28", "name": " Mood  room "}})
    assert rows.frame("categories")[["id", "name"]].values.tolist() == [
        ["sv:category:28", "Mood room"]
    ]


@pytest.mark.parametrize(
    ("fields", "available"),
    [
        ({}, True),
        ({"is_available_in_public_feed": True}, True),
        ({"is_available_in_public_feed": 1}, True),
        ({"is_available_in_public_feed": False}, False),
        ({"is_available_in_public_feed": "no"}, False),
        ({"is_available_in_public_feed": []}, False),
        ({"is_locked": True}, False),
        ({"is_locked": "yes"}, False),
        ({"is_locked": False}, True),
    ],
)
def test_a_post_is_available_only_where_the_source_says_so(fields: dict, available: bool) -> None:
    rows = PostRows({}, LoadReport(), NOW)
    rows.read({"id": 1, **fields})
    assert rows.frame("posts")["available"].tolist() == [available]


# What is wrong with the server


def test_a_server_that_ignores_the_page_does_not_loop(small: World) -> None:
    faults = Faults(ignores_page=frozenset(PATHS))
    with source_of(small, faults, page_size=20) as source:
        came = loaded(source)
    assert len(came["posts"]) == len(came["users"].query("active")) == 20
    assert source.report.mended["page repeated: /posts/summary/get"] == 1


def test_reaching_the_cap_of_pages_is_counted(small: World) -> None:
    with source_of(small, page_size=20, max_pages=2) as source:
        came = loaded(source)
    assert len(came["posts"]) == 40
    assert source.report.mended["page cap reached: /posts/summary/get"] == 1


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_passing_failure_is_tried_again(small: World, status: int) -> None:
    faults = Faults(failures=(Failure(SUMMARIES, page=2, status=status, times=2),))
    with source_of(small, faults, page_size=40) as source:
        assert len(loaded(source)["posts"]) == 90
        assert source.waits == [1.0, 2.0]  # type: ignore[attr-defined]


def failure_of(source: SocialVerseSource, kind: type[LoadError]) -> str:
    """The message of the failure that `batches` must end with, before it gives anything out."""
    with pytest.raises(kind) as caught:
        next(source.batches())
    told = str(caught.value)
    assert caught.value.__suppress_context__
    assert SECRET not in told and KEY not in told
    return told


def test_a_lasting_failure_is_told_in_one_sentence(small: World) -> None:
    faults = Faults(failures=(Failure("/posts/like", page=1, status=502, times=99),))
    with source_of(small, faults, retries=2) as source:
        told = failure_of(source, SourceUnavailable)
        assert source.waits == [1.0, 2.0]  # type: ignore[attr-defined]
    assert told.startswith("SocialVerse /posts/like, page 1, at 127.0.0.1:")
    assert told.endswith(": status 502 after 3 tries; try again later")


@pytest.mark.parametrize("status", [302, 404])
def test_another_address_is_not_followed_with_the_token(small: World, status: int) -> None:
    faults = Faults(failures=(Failure(USERS, status=status),))
    with source_of(small, faults) as source:
        told = failure_of(source, SourceRefused)
    assert f"turned away with status {status}" in told and "SOCIALVERSE_URL" in told


def test_a_bad_token_is_told_without_the_token(small: World) -> None:
    with source_of(small, token="tok-wrong") as source:
        told = failure_of(source, SourceRefused)
    assert "/posts/summary/get" in told and "set SOCIALVERSE_TOKEN" in told
    assert "tok-wrong" not in told


def test_a_bad_algorithm_key_is_told_without_the_key(small: World) -> None:
    with source_of(small, algorithm="key-wrong") as source:
        told = failure_of(source, SourceRefused)
    assert "/posts/view" in told and "set SOCIALVERSE_ALGORITHM" in told
    assert "key-wrong" not in told


def test_a_web_page_instead_of_json_is_malformed(small: World) -> None:
    with source_of(small, Faults(html=frozenset({"/posts/rating"}))) as source:
        told = failure_of(source, MalformedSource)
    assert "/posts/rating, page 1" in told and "not JSON" in told


def test_rows_under_another_key_are_malformed_not_nothing(small: World) -> None:
    with source_of(small, Faults(wrong_key=frozenset({SUMMARIES}))) as source:
        told = failure_of(source, MalformedSource)
    assert "without a list under 'posts'" in told


def closed_port() -> int:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def test_an_unreachable_host_is_told_after_the_tries() -> None:
    waits: list[float] = []
    url = f"http://someone:hidden@127.0.0.1:{closed_port()}"
    config = SocialVerseConfig(url, SECRET, KEY, retries=2)
    told = failure_of(SocialVerseSource(config, LoadReport(), waits.append), SourceUnavailable)
    assert "no answer (ConnectionError)" in told and "hidden" not in told
    assert waits == [1.0, 2.0]


def test_a_host_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        config = SocialVerseConfig(url, SECRET, KEY, retries=0, timeout_s=0.05)
        told = failure_of(SocialVerseSource(config, LoadReport()), SourceUnavailable)
    assert "no answer (ReadTimeout)" in told


# Settings


def test_settings_come_from_the_environment_and_hide_their_secrets() -> None:
    config = SocialVerseConfig.from_env(
        {
            "SOCIALVERSE_URL": "https://user:hidden@api.example:8443/",
            "SOCIALVERSE_TOKEN": SECRET,
            "SOCIALVERSE_ALGORITHM": KEY,
            "SOCIALVERSE_CACHE": "elsewhere",
        }
    )
    assert config.host == "api.example:8443" and config.cache == Path("elsewhere")
    assert not any(secret in repr(config) for secret in (SECRET, KEY, "hidden"))


def test_missing_settings_are_named() -> None:
    with pytest.raises(ConfigError, match="SOCIALVERSE_TOKEN, SOCIALVERSE_ALGORITHM not set"):
        SocialVerseConfig.from_env({"SOCIALVERSE_URL": "https://api.example"})


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "api.example"},
        {"url": "ftp://api.example"},
        {"url": "https://api.example?token=x"},
        {"url": "http://[api"},
        {"url": "http://api.example:port"},
        {"token": ""},
        {"token": "tok\r\nCookie: x"},
        {"token": "tök"},
        {"algorithm": "two words"},
        {"page_size": 1001},
        {"timeout_s": 0.0},
        {"retries": -1},
        {"max_pages": 0},
    ],
)
def test_a_malformed_setting_is_refused_without_showing_a_secret(wrong: dict) -> None:
    good = {"url": "https://api.example", "token": SECRET, "algorithm": KEY}
    with pytest.raises(ConfigError) as caught:
        SocialVerseConfig(**good | wrong)
    told = str(caught.value)
    assert "; " in told
    assert not any(isinstance(v, str) and v and v in told for v in wrong.values())
