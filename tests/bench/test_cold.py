"""What newcomers are, whom popularity is told of, and a whole measurement of a small village."""

from pathlib import Path

import pandas as pd
import pytest
from small_training import SMALL

from bench.blend import HELD_OUT, later
from bench.cold import AT, POPULAR_FOR, colds, measured, moods_of, popular, viewers_of
from gnn.split import engagements
from village.world import World, plant


@pytest.fixture(scope="module")
def world() -> World:
    return plant(users=120, posts=300, communities=4, engagements_per_user=30.0)


def test_nothing_is_known_of_the_cold_but_one_like_or_a_mood(world: World) -> None:
    viewers = viewers_of(world, 8)
    assert len(viewers) == 8 and set(viewers) <= set(later(world))
    one_like, a_mood = colds(world, viewers)
    for cold, likes in ((one_like, 1), (a_mood, 0)):
        for file, frame in cold.tables.items():
            if "source" in frame:
                theirs = frame[["source", "target"]].isin(viewers).any(axis=1).sum()
                assert theirs == (likes * len(viewers) if file == "liked" else 0), file
        done = engagements(cold.tables)
        assert done["at"].max() <= world.now - HELD_OUT
    assert one_like.asked(viewers[0]).mood is None and a_mood.asked(viewers[0]).mood


def test_a_mood_is_that_of_most_of_what_somebody_did(world: World) -> None:
    tables = {
        **world.tables,
        "liked": pd.DataFrame({"source": "u", "target": ["p1", "p2", "p3"], "at": 1}),
        "evokes": pd.DataFrame(
            {
                "source": ["p1", "p2", "p3", "p3"],
                "target": ["calm", "glad", "glad", "calm"],
                "weight": [1.0, 0.9, 0.3, 0.1],
            }
        ),
    }
    assert moods_of(tables, ["u"]) == {"u": "glad"}


def test_popular_is_public_and_of_the_last_30_days(world: World) -> None:
    cut = world.now - HELD_OUT
    chart = popular(world.tables, cut)
    posts = world.tables["posts"].set_index("id")["privacy"]
    assert chart and set(posts[chart]) == {"public"}
    done = engagements(world.tables, cut)
    recent = done[done["at"] > cut - POPULAR_FOR].groupby("post_id").size()
    counts = recent[chart].tolist()
    assert counts == sorted(counts, reverse=True)


def test_every_way_is_judged_for_every_viewer(world: World, tmp_path: Path) -> None:
    viewers = viewers_of(world, 4)
    after = later(world)
    relevant = {user: after[user] for user in viewers}
    found = measured(colds(world, viewers)[0], relevant, world.now - HELD_OUT, tmp_path, SMALL)
    assert set(found) == {"popular", "no model", "model"}
    for values in found.values():
        assert len(values) == len(viewers) and ((values >= 0) & (values <= 1)).all()
    assert AT == 10 and sum(values.sum() for values in found.values()) > 0
