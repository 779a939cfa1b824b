"""The inductive encoder as a file beside the embedding table's. Needs no torch.

Who its users and posts are, and what follows from their vectors, is in the table's alone.
"""

import zipfile
from pathlib import Path

import numpy as np

from gnn.embeddings import EmbeddingTable
from gnn.inductive import InductiveEncoder
from gnn.known import Known, Places, sides
from graph.errors import ModelMismatch
from graph.files import whole_file

_NUMBERS = (
    "lambda_",
    "exponent",
    "content",
    "strength",
    "scale",
    "user_weight",
    "now",
    "hash_width",
    "interests",
    "alpha",
    "ridge",
    "post_ridge",
)
_OF_THE_TABLE = ("User", "Post")


def save_encoder(encoder: InductiveEncoder, path: Path) -> None:
    """Write the encoder as ``.npz`` without pickle, whole or not at all."""
    arrays: dict[str, np.ndarray] = {f"weight:{name}": w for name, w in encoder.weights.items()}
    for label, each in encoder.known.items():
        arrays[f"states:{label}"] = np.stack([states.table for states in each.states])
        if label in _OF_THE_TABLE:
            arrays[f"times:{label}"] = each.places.times
            arrays[f"axes:{label}"] = each.places.axes
        else:
            arrays[f"ids:{label}"] = np.asarray(each.ids[: each.trained], dtype=np.str_)
            arrays[f"places:{label}"] = each.places.vectors
    arrays |= {"values": encoder.values, "turn": encoder.turn}
    arrays["usual:User"] = encoder.known["User"].usual.table
    for name in _NUMBERS:
        arrays[name] = np.asarray(getattr(encoder, name))
    with whole_file(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_encoder(path: Path, table: EmbeddingTable) -> InductiveEncoder:
    """Read what `save_encoder` wrote.

    Args:
        path: of the file.
        table: the one that it was made with; another one of as many users and posts would do, too
            (`gnn.artifact` holds files to each other by their hashes).

    Raises:
        ModelMismatch: there is no such file, it is damaged, or of a table of other sizes.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            named = {name.partition(":")[0::2]: found[name] for name in found.files}
            numbers = {name: found[name].item() for name in _NUMBERS}
        known = {
            label: Known(ids.tolist(), named["states", label], Places(named["places", label]))
            for (kind, label), ids in named.items()
            if kind == "ids"
        }
        for label, side in sides(table).items():
            places = Places(side.vectors, named["times", label], named["axes", label])
            usual = named["usual", label] if label == "User" else None
            known[label] = Known(side.ids, named["states", label], places, usual, side.factors)
        return InductiveEncoder(
            weights={name: array for (kind, name), array in named.items() if kind == "weight"},
            known=known,
            values=named["values", ""],
            turn=named["turn", ""],
            **numbers,
        )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelMismatch(
            f"{path} is not a readable encoder: run `resonance train` again, or `resonance models"
            " rollback`."
        ) from error
