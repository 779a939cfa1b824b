"""The trainings that are kept: which one is served, and the way back. Needs numpy only.

::

    20261126-072145/    a training (`gnn.artifact`), by when it ended (UTC)
    promoted.json       the names of those that were promoted, the served one last

A training's folder takes its name when it is whole, and the list is replaced as one, so that
whoever reads finds a whole model at any moment.
"""

import json
import shutil
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from gnn.artifact import METADATA, Saveable, ServingModel, load_metadata, load_model, save_model
from graph.errors import ModelMismatch, ModelMissing
from graph.files import new_folder, whole_file

PROMOTED = "promoted.json"
KEPT = 5
"""Trainings beside the served one; the oldest go first."""


@dataclass(frozen=True)
class Version:
    """One training."""

    name: str
    served: bool
    metadata: Mapping[str, object]


class Models:
    """A folder of trainings."""

    def __init__(self, root: Path):
        """Those in `root`, which need not exist."""
        self.root = root

    def __bool__(self) -> bool:
        return self.root.exists() and any(self.root.iterdir())

    def versions(self) -> list[Version]:
        """All of them, the oldest first.

        Raises:
            ModelMismatch: one cannot be read.
        """
        served = self._promoted()[-1:]
        return [
            Version(name, [name] == served, load_metadata(self.root / name))
            for name in self._names()
        ]

    def add(self, trained: Saveable, promoted: bool = True) -> str:
        """Keep a training, and serve it from the next start on; its name.

        Raises:
            SourceUnavailable: it cannot be written; nothing is left of it.
        """
        name = self._new_name(time.strftime("%Y%m%d-%H%M%S", time.gmtime()))
        self._write(name, trained)
        if promoted:
            self.promote(name)
        self._prune()
        return name

    def load(self, name: str | None = None) -> ServingModel:
        """A training by name, or the one that is served.

        Raises:
            ModelMissing: there is none.
            ModelMismatch: it is damaged, or of another format version.
        """
        if name is None:
            promoted = self._promoted()
            if not promoted:
                # A folder of an older version is no folder of trainings: it is told what to do.
                load_model(self.root)
                raise ModelMismatch(f"{self.root} is one training alone: run `resonance train`.")
            name = promoted[-1]
        model = load_model(self.root / self._existing(name))
        return replace(model, forget=self.forget)

    def promote(self, name: str) -> None:
        """Serve this training from the next start on.

        Raises:
            ModelMissing: there is no such training.
            ModelMismatch: it cannot be read; what was served stays.
        """
        load_model(self.root / self._existing(name))
        promoted = [each for each in self._promoted() if each != name]
        self._put([*promoted, name])

    def roll_back(self) -> str:
        """Serve what was served before; its name.

        Raises:
            ModelMissing: nothing was.
        """
        *before, _ = self._promoted() or [""]
        there = [name for name in before if name in self._names()]
        if not there:
            raise ModelMissing(
                f"No training was served from {self.root} before: `resonance models list` shows"
                " those there are, and `resonance models promote NAME` serves one."
            )
        self._put(there)
        return there[-1]

    def forget(self, user_ids: Collection[str], post_ids: Collection[str]) -> None:
        """Take users and posts out of every training; safe to be killed, and done again.

        Each training that has any of them is written anew under another name, and the old one is
        removed when the new one has its place.

        Raises:
            ModelMismatch: a training cannot be read.
            SourceUnavailable: one cannot be written; it is as it was.
        """
        for name in self._names():
            model = load_model(self.root / name)
            if not model.knows_any(user_ids, post_ids):
                continue
            new = self._new_name(name.partition(".")[0])
            # What was read from disk has its encoder.
            self._write(new, cast(Saveable, model.without(user_ids, post_ids)))
            self._put([new if each == name else each for each in self._promoted()])
            shutil.rmtree(self.root / name)

    def _write(self, name: str, trained: Saveable) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        with new_folder(self.root / name) as folder:
            save_model(folder, trained)

    def _names(self) -> list[str]:
        if not self.root.is_dir():
            return []
        return sorted(
            each.name
            for each in self.root.iterdir()
            if (each / METADATA).exists() and not each.name.startswith(".")
        )

    def _new_name(self, stem: str) -> str:
        names, number = set(self._names()), 1
        while (name := stem if number == 1 else f"{stem}.{number}") in names:
            number += 1
        return name

    def _existing(self, name: str) -> str:
        if name not in self._names():
            raise ModelMissing(
                f"There is no training {name!r} in {self.root}: `resonance models list` shows"
                " those there are."
            )
        return name

    def _promoted(self) -> list[str]:
        path = self.root / PROMOTED
        try:
            names = json.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return []
        except ValueError as error:
            raise ModelMismatch(
                f"{path} is damaged ({error}): remove it, then `resonance models promote NAME`."
            ) from error
        return [str(name) for name in names]

    def _put(self, promoted: Collection[str]) -> None:
        with whole_file(self.root / PROMOTED) as file:
            file.write(json.dumps(list(promoted)).encode())

    def _prune(self) -> None:
        served = self._promoted()[-1:]
        others = [name for name in self._names() if [name] != served]
        for name in others[:-KEPT]:
            shutil.rmtree(self.root / name)
