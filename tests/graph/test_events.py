"""An app's events in the graph: in any order, any number of times, and never half."""

import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest
from filled_graphs import Filled
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.errors import ConfigError, RowRefused
from graph.events.intake import EventIntake, EventsConfig, Refusal, Taken
from graph.events.states import MOST_TIMES
from graph.model import KINDS
from graph.queries.export import read_tables
from graph.report import LoadReport
from graph.store import GraphStore

NOW = 1_770_000_000.0
START = 1_760_000_000
Event = dict[str, Any]

ids = itertools.count()


def event(type: str, at: int, **fields: object) -> Event:
    """An event of its own id, `at` seconds after the start."""
    return {"id": f"event {next(ids)}", "at": START + at, "type": type, **fields}


def lines(events: list[Event]) -> list[tuple[int, bytes]]:
    return [(at, json.dumps(each).encode()) for at, each in enumerate(events, start=1)]


def told(
    store: GraphStore, *events: Event, report: LoadReport | None = None, prefix: str = "app"
) -> Taken:
    return EventIntake(store, EventsConfig(prefix), lambda: NOW).take(lines(list(events)), report)


def people(*numbers: int) -> list[Event]:
    return [event("user", 0, user=number, username=f"user {number}") for number in numbers]


def village(store: GraphStore) -> None:
    """Users 1 to 3 and posts 7 and 8 by user 1."""
    posts = [event("post", 0, post=number, author=1, title="t") for number in (7, 8)]
    assert told(store, *people(1, 2, 3), *posts).refused == []


def rows(store: GraphStore, file: str) -> list[dict[str, Any]]:
    return store.run(f"export_{file}")


def graph(store: GraphStore) -> dict[str, list[dict[str, Any]]]:
    return {file: rows(store, file) for file in KINDS}


def card(store: GraphStore, post_id: str = "app:post:7") -> dict[str, Any]:
    return store.run("post_cards", post_ids=[post_id])[0]


LIKE = {"user": 1, "post": 7}


def test_one_of_everything_becomes_the_graph_it_speaks_of(any_store: GraphStore) -> None:
    taken = told(
        any_store,
        *people(1, 2, 3),
        event("category", 0, category=4, name="Kitchen"),
        event("group", 0, group=5, name="Bakers", privacy="private"),
        event("join", 1, user=1, group=5, role="Admin"),
        event("post", 2, post=7, author=1, title="Rye", tags=["Bread"], category=4, group=5),
        event("tag", 3, post=7, tag="sour"),
        event("like", 4, user=2, post=7),
        event("view", 5, user=2, post=7),
        event("view", 6, user=2, post=7),
        event("inspire", 7, user=2, post=7),
        event("comment", 8, user=2, post=7),
        event("rate", 9, user=2, post=7, percent=80),
        event("react", 10, user=2, post=7, kind="Fire"),
        event("share", 11, user=2, post=7),
        event("hide", 12, user=3, post=7),
        event("ask", 13, user=3, other=1),
        event("friend", 14, user=2, other=1),
        event("block", 15, user=1, other=3),
        event("mute", 16, user=1, other=2),
        event("mute", 17, user=1, tag="noise"),
        event("mute", 17, user=1, word="Loud NOISE"),
        event("interest", 18, user=1, tag="rye"),
    )
    assert (taken.read, taken.new, taken.changed, taken.unchanged, taken.refused) == (
        *(24, 22, 2, 0),  # the tag is news of the post, the second view news of the pair
        [],
    )
    assert rows(any_store, "friend") == [
        {"source": "app:user:1", "target": "app:user:2", "since": START + 14}
    ]
    assert rows(any_store, "viewed") == [
        {"source": "app:user:2", "target": "app:post:7", "at": START + 6, "times": 2}
    ]
    assert [row["percent"] for row in rows(any_store, "rated")] == [80]
    assert [row["kind"] for row in rows(any_store, "reacted")] == ["fire"]
    assert [row["role"] for row in rows(any_store, "member_of")] == ["admin"]
    assert [row["target"] for row in rows(any_store, "mutes_tags")] == ["noise"]
    assert [row["target"] for row in rows(any_store, "mutes_words")] == ["loud noise"]
    assert [row["id"] for row in rows(any_store, "tags")] == ["bread", "noise", "rye", "sour"]
    found = card(any_store)
    assert (found["author_id"], found["group_id"]) == ("app:user:1", "app:group:5")
    assert (found["tags"], found["category_id"]) == (["bread", "sour"], "app:category:4")
    assert found["created_at"] == START + 2
    for file in ("liked", "inspired", "commented", "shared", "hid", "asked", "blocks", "mutes"):
        assert len(rows(any_store, file)) == 1, file


@pytest.mark.parametrize(
    ("come", "go", "file", "fields"),
    [
        ("like", "unlike", "liked", LIKE),
        ("hide", "unhide", "hid", LIKE),
        ("friend", "unfriend", "friend", {"user": 2, "other": 1}),
        ("ask", "unask", "asked", {"user": 1, "other": 2}),
        ("block", "unblock", "blocks", {"user": 1, "other": 2}),
        ("mute", "unmute", "mutes", {"user": 1, "other": 2}),
        ("mute", "unmute", "mutes_tags", {"user": 1, "tag": "hip hop"}),
        ("mute", "unmute", "mutes_words", {"user": 1, "word": "hip hop"}),
        ("interest", "uninterest", "interested_in", {"user": 1, "tag": "hip hop"}),
        ("join", "leave", "member_of", {"user": 1, "group": 5}),
        ("tag", "untag", "tagged", {"post": 7, "tag": "hip hop"}),
    ],
)
def test_the_latest_word_stands_whenever_it_comes(
    any_filled: Filled, come: str, go: str, file: str, fields: dict[str, object]
) -> None:
    any_store = any_filled(village)
    told(any_store, event("group", 0, group=5))
    told(any_store, event(come, 3, **fields))
    assert len(rows(any_store, file)) == 1
    told(any_store, event(go, 9, **fields))
    assert rows(any_store, file) == []
    assert told(any_store, event(come, 5, **fields)).refused == []
    assert rows(any_store, file) == []
    told(any_store, event(come, 11, **fields))
    assert len(rows(any_store, file)) == 1


def test_an_event_told_again_changes_nothing(filled: Filled) -> None:
    store = filled(village)
    events = [event("view", 1, **LIKE), event("like", 2, **LIKE), event("comment", 3, **LIKE)]
    told(store, *events)
    before = graph(store)
    report = LoadReport()
    again = told(store, *events, *events, report=report)
    assert (again.read, again.unchanged) == (6, 6)
    assert not report.wrote
    assert graph(store) == before


def test_a_friendship_ends_what_either_had_asked(filled: Filled) -> None:
    store = filled(village)
    told(store, event("ask", 1, user=2, other=1), event("friend", 2, user=1, other=2))
    assert rows(store, "asked") == []
    told(store, event("ask", 1, user=1, other=2))
    assert rows(store, "asked") == []


def test_a_count_counts_each_event_once_and_stands_still_at_its_bound(filled: Filled) -> None:
    store = filled(village)
    views = [event("view", number, **LIKE) for number in range(MOST_TIMES + 20)]
    told(store, *views[:5], *views[:3])
    assert rows(store, "viewed")[0]["times"] == 5
    told(store, *views)
    told(store, *views[::-1])
    assert rows(store, "viewed")[0]["times"] == MOST_TIMES
    assert rows(store, "viewed")[0]["at"] == START + MOST_TIMES + 19


def test_each_field_of_a_node_has_its_latest_word_and_a_null_is_none(store: GraphStore) -> None:
    told(store, *people(1), event("post", 9, post=7, author=1, title="new", privacy=None))
    told(store, event("post", 5, post=7, title="old", text="kept", privacy="friends"))
    assert card(store)["privacy"] == "friends"
    assert [(row["title"], row["text"]) for row in rows(store, "posts")] == [("new", "kept")]
    assert card(store)["created_at"] == START + 5


def test_a_list_of_tags_is_the_whole_list_of_its_time(any_filled: Filled) -> None:
    any_store = any_filled(village)
    told(any_store, event("post", 5, post=7, tags=["a", "b"]))
    told(any_store, event("post", 9, post=7, tags=["b", "c"]))
    told(any_store, event("tag", 7, post=7, tag="early"), event("tag", 11, post=7, tag="late"))
    told(any_store, event("post", 6, post=7, tags=["d"]))
    assert card(any_store)["tags"] == ["b", "c", "late"]
    assert [row["target"] for row in rows(any_store, "tagged")] == ["b", "c", "late"]


def test_a_post_that_moves_to_another_group_is_out_of_the_first(any_filled: Filled) -> None:
    any_store = any_filled(village)
    told(any_store, event("group", 0, group=1), event("group", 0, group=2))
    told(any_store, event("post", 5, post=7, group=2))
    told(any_store, event("post", 9, post=7, group=1))
    told(any_store, event("post", 7, post=7, group=2))
    assert card(any_store)["group_id"] == "app:group:1"
    assert [row["target"] for row in rows(any_store, "posted_in")] == ["app:group:1"]


def test_what_is_deleted_is_shown_to_nobody_even_if_it_comes_later(any_filled: Filled) -> None:
    any_store = any_filled(village)
    told(any_store, event("delete_post", 9, post=7), event("delete_user", 9, user=2))
    told(any_store, event("post", 11, post=7, title="edited"))
    told(any_store, event("delete_post", 9, post=99), event("delete_user", 9, user=99))
    assert not [row for row in rows(any_store, "posts") if row["id"] == "app:post:99"]
    told(any_store, event("user", 5, user=99), event("post", 5, post=99, author=99))
    assert card(any_store)["deleted"] and card(any_store, "app:post:99")["deleted"]
    inactive = [row["id"] for row in rows(any_store, "users") if row["active"] is False]
    assert inactive == ["app:user:2", "app:user:99"]
    told(any_store, event("user", 12, user=2, active=True))
    assert [row["active"] for row in rows(any_store, "users") if row["id"] == "app:user:2"] == [
        True
    ]


def test_what_was_ended_before_its_people_came_stays_ended(store: GraphStore) -> None:
    told(store, event("unfriend", 9, user=1, other=2))
    told(store, *people(1, 2), event("friend", 5, user=1, other=2))
    assert rows(store, "friend") == []


def test_an_event_about_a_stranger_is_refused_whole_and_leaves_no_trace(filled: Filled) -> None:
    store = filled(village)
    before, facts = graph(store), store.run("count_heard")
    refused = told(
        store,
        event("like", 1, user=1, post=99),
        event("friend", 1, user=1, other=99),
        event("join", 1, user=1, group=99),
        event("tag", 1, post=99, tag="rye"),
        event("post", 1, post=50, author=1, group=99),
        event("post", 1, post=51, author=99),
        event("like", 1, user=1, post=51),
    ).refused
    assert refused == [
        Refusal(1, "unknown post"),
        Refusal(2, "unknown user"),
        Refusal(3, "unknown group"),
        Refusal(4, "unknown post"),
        Refusal(5, "unknown group"),
        Refusal(6, "unknown user"),
        Refusal(7, "unknown post"),
    ]
    assert (graph(store), store.run("count_heard")) == (before, facts)


def test_a_refused_event_is_taken_when_it_comes_again_after_what_it_speaks_of(
    filled: Filled,
) -> None:
    store = filled(village)
    like = event("like", 1, user=9, post=7)
    assert told(store, like).refused == [Refusal(1, "unknown user")]
    assert told(store, like, *people(9)).refused == []
    assert len(rows(store, "liked")) == 1


def test_bad_lines_are_refused_by_number_and_good_ones_kept(store: GraphStore) -> None:
    body = [json.dumps(each) for each in people(1, 2)]
    file = io.BytesIO("\r\n".join([body[0], "", "{", body[1], '{"type": "user"}']).encode())
    report = LoadReport()
    refused = list(EventIntake(store, clock=lambda: NOW).load(file, report))
    assert [refusal.line for refusal in refused] == [3, 5]
    assert refused[1].reason == "no id"
    assert len(rows(store, "users")) == 2
    assert (report.read["lines"], report.new["lines"], report.refusals("lines")) == (4, 2, 2)


def test_a_line_without_end_costs_neither_memory_nor_the_next_line(store: GraphStore) -> None:
    file = io.BytesIO(b"x" * 300_000 + b"\n" + json.dumps(people(1)[0]).encode())
    refused = list(EventIntake(store, clock=lambda: NOW).load(file, LoadReport()))
    assert refused == [Refusal(1, "longer than 65,536 bytes")]
    assert len(rows(store, "users")) == 1


def test_a_strict_load_ends_at_the_first_refusal_with_its_line(store: GraphStore) -> None:
    with pytest.raises(RowRefused, match="line 2: .*no type"):
        report = LoadReport(strict=True)
        EventIntake(store, clock=lambda: NOW).take([*lines(people(1)), (2, b"{}")], report)
    assert rows(store, "users") == []


def test_a_strict_load_of_parts_does_not_say_that_nothing_was_written(
    store: GraphStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("graph.events.intake.CHUNK", 2)
    file = io.BytesIO(b"\n".join(line for _, line in lines(people(1, 2, 3))) + b"\n{}")
    with pytest.raises(RowRefused, match="line 4: .*What came in parts before is written"):
        list(EventIntake(store, clock=lambda: NOW).load(file, LoadReport(strict=True)))
    assert [each["id"] for each in rows(store, "users")] == ["app:user:1", "app:user:2"]


def test_every_line_is_read_once_and_counted_once(filled: Filled) -> None:
    store = filled(village)
    like, report = event("like", 1, **LIKE), LoadReport()
    taken = told(store, like, like, event("unlike", 2, **LIKE), {"type": "x"}, report=report)
    assert (taken.new, taken.unchanged, taken.changed, len(taken.refused)) == (1, 1, 1, 1)
    assert report.as_json()["kinds"]["lines"] == {  # type: ignore[index]
        "read": 4,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "gone": 0,
        "refused": 1,
    }


def test_the_events_of_another_source_speak_of_its_nodes_by_full_ids(store: GraphStore) -> None:
    told(store, event("user", 0, user="sv:user:1"), event("post", 0, post="sv:post:7"))
    told(store, event("like", 1, user="sv:user:1", post="sv:post:7"), prefix="shop")
    assert [row["target"] for row in rows(store, "liked")] == ["sv:post:7"]


def test_a_prefix_is_letters() -> None:
    assert EventsConfig.from_env({"RESONANCE_EVENTS_PREFIX": "shop"}).prefix == "shop"
    with pytest.raises(ConfigError, match="RESONANCE_EVENTS_PREFIX"):
        EventsConfig.from_env({"RESONANCE_EVENTS_PREFIX": "my:shop"})


PREFIXES: Iterator[str] = (
    "".join(letters) for letters in itertools.product("abcdefghij", repeat=5)
)


def of(store: GraphStore, prefix: str) -> dict[str, list[dict[str, Any]]]:
    """What the graph has of one prefix, without it."""
    text = json.dumps(graph(store))
    tables: dict[str, list[dict[str, Any]]] = json.loads(text)
    ours = {
        file: [row for row in found if f"{prefix}:" in json.dumps(row)]
        for file, found in tables.items()
    }
    answer: dict[str, list[dict[str, Any]]] = json.loads(json.dumps(ours).replace(prefix, "app"))
    return answer


def test_a_request_that_is_written_in_pieces_is_the_same(store: GraphStore) -> None:
    events = [
        event("like", 1, user=1, post=7),
        event("post", 0, post=7, author=1, group=5),
        event("friend", 1, user=1, other=2),
        *people(1, 2),
        event("group", 0, group=5),
    ]
    intake = EventIntake(store, EventsConfig(), lambda: NOW)
    taken = intake.take(lines(events), piece=1)
    assert (taken.new, taken.refused) == (6, [])
    whole = graph(store)
    assert not told(store, *events).changed
    assert graph(store) == whole
    assert len(whole["liked"]) == len(whole["friend"]) == len(whole["posted_in"]) == 1


class DiesAt:
    """A store whose process is killed at the n-th write."""

    def __init__(self, store: GraphStore, write: int) -> None:
        self.engine, self._store, self._left = store.engine, store, write

    def run(self, name: str, /, **params: object) -> list[dict[str, object]]:
        if name == "hear" or name.startswith(("drop_", "set_")):
            self._write()
        return self._store.run(name, **params)

    def frame(self, name: str, /, **params: object) -> pd.DataFrame:
        return self._store.frame(name, **params)

    def load(self, file: str, frame: pd.DataFrame, *, new: bool = False) -> None:
        self._write()
        self._store.load(file, frame.head(len(frame) // 2))
        self._write()
        self._store.load(file, frame)

    def _write(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise KeyboardInterrupt


def story() -> list[list[Event]]:
    first = [
        *people(1, 2),
        event("group", 0, group=5),
        event("post", 1, post=7, author=1, tags=["a", "b"], privacy="public"),
        event("view", 2, user=2, post=7),
        event("friend", 3, user=1, other=2),
    ]
    second = [
        event("post", 4, post=7, tags=["b"], group=5, privacy="friends"),
        event("view", 5, user=2, post=7),
        event("unfriend", 6, user=1, other=2),
        event("delete_user", 7, user=2),
    ]
    return [first, second]


@pytest.mark.parametrize(("part", "step"), [(0, 3), (1, 1)])
def test_a_load_that_was_killed_is_put_right_by_telling_it_again(
    store: GraphStore, part: int, step: int
) -> None:
    parts, undisturbed = story(), next(PREFIXES)
    for each in parts:
        told(store, *each, prefix=undisturbed)
    whole = of(store, undisturbed)
    for write in itertools.count(step=step):
        prefix = next(PREFIXES)
        for each in parts[:part]:
            told(store, *each, prefix=prefix)
        try:
            told(DiesAt(store, write), *parts[part], prefix=prefix)  # type: ignore[arg-type]
        except KeyboardInterrupt:
            for each in parts[part:]:
                told(store, *each, prefix=prefix)
            assert of(store, prefix) == whole, write
        else:
            break
    assert write > 10


USERS, POSTS, GROUPS, TAGS = (1, 2, 3), (7, 8), (5, 6), ("a", "b c")
times = st.integers(0, 6)


def _any(*types: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.fixed_dictionaries({"type": st.sampled_from(types), "at": times} | fields)


user, post = st.sampled_from(USERS), st.sampled_from(POSTS)
tag, group = st.sampled_from(TAGS), st.sampled_from(GROUPS)
two = st.permutations(USERS).map(lambda each: {"user": each[0], "other": each[1]})
happenings = st.one_of(
    _any("like", "unlike", "view", "comment", "hide", "unhide", "unreact", user=user, post=post),
    _any("react", user=user, post=post, kind=st.sampled_from(["joy", "fire"])),
    _any("rate", user=user, post=post, percent=st.integers(0, 100)),
    _any("tag", "untag", post=post, tag=tag),
    _any("interest", "uninterest", "mute", "unmute", user=user, tag=tag),
    _any("mute", "unmute", user=user, word=tag),
    _any("join", "leave", user=user, group=group),
    st.builds(
        lambda pair, rest: pair | rest,
        two,
        _any("friend", "unfriend", "ask", "unask", "block", "unblock", "mute", "unmute"),
    ),
    _any("delete_post", post=post),
    _any("delete_user", user=user),
    st.builds(
        lambda base, more: base | more,
        _any("post", post=post),
        st.fixed_dictionaries(
            {},
            optional={
                "author": user,
                "title": st.sampled_from(["x", "y"]),
                "privacy": st.sampled_from([None, "public", "friends", "private"]),
                "tags": st.lists(tag, max_size=2),
                "group": group,
                "created_at": times,
            },
        ),
    ),
    st.builds(
        lambda base, more: base | more,
        _any("user", user=user),
        st.fixed_dictionaries(
            {}, optional={"username": st.sampled_from(["x", "y"]), "active": st.booleans()}
        ),
    ),
)


def _dated(each: Event, number: int) -> Event:
    moved = {name: START + each[name] for name in ("at", "created_at") if name in each}
    return each | moved | {"id": f"event {number}"}


@settings(max_examples=settings().max_examples // 10)
@given(data=st.data(), drawn=st.lists(happenings, min_size=1, max_size=25))
def test_neither_order_nor_repetition_nor_the_cut_into_requests_shows(
    store: GraphStore, data: st.DataObject, drawn: list[Event]
) -> None:
    nodes = [
        *({"type": "user", "user": number, "at": 0} for number in USERS),
        *({"type": "post", "post": number, "author": 1, "at": 0} for number in POSTS),
        *({"type": "group", "group": number, "at": 0} for number in GROUPS),
    ]
    events = [_dated(each, number) for number, each in enumerate([*nodes, *drawn])]
    in_order = sorted(events, key=lambda each: (each["at"], each["id"]))
    once, shuffled = next(PREFIXES), next(PREFIXES)
    assert told(store, *in_order, prefix=once).refused == []

    rest = events[len(nodes) :]
    again = data.draw(st.lists(st.sampled_from(rest), max_size=8))
    mixed = data.draw(st.permutations([*rest, *again]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(mixed)), max_size=4)))
    told(store, *events[: len(nodes)], prefix=shuffled)
    for start, end in itertools.pairwise([0, *cuts, len(mixed)]):
        assert told(store, *mixed[start:end], prefix=shuffled).refused == []
    assert of(store, shuffled) == of(store, once)


def test_the_graph_that_events_make_can_be_exported(filled: Filled) -> None:
    store = filled(village)
    tables = read_tables(store)
    assert len(tables["users"]) == 3 and "heard" not in tables
