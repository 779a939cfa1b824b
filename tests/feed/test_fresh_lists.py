"""What is remembered for requests takes lists in that were brought up to date."""

import pytest
from filled_graphs import Fill, Filled

from feed.filling import Filling
from feed.remembered import Remembered
from graph.derive.fresh import Fresh
from graph.queries import candidates as queries
from graph.store import GraphStore
from village.world import World

LATER = 2_000_000_000


def hits(store: GraphStore, remembered: Remembered, tag: str) -> tuple[list[str], list[float]]:
    found = remembered.lists(queries.by_tag, [tag])[0]
    return remembered.ids(found.places), found.scores.tolist()


@pytest.mark.parametrize("whole", [True, False])
def test_a_request_finds_the_new_list_and_none_of_the_old(
    any_filled: Filled, derived_village: Fill, village: World, whole: bool
) -> None:
    store = any_filled(derived_village)
    remembered, fresh = Remembered(store), Fresh(store)
    if whole:
        Filling(store, lambda: remembered).fill()
    tagged, people = village.tables["tagged"], village.tables["users"]["id"]
    tag, post = tagged["target"][0], tagged["source"][0]
    fresh.look()
    before = hits(store, remembered, tag)
    rows = [{"source": each, "target": post, "at": LATER} for each in people[:9]]
    store.run("load_liked", rows=rows)
    while fresh.look():
        fresh.step()
    after = hits(store, remembered, tag)
    assert after != before
    assert after == hits(store, Remembered(store), tag)
    assert after[0][0] == post
    alike = remembered.weighed(queries.near_people, [people[0]])
    assert alike == queries.near_people(store, [people[0]])
