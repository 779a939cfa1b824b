"""Slates and the cursors that carry them."""

import base64
import string
from concurrent.futures import ThreadPoolExecutor
from random import Random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feed.config import FeedConfig
from feed.cursors import LIFETIME, LONGEST, SLATE, Cursors
from feed.slate import Slate, Slates, digest, viewer_key
from graph.errors import ConfigError, CursorRefused

NOW = 1_764_547_200
CURSOR_KEY = "a text that only the operator knows, of some length"
ANA, BEN = viewer_key("sv:user:1", "ana"), viewer_key("sv:user:2", "ben")
HAPPY = digest({"mood": "happy"})
ALPHABET = string.ascii_letters + string.digits + "-_"

texts = st.text(st.characters(exclude_categories=[]), max_size=20)


def slate(*post_ids: str, viewer: str = ANA, asked: str = HAPPY, made_at: int = NOW) -> Slate:
    return Slate(viewer, asked, made_at, post_ids or ("sv:post:3", "sv:post:1", "sv:post:2"))


@pytest.fixture(scope="module")
def cursors() -> Cursors:
    return Cursors(CURSOR_KEY)


@given(
    viewer=texts,
    asked=texts,
    made_at=st.integers(0, 2**40),
    post_ids=st.lists(texts, unique=True, max_size=30),
    offset=st.integers(0, 1_000),
)
def test_what_is_sealed_is_opened_again(
    viewer: str, asked: str, made_at: int, post_ids: list[str], offset: int
) -> None:
    made = Slate(viewer, asked, made_at, tuple(post_ids))
    cursors = Cursors(CURSOR_KEY)
    assert cursors.open(cursors.seal(made, offset), viewer, asked, made_at) == (made, offset)


@pytest.mark.parametrize("breaks", ['a\nb","c', 'x"\n"y', "\\n", "\\", '"', "\x00\r\u2028"])
def test_an_id_may_hold_what_separates_ids(cursors: Cursors, breaks: str) -> None:
    made = slate("p" + breaks, "p" + breaks + breaks, breaks)
    assert cursors.open(cursors.seal(made, 1), ANA, HAPPY, NOW) == (made, 1)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_every_single_character_of_a_cursor_counts(cursors: Cursors, count: int) -> None:
    """Slates of several lengths: Base64 ends in unused bits only for some."""
    whole = cursors.seal(
        Slate(ANA, HAPPY, NOW, tuple(f"sv:post:{'9' * n}" for n in range(count))), 0
    )
    for place, was in enumerate(whole):
        for other in (ALPHABET if place >= len(whole) - 4 else "A_-9") + " =+/%\n\u00e9":
            if other != was:
                with pytest.raises(CursorRefused, match="not one that this service gave"):
                    cursors.open(whole[:place] + other + whole[place + 1 :], ANA, HAPPY, NOW)


@pytest.mark.parametrize("added", ["=", "A", "AAAA", " ", "\n", "!", "%3D"])
def test_a_cursor_has_one_spelling(cursors: Cursors, added: str) -> None:
    whole = cursors.seal(slate(), 2)
    for wrong in (whole + added, added + whole, whole[:9] + added + whole[9:]):
        with pytest.raises(CursorRefused):
            cursors.open(wrong, ANA, HAPPY, NOW)


@given(st.text())
def test_no_other_text_is_a_cursor(text: str) -> None:
    with pytest.raises(CursorRefused, match="begin anew"):
        Cursors(CURSOR_KEY).open(text, ANA, HAPPY, NOW)


def test_a_part_of_a_cursor_or_an_endless_text_is_none(cursors: Cursors) -> None:
    whole = cursors.seal(slate(), 0)
    for wrong in (*(whole[:end] for end in range(len(whole))), "A" * (LONGEST + 1)):
        with pytest.raises(CursorRefused, match="not one that this service gave"):
            cursors.open(wrong, ANA, HAPPY, NOW)


def test_another_services_key_does_not_open_it(cursors: Cursors) -> None:
    with pytest.raises(CursorRefused, match="key has changed"):
        Cursors(CURSOR_KEY + "!").open(cursors.seal(slate(), 0), ANA, HAPPY, NOW)


def test_the_key_is_derived_so_a_second_process_understands_the_first(cursors: Cursors) -> None:
    assert Cursors(CURSOR_KEY).open(cursors.seal(slate(), 1), ANA, HAPPY, NOW) == (slate(), 1)
    assert cursors.lasting


def test_without_a_key_cursors_end_with_the_process_and_it_says_so() -> None:
    one, other = Cursors(), Cursors("")
    assert not one.lasting and not other.lasting
    assert one.open(one.seal(slate(), 1), ANA, HAPPY, NOW) == (slate(), 1)
    with pytest.raises(CursorRefused):
        other.open(one.seal(slate(), 1), ANA, HAPPY, NOW)


def test_a_cursor_expires_a_day_after_its_slate_was_made(cursors: Cursors) -> None:
    text = cursors.seal(slate(), 1)
    assert cursors.open(text, ANA, HAPPY, NOW + LIFETIME) == (slate(), 1)
    with pytest.raises(CursorRefused, match="expired, which it does after 24 h"):
        cursors.open(text, ANA, HAPPY, NOW + LIFETIME + 1)


def test_a_cursor_is_its_viewers_and_its_requests_alone(cursors: Cursors) -> None:
    text = cursors.seal(slate(), 1)
    with pytest.raises(CursorRefused, match="another viewer") as refused:
        cursors.open(text, BEN, HAPPY, NOW)
    assert "sv:user" not in str(refused.value)
    with pytest.raises(CursorRefused, match="other filters"):
        cursors.open(text, ANA, digest({"mood": "sad"}), NOW)


def test_a_cursor_of_another_version_is_refused(
    cursors: Cursors, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = cursors.seal(slate(), 1)
    monkeypatch.setattr("feed.cursors.SLATE", bytes([SLATE[0] + 9]))
    with pytest.raises(CursorRefused, match="another version"):
        cursors.open(text, ANA, HAPPY, NOW)


def test_nothing_but_the_time_can_be_read_off_a_cursor(cursors: Cursors) -> None:
    text = cursors.seal(slate("sv:post:12345"), 0)
    raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    for told in (b"sv:", b"post", b"12345", b"user", HAPPY.encode()):
        assert told not in raw and told not in text.encode()
    assert cursors.seal(slate("sv:post:12345"), 0) != text
    assert int.from_bytes(raw[1:9]) == NOW


@pytest.mark.parametrize(("form", "limit"), [("sv:post:{n}", 1_500), ("{uuid}", 6_000)])
def test_a_slate_of_200_makes_a_short_cursor(cursors: Cursors, form: str, limit: int) -> None:
    random = Random(0)
    ids = [
        form.format(n=random.randrange(10_000, 100_000), uuid=UUID(int=random.getrandbits(128)))
        for _ in range(200)
    ]
    text = cursors.seal(slate(*ids), 180)
    assert len(text) < limit
    assert set(text) <= set(ALPHABET)


def test_the_key_comes_from_the_environment_and_is_never_shown() -> None:
    config = FeedConfig.from_env({"RESONANCE_CURSOR_KEY": CURSOR_KEY})
    assert config.cursor_key == CURSOR_KEY
    assert CURSOR_KEY not in repr(config)
    assert FeedConfig.from_env({}).cursor_key == ""


def test_a_short_key_is_refused_with_the_way_to_a_good_one() -> None:
    with pytest.raises(ConfigError, match="has 31 characters.*RESONANCE_CURSOR_KEY"):
        FeedConfig.from_env({"RESONANCE_CURSOR_KEY": "k" * 31})
    with pytest.raises(ConfigError, match="at least 32"):
        Cursors("k" * 31)


def test_a_newcomer_who_takes_a_users_id_for_a_name_is_not_that_user() -> None:
    assert viewer_key(None, "sv:user:1") != viewer_key("sv:user:1", "ana") == ANA
    assert viewer_key(None, ANA) != ANA


def test_a_digest_is_of_what_is_asked_and_not_of_how_it_is_written() -> None:
    asked = {"mood": "happy", "tags": ["b", "a", "b"], "category_id": None, "but": []}
    assert digest(asked) == digest({"tags": frozenset("ab"), "mood": "happy"})
    others = [{}, {"mood": "sad"}, {"tag": "happy"}, {"mood": "happy", "tags": ["a b"]}]
    assert len({digest(each) for each in [asked, *others]}) == 5
    assert digest({"discovery": 0.5}) != digest({"discovery": -0.5})
    assert digest({"seen": False}) != digest({})


def test_a_slate_is_found_by_its_viewer_and_its_request_alone() -> None:
    slates = Slates()
    slates.put(slate())
    assert slates.get(ANA, HAPPY, NOW) == slate()
    assert slates.get(BEN, HAPPY, NOW) is None
    assert slates.get(ANA, digest({}), NOW) is None


def test_a_new_slate_takes_the_place_of_the_last() -> None:
    slates = Slates()
    slates.put(slate("a", "b"))
    slates.put(slate("c", made_at=NOW + 5))
    assert slates.get(ANA, HAPPY, NOW + 6) == slate("c", made_at=NOW + 5)
    assert len(slates) == 1


def test_a_slate_is_kept_for_an_hour() -> None:
    slates = Slates()
    slates.put(slate())
    assert slates.get(ANA, HAPPY, NOW + 3_599) == slate()
    assert slates.get(ANA, HAPPY, NOW + 3_600) is None
    assert len(slates) == 0


def test_the_slate_used_longest_ago_makes_room() -> None:
    slates = Slates(slates=2)
    for viewer in ("a", "b"):
        slates.put(slate(viewer=viewer))
    slates.get("a", HAPPY, NOW)
    slates.put(slate(viewer="c"))
    kept = [viewer for viewer in "abc" if slates.get(viewer, HAPPY, NOW) is not None]
    assert kept == ["a", "c"]


def test_the_ids_are_bounded_too_and_counted_right_when_slates_go() -> None:
    slates = Slates(ids=10)
    for turn in range(50):
        slates.put(slate(*(str(n) for n in range(4)), viewer=f"v{turn % 5}", made_at=NOW + turn))
        assert len(slates) == min(turn + 1, 2)
    slates.put(slate(*(str(n) for n in range(11)), viewer="huge"))
    assert len(slates) == 0


def test_a_viewer_is_forgotten_with_all_their_slates() -> None:
    slates = Slates()
    for asked in ("x", "y"):
        slates.put(slate(asked=asked))
    slates.put(slate(viewer=BEN))
    slates.forget(ANA)
    assert len(slates) == 1 and slates.get(BEN, HAPPY, NOW) is not None


def test_threads_share_slates() -> None:
    slates = Slates(slates=20, ids=100)

    def visit(seed: int) -> bool:
        random, right = Random(seed), True
        for _ in range(500):
            viewer = f"v{random.randrange(40)}"
            slates.put(slate(*"abcdefgh"[: random.randrange(8)], viewer=viewer))
            found = slates.get(f"v{random.randrange(40)}", HAPPY, NOW)
            right &= found is None or found.asked == HAPPY
        return right

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(visit, range(8)))
    assert len(slates) <= 20
    slates.put(slate(*"abcdefgh", viewer="last"))
    assert slates.get("last", HAPPY, NOW) is not None
