"""The order of a page, on hand-made scores."""

from feed_builders import shown

from feed.diversify import EXPLORE_EVERY, PER_AUTHOR, WINDOW, diversify
from feed.score import Scored


def scored(post_id: str, score: float, **fields: object) -> Scored:
    return Scored(shown(post_id, **fields), score, {})


def ids(order: list[Scored]) -> list[str]:
    return [each.post_id for each in order]


def test_the_likeliest_come_first_and_ties_go_to_the_lower_id() -> None:
    given = [scored(name, chance, author_id=None) for name, chance in [("c", 0.5), ("b", 0.9)]]
    assert ids(diversify([*given, scored("a", 0.5, author_id=None)], 10)) == ["b", "a", "c"]


def test_an_author_has_two_of_any_ten_in_a_row_where_there_are_others() -> None:
    hub = [scored(f"h{n:02}", 0.9, author_id="hub") for n in range(20)]
    others = [scored(f"o{n:02}", 0.01, author_id=f"other{n}") for n in range(40)]
    order = diversify(hub + others, 40)
    for start in range(31):
        window = order[start : start + WINDOW]
        by_hub = [each for each in window if each.post.card.author_id == "hub"]
        assert len(by_hub) <= PER_AUTHOR
    assert ids(order[:2]) == ["h00", "h01"]


def test_where_there_is_one_author_only_the_page_is_full_all_the_same() -> None:
    hub = [scored(f"h{n:02}", 0.9 - n / 100, author_id="hub") for n in range(12)]
    assert ids(diversify(hub, 10)) == [f"h{n:02}" for n in range(10)]


def test_posts_without_an_author_are_not_one_author() -> None:
    given = [scored(f"p{n}", 0.9 - n / 100, author_id=None) for n in range(5)]
    assert ids(diversify(given, 5)) == ["p0", "p1", "p2", "p3", "p4"]


def test_a_repeated_tag_or_category_gives_way_to_a_near_rival() -> None:
    for field in ({"tags": ("jazz",)}, {"category_id": "c"}):
        same = [scored(f"s{n}", 0.5, author_id=None, **field) for n in range(2)]
        rival = scored("t", 0.499, author_id=None)
        assert ids(diversify([*same, rival], 3)) == ["s0", "t", "s1"]


def test_every_tenth_place_is_a_fresh_posts() -> None:
    usual = [scored(f"u{n:02}", 0.9, author_id=None) for n in range(30)]
    fresh = [scored(f"f{n}", 0.001 * n, author_id=None) for n in range(3)]
    order = ids(diversify(usual + fresh, 30, frozenset({"f0", "f1", "f2"})))
    places = [order.index(name) + 1 for name in ("f2", "f1", "f0")]
    assert places == [EXPLORE_EVERY, 2 * EXPLORE_EVERY, 3 * EXPLORE_EVERY]


def test_a_longer_order_begins_with_the_shorter_one() -> None:
    given = [
        scored(f"p{n:02}", (n * 7 % 11) / 11, author_id=f"a{n % 3}", tags=(f"t{n % 4}",))
        for n in range(40)
    ]
    whole = ids(diversify(given, 40, frozenset({"p03", "p04"})))
    assert sorted(whole) == sorted(each.post_id for each in given)
    for upto in (0, 1, 7, 10, 39):
        assert ids(diversify(reversed(given), upto, frozenset({"p03", "p04"}))) == whole[:upto]


def test_what_stands_before_counts() -> None:
    before = [scored("x", 1.0, author_id="hub"), scored("y", 1.0, author_id="hub")]
    given = [scored("a", 0.9, author_id="hub"), scored("b", 0.1, author_id="other")]
    assert ids(diversify(given, 2, after=before)) == ["b", "a"]
