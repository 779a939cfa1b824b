"""What an event is: every type, and every way to be none."""

import json

import pytest

from graph.events.schema import LINE_BYTES, EventRefused, event_schema, read_event
from graph.loaders.values import DAY

NOW = 1_770_000_000.0
AT = 1_760_000_000
MICRO = 1_000_000


def each_of(*types: str, **fields: object) -> list[dict[str, object]]:
    return [{"type": each} | fields for each in types]


TYPES: list[dict[str, object]] = [
    {"type": "user", "user": 1, "username": "ana", "joined_at": AT, "privacy": "friends"},
    {"type": "post", "post": 7, "author": 1, "title": "Bread", "text": "Slowly", "url": "u"},
    {"type": "post", "post": 7, "tags": ["Rye"], "category": 2, "group": 3, "available": False},
    {"type": "category", "category": 2, "name": "Kitchen"},
    {"type": "group", "group": 3, "name": "Bakers", "privacy": "private"},
    {"type": "delete_post", "post": 7},
    {"type": "delete_user", "user": 1},
    {"type": "rate", "user": 1, "post": 7, "percent": 80},
    {"type": "react", "user": 1, "post": 7, "kind": "fire"},
    {"type": "mute", "user": 1, "other": 2},
    {"type": "unmute", "user": 1, "tag": "rye"},
    {"type": "mute", "user": 1, "word": "Rye bread"},
    {"type": "join", "user": 1, "group": 3, "role": "admin"},
    {"type": "leave", "user": 1, "group": 3},
    *each_of("tag", "untag", post=7, tag="rye"),
    *each_of("interest", "uninterest", user=1, tag="rye"),
    *each_of("friend", "unfriend", "ask", "unask", "block", "unblock", user=1, other=2),
    *each_of("like", "unlike", "view", "inspire", "comment", user=1, post=7),
    *each_of("share", "hide", "unhide", "unreact", user=1, post=7),
]


def line(**fields: object) -> bytes:
    return json.dumps({"id": "e1", "at": AT} | fields).encode()


def refused(text: bytes) -> str:
    with pytest.raises(EventRefused) as caught:
        read_event(text, "app", NOW)
    return str(caught.value)


LIKE: dict[str, object] = {"type": "like", "user": 1, "post": 7}


@pytest.mark.parametrize("fields", TYPES, ids=lambda fields: str(fields["type"]))
def test_every_type_is_read_and_refuses_a_field_it_does_not_know(fields: dict[str, object]) -> None:
    event = read_event(line(**fields), "app", NOW)
    assert (event.type, event.id, event.at) == (fields["type"], "e1", AT * MICRO)
    assert refused(line(**fields, colour="red")) == 'unknown field "colour"'


def test_the_types_of_the_schema_are_the_tested_ones() -> None:
    schema = event_schema()
    assert set(schema["discriminator"]["mapping"]) == {str(each["type"]) for each in TYPES}
    assert all(part["additionalProperties"] is False for part in schema["$defs"].values())
    assert all(part["description"] for part in schema["$defs"].values())


@pytest.mark.parametrize("user", [12, "12"])
def test_the_apps_own_ids_are_put_under_its_prefix(user: object) -> None:
    event = read_event(line(**LIKE | {"user": user, "post": "auth0|x:9"}), "shop", NOW)
    assert (event.user, event.post) == ("shop:user:12", "shop:post:auth0|x:9")  # type: ignore[union-attr]


def test_a_full_id_is_kept_and_must_be_of_the_right_kind() -> None:
    event = read_event(line(**LIKE | {"post": "sv:post:7"}), "app", NOW)
    assert event.post == "sv:post:7"  # type: ignore[union-attr]
    said = refused(line(**LIKE | {"user": "sv:post:7"}))
    assert said == "user is the id of a post; give one of a user"


@pytest.mark.parametrize(
    "at",
    [AT, float(AT), "2025-10-09T08:53:20Z", "2025-10-09T10:53:20+02:00", "20251009T085320Z"],
)
def test_a_time_is_seconds_or_a_date_with_its_zone(at: object) -> None:
    assert read_event(line(**LIKE | {"at": at}), "app", NOW).at == AT * MICRO


def test_a_part_of_a_second_counts() -> None:
    by_number = read_event(line(**LIKE | {"at": AT + 0.25}), "app", NOW).at
    by_text = read_event(line(**LIKE | {"at": "2025-10-09T08:53:20.250Z"}), "app", NOW).at
    assert by_number == by_text == AT * MICRO + 250_000


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (AT * 1000, "at is no time in seconds; give Unix seconds, not milliseconds"),
        (5, "at lies before the year 2000; give Unix seconds"),
        (int(NOW) + DAY + 1, "at lies more than a day ahead of this clock"),
        ("2025-10-09T08:53:20", "at is no date with its zone, such as 2026-01-31T12:00:00Z"),
        ("yesterday", "at is no date with its zone, such as 2026-01-31T12:00:00Z"),
        (True, "at is no time; give Unix seconds or a date such as 2026-01-31T12:00:00Z"),
        (None, "at is no time; give Unix seconds or a date such as 2026-01-31T12:00:00Z"),
        (10**400, "at is no time in seconds; give Unix seconds, not milliseconds"),
        (float("inf"), "at is no time in seconds; give Unix seconds, not milliseconds"),
        (float("nan"), "at is no time in seconds; give Unix seconds, not milliseconds"),
    ],
)
def test_what_is_no_time_is_refused_with_what_to_give(at: object, said: str) -> None:
    assert refused(line(**LIKE | {"at": at})) == said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"{", "not JSON in UTF-8"),
        (b"\xff\xfe", "not JSON in UTF-8"),
        (b"[" * 5000, "not JSON in UTF-8"),
        (b'{"id": "\\ud800"}', "not JSON in UTF-8"),
        (b"[1]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b"{}", "no type"),
        (line(type="lke"), 'unknown type "lke"'),
        (line(type="x" * 99), "unknown type"),
        (line(type="like", user=1), "no post"),
        (b'{"type": "like", "at": 1760000000, "user": 1, "post": 7}', "no id"),
        (line(**LIKE | {"id": 3}), "id: input should be a valid string"),
        (line(**LIKE | {"id": ""}), "id: string should have at least 1 character"),
        (line(**LIKE | {"id": "a\nb"}), "id holds a character that is not printable"),
        (line(**LIKE | {"user": True}), "user is no id"),
        (line(**LIKE | {"user": 1.0}), "user is no id"),
        (line(**LIKE | {"user": "a b"}), "user is no id"),
        (line(**LIKE | {"user": "x" * 151}), "user is no id"),
        (line(**LIKE | {"user": 10**200}), "user is no id"),
        (line(type="rate", user=1, post=7, percent=101), "percent: input should be less"),
        (line(type="rate", user=1, post=7, percent="80"), "percent: input should be a valid int"),
        (line(type="user", user=1, privacy="Friends Only"), "privacy: input should be 'public'"),
        (line(type="user", user=1, username=" "), "username is empty"),
        (line(type="post", post=7, title="a\0b"), "title holds a NUL"),
        (line(type="post", post=7, title="x" * 501), "title: string should have at most 500"),
        (line(type="post", post=7, tags=["rye"] * 51), "tags: list should have at most 50"),
        (line(type="post", post=7, tags=["rye", 3]), "tags.1: input should be a valid string"),
        (line(type="post", post=7, tags=["!?"]), "tags.0 holds no letter"),
        (line(type="friend", user=1, other="1"), "user and other are the same"),
        (line(type="mute", user=1), "give one of other, tag and word"),
        (line(type="mute", user=1, other=2, tag="rye"), "give one of other, tag and word"),
        (line(type="mute", user=1, word="..."), "word holds no letter"),
        (line(type="post", post=7, text="x" * LINE_BYTES), "longer than 65,536 bytes"),
    ],
)
def test_a_line_that_is_no_event_is_refused_with_the_reason(text: bytes, said: str) -> None:
    assert refused(text).startswith(said)


def test_a_reason_never_repeats_what_the_line_holds() -> None:
    assert "secret" not in refused(line(type="user", user=1, privacy="secret"))
    assert "secret" not in refused(line(type="rate", user=1, post=7, percent="secret"))


def test_tags_are_compared_as_one_compares_them() -> None:
    event = read_event(line(type="post", post=7, tags=["#Rye ", "hip  HOP", "rye"]), "app", NOW)
    assert event.tags == ["rye", "hip hop", "rye"]  # type: ignore[union-attr]
