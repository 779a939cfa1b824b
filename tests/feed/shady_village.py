"""The village with everything that hides: blocks, mutes, groups, deleted and authorless posts."""

import numpy as np
import pandas as pd

from graph.model import Tables
from village.world import World


def shady(world: World, seed: int = 1) -> Tables:
    """The world's tables, with reasons to hide strewn in."""
    rng = np.random.default_rng(seed)
    tables = dict(world.tables)
    users, posts = list(tables["users"]["id"]), list(tables["posts"]["id"])
    tags = list(tables["tags"]["id"])

    def pairs(sources: list[str], targets: list[str], number: int) -> pd.DataFrame:
        frame = pd.DataFrame(
            {"source": rng.choice(sources, number), "target": rng.choice(targets, number)}
        )
        return frame[frame["source"] != frame["target"]].drop_duplicates()

    people = tables["users"].copy()
    people["privacy"] = people["privacy"].where(rng.random(len(people)) > 0.04, "hidden from all")
    people["active"] = rng.random(len(people)) > 0.05
    written = tables["posts"].copy()
    written["deleted"] = rng.random(len(written)) < 0.05
    written["privacy"] = written["privacy"].where(rng.random(len(written)) > 0.05, None)
    friends = tables["friend"]
    among_friends = friends.sample(15, random_state=seed)[["source", "target"]]
    return tables | {
        "users": people,
        "posts": written,
        "authored": tables["authored"].sample(frac=0.95, random_state=seed),
        "groups": pd.DataFrame({"id": ["g1", "g2"], "name": ["One", "Two"]}),
        "posted_in": pairs(posts, ["g1", "g2"], 30).drop_duplicates("source"),
        "member_of": pairs(users, ["g1", "g2"], 40),
        "blocks": pd.concat([pairs(users, users, 150), among_friends]).drop_duplicates(),
        "mutes": pairs(users, users, 120),
        "mutes_tags": pairs(users, tags, 60),
        "hid": pairs(users, posts, 300),
    }
