"""Neo4j's own bulk import of a prepared folder: the graph that a load over Bolt makes."""

from collections.abc import Iterator
from pathlib import Path

import neo4j
import pytest
from own_neo4j import OwnNeo4j

from feed.recommend import recommend
from feed.request import FeedRequest
from graph.derive.rebuild import derive
from graph.errors import ResonanceError
from graph.frames import as_batches
from graph.import_store import import_folder
from graph.ingest import ingest
from graph.loaders.folder import read_folder
from graph.report import LoadReport
from graph.store import GraphStore, StoreConfig, open_store

NOW = 1_700_000_000

DIRTY = {
    "users": "id:ID(User),username,joined_at:long,privacy,active:boolean,details\n"
    'a,old,1,private,false,\nb,ben,,unsaid,,"{""city"": ""Graz, \\\\o/""}"\nc,ben,7,public,TRUE,\n'
    "d,,,friends,,\na,ann,-5,unsaid,true,\n é\u2028 ,🎺 name,,unsaid,,\n",
    "posts": "id:ID(Post),title,text,created_at:long,privacy,available:boolean,deleted:boolean\n"
    'p,"a, ""b"" \\ c\n\nd",\'quoted\',1699999000,public,true,false\n'
    'q, spaced ,x;y,,unsaid,,\nr,\\,\\",1699990000,public,,\n'
    "s,By ben,,1699990000,public,,\n",
    "tags": 'id:ID(Tag),name\njazz,Jazz\n"a;b,c",Odd\n0,\n',
    "categories": "id:ID(Category),name\nmusic,Music\nart,\n",
    "moods": "id:ID(Mood)\ncalm\n",
    "topics": "id:ID(Topic),project_code\nt,flic\n",
    "groups": "id:ID(Group),name,privacy\ng,Choir,public\n",
    "events": "id:ID(Event),name\ne,Fair\n",
    "authored": ":START_ID(User),:END_ID(Post)\nb,p\na,p\na,q\nnobody,q\na,nothing\nc,r\nb,s\n",
    "tagged": ':START_ID(Post),:END_ID(Tag),weight:double\np,jazz,0.1\np,"a;b,c",1e-7\nq,jazz,\n'
    "r,0,3\nr,lost,1\n",
    "in_category": ":START_ID(Post),:END_ID(Category)\np,music\np,art\n",
    "evokes": ":START_ID(Post),:END_ID(Mood),weight:double\np,calm,0.30000000000000004\n",
    "about": ":START_ID(Post),:END_ID(Topic)\np,t\n",
    "posted_in": ":START_ID(Post),:END_ID(Group)\nr,g\n",
    "shares": ":START_ID(Post),:END_ID(Post)\nq,p\n",
    "interested_in": ":START_ID(User),:END_ID(Tag)\na,jazz\na,jazz\n",
    "friend": ":START_ID(User),:END_ID(User),since:long\nb,a,1\na,b,2\na,a,3\nc,b,\n",
    "asked": ":START_ID(User),:END_ID(User),at:long\nd,a,9\n",
    "blocks": ":START_ID(User),:END_ID(User)\nd,c\n",
    "mutes": ":START_ID(User),:END_ID(User),at:long\na,d,3\n",
    "mutes_tags": ":START_ID(User),:END_ID(Tag),at:long\na,0,4\n",
    "comments": "id:ID(Comment),text,created_at:long,deleted:boolean\nk,Rye,5,false\nl,,6,true\n",
    "wrote": ":START_ID(User),:END_ID(Comment)\na,k\nb,l\n",
    "comment_on": ":START_ID(Comment),:END_ID(Post)\nk,p\nl,p\n",
    "answers": ":START_ID(Comment),:END_ID(Comment)\nk,l\n",
    "words": "id:ID(Word)\nrye bread\n",
    "mutes_words": ":START_ID(User),:END_ID(Word),at:long\nb,rye bread,4\n",
    "member_of": ":START_ID(User),:END_ID(Group),role\nc,g,owner\n",
    "attends": ":START_ID(User),:END_ID(Event),role\nb,e,\n",
    "viewed": ":START_ID(User),:END_ID(Post),at:long,times:long,split\n"
    "b,q,5,9007199254740993,train\n",
    "liked": ":END_ID(Post),:START_ID(User),at:long\np,c,1699999100\np,c,1699999200\nr,b,\np,z,1\n",
    "rated": ":START_ID(User),:END_ID(Post),at:long,percent:long\nb,p,1699999300,80\n",
    "reacted": ':START_ID(User),:END_ID(Post),at:long,kind\nb,p,1,"a ""wow"""\n',
    "hid": ":START_ID(User),:END_ID(Post)\nd,p\n",
}
"""Every fault that a load mends or refuses, and every character that CSV has trouble with."""


@pytest.fixture(scope="module")
def dirty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dirty")
    for name, text in DIRTY.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8", newline="")
    return folder


def prepared(folder: Path, out: Path) -> LoadReport:
    with import_folder(out) as store:
        return ingest(store, as_batches(read_folder(folder)))


@pytest.fixture(scope="module")
def imported(
    neo4j_config: StoreConfig, dirty: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[StoreConfig]:
    """Where a server of our own holds the imported folder."""
    scratch = tmp_path_factory.mktemp("import")
    prepared(dirty, scratch / "out")
    own = OwnNeo4j(scratch)
    filled = own.tell("import", str(scratch / "out"))
    assert filled.returncode == 0, filled.stderr
    try:
        yield own.start()
        running = own.tell("import", str(scratch / "out"), "--overwrite")
        assert running.returncode == 1
    finally:
        own.kill()


def everything(config: StoreConfig) -> tuple[list[str], list[str]]:
    """All nodes and edges with all that is stored on them, but for marks."""
    with neo4j.GraphDatabase.driver(config.url, auth=(config.user, config.password)) as driver:
        nodes = driver.execute_query(
            "MATCH (n) WHERE NOT n:TestGraph AND NOT n:Schema"
            " RETURN labels(n) AS labels, properties(n) AS stored"
        )
        edges = driver.execute_query(
            "MATCH (a)-[e]->(b) RETURN labels(a) AS start, a.id AS source, type(e) AS type,"
            " labels(b) AS end, b.id AS target, properties(e) AS stored"
        )
    found = []
    for result in (nodes, edges):
        rows = [record.data() for record in result.records]
        for row in rows:
            row["stored"] = sorted(row["stored"].items())
        found.append(sorted(map(repr, rows)))
    return found[0], found[1]


@pytest.mark.neo4j
def test_an_imported_folder_is_the_graph_that_a_load_over_bolt_makes(
    imported: StoreConfig, neo4j_config: StoreConfig, neo4j_store: GraphStore, dirty: Path
) -> None:
    ingest(neo4j_store, as_batches(read_folder(dirty)))
    nodes, edges = everything(neo4j_config)
    assert everything(imported) == (nodes, edges)
    assert any("NAMES" in edge for edge in edges)
    assert any("'tags', ['a;b,c', 'jazz']" in node for node in nodes)
    with open_store(imported) as store:
        again = ingest(store, as_batches(read_folder(dirty)))
        assert not again.wrote
        derive(store)
        feed = recommend(store, FeedRequest("ann"), None, NOW)
    assert [post.post.card.post_id for post in feed.posts] == ["s"]


def test_a_prepared_folder_is_reported_as_a_load_of_it(
    dirty: Path, tmp_path: Path, store: GraphStore
) -> None:
    loaded = ingest(store, as_batches(read_folder(dirty)))
    assert prepared(dirty, tmp_path / "out") == loaded
    assert loaded.refused["authored", "unknown post"] == 1
    assert loaded.refused["friend", "from a node to itself"] == 1


def test_a_preparation_that_fails_leaves_nothing(dirty: Path, tmp_path: Path) -> None:
    with pytest.raises(ResonanceError, match="refused"), import_folder(tmp_path / "out") as store:
        ingest(store, as_batches(read_folder(dirty)), LoadReport(strict=True))
    with pytest.raises(ResonanceError, match="nothing to import"), import_folder(tmp_path / "out"):
        pass
    assert list(tmp_path.iterdir()) == []
