"""Training for serving: learn on the older part, choose on the rest, then encode everything."""

import platform
import time
from dataclasses import dataclass, replace
from pathlib import Path

import torch

from gnn.case import Case, fingerprint, make_case
from gnn.config import TrainConfig
from gnn.data import nodes_of
from gnn.embeddings import EmbeddingTable
from gnn.factors import as_json
from gnn.fitting import fit, inputs_of, repeatable, settled, visible
from gnn.freezing import freeze
from gnn.inductive import InductiveEncoder
from gnn.likelihood import Decoder
from gnn.matrices import matrix
from gnn.revision import revision
from gnn.self_evaluation import self_evaluation
from gnn.split import Split, engagements, hold_out, present, until
from gnn.strengths import link_strengths, linked
from graph.model import Tables

__all__ = ["TrainConfig", "Trained", "train"]


@dataclass(frozen=True)
class Trained:
    """A training's result, ready for `gnn.artifact.save_model`."""

    embeddings: EmbeddingTable
    decoder: Decoder
    encoder: InductiveEncoder
    """Makes vectors of who and what comes later."""
    metadata: dict[str, object]
    losses: tuple[float, ...]
    """The loss of every epoch."""
    evaluation: dict[str, object]
    """On valid (`gnn.self_evaluation`)."""


def train(
    tables: Tables,
    config: TrainConfig | None = None,
    seed: int = 0,
    upto: int | None = None,
    checkpoint: Path | None = None,
) -> Trained:
    """Train on a graph for serving: learn on its older 90 %, choose on the rest, encode it all.

    Args:
        tables: the graph; a ``split`` column is not read.
        config: the settings.
        seed: draws the split where there is no time, and the network's start.
        upto: what is dated later (Unix seconds) is hidden; None hides what is later than now.
        checkpoint: a file that a killed training goes on from, when it is asked for again.

    Raises:
        NotEnoughData: there are too few links to hold any out.
    """
    started = time.time()
    settings = settled(config or TrainConfig())
    moment = present() if upto is None else upto
    seen = until(_unsplit(tables), moment)
    case = _without_test(make_case(seen, seed, moment), seen)
    fitted = fit(case, settings, checkpoint)
    evaluation = self_evaluation(fitted)
    with repeatable(seed, settings):
        everything = visible(seen, settings)
        nodes = nodes_of(everything, case.users, case.posts, settings.hash_width)
        encoder = fitted.encoder
        chosen = encoder.directions
        given = inputs_of(nodes, everything, settings, seed, None, chosen, encoder.reference)
        links = linked(link_strengths(everything, case.users, case.posts))
        factors = encoder.factors(links)
        table = encoder.table(nodes, given, factors)
        frozen = freeze(encoder, nodes, given, everything, table)
    metadata: dict[str, object] = {
        "seed": seed,
        "created_at": int(started),
        "seconds": round(time.time() - started, 1),
        "upto": upto,
        "data": {
            "users": len(case.users),
            "posts": len(case.posts),
            "links": int(case.train.nnz + case.valid.nnz),
            "fingerprint": fingerprint(seen),
        },
        "valid": {"ndcg@10_embedding": fitted.valid_ndcg, "ndcg@10": fitted.fit.valid_ndcg},
        "split": case.split.rule,
        "best_epoch": fitted.best_epoch,
        "losses": [round(each, 5) for each in fitted.losses],
        "spectrum": chosen.as_json(),
        "factors": encoder.factoring and as_json(encoder.factoring),
        "network_share": encoder.share,
        "decoder_choice": fitted.fit.choice,
        "resonance": revision(),
        "torch": torch.__version__,
        "machine": platform.machine(),
        "device": settings.device,
    }
    return Trained(table, fitted.fit.decoder, frozen, metadata, fitted.losses, evaluation)


def _unsplit(tables: Tables) -> Tables:
    return {file: frame.drop(columns="split", errors="ignore") for file, frame in tables.items()}


def _without_test(case: Case, tables: Tables) -> Case:
    """The case for serving: valid is learned from too, and what would be test is valid."""
    split = case.split
    known = engagements(tables)
    later = split.test.set_index(["user_id", "post_id"]).index
    train_links = known[~known.set_index(["user_id", "post_id"]).index.isin(later)]
    cut = None
    if split.rule == "time":
        train_links = train_links[train_links["at"].notna()]
        cut = int(train_links["at"].max())
    nothing = split.test.iloc[:0]
    return replace(
        case,
        tables=hold_out(tables, train_links, cut),
        split=Split(train_links, split.test, nothing, split.rule, cut),
        train=matrix(train_links, case.users, case.posts, row="user_id", column="post_id"),
        valid=case.test,
        test=matrix(nothing, case.users, case.posts, row="user_id", column="post_id"),
    )
