"""Edges as lists: every edge once, and two writers never at one node."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph import edge_lists
from graph.edge_lists import apart, chunks, grouped, slices, ungrouped
from graph.frames import among, positions, repeated

ids = st.sampled_from([f"app:{number}" for number in range(12)])
pairs = st.lists(st.tuples(ids, ids), unique=True, max_size=40)


def frame(drawn: list[tuple[str, str]]) -> pd.DataFrame:
    made = pd.DataFrame(drawn, columns=["source", "target"], dtype="str")
    return made.assign(at=pd.Series(range(len(made)), dtype="Int64"))


@given(pairs, st.booleans())
def test_parts_of_a_round_share_no_node_and_all_rounds_have_every_edge(
    drawn: list[tuple[str, str]], alike: bool
) -> None:
    edges, most = frame(drawn), edge_lists.EDGES_A_TRANSACTION
    edge_lists.EDGES_A_TRANSACTION = 3
    try:
        rounds = list(apart(edges, alike))
    finally:
        edge_lists.EDGES_A_TRANSACTION = most
    for parts in rounds:
        for end in ("source", "target"):
            assert not set.intersection(*(set(part[end]) for part in parts)) or len(parts) == 1
        if alike:
            nodes = [set(part["source"]) | set(part["target"]) for part in parts]
            assert not set.intersection(*nodes) or len(parts) == 1
    found = pd.concat([part for parts in rounds for part in parts]).sort_values("at")
    pd.testing.assert_frame_equal(found, edges)


@given(pairs, st.integers(1, 7))
def test_slices_are_all_edges_and_no_source_is_in_two(
    drawn: list[tuple[str, str]], size: int
) -> None:
    edges, most = frame(drawn), edge_lists.EDGES_A_TRANSACTION
    edge_lists.EDGES_A_TRANSACTION = size
    try:
        cut = list(slices(edges))
    finally:
        edge_lists.EDGES_A_TRANSACTION = most
    sources = [source for part in cut for source in part["source"].unique()]
    assert len(sources) == len(set(sources))
    assert [at for part in cut for at in part["at"]] == edges.sort_values("source", kind="stable")[
        "at"
    ].tolist()
    longest = edges["source"].value_counts().max() if drawn else 0
    assert all(0 < len(part) < size + longest for part in cut)


@given(pairs)
def test_grouping_is_undone_by_ungrouping(drawn: list[tuple[str, str]]) -> None:
    edges = frame(drawn)
    rows = [row for chunk in chunks(list(grouped(edges))) for row in chunk]
    told = [
        {"source": row["source"], "edges": list(zip(row["target"], row["at"], strict=True))}
        for row in [*rows, {"source": "lonely", "target": [], "at": []}]
    ]
    back = ungrouped(told, ["target", "at"])
    wanted = edges.sort_values(["source", "target"], ignore_index=True)
    assert back.astype(object).values.tolist() == wanted.astype(object).values.tolist()


@given(pairs, pairs)
def test_keys_are_met_as_python_would_meet_them(
    drawn: list[tuple[str, str]], others: list[tuple[str, str]]
) -> None:
    edges, held = frame(drawn), frame(others)
    met = positions(edges, held, ["source", "target"])
    assert met.tolist() == [others.index(pair) if pair in others else -1 for pair in drawn]
    twice = pd.concat([edges, held], ignore_index=True)
    every = drawn + others
    assert repeated(twice, ["source", "target"]).tolist() == [
        pair in every[number + 1 :] for number, pair in enumerate(every)
    ]
    wanted = {target for _, target in others}
    assert among(edges["source"], held["target"]).tolist() == [a in wanted for a, _ in drawn]


@pytest.mark.parametrize("size", [1, 5, 100])
def test_a_chunk_is_whole_lists(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edge_lists, "EDGES_A_TRANSACTION", size)
    rows = [{"source": f"{number}", "target": ["a"] * number} for number in range(9)]
    cut = list(chunks(rows))
    assert [row for chunk in cut for row in chunk] == rows
    assert all(sum(1 + len(row["target"]) for row in chunk) <= size + 9 for chunk in cut)
