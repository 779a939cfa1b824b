"""What lies beside a graph, for tests of the operator's desk."""

import json
from dataclasses import dataclass
from pathlib import Path

from random_encoder import RandomTraining

from gnn.versions import Models
from graph.report import COUNTS
from graph.store import GraphStore
from web.records import Records

EVALUATION = {
    "data": {
        "users": 120,
        "posts": 1500,
        "links": 9100,
        "split": "time",
        "cut": 1_759_000_000,
        "seeds": [0],
    },
    "models": {
        name: {
            "ndcg@10": {"mean": ndcg, "sd": 0.0, "by_seed": [ndcg]},
            "recall@20": {"mean": 2 * ndcg, "sd": 0.0, "by_seed": [2 * ndcg]},
        }
        for name, ndcg in (("popularity", 0.11), ("resonance", 0.31))
    },
    "lists": {
        "resonance": {
            name: {"mean": found, "sd": 0.0, "by_seed": [found]}
            for name, found in (
                ("coverage@10", 0.42),
                ("novelty@10", 7.5),
                ("gini_authors@10", 0.61),
            )
        }
    },
    "slices": {},
    "ablation": {
        "resonance - tags": {
            name: {"mean": 0.2, "sd": 0.0, "by_seed": [0.2]}
            for name in ("ndcg@10", "ndcg@20 of users with at most 5 links")
        }
    },
    "calibration_error": 0.004,
    "reliability": [[0.01, 0.012, 900], [0.1, 0.09, 120], [0.4, float("nan"), 12]],
    "choices": {"resonance": [{"secret": "of no use here"}]},
}
ITSELF = {
    "judged_users": 90,
    "users_to_judge": 96,
    "ndcg@10": {"resonance": 0.31, "popularity": 0.12},
    "recall_by_degree": {
        "metric": "recall@20",
        "links": [4.0, 11.2, 31.5],
        "users": [30, 34, 26],
        "models": {"resonance": [0.28, 0.33, 0.44], "popularity": [0.17, 0.2, 0.19]},
    },
    "lists": {
        "resonance": {"coverage@10": 0.38, "novelty@10": 4.1, "gini_authors@10": 0.58},
        "popularity": {"coverage@10": 0.02, "novelty@10": 1.9, "gini_authors@10": 0.93},
    },
    "reliability": [[0.002, 0.0021, 120000], [0.02, 0.024, 5000], [0.11, 0.1, 900]],
    "calibration_error": 0.0008,
}
"""What the later training found of itself; the earlier one is from before that was kept."""
LOAD = {
    "kinds": {"liked": dict.fromkeys(("read", "new", "changed", "unchanged", "gone"), 3)},
    "refused": [{"kind": "liked", "reason": "no such post", "rows": 2, "examples": ["p:9"]}],
    "mended": {"a repeated page": 1},
}
LOAD["kinds"]["liked"]["refused"] = 2  # type: ignore[index,call-overload]
LOADS = [
    {"at": at, "source": source, "by": "ops", **dict.fromkeys(COUNTS, 3)}
    for at, source in ((1_760_000_000, "load folder mine"), (1_759_000_000, "sync socialverse"))
]


@dataclass(frozen=True)
class Kept:
    """Two trainings of the graph, the later one served; one of another; an evaluation; a load."""

    records: Records
    earlier: str
    later: str
    foreign: str


def kept(folder: Path, store: GraphStore) -> Kept:
    """Write it all into the folder."""
    people = [row["id"] for row in store.run("export_users")]
    posts = [row["id"] for row in store.run("export_posts")]
    models = Models(folder / "model")
    data = {"users": len(people), "posts": len(posts), "links": 9100}
    earlier, later = (
        models.add(
            RandomTraining(
                people,
                posts,
                evaluation=found,
                data=data,
                valid={"ndcg@10": ndcg},
                seconds=41.2,
                losses=[0.69, 0.6, 0.53, 0.49, 0.47, 0.48],
                best_epoch=5,
            )
        )
        for ndcg, found in ((0.29, None), (0.31, ITSELF))
    )
    foreign = models.add(RandomTraining(["their:user"], ["their:post"]), promoted=False)
    (folder / "report").mkdir()
    (folder / "report" / "report.json").write_text(json.dumps(EVALUATION))
    (folder / "load.json").write_text(json.dumps(LOAD | {"loads": LOADS}))
    records = Records(models.root, folder / "report", folder / "load.json")
    return Kept(records, earlier, later, foreign)
