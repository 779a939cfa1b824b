"""Derived lists of single nodes, brought up to date: each is the one that a rebuild would make."""

from collections.abc import Iterator

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.derive.around import part_of
from graph.derive.champions import SOURCES
from graph.derive.clock import Clock
from graph.derive.held import Held, Ranked, Source
from graph.derive.lists import lists_of
from graph.derive.rebuild import Derived, derived
from graph.frames import typed
from graph.model import KINDS, Tables
from village.world import World

DAY = 86_400


def complete(tables: Tables) -> dict[str, pd.DataFrame]:
    """Every kind, every column, in the order of the keys."""
    found = {}
    for file, kind in KINDS.items():
        frame = typed(kind, tables.get(file, pd.DataFrame(columns=["id", "source", "target"])))
        keys = [key for key in ("id", "source", "target") if key in frame]
        found[file] = frame.sort_values(keys, ignore_index=True)
    return found


def every_list(made: Derived) -> dict[Source, list[tuple[str, float, int]]]:
    edges = [("TOP", label, frame) for label, frame in made.top.items()]
    edges += [("SIMILAR", "Post", made.similar), ("NEAR", "User", made.near)]
    return {
        Source(edge, label, id): rows(each)
        for edge, label, frame in edges
        for id, each in frame.groupby("source")
    }


def rows(frame: pd.DataFrame) -> list[tuple[str, float, int]]:
    columns = (frame[name].tolist() for name in ("target", "score", "rank"))
    return list(zip(*columns, strict=True))


def placed(ranked: Ranked) -> list[tuple[str, float, int]]:
    return [(target, score, rank) for rank, (target, score) in enumerate(ranked)]


def every_source(tables: Tables) -> Iterator[Source]:
    for label, file in SOURCES.items():
        yield from (Source("TOP", label, each) for each in set(tables[file]["target"]))
    codes = set(tables["topics"]["project_code"].dropna())
    charts = ["popular", "recent", "debuts", *(f"project:{code}" for code in codes)]
    yield from (Source("TOP", "Chart", each) for each in charts)
    yield from (Source("SIMILAR", "Post", each) for each in tables["posts"]["id"])
    yield from (Source("NEAR", "User", each) for each in tables["users"]["id"])


def test_each_list_made_alone_is_that_of_the_full_rebuild(village: World) -> None:
    tables = complete(village.tables)
    wanted, sources = every_list(derived(tables)), list(every_source(tables))
    made = lists_of(Held(tables), sources)
    assert set(made) == set(sources)
    assert {source: placed(each) for source, each in made.items() if each} == wanted


PEOPLE, POSTS = [f"u{n}" for n in range(6)], [f"p{n}" for n in range(8)]
NAMES = {"tagged": ["jazz", "rock"], "in_category": ["c"], "evokes": ["calm"], "about": ["t", "s"]}

acts = st.one_of(
    st.tuples(st.just("like"), st.sampled_from(PEOPLE), st.sampled_from(POSTS), st.integers(0, 90)),
    st.tuples(st.just("view"), st.sampled_from(PEOPLE), st.sampled_from(POSTS), st.none()),
    st.tuples(st.just("unlike"), st.sampled_from(PEOPLE), st.sampled_from(POSTS)),
    st.tuples(st.just("post"), st.sampled_from(PEOPLE), st.sampled_from(POSTS), st.integers(0, 90)),
    st.tuples(
        st.just("bear"),
        st.sampled_from(POSTS),
        st.sampled_from([(file, name) for file in NAMES for name in NAMES[file]]),
        st.sampled_from([0.0, 0.5, 1.0]),
    ),
    st.tuples(st.just("hide"), st.sampled_from(POSTS), st.sampled_from(["public", "private"])),
    st.tuples(st.just("close"), st.sampled_from(PEOPLE), st.sampled_from(["public", "friends"])),
    st.tuples(st.just("group"), st.sampled_from(POSTS)),
    st.tuples(st.just("pick"), st.sampled_from(PEOPLE), st.sampled_from(NAMES["tagged"])),
    st.tuples(st.just("delete"), st.sampled_from(POSTS)),
    st.tuples(st.just("leave"), st.sampled_from(PEOPLE)),
)


class Town:
    """A small graph in plain Python, to which things happen; tells the ids that each names."""

    def __init__(self) -> None:
        self.users: dict[str, str] = dict.fromkeys(PEOPLE[:4], "public")
        self.posts: dict[str, dict[str, object]] = {}
        self.edges: dict[str, dict[tuple[str, str], object]] = {
            file: {}
            for file in ("liked", "viewed", "authored", "posted_in", "interested_in", *NAMES)
        }
        for number, post in enumerate(POSTS[:6]):
            self._post(PEOPLE[number % 3], post, 10 * number)
            for file, names in NAMES.items():
                self._bear(post, (file, names[number % len(names)]), 1.0)
            for person in PEOPLE[number % 2 : 4 : 2]:
                self._like(person, post, 20 * (number % 4))

    def do(self, act: tuple[object, ...]) -> set[str]:
        kind, *told = act
        getattr(self, f"_{kind}")(*told)
        return {each for each in told if isinstance(each, str)}

    def tables(self) -> dict[str, pd.DataFrame]:
        value = {"liked": "at", "viewed": "at", "tagged": "weight", "evokes": "weight"}
        told: dict[str, pd.DataFrame] = {
            file: pd.DataFrame(
                [(a, b, each) for (a, b), each in rows.items()],
                columns=["source", "target", value.get(file, "ignored")],
            )
            for file, rows in self.edges.items()
        }
        people = {"id": list(self.users), "privacy": list(self.users.values())}
        posts = [{"id": id, **fields} for id, fields in self.posts.items()]
        topics = {"id": NAMES["about"], "project_code": ["flic", None]}
        return complete(
            told
            | {"users": pd.DataFrame(people), "topics": pd.DataFrame(topics)}
            | {"posts": pd.DataFrame(posts, columns=["id", "created_at", "privacy", "deleted"])}
        )

    def _like(self, user: str, post: str, at: int | None, file: str = "liked") -> None:
        if user in self.users and post in self.posts:
            self.edges[file].setdefault((user, post), None if at is None else at * DAY)

    def _view(self, user: str, post: str, at: None) -> None:
        self._like(user, post, at, "viewed")

    def _unlike(self, user: str, post: str) -> None:
        self.edges["liked"].pop((user, post), None)

    def _post(self, user: str, post: str, at: int) -> None:
        if user in self.users and post not in self.posts:
            self.posts[post] = {"created_at": at * DAY, "privacy": "public", "deleted": False}
            self.edges["authored"][user, post] = None

    def _bear(self, post: str, bears: tuple[str, str], weight: float) -> None:
        file, name = bears
        if post in self.posts:
            self.edges[file].pop((post, name), None)
            if weight:
                self.edges[file][post, name] = weight

    def _hide(self, post: str, privacy: str) -> None:
        if post in self.posts:
            self.posts[post]["privacy"] = privacy

    def _close(self, user: str, privacy: str) -> None:
        self.users[user] = privacy

    def _group(self, post: str) -> None:
        if post in self.posts:
            self.edges["posted_in"][post, "g"] = None

    def _pick(self, user: str, tag: str) -> None:
        if user in self.users:
            self.edges["interested_in"][user, tag] = None

    def _delete(self, post: str) -> None:
        if post in self.posts:
            self.posts[post]["deleted"] = True

    def _leave(self, user: str) -> None:
        """As a leaving does it: their posts go too."""
        gone = {post for author, post in self.edges["authored"] if author == user} | {user}
        self.users.pop(user, None)
        for post in gone:
            self.posts.pop(post, None)
        for rows in self.edges.values():
            for pair in [pair for pair in rows if gone & set(pair)]:
                del rows[pair]


@settings(max_examples=settings().max_examples // 5)
@given(before=st.lists(acts, max_size=20), after=st.lists(acts, min_size=6, max_size=12))
def test_whatever_happens_champions_stay_those_of_a_rebuild_and_so_does_what_was_touched(
    before: list[tuple[object, ...]], after: list[tuple[object, ...]]
) -> None:
    """Three champions a list, so that there are always some that are in none.

    And any list made anew in the end is that of the rebuild: what is held is the graph.
    """
    with pytest.MonkeyPatch.context() as patched:
        for module in ("champions", "lists"):
            patched.setattr(f"graph.derive.{module}.KEEP", 3)
        town, clock = Town(), Clock(60 * DAY, 60 * DAY)
        for act in before:
            town.do(act)
        held = Held(town.tables(), clock)
        lists = every_list(derived(town.tables(), clock))
        for act in after:
            named = town.do(act)
            tables, made = town.tables(), set[Source]()
            while named:
                touched = held.take(part_of(tables, sorted(named), sorted(named)))
                made |= touched.sources
                made |= {Source("SIMILAR", "Post", each) for each in touched.hidden_posts}
                named = touched.posts
            whole = every_list(derived(tables, clock))
            for source, ranked in lists_of(held, made).items():
                assert placed(ranked) == whole.get(source, []), (source, act)
                lists[source] = placed(ranked)
            for source in lists.keys() | whole.keys():
                if source.edge == "TOP":
                    assert lists.get(source, []) == whole.get(source, []), (source, act)
        anew = lists_of(held, set(every_source(tables)))
        assert {source: placed(each) for source, each in anew.items() if each} == whole
