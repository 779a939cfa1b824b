"""The suite of benchmarks: what a run is, and that its bars and ratios are its own. No time is
judged here."""

import cProfile
import json
import pickle
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import NamedTuple

import click
import pandas as pd
import pytest
from click.testing import CliRunner, Result

from bench.profiled import ROOT, by_module, costs, module_of
from bench.sampling import measured
from bench.suite import bars, compare, modelled, plots, servers, writes
from bench.suite.__main__ import main, workers_of
from bench.suite.acting import KINDS
from bench.suite.asking import Asking, asked
from bench.suite.bars import LARGE, SIZE, SMALL, Bar, judged
from bench.suite.measure import PARTS, asking
from bench.suite.modelled import HURRIED
from bench.suite.orm import page_of, site
from bench.suite.ratios import beside, ratios
from bench.suite.report import document, text
from bench.suite.report import page_of as report_page
from bench.suite.results import (
    ALONE,
    ALS,
    BESIDE,
    BY_MODEL,
    FEED,
    HTTP,
    KNN,
    LIKE,
    NAIVE,
    NAIVE_OF_ALL,
    ORM,
    RATE,
    SHOWN,
    WRITE_BESIDE,
    WRITE_RATE,
    WRITE_RATE_BESIDE,
    Amount,
    Run,
    Times,
)
from bench.suite.servers import patience
from bench.suite.training import task_of
from bench.suite.villages import village
from graph.model import Row
from graph.store import open_store

TINY = 2_000
WRITES = {f"write: {kind}" for kind in KINDS}
MACHINE = {"cores": 2, "memory_gb": 8.0, "fixed_loop_ms": 100.0, "load_average": 0.1}


def run_suite(folder: Path, *more: str) -> tuple[Result, Row]:
    options = ["--engagements", str(TINY), "--requests", "8", "--warm", "2", "--patience", "20"]
    options += ["--folder", str(folder / "kept"), "--json", str(folder / "run.json")]
    options += ["--html", str(folder / "run.html"), *more]
    done = CliRunner().invoke(main, options, catch_exceptions=False)
    return done, json.loads((folder / "run.json").read_text())


class Whole(NamedTuple):
    """A run, and what it left."""

    done: Result
    told: Row
    page: str
    kept: Path


class Here(AbstractContextManager["Here"]):
    """In the place of a pool of processes: this one has what trains, which takes long to load."""

    def __init__(self, number: int):
        assert number == 1

    def __exit__(self, *_: object) -> None: ...

    def apply(self, function: Callable[..., None], told: tuple[object, ...]) -> None:
        pickle.dumps((function, told))
        function(*told)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Whole:
    """Every part but the training step, once, on a tiny village."""
    folder = tmp_path_factory.mktemp("suite")
    parts = [each for part in PARTS if part != "step" for each in ("--only", part)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(servers, "QUIET", 1)
        patch.setattr(writes, "PEOPLE", 8)
        patch.setattr(writes, "BEFORE", 2)
        patch.setattr(modelled, "get_context", lambda kind: SimpleNamespace(Pool=Here))
        patch.setattr(modelled, "HURRIED", replace(HURRIED, spectrum_dims=(8,), hidden=4, out=4))
        done, told = run_suite(folder, *parts)
    return Whole(done, told, (folder / "run.html").read_text(encoding="utf-8"), folder / "kept")


def run_of(*figures: Times | Amount) -> Run:
    found = Run(dict(MACHINE), {"resonance": "abc"}, [{"asked_for": SIZE}])
    for figure in figures:
        found.add(figure)
    return found


def feed(*milliseconds: float, engine: str = "ladybug", size: int = SIZE) -> Times:
    return Times(FEED, engine, size, milliseconds)


def verdicts(run: Run) -> dict[str, str]:
    return {each.what: each.verdict for each in judged(run)}


def test_a_run_says_what_it_was_made_on_with_and_of(whole: Whole) -> None:
    told = whole.told
    assert told["machine"]["cores"] >= 1 and told["machine"]["fixed_loop_ms"] > 0
    assert {"resonance", "python", "sqlite", "ladybug", "numpy", "torch"} <= set(told["versions"])
    (data,) = told["data"]
    assert (data["asked_for"], data["seed"], data["people"], data["posts"]) == (TINY, 0, 40, 100)
    assert data["edges_of_engagements"] >= data["pairs_engaged"] > data["likes"] > 0


def test_every_part_is_measured_on_the_same_size(whole: Whole) -> None:
    done, told = whole.done, whole.told
    assert done.exit_code == 0
    times = {each["what"]: each for each in told["times"]}
    served = {HTTP, LIKE, SHOWN, ALONE, BESIDE, WRITE_BESIDE, *WRITES}
    by_model = {f"{FEED}{BY_MODEL}", f"{HTTP}{BY_MODEL}"}
    likes = {f"{LIKE}{BY_MODEL}", f"{SHOWN}{BY_MODEL}"}
    assert set(times) == {FEED, NAIVE, NAIVE_OF_ALL, ORM, ALS, KNN, *served, *by_model, *likes}
    assert {each["engagements"] for each in told["times"] + told["amounts"]} == {TINY}
    assert {
        len(times[each]["milliseconds"]) for each in (FEED, HTTP, *by_model, ORM, ALS, KNN, NAIVE)
    } == {8}
    amounts = {each["what"] for each in told["amounts"]}
    assert {"load", "derive", RATE, "memory of a serving process"} <= amounts
    assert {WRITE_RATE, WRITE_RATE_BESIDE} <= amounts
    late = [each["value"] for each in told["amounts"] if "did not know" in each["what"]]
    assert late == [0, 0]


def test_a_runs_ratios_are_of_its_own_times(whole: Whole) -> None:
    told = whole.told
    times = {each["what"]: each["percentiles"] for each in told["times"]}
    assert {each["peer"] for each in told["ratios"]} == {NAIVE, NAIVE_OF_ALL, ORM, ALS, KNN}
    for each in told["ratios"]:
        assert each["p50"] == pytest.approx(times[each["peer"]]["p50"] / times[FEED]["p50"])
        assert (each["against"], each["requests"]) == ("ladybug", 8)


def test_reads_beside_writes_are_the_same_reads(whole: Whole) -> None:
    """Ask for the same people's feeds, as often; each kind of write is done by everybody once."""
    told = whole.told
    times = {each["what"]: each["percentiles"] for each in told["times"]}
    (found,) = told["beside_writes"]
    assert found["p50"] == pytest.approx(times[BESIDE]["p50"] / times[ALONE]["p50"])
    assert found["p99"] == pytest.approx(times[BESIDE]["p99"] / times[ALONE]["p99"])
    assert found["requests"] == times[ALONE]["count"] == times[BESIDE]["count"] == 8
    assert {times[each]["count"] for each in WRITES} == {8}
    assert times[WRITE_BESIDE]["count"] >= 2 and times[WRITE_BESIDE]["count"] % 2 == 0
    for said in (f"{found['p50']:.3g} x", f"{found['p99']:.3g} x"):
        assert re.search(rf"^ladybug +{TINY:,} +8 .*{re.escape(said)}", whole.done.output, re.M)
        assert f"<td>{said}</td>" in whole.page


def test_two_runs_are_compared_by_ratios_alone(whole: Whole, tmp_path: Path) -> None:
    doubled = [each | {"p50": 2 * each["p50"]} for each in whole.told["ratios"]]
    faster = whole.told | {"ratios": doubled}
    paths = [str(tmp_path / name) for name in ("before.json", "after.json", "none.json")]
    none: dict[str, object] = {"machine": {}, "versions": {}, "ratios": []}
    for path, told in zip(paths, (whole.told, faster, none), strict=True):
        Path(path).write_text(json.dumps(told))
    done = CliRunner().invoke(compare.main, paths[:2])
    assert done.exit_code == 0 and done.output.count("2.00 times") == len(doubled)
    for each in whole.told["ratios"]:
        assert re.search(rf"{re.escape(each['peer'])}.* {each['p50']:.3g} x", done.output)
    (beside_writes,) = whole.told["beside_writes"]
    twice = " +".join(f"{beside_writes[each]:.3g} x" for each in ("p50", "p50", "p99", "p99"))
    assert re.search(rf"^ladybug +{TINY:,} +{twice}$", done.output, re.M)
    refused = CliRunner().invoke(compare.main, paths[1:])
    assert refused.exit_code == 1 and "none.json is no result of bench.suite" in refused.output


def test_a_run_from_before_writes_were_measured_compares_by_its_peers(
    whole: Whole, tmp_path: Path
) -> None:
    early = {name: each for name, each in whole.told.items() if name != "beside_writes"}
    paths = [str(tmp_path / name) for name in ("before.json", "after.json")]
    for path, told in zip(paths, (early, whole.told), strict=True):
        Path(path).write_text(json.dumps(told))
    done = CliRunner().invoke(compare.main, paths)
    assert done.exit_code == 0 and done.output.count("1.00 times") == len(early["ratios"])
    assert "beside writes" not in done.output


def test_a_village_of_another_size_is_not_held_to_the_bars(whole: Whole) -> None:
    done, told = whole.done, whole.told
    assert len(told["bars"]) == len(bars.BARS)
    assert {each["verdict"] for each in told["bars"]} == {"not measured"}
    assert done.output.count("not measured") == len(bars.BARS)


def test_the_page_is_one_file_with_tables_and_plots(whole: Whole) -> None:
    told, page = whole.told, whole.page
    assert page.count("<img") == page.count("src='data:image/png;base64,") == 3
    assert not re.search(r"<link|<script|(?:src|href)=['\"]?http", page)
    others = (BESIDE, "write: friend request", "Latency, 2,000 engagements")
    for said in (
        told["versions"]["resonance"],
        ORM,
        KNN,
        SHOWN,
        "not measured",
        "no gate",
        *others,
    ):
        assert said in page


def test_what_was_written_to_be_measured_is_taken_back(whole: Whole) -> None:
    """Likes and requests leave nothing; posts and comments are deleted, which nobody is shown."""
    place = village(TINY, whole.kept, anew=False)
    with open_store(f"ladybug:{place.graph}") as store:
        there = {file: store.frame(f"export_{file}") for file in ("liked", "asked", "posts")}
    ends = there["liked"][["source", "target"]]
    planted = place.world.tables["liked"][["source", "target"]]
    assert set(ends.itertuples(index=False, name=None)) == set(
        planted.itertuples(index=False, name=None)
    )
    assert there["asked"].empty
    posts = there["posts"]
    assert set(posts.loc[~posts["deleted"], "id"]) == set(place.world.tables["posts"]["id"])


def test_a_graph_that_was_kept_is_measured_again_as_it_is(tmp_path: Path) -> None:
    run_suite(tmp_path, "--only", "load")
    done = tmp_path / "kept" / str(TINY) / "done.json"
    before = done.read_text()
    _, told = run_suite(tmp_path, "--only", "naive")
    assert [each["what"] for each in told["times"]] == [NAIVE, NAIVE_OF_ALL]
    assert [each["unit"] for each in told["amounts"]] == ["ms"] and done.read_text() == before
    place = village(TINY, tmp_path / "kept", anew=False)
    assert place.loaded and place.world.now == json.loads(before)["now"]
    assert not village(TINY, tmp_path / "kept", anew=True).loaded


def test_a_run_that_dies_leaves_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dying(*about: object) -> Iterator[Amount]:
        yield Amount("load", "ladybug", TINY, 1.0, "s")
        raise click.ClickException("the server was not ready in time")

    monkeypatch.setattr("bench.suite.__main__.peers", dying)
    done, told = run_suite(tmp_path, "--only", "orm")
    assert done.exit_code == 1 and "not ready in time" in done.output
    assert [each["what"] for each in told["amounts"]] == ["load"]
    assert (tmp_path / "run.html").exists()


def test_a_run_that_misses_a_bar_says_so_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = Bar("never", "req/s", 2.0, 3.0, lambda run: 1.0, least=True)
    monkeypatch.setattr(bars, "BARS", (never,))
    done, told = run_suite(tmp_path, "--only", "orm")
    assert done.exit_code == 1 and "missed" in done.output
    assert [each["verdict"] for each in told["bars"]] == ["missed"]
    assert "missed" in (tmp_path / "run.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("milliseconds", "verdict"), [(5.0, "aim met"), (7.0, "met"), (10.0, "met"), (10.1, "missed")]
)
def test_a_bar_is_missed_met_or_its_aim_is(milliseconds: float, verdict: str) -> None:
    found = run_of(feed(milliseconds))
    (at_median,) = (each for each in judged(found) if "embedded, in process: p50" in each.what)
    assert (at_median.verdict, at_median.figure) == (verdict, pytest.approx(milliseconds))
    assert (at_median.must, at_median.aim) == ("<= 10 ms", "<= 5 ms")
    told = document(found)["bars"]
    assert verdict in [each["verdict"] for each in told] and verdict in text(found)


@pytest.mark.parametrize(
    ("rate", "verdict"), [(149.0, "missed"), (150.0, "met"), (600.0, "aim met")]
)
def test_a_rate_has_to_be_reached_from_below(rate: float, verdict: str) -> None:
    found = run_of(Amount(RATE, "ladybug", SIZE, rate, "req/s"))
    assert verdicts(found)["the same over HTTP, embedded, 8 clients"] == verdict
    other = run_of(Amount(RATE, "neo4j", SIZE, rate, "req/s"))
    assert verdicts(other)["the same over HTTP, embedded, 8 clients"] == "not measured"


def test_growth_is_of_two_sizes_of_one_run() -> None:
    name = "the same at 10 M engagements, beside that at 1 M: p50"
    assert verdicts(run_of(feed(4.0)))[name] == "not measured"
    assert verdicts(run_of(feed(4.0), feed(8.0, size=LARGE)))[name] == "missed"
    assert verdicts(run_of(feed(4.0), feed(4.4, size=LARGE)))[name] == "aim met"


def test_a_bar_is_judged_by_the_size_it_names_whatever_else_was_measured() -> None:
    sizes = (SMALL, SIZE, LARGE)
    figures = [feed(each, size=size) for each, size in zip((1.0, 7.0, 70.0), sizes, strict=True)]
    found = judged(run_of(*figures))
    assert len(found) == len(bars.BARS)
    assert [each.figure for each in found if each.figure is not None] == [7.0, 7.0, 10.0]


def test_several_sizes_stand_side_by_side() -> None:
    sizes = (SMALL, SIZE)
    figures = [feed(each, size=size) for each, size in zip((5.0, 7.0), sizes, strict=True)]
    found = run_of(*figures, Amount("derive", "ladybug", SIZE, 16.0, "s"))
    assert plots.sizes_of(found) == [SMALL, SIZE]
    told, page = text(found), report_page(found)
    assert re.search(r"^by size +on +100,000 +1,000,000$", told, re.M)
    assert re.search(rf"^{FEED} +ladybug +ms, p50 +5 +7$", told, re.M)
    assert re.search(r"^derive +ladybug +s +- +16$", told, re.M)
    for said in ("Latency, 100,000 engagements", "Latency, 1,000,000 engagements", "The larger"):
        assert page.count(f"<h2>{said}") == 1
    assert "by size" not in text(run_of(feed(5.0)))


def test_both_sizes_are_measured_unless_others_are_named() -> None:
    (sizes,) = (each for each in main.params if each.name == "sizes")
    assert sizes.default == (SMALL, SIZE)


def test_what_fills_the_memory_is_served_by_one_process_and_given_more_time() -> None:
    assert workers_of(SMALL) == workers_of(SIZE) >= workers_of(LARGE) == 1
    assert patience(SMALL) == patience(SIZE) == patience(LARGE) / 10


def test_reads_are_compared_beside_those_of_their_own_engine_and_size() -> None:
    alone = Times(ALONE, "ladybug", SIZE, (10.0, 10.0))
    where = (("ladybug", SIZE), ("ladybug", SMALL), ("neo4j", SIZE))
    told = [Times(BESIDE, engine, size, (15.0, 15.0)) for engine, size in where]
    (found,) = beside(run_of(alone, *told))
    assert (found.engine, found.engagements, found.requests) == ("ladybug", SIZE, 2)
    assert found.p50 == found.p99 == pytest.approx(1.5)


def test_a_ratio_is_over_the_people_whom_both_answered() -> None:
    slow = Times(ORM, "sqlite", SIZE, (300.0, 500.0))
    (found,) = ratios(run_of(feed(10.0, 30.0, 1_000.0), slow))
    assert (found.p50, found.requests) == (pytest.approx(400 / 20), 2)


def test_a_peer_is_compared_on_its_own_engine_and_size_or_not_at_all() -> None:
    on_neo4j = Times(NAIVE, "neo4j", SIZE, (90.0,))
    assert ratios(run_of(feed(10.0), on_neo4j)) == []
    assert ratios(run_of(feed(10.0, size=LARGE), Times(ORM, "sqlite", SIZE, (90.0,)))) == []
    (found,) = ratios(run_of(feed(10.0), feed(30.0, engine="neo4j"), on_neo4j))
    assert (found.against, found.p50) == ("neo4j", pytest.approx(3.0))


def test_the_first_requests_are_not_counted_and_a_slow_way_answers_the_first_people() -> None:
    heard: list[str] = []
    people = Asking(("a", "b"), ("c", "d"))
    assert len(asked(heard.append, people, "")) == 2 and heard == ["a", "b", "c", "d"]
    heard.clear()
    assert len(asked(heard.append, Asking(("a", "b"), ("c", "d"), -1.0), "")) == 1
    assert heard == ["a", "c"]


def test_everybody_asks_once_and_some_only_to_warm_up(tmp_path: Path) -> None:
    people = asking(village(TINY, tmp_path, anew=False), 1_000, 1_000, 1.0)
    assert (len(people.warm), len(people.viewers)) == (8, 32)
    assert not set(people.warm) & set(people.viewers)
    enough = asking(village(TINY, tmp_path, anew=False), 20, 15, 1.0)
    assert (len(enough.warm), len(enough.viewers)) == (15, 20)


def test_the_site_recommends_by_tags_and_friends_and_by_likes_what_is_neither_own_nor_liked(
    tmp_path: Path,
) -> None:
    """me picked t and knows a friend; each post but `plain` has one way to me, or is mine."""
    written = {"tagged": "x", "liked": "x", "own": "me", "friends": "f", "known": "x", "plain": "x"}
    liked = [("me", "liked"), ("f", "known"), ("x", "known"), ("x", "tagged"), ("y", "tagged")]
    liked += [("x", "plain"), ("y", "plain"), ("z", "tagged")]
    tables = {
        "users": pd.DataFrame({"id": list("xyzf") + ["me"], "username": list("XYZF") + ["Me"]}),
        "posts": pd.DataFrame(
            {"id": list(written), "text": "", "created_at": 1_700_000_000, "privacy": "public"}
        ),
        "tags": pd.DataFrame({"id": ["s", "t"]}),
        "authored": edges([(who, post) for post, who in written.items()]),
        "tagged": edges([("tagged", "t"), ("liked", "t"), ("own", "t"), ("plain", "s")]),
        "interested_in": edges([("me", "t")]),
        "liked": edges(liked).assign(at=1_700_000_000),
        "friend": edges([("f", "me")]).assign(since=1_700_000_000),
    }
    database = site(tmp_path / "site.sqlite", tables)
    numbers = {number: post for number, post in enumerate(written, start=1)}
    page = [numbers[number] for number in page_of(database, tables)("me")]
    # Three likes; one of a friend (others' are not joined there); none.
    assert page == ["tagged", "known", "friends"]
    assert page_of(database, tables)("z") == []
    database.close()


def edges(pairs: list[tuple[str, str]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["source", "target"])


def test_a_step_is_of_a_graph_of_as_many_engagements() -> None:
    task = task_of(TINY)
    assert (task.links, task.users, task.posts) == (TINY, 50, 100)
    assert task_of(SIZE).posts == 20_000
    found = measured(task)
    assert found.edges > 2 * TINY and found.seconds > 0


def test_a_profile_is_told_by_module_and_what_is_built_in_counts_for_its_caller() -> None:
    assert module_of(str(ROOT / "feed" / "gate.py")) == "feed/gate.py"
    assert module_of("/somewhere/site-packages/numpy/core.py") == "numpy"
    assert module_of(json.__file__) == "standard library"

    def page() -> list[int]:
        return sorted(range(1_000))

    with cProfile.Profile() as profile:
        page()
    own = {
        each.code if isinstance(each.code, str) else each.code.co_name: each.inlinetime
        for each in profile.getstats()
    }
    (both,) = by_module(profile).keys() - {"standard library"}
    assert both == "tests/bench/test_suite.py"
    assert by_module(profile)[both] == pytest.approx(
        own["page"] + own["<built-in method builtins.sorted>"]
    )


def test_a_page_costs_what_its_thread_computed_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([1.0, 1.25, 5.0, 5.5])
    monkeypatch.setattr("bench.profiled.time.thread_time", lambda: next(clock))
    seen: list[str] = []
    assert costs(seen.append, ["one", "other"]) == [0.25, 0.5]
    assert seen == ["one", "other"]


def test_a_page_of_nothing_measured_can_be_made() -> None:
    page = report_page(run_of())
    assert page.count("not measured") == len(bars.BARS) and "beside writes" not in page


def test_the_docs_tell_the_bars() -> None:
    docs = (Path(__file__).parents[2] / "docs" / "performance.md").read_text(encoding="utf-8")
    told = docs.split("## The bars\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([<>]= [^|]+) \| ([<>]= [^|]+) \|", told, re.MULTILINE)
    assert rows == [(each.what, each.must, each.aim) for each in judged(run_of())]


def test_each_part_has_a_name_of_its_own() -> None:
    assert len(set(PARTS)) == len(PARTS) == 12
