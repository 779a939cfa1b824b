"""Mutes: whose posts, which tags and which words somebody does not want to see.

Each function decides and writes in one transaction that holds whoever mutes, and returns since
when they do (Unix seconds; 0 where nobody knows; None: they do not). What is so already stays.
"""

from graph.actions.facts import Said, hearing, say
from graph.errors import Contradiction, NotThere
from graph.queries.friendships import between
from graph.store import Call, GraphStore, Runs


def mute_person(store: GraphStore, user_id: str, other_id: str, at: int) -> int | None:
    """The user does not want to see the other's posts.

    Raises:
        NotThere: one of the two is not there.
        Contradiction: the two are one.
    """
    if user_id == other_id:
        raise Contradiction("This is about two people, and you are one.")
    return _muted(store, Said("mutes", user_id, other_id, {"at": at}), at, [user_id, other_id])


def unmute_person(store: GraphStore, user_id: str, other_id: str, at: int) -> int | None:
    """The user wants to see the other's posts again."""
    return _muted(store, Said("mutes", user_id, other_id, None), at, [user_id])


def mute_tag(store: GraphStore, user_id: str, tag_id: str, at: int) -> int | None:
    """The user does not want to see posts with the tag, which need not be there yet."""
    return _muted(store, Said("mutes_tags", user_id, tag_id, {"at": at}), at, [user_id])


def unmute_tag(store: GraphStore, user_id: str, tag_id: str, at: int) -> int | None:
    """The user wants to see posts with the tag again."""
    return _muted(store, Said("mutes_tags", user_id, tag_id, None), at, [user_id])


def mute_word(store: GraphStore, user_id: str, word: str, at: int) -> int | None:
    """The user does not want to see posts that say the word or phrase (`graph.model.word_id`)."""
    return _muted(store, Said("mutes_words", user_id, word, {"at": at}), at, [user_id])


def unmute_word(store: GraphStore, user_id: str, word: str, at: int) -> int | None:
    """The user wants to see posts that say the word or phrase again."""
    return _muted(store, Said("mutes_words", user_id, word, None), at, [user_id])


def _muted(store: GraphStore, said: Said, at: int, people: list[str]) -> int | None:
    def work(graph: Runs) -> int | None:
        who: Call = "hold_people", {"user_ids": sorted(people)}
        graph.foresee([who, _asked(said), hearing(said.file, said.source, said.target)])
        if len(graph.run("hold_people", user_ids=sorted(people))) < len(people):
            raise NotThere(f"{people} are not all there")
        since = _since(graph, said)
        if (since is None) == (said.values is None):
            return since
        if said.values is not None and said.file == "mutes_tags":
            graph.run("load_tags", rows=[{"id": said.target, "name": said.target}])
        if said.values is not None and said.file == "mutes_words":
            graph.run("load_words", rows=[{"id": said.target}])
        say(graph, [said], at)
        return None if said.values is None else at

    return store.transact(work)


def _since(graph: Runs, said: Said) -> int | None:
    if said.file == "mutes":
        return between(graph, said.source, said.target).mutes
    name, params = _asked(said)
    rows = graph.run(name, **params)
    return rows[0]["at"] if rows else None


def _asked(said: Said) -> Call:
    """What tells since when."""
    if said.file == "mutes":
        return "between", {"user_id": said.source, "other_id": said.target}
    if said.file == "mutes_tags":
        return "tag_mute", {"user_id": said.source, "tag_id": said.target}
    return "word_mute", {"user_id": said.source, "word": said.target}
