"""Any JSON as SocialVerse's rows: nothing raises, nothing is lost, nothing personal is kept."""

import json

from hypothesis import given
from hypothesis import strategies as st

from graph.loaders.socialverse_fields import KEPT, PERSONAL, kept_row
from graph.loaders.socialverse_interactions import SIGNALS, Interactions
from graph.loaders.socialverse_posts import PostRows
from graph.loaders.socialverse_users import UserRows
from graph.loaders.values import DAY, EARLIEST, number, seconds, username
from graph.report import LoadReport

NOW = 1_764_547_200
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["1", "2", "2024-06-01 12:00:00", "", "0", 1, 2, 1_700_000_000_000])
)
KEYS = st.sampled_from(sorted({*PERSONAL, "id", "emotion", "emotions", "keywords", "weight"}))
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


def rows_of(path: str) -> st.SearchStrategy[list[object]]:
    fields = st.sampled_from([*KEPT[path], "email", "gender"])
    return st.lists(SCALARS | st.dictionaries(fields, JSON, max_size=6), max_size=8)


@given(st.data())
def test_every_interaction_is_taken_folded_or_refused(data: st.DataObject) -> None:
    signal = data.draw(st.sampled_from(SIGNALS))
    ids = st.fixed_dictionaries({"user_id": st.integers(1, 3), "post_id": st.integers(1, 3)})
    told = data.draw(rows_of(signal.path)) + data.draw(st.lists(ids, max_size=5))
    report = LoadReport()
    interactions = Interactions(report, NOW)
    interactions.read(signal, [kept_row(signal.path, row) for row in told])
    frame = interactions.frames({"sv:post:1", "sv:post:2"})[signal.table]
    folded = report.mended[f"{signal.table}: repeats folded"]
    assert len(frame) + folded + report.refusals(signal.table) == len(told)
    assert not frame.duplicated(["source", "target"]).any()
    assert frame["at"].dropna().between(EARLIEST, NOW + DAY).all()


@given(rows_of("/posts/summary/get"))
def test_every_post_is_taken_folded_or_refused(told: list[object]) -> None:
    report = LoadReport()
    posts = PostRows({"1": "sv:user:1"}, report, NOW)
    for row in told:
        posts.read(kept_row("/posts/summary/get", row))
    taken = len(posts.tables["posts"])
    folded = report.mended["posts: repeats folded"]
    assert taken + folded + report.refusals("posts") == len(told)
    assert posts.misshapen == bool(report.refusals("posts"))
    assert len(posts.tables["authored"]) + report.refusals("authored") >= taken


@given(rows_of("/users/get_all"), st.booleans())
def test_every_user_is_taken_folded_or_refused(told: list[object], complete: bool) -> None:
    report = LoadReport()
    users = UserRows([kept_row("/users/get_all", row) for row in told], complete, report)
    frame = users.frame({"sv:user:1", "sv:user:-7"}, {})
    listed = len(frame) - report.mended["stub users"]
    folded = report.mended["users: repeats folded"]
    assert listed + folded + report.refusals("users") == len(told)
    assert users.whole == (complete and not report.refusals("users"))


@given(st.sampled_from(sorted(KEPT)).flatmap(lambda path: st.tuples(st.just(path), rows_of(path))))
def test_what_is_kept_is_plain_json_without_personal_keys(told: tuple[str, list[object]]) -> None:
    path, rows = told
    for row in rows:
        kept = kept_row(path, row)
        text = json.dumps(kept, allow_nan=False)
        assert json.loads(text) == kept
        assert kept is None or kept.keys() <= KEPT[path].keys()
        summary = json.dumps((kept or {}).get("post_summary"))
        assert not any(f'"{key}":' in summary for key in PERSONAL)


@given(JSON)
def test_no_value_makes_a_reader_raise(value: object) -> None:
    at = seconds(value, NOW)
    assert at is None or EARLIEST <= at <= NOW + DAY
    assert isinstance(username(value), str)
    assert number(value) is None or isinstance(number(value), float)
