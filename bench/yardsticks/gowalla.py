"""Gowalla as a graph, in the split of LightGCN: the standard board of link prediction.

Places are posts, check-ins are likes; nothing but ids is known. No licence is stated; read from the
archive at run time. Source: He et al., LightGCN, SIGIR 2020, and its repository.

Protocol: the split in the files; all places ranked, those of train and valid masked. Of each user's
train, a tenth at random is valid, for tuning alone: published models learn from all of train.
"""

from pathlib import Path

import numpy as np
import pandas as pd

from bench.yardsticks.archive import lists, table
from gnn.config import TrainConfig
from gnn.source import Source
from gnn.split import tenths
from graph.model import Tables

ARCHIVE = "gowalla-lightgcn"
CONFIG = TrainConfig(epochs=30)
"""Few epochs, for the sake of the run time on two cores."""
USER, POST = "gowalla:user:", "gowalla:post:"


def convert(folder: Path, seed: int | None = None) -> Tables:
    """The whole data set as one graph; with `seed`, its likes carry a ``split``.

    The seed draws valid out of the files' train; test is the files'. A user keeps what
    `gnn.split.tenths` leaves: all of up to four links of train.

    Raises:
        MalformedSource: a file is not there, or is not in its form.
    """
    train, test = (lists(folder / f"{part}.txt") for part in ("train", "test"))
    links = pd.concat([train.assign(split="train"), test.assign(split="test")], ignore_index=True)
    if seed is not None:
        draws = np.random.default_rng(seed).random(len(train))
        drawn = np.flatnonzero(tenths(train["user"], draws) == 0)
        links.loc[drawn, "split"] = "valid"
    liked = pd.DataFrame(
        {"source": USER + links["user"], "target": POST + links["item"], "split": links["split"]}
    )
    users, posts = (table(folder / f"{each}_list.txt", separator=" ") for each in ("user", "item"))
    return {
        "users": pd.DataFrame({"id": USER + users["remap_id"]}),
        "posts": pd.DataFrame({"id": POST + posts["remap_id"]}),
        "liked": liked if seed is not None else liked.drop(columns="split"),
    }


def source(folder: Path, seed: int | None = None) -> Source:
    """As `convert`: there is no content. Valid, drawn out of train, is for tuning only."""
    return Source(convert(folder, seed), valid_is_known_at_test=True)
