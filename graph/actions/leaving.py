"""Somebody leaves: what the graph has of them goes, and others' things stay whole.

`mark` is one transaction, after which the gate shows them to nobody, and nobody acts as them or
with them any more (`hold_people` finds them not). So what `erase` finds is all there is. It works
through it in transactions that are short and may each be done again, and `remove` takes the mark
away with the node, last: whatever dies in between, `leavers` says who has to be gone through again.
"""

from graph.actions import notices
from graph.actions.belongings import erase_comments, erase_happenings, erase_posts, posts_of
from graph.actions.succession import hand_groups_over
from graph.actions.traces import forget_facts, forget_owner
from graph.errors import NotThere
from graph.queries.people import user_cards
from graph.store import GraphStore, Runs


def mark(store: GraphStore, user_id: str) -> None:
    """The user leaves: from now on they are nobody's to see, to act as or to act with.

    Raises:
        NotThere: no such user.
    """
    if not store.run("mark_leaving", user_id=user_id):
        raise NotThere(f"{user_id} is not there")


def leavers(store: GraphStore) -> list[str]:
    """Who began to leave and is not gone yet; reads all users."""
    return [row["user_id"] for row in store.run("leavers")]


def erase(store: GraphStore, user_id: str, at: int) -> None:
    """All of a marked user's goes but the user's own node; safe to do again.

    Args:
        store: the graph.
        user_id: who is marked, or gone already.
        at: Unix seconds.
    """
    hand_groups_over(store, user_id, at)
    posts = posts_of(store, user_id)
    # Comments first: who answers below what is nobody's is not told as standing under its author.
    erase_comments(store, user_id)
    notices.forget(store, user_id, posts, at)
    erase_posts(store, posts)
    erase_happenings(store, user_id)
    forget_facts(store, user_id)


def remove(store: GraphStore, user_id: str, at: int) -> None:
    """The user's node goes, with their inbox and the names that lead to nobody else."""
    card = user_cards(store, [user_id]).get(user_id)
    if card is None:
        return
    if card.username is not None:
        forget_owner(store, user_id, card.username)
    # Who mentioned somebody just now may have told of them after the first look.
    notices.forget(store, user_id, (), at)
    for query in ("drop_edges_from", "drop_edges_to", "drop_near_to"):
        _drop_all(store, query, user_id)

    def work(graph: Runs) -> None:
        graph.run("mark_leaving", user_id=user_id)
        notices.close(graph, user_id, at)
        for row in graph.run("names_of", user_id=user_id):
            graph.run("drop_naming", source=row["name"], target=user_id)
            if not graph.run("from_naming", source=row["name"]):
                graph.run("drop_name", id=row["name"])
        _drop_all(graph, "drop_near_to", user_id)  # lists may have been put in place meanwhile
        graph.run("erase_user", user_id=user_id)

    store.transact(work)


def _drop_all(graph: Runs, query: str, user_id: str) -> None:
    while graph.run(query, user_id=user_id)[0]["edges"]:
        pass
