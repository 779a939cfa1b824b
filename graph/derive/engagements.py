"""Who engaged with what: the union of every signal, one row a pair."""

import pandas as pd

from graph.model import SIGNALS, Tables


def engagements(tables: Tables) -> pd.DataFrame:
    """``user_id``, ``post_id`` and ``at`` (the earliest; null without a time), sorted by ids."""
    parts = [tables[edge.file] for edge in SIGNALS if edge.file in tables]
    frames = [part.reindex(columns=["source", "target", "at"]) for part in parts]
    empty = pd.DataFrame({"source": [], "target": [], "at": []}, dtype="str")
    frame = pd.concat([*frames, empty] if not frames else frames, ignore_index=True)
    frame["at"] = pd.to_numeric(frame["at"]).astype("Int64")
    frame = frame.rename(columns={"source": "user_id", "target": "post_id"})
    pairs: pd.DataFrame = frame.groupby(["user_id", "post_id"], as_index=False).agg({"at": "min"})
    return pairs
