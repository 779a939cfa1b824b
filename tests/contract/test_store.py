"""What every engine must do, so that everything above the seam may forget which one it has."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from graph.errors import ConfigError, CredentialsRefused, ParameterError, StoreUnavailable
from graph.frames import rows_of, typed
from graph.model import EDGES, NODES, Row
from graph.queries.stats import stats
from graph.store import GraphStore, StoreConfig, open_store

USERS = [f"t:user:{number}" for number in range(5)]
POSTS = [f"t:post:{number}" for number in range(60)]


def user(id: str, **properties: object) -> Row:
    empty = dict.fromkeys(("username", "joined_at", "privacy", "active", "details"))
    return {"id": id, **empty, **properties}


def people_and_posts(store: GraphStore) -> None:
    store.run("load_users", rows=[user(id) for id in USERS])
    columns = [each.split(": ")[0] for each in "id title text url created_at privacy".split()]
    columns += ["available", "deleted", "details", "author_id", "tags", "category_id"]
    columns += ["topic_id", "group_id", "project_code"]
    store.run("load_posts", rows=[{**dict.fromkeys(columns), "id": id} for id in POSTS])


def champions(posts: list[str], score: float) -> pd.DataFrame:
    return pd.DataFrame(
        {"source": "jazz", "target": posts, "score": score, "rank": range(len(posts))}
    )


def test_a_batch_that_is_loaded_twice_is_there_once(any_store: GraphStore) -> None:
    people_and_posts(any_store)
    likes: list[Row] = [{"source": USERS[0], "target": id, "at": 7} for id in POSTS]
    for _ in range(2):
        any_store.run("load_liked", rows=likes)
        people_and_posts(any_store)
    assert any_store.run("export_liked") == sorted(likes, key=lambda like: str(like["target"]))
    assert stats(any_store)["users"] == len(USERS)


def test_a_bulk_load_is_the_same_as_batches_into_an_empty_table_and_a_filled_one(
    any_store: GraphStore,
) -> None:
    people_and_posts(any_store)
    first = pd.DataFrame(
        {"source": USERS[:2], "target": POSTS[:2], "at": [1, None], "times": [1, 2]}
    )
    later = pd.DataFrame({"source": USERS[1:3], "target": POSTS[1:3], "at": [3, 4], "times": None})
    any_store.load("viewed", first.astype({"at": "Int64"}))
    any_store.load("viewed", later)
    assert any_store.run("export_viewed") == [
        {"source": USERS[0], "target": POSTS[0], "at": 1, "times": 1},
        {"source": USERS[1], "target": POSTS[1], "at": 3, "times": 2},
        {"source": USERS[2], "target": POSTS[2], "at": 4, "times": None},
    ]


def test_every_kind_can_be_loaded_in_bulk(any_store: GraphStore) -> None:
    """Twice: into an empty table (Ladybug copies), and into one that has the rows (it merges)."""
    ends: dict[str, str] = {}
    for kind in NODES:
        ends[kind.label] = f"one {kind.label}"
        for _ in range(2):
            any_store.load(kind.file, typed(kind, pd.DataFrame({"id": [ends[kind.label]]})))
        assert len(any_store.run(f"export_{kind.file}")) == 1
    for edge in EDGES:
        row = pd.DataFrame({"source": [ends[edge.source]], "target": [ends[edge.target]]})
        for _ in range(2):
            any_store.load(edge.file, typed(edge, row))
        assert len(any_store.run(f"export_{edge.file}")) == 1, edge.file


def test_a_null_leaves_what_is_there_and_a_value_replaces_it(any_store: GraphStore) -> None:
    any_store.run("load_users", rows=[user(USERS[0], username="ann", joined_at=5, active=True)])
    any_store.run("load_users", rows=[user(USERS[0], username="anna")])
    assert any_store.run("export_users") == [
        user(USERS[0], username="anna", joined_at=5, active=True)
    ]


def test_a_column_may_be_null_in_some_rows_of_a_batch_or_in_all(any_store: GraphStore) -> None:
    mixed = [user(USERS[0], joined_at=None), user(USERS[1], joined_at=9)]
    any_store.run("load_users", rows=mixed)
    assert any_store.run("export_users") == mixed


def test_an_edge_whose_end_is_missing_is_left_out(any_store: GraphStore) -> None:
    people_and_posts(any_store)
    any_store.run("load_liked", rows=[{"source": "nobody", "target": POSTS[0], "at": None}])
    assert any_store.run("export_liked") == []


def test_no_rows_are_no_work(any_store: GraphStore) -> None:
    assert any_store.run("load_users", rows=[]) == []
    assert any_store.run("user_cards", user_ids=[]) == []


@pytest.mark.parametrize(
    "text", ["", 'it\'s "quoted"', "line\nbreak", "smile \U0001f600", "$x `y` //"]
)
def test_any_text_comes_back_as_it_went_in(any_store: GraphStore, text: str) -> None:
    any_store.run("load_users", rows=[user(USERS[0], username=text)])
    assert any_store.run("export_users")[0]["username"] == text


def test_a_parameter_that_does_not_fit_never_reaches_the_engine(any_store: GraphStore) -> None:
    with pytest.raises(ParameterError, match="joined_at"):
        any_store.run("load_users", rows=[user(USERS[0], joined_at=1.5)])
    assert any_store.run("export_users") == []


def test_writers_in_many_threads_lose_nothing(any_store: GraphStore) -> None:
    people_and_posts(any_store)

    def like(user_id: str) -> None:
        for post_id in POSTS[:20]:
            any_store.run("load_liked", rows=[{"source": user_id, "target": post_id, "at": 1}])

    with ThreadPoolExecutor(len(USERS)) as threads:
        list(threads.map(like, USERS))
    assert stats(any_store)["liked"] == len(USERS) * 20


def test_derived_edges_are_replaced_as_a_whole(any_store: GraphStore) -> None:
    people_and_posts(any_store)
    any_store.run("load_tags", rows=[{"id": "jazz", "name": "Jazz"}, {"id": "folk", "name": None}])
    both = [champions(POSTS[:3], 0.5), champions(POSTS[:3], 0.5).assign(source="folk")]
    any_store.replace("TOP", {"Tag": pd.concat(both)})
    any_store.replace("TOP", {"Tag": champions(POSTS[5:7], 0.25)})
    found = any_store.run("by_tag", tag_id="jazz", limit=10)
    assert found == [{"post_id": id, "via": "jazz", "score": 0.25} for id in POSTS[5:7]]
    assert any_store.run("by_tag", tag_id="folk", limit=10) == []


def test_readers_never_see_a_list_of_champions_missing_or_in_part(any_store: GraphStore) -> None:
    people_and_posts(any_store)
    any_store.run("load_tags", rows=[{"id": "jazz", "name": None}])
    old, new = champions(POSTS[:30], 0.5), champions(POSTS[30:], 0.25)
    whole = [{(post, 0.5) for post in POSTS[:30]}, {(post, 0.25) for post in POSTS[30:]}]
    any_store.replace("TOP", {"Tag": old})
    seen: list[set[tuple[object, object]]] = []
    ended = threading.Event()

    def read() -> None:
        while not ended.is_set():
            rows = any_store.run("by_tag", tag_id="jazz", limit=100)
            # On Neo4j an edge can be met while it is deleted: the query gives it no score then.
            seen.append({(row["post_id"], row["score"]) for row in rows if row["score"]})

    reader = threading.Thread(target=read)
    reader.start()
    for frame in (new, old, new, old, new):
        any_store.replace("TOP", {"Tag": frame})
    ended.set()
    reader.join()
    assert seen
    for found in seen:
        assert any(each <= found for each in whole)
        assert found <= whole[0] | whole[1]
        assert any_store.engine == "neo4j" or found in whole  # only there may both show for a while
    last = any_store.run("by_tag", tag_id="jazz", limit=100)
    assert {(row["post_id"], row["score"]) for row in last} == whole[1]


def test_frames_become_rows_of_plain_values_with_none_for_null() -> None:
    frame = pd.DataFrame({"id": ["a", "b"], "at": pd.Series([1, None], dtype="Int64")})
    assert rows_of(frame) == [{"id": "a", "at": 1}, {"id": "b", "at": None}]
    assert type(rows_of(frame)[0]["at"]) is int


@pytest.mark.parametrize("url", ["mysql://host", "ladybug:", "just-a-path", ""])
def test_a_store_of_no_known_kind_is_a_clear_error(url: str) -> None:
    with pytest.raises(ConfigError, match="ladybug:PATH"):
        StoreConfig(url=url)


def test_settings_come_from_the_environment_and_the_password_is_never_shown() -> None:
    environ = {
        "RESONANCE_STORE": "bolt://host:1",
        "NEO4J_PASSWORD": "hush-hush",
        "NEO4J_USER": "me",
    }
    config = StoreConfig.from_env(environ)
    assert (config.url, config.user, config.password) == ("bolt://host:1", "me", "hush-hush")
    assert StoreConfig.from_env(environ, "ladybug:x").url == "ladybug:x"
    assert "hush-hush" not in repr(config)


def test_a_server_that_does_not_answer_is_named_with_what_to_do() -> None:
    with pytest.raises(StoreUnavailable, match=r"bolt://127.0.0.1:9.*make neo4j"):
        open_store(StoreConfig(url="bolt://127.0.0.1:9", password="any-password"))


@pytest.mark.neo4j
def test_a_wrong_password_is_named_and_not_repeated(neo4j_config: StoreConfig) -> None:
    wrong = StoreConfig(url=neo4j_config.url, password="wrong-password")
    with pytest.raises(CredentialsRefused, match="NEO4J_PASSWORD") as caught:
        open_store(wrong)
    assert "wrong-password" not in str(caught.value)
