"""What is kept in memory is what the engine would answer at this moment, whatever is written."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import cast

import numpy as np
import pandas as pd
import pytest

from graph.actions.profiles import feel
from graph.changes import LENGTH
from graph.cypher_files import queries_of
from graph.ingest import ingest_tables
from graph.kept import _LOOK_UPS, Kept, kept
from graph.model import KINDS, EdgeKind, Row
from graph.queries import tables, whole
from graph.queries.candidates import ENGAGERS
from graph.queries.people import user_card, user_cards, viewer_context
from graph.queries.posts import post_card, post_cards
from graph.store import GraphStore
from village.world import World

ACTS = 120


class Counting:
    """A store that counts what is asked of it."""

    def __init__(self, store: GraphStore):
        self.store, self.asked = store, list[str]()

    def __getattr__(self, name: str) -> object:
        return getattr(self.store, name)

    def run(self, name: str, /, **params: object) -> list[Row]:
        self.asked.append(name)
        return self.store.run(name, **params)


def filled(store: GraphStore, most: int = 1000) -> Kept:
    made = Kept(store, most)
    mark = store.changes.mark()
    cards = whole.cards(store)
    made.fill(tables.of_posts(cards), mark, 0)
    texts = tables.of_texts(store, cards["post_id"].tolist(), cards["author_id"].dropna().tolist())
    made.fill(texts, mark, 0)
    two = whole.befriended(store), whole.engaged(store)
    people = tables.of_people(store, *two, whole.signals(store), edges=True)
    made.fill(people, mark, 0)
    return made


class Acts:
    """People, posts and what is between them, changed at random."""

    def __init__(self, store: GraphStore, world: World):
        self.store, self.rng = store, np.random.default_rng(5)
        self.users = world.tables["users"]["id"].tolist()[:12] + ["t:user:new"]
        self.posts = world.tables["posts"]["id"].tolist()[:12] + ["t:post:new"]
        self.names = world.tables["users"]["username"].tolist()[:6] + ["somebody", "newer"]
        self.there = {*self.users, *self.posts} - {"t:user:new", "t:post:new"}
        self.others = {"Tag": world.tables["tags"]["id"].tolist()[:5], "Group": ["t:group:1"]}

    def one(self, some: list[str]) -> str:
        return some[int(self.rng.integers(len(some)))]

    def act(self) -> None:
        kinds = ["friend", "blocks", "mutes", "mutes_tags", "interested_in", "hid", "liked"]
        kinds += ["viewed", "rated", "authored", "asked", "users", "posts"]
        kind = KINDS[self.one(kinds)]
        if isinstance(kind, EdgeKind):
            self.edge(kind)
        elif kind.file == "users":
            name, privacy = self.one(self.names), self.one(["public", "friends", "private"])
            joined_at = int(self.rng.integers(1000))
            told = {"username": name, "privacy": privacy, "joined_at": joined_at}
            told["details"] = self.one(["", "{}"]) or None
            self.load("users", id=self.one(self.users), **told)
        else:
            told = {"deleted": bool(self.rng.random() < 0.5), "title": self.one(["", "é🎺", "b"])}
            self.load("posts", id=self.one(self.posts), **told)

    def edge(self, kind: EdgeKind) -> None:
        people, posts = (sorted(self.there.intersection(some)) for some in (self.users, self.posts))
        source, ends = self.one(people), self.others | {"User": people, "Post": posts}
        target = self.one([each for each in ends[kind.target] if each != source])
        if self.rng.random() < 0.3:
            self.store.run(f"drop_{kind.file}", source=source, target=target)
        else:
            told = {name: int(self.rng.integers(1000)) for name in ("at", "times", "percent")}
            some = {each.name: told[each.name] for each in kind.columns if each.name in told}
            self.load(kind.file, source=source, target=target, **some)

    def load(self, file: str, **row: object) -> None:
        self.store.load(file, pd.DataFrame([row]))
        self.there.add(str(row.get("id")))
        if "username" in row:
            self.store.load("names", pd.DataFrame([{"id": row["username"]}]))
            naming = {"source": row["username"], "target": row["id"]}
            self.store.load("naming", pd.DataFrame([naming]))


def asked_of(acts: Acts) -> list[tuple[str, dict[str, object]]]:
    """Look-ups of some kinds, for some of the nodes."""
    found: list[tuple[str, dict[str, object]]] = []
    for name in acts.rng.choice(list(_LOOK_UPS), 6, replace=False).tolist():
        look_up = _LOOK_UPS[name]
        of = {"post_ids": acts.posts, "user_ids": acts.users, "user_id": acts.users}
        of |= {"username": acts.names, "tag_ids": acts.others["Tag"], "post_id": acts.posts}
        keys = of.get(look_up.parameter, ["nothing"])
        some = sorted({acts.one(keys) for _ in range(4)})
        found.append((name, {look_up.parameter: some if look_up.column else some[0]}))
    return found


def in_order(rows: list[Row]) -> list[str]:
    """Rows come in no order; what somebody did comes once a signal, or the latest of them alone."""
    return sorted(str(sorted(row.items(), key=str)) for row in rows)


def same(name: str, ours: list[Row], theirs: list[Row]) -> bool:
    if name == "engaged_with":
        latest: dict[str, int] = {}
        for row in theirs:
            latest[row["post_id"]] = max(row["at"], latest.get(row["post_id"], 0))
        read: dict[str, int] = {}
        for row in ours:
            read[row["post_id"]] = max(row["at"], read.get(row["post_id"], 0))
        return latest == read
    if name == "engagers" and len(ours) == len(theirs) == ENGAGERS:
        return len({row["user_id"] for row in ours}) == ENGAGERS  # any of them
    if name == "responded_to":
        return {row["post_id"] for row in ours} == {row["post_id"] for row in theirs}
    return in_order(ours) == in_order(theirs)


@pytest.fixture
def acts(store: GraphStore, village: World) -> Acts:
    ingest_tables(store, village.tables)
    return Acts(store, village)


@pytest.mark.parametrize("most", [3, 1000])
def test_every_answer_is_the_engines_whatever_was_written_meanwhile(acts: Acts, most: int) -> None:
    ours, right = filled(acts.store, most), acts.store
    changed = 0
    before: dict[str, list[str]] = {}
    for _ in range(ACTS):
        acts.act()
        for name, params in asked_of(acts):
            theirs = right.run(name, **params)
            assert same(name, ours.run(name, **params), theirs), (name, params)
            asked = f"{name} {params}"
            changed += asked in before and before[asked] != in_order(theirs)
            before[asked] = in_order(theirs)
    assert changed > ACTS / 10  # the acts did change what was looked up


def test_cards_are_made_once_and_are_the_engines_whatever_was_written_meanwhile(acts: Acts) -> None:
    ours, told = filled(acts.store), 0
    for _ in range(ACTS):
        post, user = acts.one(acts.posts), acts.one(acts.users)
        posts = ours.made("post_cards", [post], post_card)
        people = ours.made("user_cards", [user], user_card)
        if posts is not None:
            assert posts == [post_cards(acts.store, [post])[post]]
            assert posts[0] is ours.made("post_cards", [post], post_card)[0]  # type: ignore[index]
        if people is not None:
            assert people == [user_cards(acts.store, [user])[user]]
        told += (posts is not None) + (people is not None)
        acts.act()
    assert ACTS / 10 < told < 2 * ACTS  # some were written to, others not
    assert ours.made("post_cards", [*acts.posts, "t:post:none"], post_card) is None


def test_what_nobody_wrote_to_is_not_asked_again(acts: Acts, village: World) -> None:
    counting = Counting(acts.store)
    ours = cast(GraphStore, Kept(cast(GraphStore, counting)))
    user, other = village.tables["users"]["id"][:2]
    first = viewer_context(ours, user, "name")
    asked = len(counting.asked)
    assert viewer_context(ours, user, "name") == first
    assert len(counting.asked) == asked
    acts.load("friend", source=min(user, other), target=max(user, other))
    assert other in viewer_context(ours, user, "name").friends


def test_of_many_only_those_that_are_not_known_are_asked(acts: Acts, village: World) -> None:
    ours = Kept(acts.store)
    users = village.tables["users"]["id"].tolist()
    user_cards(cast(GraphStore, ours), users[:3])
    asked: list[object] = []
    run = acts.store.run

    class Watched:
        changes = acts.store.changes

        def run(self, name: str, /, **params: object) -> list[Row]:
            asked.append(params["user_ids"])
            return run(name, **params)

    ours._store = cast(GraphStore, Watched())
    found = user_cards(cast(GraphStore, ours), [*users[:5], "nobody"])
    assert sorted(found) == sorted(users[:5])
    assert asked == [sorted([*users[3:5], "nobody"])]
    user_cards(cast(GraphStore, ours), ["nobody"])
    assert len(asked) == 1


def test_a_filled_store_asks_for_nothing(acts: Acts, village: World) -> None:
    counting = Counting(acts.store)
    ours = filled(cast(GraphStore, counting))
    user, name = village.tables["users"][["id", "username"]].iloc[0]
    assert [each["user_id"] for each in ours.run("users_named", username=name)] == [user]
    viewer_context(cast(GraphStore, ours), user, name)
    ours.run("post_cards", post_ids=village.tables["posts"]["id"].tolist())
    assert ours.run("stays", user_id=user) == [{"id": user}]
    assert ours.run("feels", user_id=user) == []
    posts = village.tables["posts"].query("available and not deleted")
    assert len(ours.run("post_contents", post_ids=posts["id"].tolist())) == len(posts) > 200
    ours.run("user_details", user_ids=village.tables["authored"]["source"].unique().tolist())
    assert counting.asked == []


def test_nor_for_those_whom_it_knows_not_to_be_there_until_they_are(acts: Acts) -> None:
    counting = Counting(acts.store)
    ours, new = filled(cast(GraphStore, counting)), "t:user:new"
    assert ours.run("user_cards", user_ids=[new]) == ours.run("users_named", username=new) == []
    assert ours.run("stays", user_id=new) == ours.run("friends_of", user_id=new) == []
    assert ours.run("post_cards", post_ids=["t:post:none"]) == []
    assert counting.asked == []
    acts.load("users", id=new, username="newer")
    assert [row["username"] for row in ours.run("user_cards", user_ids=[new])] == ["newer"]
    assert [row["user_id"] for row in ours.run("users_named", username="newer")] == [new]
    assert ours.run("stays", user_id=new) == [{"id": new}]


def test_texts_that_have_no_room_are_asked_for(
    acts: Acts, village: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = village.tables["posts"]["id"].tolist()
    for name in ("POSTS_TEXT", "AT_ONCE"):
        monkeypatch.setattr(tables, name, 1)
    acts.load("posts", id=posts[0], title="", text="é🎺")
    counting = Counting(acts.store)
    ours = filled(cast(GraphStore, counting))
    (told,) = ours.run("post_contents", post_ids=posts[:1])
    assert (told["title"], told["text"], told["details"]) == ("", "é🎺", None)
    assert counting.asked == []
    rows = ours.run("post_contents", post_ids=posts)
    assert in_order(rows) == in_order(acts.store.run("post_contents", post_ids=posts))
    assert counting.asked == ["post_contents"]


def test_no_word_of_what_is_blanked_stays_and_it_is_asked_for(acts: Acts, village: World) -> None:
    one, two, *_ = village.tables["posts"]["id"]
    for each in (one, two):
        acts.load("posts", id=each, title=f"words of {each}.")
    counting = Counting(acts.store)
    ours = filled(cast(GraphStore, counting))
    _, table = ours._tables["post_contents"]
    assert isinstance(table, tables.TextTable)
    assert f"words of {one}.".encode() in table._texts
    ours.blank([one, "t:post:none"])
    assert f"words of {one}.".encode() not in table._texts
    found = ours.run("post_contents", post_ids=[one, two])
    assert {row["title"] for row in found} == {f"words of {each}." for each in (one, two)}
    assert counting.asked == ["post_contents"]
    ours.blank([one])
    ours.run("post_contents", post_ids=[one, two])
    assert counting.asked == ["post_contents"] * 2


def test_a_text_that_is_blanked_while_it_is_read_is_asked_for(acts: Acts, village: World) -> None:
    post = village.tables["posts"]["id"][0]
    acts.load("posts", id=post, title="before")
    ours = filled(acts.store)
    _, table = ours._tables["post_contents"]

    class Meanwhile:
        def rows(self, key: str) -> list[Row] | None:
            acts.load("posts", id=post, title="after")
            ours.blank([post])
            return [{"post_id": post, "title": "\0" * 6}]

    ours._tables["post_contents"] = 0, cast(tables.TextTable, Meanwhile())
    assert [row["title"] for row in ours.run("post_contents", post_ids=[post])] == ["after"]


def test_what_was_forgotten_while_it_was_read_is_not_kept(acts: Acts, village: World) -> None:
    ours, mark = Kept(acts.store), acts.store.changes.mark()
    forgot, people = ours.forgot, tables.of_posts(whole.cards(acts.store))
    ours.forget()
    ours.fill(people, mark, forgot)
    assert ours._tables == {}
    ours.fill(people, mark, ours.forgot)
    assert ours._tables.keys() == {"post_cards"}


def test_who_leaves_is_known_to_leave_and_a_new_mood_is_known(acts: Acts, village: World) -> None:
    ours = filled(acts.store)
    one, other = village.tables["users"]["id"][:2]
    feel(acts.store, one, "happy", 7)
    assert ours.run("feels", user_id=one) == [{"mood": "happy", "at": 7}]
    assert filled(acts.store).run("feels", user_id=one) == [{"mood": "happy", "at": 7}]
    acts.store.run("mark_leaving", user_id=other)
    assert ours.run("stays", user_id=other) == filled(acts.store).run("stays", user_id=other) == []


def test_an_id_that_is_too_long_to_be_told_of_is_never_kept(acts: Acts) -> None:
    long = "t:user:" + "x" * LENGTH
    ours = Kept(acts.store)
    assert ours.run("user_cards", user_ids=[long]) == []
    acts.load("users", id=long)
    assert [row["user_id"] for row in ours.run("user_cards", user_ids=[long])] == [long]


def test_a_reader_beside_writers_never_keeps_what_is_no_more(acts: Acts, village: World) -> None:
    ours = filled(acts.store)
    user = village.tables["users"]["id"][0]
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            ours.run("user_cards", user_ids=[user])

    with ThreadPoolExecutor(2) as readers:
        reading = [readers.submit(read) for _ in range(2)]
        try:
            for number in range(30):
                privacy = ("public", "private")[number % 2]
                acts.load("users", id=user, privacy=privacy)
                (row,) = ours.run("user_cards", user_ids=[user])
                assert row["privacy"] == privacy
        finally:
            over.set()
        for each in reading:
            each.result()


@pytest.mark.neo4j
def test_where_other_processes_write_nothing_is_kept(neo4j_store: GraphStore) -> None:
    assert kept(neo4j_store) is neo4j_store


def test_a_notice_that_goes_changes_nothing_for_anybody(acts: Acts) -> None:
    deleting = {each.name for each in queries_of("ladybug") if each.deletes_nodes}
    assert deleting == {"erase_comments", "erase_posts", "erase_happenings", "erase_user"}
    changes, user = acts.store.changes, acts.users[0]
    mark = changes.mark()
    acts.store.run("drop_notices", ids=["n:1"])
    assert changes.holds(mark, user)
    acts.store.run("erase_user", user_id=acts.users[1])
    assert not changes.holds(mark, user)
