"""Every judged user's best posts by every model, as one CSV file."""

import csv
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np
import pandas as pd

from gnn.case import Case, Ranking
from graph.files import whole_file

COLUMNS = ("model", "seed", "user_id", "rank", "post_id", "score")


@contextmanager
def predictions_file(path: Path | None) -> Iterator[TextIO | None]:
    """The file, whole or not at all; None where none is wanted."""
    if path is None:
        yield None
        return
    with whole_file(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="")
        csv.writer(text).writerow(COLUMNS)
        yield text
        text.detach()


def write(file: TextIO, case: Case, model: str, ranking: Ranking) -> None:
    """Append every judged user's list, best first, ranks from 1."""
    rows, places = np.nonzero(ranking.ranked >= 0)
    frame = pd.DataFrame(
        {
            "model": model,
            "seed": case.seed,
            "user_id": case.users.ids_at(ranking.user_pos[rows]),
            "rank": places + 1,
            "post_id": case.posts.ids_at(ranking.ranked[rows, places]),
            "score": ranking.scores[rows, places],
        }
    )
    frame.to_csv(file, index=False, header=False, lineterminator="\n")
