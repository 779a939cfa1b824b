"""The inductive encoder as a file. Needs no torch."""

import zipfile
from pathlib import Path

import numpy as np

from gnn.inductive import InductiveEncoder, Known
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
)


def save_encoder(encoder: InductiveEncoder, path: Path) -> None:
    """Write the encoder as ``.npz`` without pickle, whole or not at all."""
    arrays: dict[str, np.ndarray] = {f"weight:{name}": w for name, w in encoder.weights.items()}
    for label, each in encoder.known.items():
        arrays[f"ids:{label}"] = np.asarray(each.ids[: each.trained], dtype=np.str_)
        arrays[f"states:{label}"] = each.states[:, : each.trained]
        arrays[f"places:{label}"] = each.places[: each.trained]
        arrays[f"usual:{label}"] = each.usual[: each.trained]
        arrays[f"factors:{label}"] = each.factors[: each.trained]
    arrays |= {"values": encoder.values, "turn": encoder.turn}
    for name in _NUMBERS:
        arrays[name] = np.asarray(getattr(encoder, name))
    with whole_file(path) as file:
        np.savez(file, allow_pickle=False, **arrays)


def load_encoder(path: Path) -> InductiveEncoder:
    """Read what `save_encoder` wrote.

    Raises:
        ModelMismatch: there is no such file, or it is damaged.
    """
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as found:
            named = {name.partition(":")[0::2]: found[name] for name in found.files}
            numbers = {name: found[name].item() for name in _NUMBERS}
            return InductiveEncoder(
                weights={name: array for (kind, name), array in named.items() if kind == "weight"},
                known={
                    label: Known(
                        ids.tolist(),
                        *(named[kind, label] for kind in ("states", "places", "usual", "factors")),
                    )
                    for (kind, label), ids in named.items()
                    if kind == "ids"
                },
                values=found["values"],
                turn=found["turn"],
                **numbers,
            )
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ModelMismatch(
            f"{path} is not a readable encoder: run `resonance train` again, or `resonance models"
            " rollback`."
        ) from error
