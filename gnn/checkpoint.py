"""A training under way, on disk: who is killed goes on where they were, to the very same end.

The file is replaced as one at each look at valid, and removed at the end. It belongs to one data
set, one seed and one set of settings; for any other training it is as if there were none, and so it
is for a version of Resonance that trains otherwise.
"""

import hashlib
import io
import logging
import pickle
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
import torch

from gnn.case import Case
from gnn.config import TrainConfig
from graph.files import whole_file
from graph.model import Tables

State = dict[str, torch.Tensor]
FORMAT = 1
"""To be raised with whatever makes another training of the same data and settings."""
DIGEST = hashlib.sha256().digest_size
"""Bytes of the content's hash, with which the file begins."""

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Progress:
    """How far a training is, after some epoch."""

    epoch: int
    network: State
    optimizer: dict[str, object]
    best: State
    """The network at the best look."""
    best_epoch: int
    best_share: float
    losses: tuple[float, ...]
    drawing: dict[str, object]
    """The state of what draws users and posts (numpy)."""
    dropping: torch.Tensor
    """The state of what draws dropout (torch)."""


def name_of(case: Case, config: TrainConfig) -> str:
    """A hash of all that decides how a training goes."""
    digest = hashlib.sha256(repr((FORMAT, sorted(asdict(config).items()), case.seed)).encode())
    for table in sorted(_hashes(case.tables)):
        digest.update(table)
    digest.update(repr((case.split.rule, case.split.cut)).encode())
    digest.update(str(case.valid.indices.tolist()).encode())
    return digest.hexdigest()


def _hashes(tables: Tables) -> list[bytes]:
    found = []
    for file, frame in tables.items():
        text = frame.to_csv(index=False).encode()
        found.append(file.encode() + b" " + hashlib.sha256(text).digest())
    return found


class Checkpoint:
    """The file of one training."""

    def __init__(self, path: Path, name: str):
        """At `path`, for the training of that name (`name_of`)."""
        self.path, self._name = path, name

    def read(self, network: State) -> Progress | None:
        """How far this training was; None where it has not begun, or the file is another's.

        Args:
            network: what is trained, whose names and shapes the file's must have.
        """
        try:
            written = self.path.read_bytes()
        except FileNotFoundError:
            return None
        digest, content = written[:DIGEST], written[DIGEST:]
        if digest != hashlib.sha256(content).digest():
            return None  # half a file, or none of ours: from its beginning is never wrong
        found = _loaded(content)
        if found.pop("name", self._name) != self._name:
            return None
        if not _fits(found, network):
            log.warning(
                "%s was left by another version of Resonance: the training begins anew", self.path
            )
            return None
        return Progress(**found)

    def write(self, progress: Progress) -> None:
        """Keep this; whole or not at all."""
        content = io.BytesIO()
        torch.save({"name": self._name, **vars(progress)}, content)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(self.path) as file:
            file.write(hashlib.sha256(content.getvalue()).digest() + content.getvalue())

    def end(self) -> None:
        """Remove the file: the training is done."""
        self.path.unlink(missing_ok=True)


def _loaded(content: bytes) -> dict[str, Any]:
    """What was kept; nothing where another version kept what this one does not take."""
    try:
        found = torch.load(io.BytesIO(content), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError:
        return {}
    return dict(found)


def _fits(found: Mapping[str, Any], network: State) -> bool:
    """Whether it is a `Progress` of that network."""
    if found.keys() != {each.name for each in fields(Progress)}:
        return False
    shapes = ({name: each.shape for name, each in found[of].items()} for of in ("network", "best"))
    return all(each == {name: own.shape for name, own in network.items()} for each in shapes)


def drawing(rng: np.random.Generator) -> dict[str, object]:
    """The generator's state as plain values."""
    return dict(rng.bit_generator.state)
