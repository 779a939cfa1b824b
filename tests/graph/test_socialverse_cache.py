"""SocialVerse's page cache: nothing is fetched twice, nothing half, nothing of another host."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from socialverse_sources import Served, loaded, served, synced

from graph.errors import ConfigError, SourceUnavailable
from graph.loaders.socialverse import PageCache, SocialVerseConfig
from graph.queries.export import read_tables
from graph.store import GraphStore
from village.faults import Failure, Faults
from village.socialverse import PATHS, SUMMARIES, USERS
from village.world import World, plant

HOUR = 3600.0


@pytest.fixture(scope="module")
def small() -> World:
    return plant(seed=1, users=60, posts=90, communities=3)


@pytest.fixture
def server(small: World) -> Iterator[Served]:
    with served(small) as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def same(first: dict[str, pd.DataFrame], second: dict[str, pd.DataFrame]) -> bool:
    return first.keys() == second.keys() and all(first[file].equals(second[file]) for file in first)


def test_pages_younger_than_the_age_are_not_asked_for_again(server: Served, folder: Path) -> None:
    first = loaded(server.source(folder, page_size=40))
    assert len(server.asked_for()) > len(PATHS)
    again = server.source(folder, HOUR, page_size=40)
    assert same(first, loaded(again))
    assert server.asked_for() == []
    assert set(again.told) == {"cached"}


def test_what_came_out_of_the_cache_is_what_came_without_one(server: Served, folder: Path) -> None:
    loaded(server.source(folder))
    assert same(loaded(server.source()), loaded(server.source(folder, HOUR)))


def test_without_an_age_every_page_is_asked_for_again(server: Served, folder: Path) -> None:
    loaded(server.source(folder, page_size=40))
    asked = server.asked_for()
    again = server.source(folder, page_size=40)
    loaded(again)
    assert server.asked_for() == asked
    assert again.told == {"cached": 0, "unchanged": len(asked)}


@pytest.mark.parametrize("mark", ["ETag", "Last-Modified"])
def test_an_old_page_that_still_holds_is_not_sent_again(
    server: Served, folder: Path, mark: str
) -> None:
    server.faults.validators = frozenset({mark})
    first = loaded(server.source(folder, page_size=40))
    assert {asked.status for asked in server.asked} == {200}
    server.asked.clear()
    again = server.source(folder, page_size=40)
    assert same(first, loaded(again))
    assert {asked.status for asked in server.asked} == {304}
    assert set(+again.told) == {"unchanged"}


@pytest.mark.parametrize("mark", ["ETag", "Last-Modified"])
def test_an_old_page_that_changed_is_taken_as_it_is_now(
    server: Served, folder: Path, mark: str
) -> None:
    server.faults.validators = frozenset({mark})
    first = loaded(server.source(folder))
    server.faults.told = {"/posts/rating": {11: {"rating_percent": 3}}}
    again = server.source(folder)
    second = loaded(again)
    assert again.told["changed"] == 1
    assert not first["rated"].equals(second["rated"])
    assert first["liked"].equals(second["liked"])


def test_a_run_that_broke_off_goes_on_at_the_page_where_it_stopped(
    server: Served, folder: Path
) -> None:
    whole = loaded(server.source(page_size=20))
    server.faults.failures = (Failure(SUMMARIES, page=3, status=503, times=4),)
    server.asked_for()
    with pytest.raises(SourceUnavailable):
        loaded(server.source(folder, page_size=20))
    server.asked_for()
    resumed = server.source(folder, page_size=20)
    assert same(whole, loaded(resumed))
    asked = server.asked_for()
    assert asked[:2] == [(SUMMARIES, 2), (SUMMARIES, 3)]  # the last one shows if rows moved
    assert {path for path, _ in asked} == {SUMMARIES, USERS}
    # That run ended: the next one, without an age, asks for everything.
    loaded(server.source(folder, page_size=20))
    assert {path for path, _ in server.asked_for()} == set(PATHS)


def test_no_row_is_missed_when_one_vanished_before_the_run_went_on(
    server: Served, folder: Path
) -> None:
    server.faults.failures = (Failure(SUMMARIES, page=3, status=503, times=4),)
    with pytest.raises(SourceUnavailable):
        loaded(server.source(folder, page_size=20))
    server.faults.gone = {SUMMARIES: frozenset(numbers(server)[:1])}
    resumed = server.source(folder, page_size=20)
    assert len(loaded(resumed)["posts"]) == 89
    assert "posts" in resumed.snapshot().files


def numbers(server: Served) -> list[int]:
    ids = loaded(server.source())["posts"]["id"]
    return [int(id.rpartition(":")[2]) for id in ids]


def test_a_page_out_of_age_is_asked_for_with_all_behind_it(server: Served, folder: Path) -> None:
    loaded(server.source(folder, page_size=40))
    first = next(folder.glob("*/users-get_all/40-1.json"))
    told = json.loads(first.read_text())
    first.write_text(json.dumps(told | {"checked_at": told["checked_at"] - 2 * HOUR}))
    server.asked_for()
    loaded(server.source(folder, HOUR, page_size=40))
    assert server.asked_for() == [(USERS, 1), (USERS, 2), (USERS, 3)]


@pytest.mark.parametrize(
    "content", ["", "[]", "{", '{"rows": [], "digest": "", "checked_at": 1.0, "validators": {}}']
)
def test_a_half_written_file_is_never_read(server: Served, folder: Path, content: str) -> None:
    first = loaded(server.source(folder))
    file = next(folder.glob("*/posts-summary-get/*-1.json"))
    file.write_text(content)
    server.asked_for()
    assert same(first, loaded(server.source(folder, HOUR)))
    assert (SUMMARIES, 1) in server.asked_for()


def test_a_file_that_was_not_finished_is_not_read_and_goes_in_time(
    server: Served, folder: Path
) -> None:
    loaded(server.source(folder))
    page = next(folder.glob("*/posts-like/*-1.json"))
    page.rename(page.with_name(page.name + ".1234.tmp"))
    left = page.with_name(page.name + ".1234.tmp")
    server.asked_for()
    loaded(server.source(folder, HOUR))
    assert server.asked_for()[0] == ("/posts/like", 1)
    assert page.exists() and left.exists()
    os.utime(left, (0, 0))
    loaded(server.source(folder, HOUR))
    assert page.exists() and not left.exists()


def test_another_host_or_page_size_is_not_served_from_these_pages(
    server: Served, folder: Path, village: World
) -> None:
    loaded(server.source(folder))
    with served(village) as other:
        assert len(loaded(other.source(folder, HOUR))["posts"]) == 300
        assert other.asked_for()
    server.asked_for()
    loaded(server.source(folder, HOUR, page_size=30))
    assert server.asked_for()


def test_the_folder_of_a_host_does_not_depend_on_its_secrets(tmp_path: Path) -> None:
    urls = ("https://api.example/v1", "https://me:hidden@api.example/v1/", "https://api.example/v2")
    configs = [SocialVerseConfig(url, "t", "a", cache=tmp_path) for url in urls]
    folders = [PageCache(config).folder for config in configs]
    assert folders[0] == folders[1] != folders[2]
    other = SocialVerseConfig(urls[0], "another", "secret", cache=tmp_path)
    assert PageCache(other).folder == folders[0]


def test_pages_that_the_source_has_no_more_are_forgotten(server: Served, folder: Path) -> None:
    loaded(server.source(folder, page_size=20))
    there = set(folder.glob("*/posts-summary-get/*.json"))
    server.faults.gone = {SUMMARIES: frozenset(numbers(server)[:60])}
    loaded(server.source(folder, page_size=20))
    left = set(folder.glob("*/posts-summary-get/*.json"))
    assert left < there and len(left) == 3  # 20, 10, and none


def test_a_folder_that_cannot_be_written_is_told(server: Served, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="set SOCIALVERSE_CACHE"):
        loaded(server.source(tmp_path / "file"))


# Into the graph


def test_a_sync_of_an_unchanged_source_writes_nothing(
    server: Served, folder: Path, store: GraphStore
) -> None:
    first = synced(store, server.source(folder))
    assert first.new["posts"] == 90 and not first.refused
    server.asked_for()
    report = synced(store, server.source(folder, HOUR))
    assert server.asked_for() == []
    assert not report.wrote
    assert report.read == report.unchanged == first.read
    assert not synced(store, server.source(folder)).wrote


def test_what_vanishes_is_marked_gone_and_what_comes_back_is_there_again(
    server: Served, folder: Path, store: GraphStore
) -> None:
    synced(store, server.source(folder))
    before = read_tables(store)
    posts = numbers(server)[:2]
    server.faults.gone = {SUMMARIES: frozenset(posts)}
    report = synced(store, server.source(folder))
    assert report.gone == {"posts": 2}
    assert marked(store) == {f"sv:post:{number}" for number in posts}
    assert len(read_tables(store)["viewed"]) == len(before["viewed"])  # history is kept
    server.faults.gone = {}
    again = synced(store, server.source(folder))
    assert again.changed["posts"] == 2 and not +again.gone
    assert marked(store) == set()
    assert not synced(store, server.source(folder)).wrote


def test_a_like_that_was_taken_back_goes_and_purged_views_stay(
    server: Served, folder: Path, store: GraphStore
) -> None:
    before = synced(store, server.source(folder))
    server.faults.gone = {path: frozenset(range(11, 21)) for path in ("/posts/like", "/posts/view")}
    report = synced(store, server.source(folder))
    assert report.gone == {"liked": 5}
    assert len(read_tables(store)["viewed"]) == before.new["viewed"]


def marked(store: GraphStore) -> set[str]:
    posts = read_tables(store)["posts"]
    return set(posts[posts["deleted"].fillna(False)]["id"])


def test_a_run_that_fails_writes_nothing_into_the_graph(
    small: World, folder: Path, store: GraphStore
) -> None:
    faults = Faults(failures=(Failure(USERS, status=500, times=99),))
    with served(small, faults) as server:
        with pytest.raises(SourceUnavailable):
            synced(store, server.source(folder))
        assert read_tables(store)["posts"].empty
        faults.failures = ()
        assert synced(store, server.source(folder)).new["posts"] == 90
