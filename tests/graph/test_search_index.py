"""The index of words is in step with the graph: at once, from every thread, after every end."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest
from searchable import person, post, put

from graph.errors import MemoryUnavailable
from graph.ingest import ingest_tables
from graph.search.embedded import EmbeddedIndex
from graph.search.lucene import LuceneIndex
from graph.search.opening import open_index, reindex
from graph.search.terms import asked
from graph.store import GraphStore, StoreConfig, open_store

WRITERS, POSTS = 3, 25
PERSON = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))


def found(index: EmbeddedIndex | LuceneIndex, kind: str, words: str) -> list[str]:
    return index.find(kind, asked(words))  # type: ignore[arg-type]


def test_what_was_written_is_found_by_the_next_search(any_store: GraphStore) -> None:
    index = open_index(any_store)
    assert index.find("posts", asked("bread")) == []
    person(any_store, "u:1", "amber_finch", details='{"first_name": "Ada", "bio": "baker"}')
    post(any_store, "p:1", "u:1", "Slow bread", tags=["sourdough"])
    put(any_store, "groups", id="g:1", name="Bakers")
    put(any_store, "tags", id="sourdough", name="Sourdough")
    assert index.find("posts", asked("bread")) == ["p:1"]
    for words in ("amber", "finch", "ada", "finhc"):
        assert index.find("people", asked(words)) == ["u:1"]
    assert index.find("groups", asked("baker")) == ["g:1"]
    assert index.find("tags", asked("sordough")) == ["sourdough"]
    put(any_store, "posts", id="p:1", title="Night trains")
    assert index.find("posts", asked("bread")) == []
    assert index.find("posts", asked("night")) == ["p:1"]


def test_what_few_may_see_takes_nobodys_place(any_store: GraphStore) -> None:
    many = range(1_300)
    posts = [("theirs", "ana", None, None), ("inside", "ana", None, "mine")]
    posts += [(f"mal-{n}", "mal", None, None) for n in many]
    posts += [(f"bob-{n}", "bob", "private", None) for n in many]
    made = pd.DataFrame(posts, columns=["id", "source", "privacy", "target"])
    names = ["theirs", "mine", *(f"g-{n}" for n in many)]
    privacy = [None, *["private"] * (1 + len(many))]
    ingest_tables(
        any_store,
        {
            "users": pd.DataFrame(
                {"id": ["ana", "mal", "bob"], "privacy": [None, "private", "public"]}
            ),
            "posts": pd.DataFrame(
                {"id": made["id"], "privacy": made["privacy"], "created_at": made.index}
            ).assign(title="Night trains"),
            "authored": made[["source", "id"]].set_axis(["source", "target"], axis=1),
            "posted_in": made[["id", "target"]].set_axis(["source", "target"], axis=1).dropna(),
            "groups": pd.DataFrame({"id": names, "name": "Train spotters", "privacy": privacy}),
        },
    )
    index = open_index(any_store)
    for kind, most in (("posts", "theirs"), ("groups", "theirs")):
        assert found(index, kind, "train")[0] == most, kind
    told = index.find("posts", asked("night train"), {"mine", "none"})
    assert set(told[:2]) == {"theirs", "inside"}
    assert set(index.find("groups", asked("train"), {"mine"})[:2]) == {"theirs", "mine"}
    any_store.run("load_users", rows=[PERSON | {"id": "mal", "privacy": "public"}])
    assert "mal-1299" in found(index, "posts", "train")[:700]
    any_store.run("load_users", rows=[PERSON | {"id": "ana", "active": False}])
    assert "theirs" not in found(index, "posts", "train")[:700]


LETTERS = "abcdefghijklmnopqrstuvwxyz"
SECRET, TYPED = "pregnant", "pregnxnt"
NEAR = [TYPED[:at] + letter + TYPED[at + 1 :] for at in (7, 6) for letter in LETTERS]
FILLERS = sorted({*NEAR} - {TYPED}, reverse=True)[:30]
"""As many words as one typo is taken for, a letter away from it as the secret is, but behind it."""


def hide(store: GraphStore, way: str) -> None:
    """Have something say the secret that mal may not see."""
    person(store, "u:hid", SECRET if way == "person" else "hid", privacy="private")
    if way == "group":
        put(store, "groups", id="g:hid", name=SECRET, privacy="private")
    if way in ("deleted", "private", "author", "within", "tag", "named tag"):
        tag = {"tag": [SECRET], "named tag": ["x:1"]}.get(way)
        post(
            store,
            "p:hid",
            "u:hid" if way == "author" else "u:mal",
            "hush" if tag else SECRET,
            privacy="public" if way in ("author", "within") else "private",
            group_id="g:any" if way == "within" else None,
            tags=tag,
        )
        if tag:
            put(store, "tags", id=tag[0], name=SECRET)


@pytest.mark.parametrize(
    ("kind", "way"),
    [
        *(("posts", way) for way in ("private", "author", "within", "deleted", "tag")),
        ("people", "person"),
        ("groups", "group"),
        ("tags", "tag"),
        ("tags", "named tag"),
    ],
)
def test_a_hidden_word_takes_no_place_among_those_that_a_typo_is_taken_for(
    store: GraphStore, kind: str, way: str
) -> None:
    index = EmbeddedIndex(store)
    person(store, "u:mal", "mal")
    post(store, "p:long", "u:mal", "hello", privacy="private")
    hide(store, way)
    index.find(kind, asked(TYPED))  # type: ignore[arg-type]
    if way == "deleted":
        put(store, "posts", id="p:hid", title=SECRET, deleted=True)
    for word in FILLERS:
        person(store, f"u:{word}", word)
        post(store, f"p:{word}", "u:mal", word, tags=[word])
        put(store, "groups", id=f"g:{word}", name=word)
        put(store, "tags", id=word, name=word)
    assert {each.partition(":")[2] or each for each in found(index, kind, TYPED)} == {*FILLERS}


def test_a_word_is_meant_by_a_typo_as_long_as_everybody_may_see_who_says_it(
    store: GraphStore,
) -> None:
    index = EmbeddedIndex(store)
    person(store, "u:1", "ana")
    post(store, "p:1", "u:1", SECRET)
    assert found(index, "posts", TYPED) == ["p:1"]
    for change in ({"privacy": "private"}, {"privacy": "public"}):
        put(store, "posts", id="p:1", title=SECRET, **change)
        assert found(index, "posts", TYPED) == (["p:1"] if change["privacy"] == "public" else [])
        assert index.find("posts", asked(SECRET)) == ["p:1"]
    person(store, "u:1", "ana", privacy="friends")
    assert found(index, "posts", TYPED) == []
    person(store, "u:1", "ana", privacy="public")
    assert found(index, "posts", TYPED) == ["p:1"]


def test_those_whom_one_knows_and_ones_groups_are_found_with_a_typo_if_they_hide(
    any_store: GraphStore,
) -> None:
    index = open_index(any_store)
    person(any_store, "u:1", "gwendolyn", privacy="friends")
    put(any_store, "groups", id="g:1", name="Gardeners", privacy="private")
    assert index.of_people(asked("gwendolin"), ["u:1", "u:2"]) == ["u:1"]
    assert index.find("groups", asked("gardenres"), {"g:1"}) == ["g:1"]


def test_posts_are_found_by_their_authors_and_tags(any_store: GraphStore) -> None:
    index = open_index(any_store)
    for number, author in enumerate(("u:1", "u:2")):
        person(any_store, author, author)
        post(any_store, f"p:{number}", author, "bread", tags=["slow food"])
    assert index.written_by(asked("bread"), ["u:2"]) == ["p:1"]
    assert index.written_by(asked("bread"), []) == []
    assert sorted(index.tagged(["slow food"])) == ["p:0", "p:1"]
    assert index.tagged(["food"]) == index.tagged(["food"])
    assert index.tagged([]) == []


def test_people_are_found_among_some(any_store: GraphStore) -> None:
    index = open_index(any_store)
    for name in ("ana", "anabel", "ben"):
        person(any_store, f"u:{name}", name)
    assert index.of_people(asked("ana"), ["u:anabel", "u:ben", "u:nobody"]) == ["u:anabel"]
    assert index.of_people(asked("ana"), []) == []


def test_embedded_finds_no_field_but_names(store: GraphStore) -> None:
    index = EmbeddedIndex(store)
    details = '{"first_name": "Ada", "email": "secret@example", "bio": "baker", "name": 7}'
    person(store, "u:1", "ana", details=details)
    person(store, "u:2", "ben", details="not json")
    assert found(index, "people", "ada") == ["u:1"]
    for words in ("secret", "example", "baker", "name", "first_name", "7"):
        assert found(index, "people", words) == []


def test_each_writer_finds_its_own_write_while_others_write(any_store: GraphStore) -> None:
    index = open_index(any_store)
    person(any_store, "u:1", "ana")
    missed: list[str] = []

    def write(writer: int) -> None:
        for number in range(POSTS):
            word = f"word{writer}x{number}"
            post(any_store, f"p:{writer}:{number}", "u:1", f"a {word}")
            if index.find("posts", asked(word))[:1] != [f"p:{writer}:{number}"]:
                missed.append(word)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert missed == []


def test_no_writer_waits_for_who_searches(store: GraphStore) -> None:
    index = EmbeddedIndex(store)
    person(store, "u:1", "ana")
    held = threading.Event()

    def search() -> None:
        with index._in_step():
            held.set()
            assert written.wait(10)

    written = threading.Event()
    searching = threading.Thread(target=search)
    searching.start()
    assert held.wait(10)
    person(store, "u:2", "ben")
    written.set()
    searching.join()
    assert found(index, "people", "ben") == ["u:2"]


def fill(store: GraphStore) -> None:
    person(store, "u:1", "ana")
    for number in range(5):
        post(store, f"p:{number}", "u:1", f"bread {number}", created_at=number)
    put(store, "groups", id="g:1", name="Bakers")


def test_after_a_clean_end_nothing_is_read_again(tmp_path: Path) -> None:
    url, path = f"ladybug:{tmp_path / 'graph'}", tmp_path / "words.db"
    with open_store(url) as store, closing(EmbeddedIndex(store, path)) as index:
        fill(store)
        before = index.entries()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE said_people SET name = 'sign'")
    with open_store(url) as store, closing(EmbeddedIndex(store, path)) as index:
        assert found(index, "people", "sign") == ["u:1"]
        assert len(index.entries()) == len(before)


def test_a_file_that_does_not_tell_for_whom_nodes_are_is_read_again(tmp_path: Path) -> None:
    url, path = f"ladybug:{tmp_path / 'graph'}", tmp_path / "words.db"
    with open_store(url) as store, closing(EmbeddedIndex(store, path)) as index:
        fill(store)
        put(store, "posts", id="p:0", title="bread", privacy="private")
        before = index.entries()
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("DROP TABLE closed")
        file.execute("DELETE FROM states WHERE name = 'form'")
    with open_store(url) as store, closing(EmbeddedIndex(store, path)) as index:
        assert index.entries() == before
    assert {entry.within for _, entry in before} == {None, ""}


@pytest.mark.parametrize("ended", ["killed", "closed before a write", "elsewhere", "never indexed"])
def test_what_was_written_without_the_index_is_found_when_it_is_opened(
    tmp_path: Path, ended: str
) -> None:
    url, path = f"ladybug:{tmp_path / 'graph'}", tmp_path / "words.db"
    with open_store(url) as store:
        fill(store)
        index = EmbeddedIndex(store, path)
        if ended != "never indexed":
            index.catch_up()
        if ended != "killed":
            index.close()
        if ended != "elsewhere":
            put(store, "posts", id="p:0", title="changed", deleted=None)
    if ended == "elsewhere":
        with open_store(url) as store:
            put(store, "posts", id="p:0", title="changed")
    with open_store(url) as store, closing(EmbeddedIndex(store, path)) as index:
        assert found(index, "posts", "changed") == ["p:0"]
        assert set(found(index, "posts", "bread")) == {f"p:{number}" for number in range(1, 5)}


def test_a_graph_in_the_place_of_another_is_not_taken_for_it(tmp_path: Path) -> None:
    path = tmp_path / "words.db"
    for name in ("ana", "ben"):
        with open_store(f"ladybug:{tmp_path / name}") as store:
            with closing(EmbeddedIndex(store, path)) as index:
                person(store, f"u:{name}", name)
                assert found(index, "people", name) == [f"u:{name}"]
    with open_store(f"ladybug:{tmp_path / 'ana'}") as store:
        with closing(EmbeddedIndex(store, path)) as index:
            assert found(index, "people", "ben") == []


def test_made_anew_it_is_as_it_was_in_step(tmp_path: Path) -> None:
    config = StoreConfig(f"ladybug:{tmp_path / 'graph'}")
    with open_store(config) as store, closing(EmbeddedIndex(store, config.search_path)) as index:
        fill(store)
        index.catch_up()
        put(store, "posts", id="p:1", title="cake", tags=["a b", "c"])
        put(store, "posts", id="p:2", deleted=True)
        put(store, "users", id="u:1", active=False)
        put(store, "groups", id="g:1", name="Bakers of Rome")
        in_step = index.entries()
    assert reindex(config).endswith(": 5 nodes")
    with open_store(config) as store, closing(EmbeddedIndex(store, config.search_path)) as index:
        assert index.entries() == in_step
        assert {kind for kind, _ in in_step} == {"posts", "groups"}


@pytest.mark.neo4j
def test_neo4j_makes_its_indexes_anew(neo4j_store: GraphStore, neo4j_config: StoreConfig) -> None:
    fill(neo4j_store)
    assert reindex(neo4j_config).endswith(": 5 full-text indexes")
    assert found(LuceneIndex(neo4j_store), "groups", "bakers") == ["g:1"]


def test_many_changes_at_once_are_found_too(store: GraphStore) -> None:
    index = EmbeddedIndex(store)
    fill(store)
    assert found(index, "people", "ana") == ["u:1"]
    store.changes.note_all()
    put(store, "posts", id="p:0", title="changed")
    assert found(index, "posts", "changed") == ["p:0"]
    store.changes.note_around(["p:0"])
    assert found(index, "posts", "changed") == ["p:0"]


def test_another_programs_file_is_left_alone(store: GraphStore, tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("CREATE TABLE notes (text)")
    with pytest.raises(MemoryUnavailable, match="another program"):
        EmbeddedIndex(store, path)


def test_the_file_stands_beside_the_graph_and_is_its_owners() -> None:
    assert StoreConfig("ladybug:.data/graph").search_path == Path(".data/graph-search.db")
    assert StoreConfig("bolt://127.0.0.1:7687").search_path is None
