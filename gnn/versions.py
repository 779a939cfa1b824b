"""The trainings that are kept: which one is served, and the way back. Needs no torch.

::

    20261126-072145/    a training (`gnn.artifact`), by when it ended (UTC)
    promoted.json       the names of those that were promoted, the served one last

A training's folder takes its name when it is whole, and the list is replaced as one, so that
whoever reads finds a whole model at any moment.
"""

import json
import shutil
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import cast

from gnn.artifact import (
    METADATA,
    Saveable,
    ServingModel,
    check_arrays,
    load_evaluation,
    load_metadata,
    load_model,
    save_model,
)
from graph.errors import ModelMismatch, ModelMissing, ModelOutdated
from graph.files import new_folder, whole_file

PROMOTED = "promoted.json"
KEPT = 5
"""Trainings beside the served one; the oldest go first, but for the one to roll back to."""

DEAD_SECONDS = 3_600
"""After which a training that is being written has died: it takes seconds."""


@dataclass(frozen=True)
class Version:
    """One training."""

    name: str
    served: bool
    metadata: Mapping[str, object]
    evaluation: Mapping[str, object] | None = None
    """What it found of itself on valid (`gnn.self_evaluation`); None: it is older than that."""
    unusable: str | None = None
    """Why this version of Resonance cannot use it; None: it can."""


class Models:
    """A folder of trainings."""

    def __init__(self, root: Path):
        """Those in `root`, which need not exist."""
        self.root = root

    def __bool__(self) -> bool:
        """Whether there is any, or what stands in for one: a folder of an older version."""
        return bool(self._names()) or any(
            (self.root / each).exists() for each in (PROMOTED, METADATA)
        )

    def versions(self) -> list[Version]:
        """All of them, the oldest first, those too that this version of Resonance cannot use.

        Raises:
            ModelMismatch: the list of what was promoted is damaged.
        """
        served = self._promoted()[-1:]
        return [self._version(name, [name] == served) for name in self._names()]

    def compared(self, one: str, other: str) -> list[tuple[str, str, str]]:
        """What two trainings differ in: a field's dotted name, and its two values as text.

        Raises:
            ModelMissing, ModelMismatch: as for `load`.
        """
        both = [self._flat(name) for name in (one, other)]
        names = sorted({*both[0], *both[1]} - {*UNCOMPARED})
        found = [(name, both[0].get(name, "-"), both[1].get(name, "-")) for name in names]
        return [("", one, other), *(each for each in found if each[1] != each[2])]

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
        return replace(model, forget=self.forget, name=name)

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
        there = self._before()
        if not there:
            raise ModelMissing(
                f"No training was served from {self.root} before: `resonance models list` shows"
                " those there are, and `resonance models promote NAME` serves one."
            )
        self._put(there)
        return there[-1]

    @property
    def previous(self) -> str | None:
        """What `roll_back` would serve; None: nothing was served before."""
        return next(reversed(self._before()), None)

    def forget(self, user_ids: Collection[str], post_ids: Collection[str]) -> dict[str, str]:
        """Take users and posts out of every training; safe to be killed, and done again.

        Each training that has any of them is written anew under another name, and the old one is
        removed when the new one has its place. One of another format goes whole: this version can
        neither serve it nor take anybody out of it.

        Returns:
            The new names, by the old ones.

        Raises:
            ModelMismatch: a training is damaged.
            SourceUnavailable: one cannot be written; it is as it was.
        """
        self._clean()
        renamed = {}
        for name in self._names():
            try:
                model = load_model(self.root / name)
            except ModelOutdated:
                self._put([each for each in self._promoted() if each != name])
                shutil.rmtree(self.root / name)
                continue
            if not model.knows_any(user_ids, post_ids):
                continue
            new = self._new_name(name.partition(".")[0])
            # What was read from disk has its encoder.
            self._write(new, cast(Saveable, model.without(user_ids, post_ids)))
            self._put([new if each == name else each for each in self._promoted()])
            shutil.rmtree(self.root / name)
            renamed[name] = new
        return renamed

    def _flat(self, name: str) -> dict[str, str]:
        folder = self.root / self._existing(name)
        metadata = load_metadata(folder)
        return _flat(metadata) | _flat(load_evaluation(folder, metadata) or {}, "evaluation.")

    def _version(self, name: str, served: bool) -> Version:
        try:
            metadata = load_metadata(self.root / name)
            found = load_evaluation(self.root / name, metadata)
            check_arrays(self.root / name, metadata)
        except ModelMismatch as error:
            return Version(name, served, {}, unusable=str(error))
        return Version(name, served, metadata, found)

    def _clean(self) -> None:
        """Remove what was left of trainings that died while they were written."""
        for each in self.root.glob(".*.partial"):
            if time.time() - each.stat().st_mtime > DEAD_SECONDS:
                shutil.rmtree(each, ignore_errors=True)

    def _write(self, name: str, trained: Saveable) -> None:
        self.root.mkdir(parents=True, exist_ok=True)
        with new_folder(self.root / name) as folder:
            save_model(folder, trained)

    def _names(self) -> list[str]:
        if not self.root.is_dir():
            return []
        there = (
            each.name
            for each in self.root.iterdir()
            if (each / METADATA).exists() and not each.name.startswith(".")
        )
        return sorted(there, key=_by_age)

    def _new_name(self, stem: str) -> str:
        """The stem, or where that is or was taken, one that is sorted after all of its names."""
        numbers = [number for name, number in map(_by_age, self._names()) if name == stem]
        return f"{stem}.{max(numbers) + 1}" if numbers else stem

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

    def _before(self) -> list[str]:
        """What was promoted before the served one and can be served yet, that one last."""
        *before, _ = self._promoted() or [""]
        there = [name for name in before if name in self._names()]
        return [name for name in there if self._version(name, False).unusable is None]

    def _put(self, promoted: Collection[str]) -> None:
        with whole_file(self.root / PROMOTED) as file:
            file.write(json.dumps(list(promoted)).encode())

    def _prune(self) -> None:
        served = self._promoted()[-1:]
        others = [name for name in self._names() if [name] != served]
        for name in {*others[:-KEPT]} - {self.previous}:
            shutil.rmtree(self.root / name)


UNCOMPARED = (
    "table_sha256",
    "encoder_sha256",
    "evaluation_sha256",
    "format",
    "losses",
    "evaluation.reliability",
    *(f"evaluation.recall_by_degree.{each}" for each in ("links", "users")),
    *(f"evaluation.recall_by_degree.models.{each}" for each in ("resonance", "popularity")),
)
"""Of the folder's files alone, or a number an epoch or a bin: nothing to compare trainings by."""


def _by_age(name: str) -> tuple[str, int]:
    stem, _, number = name.partition(".")
    return stem, int(number) if number.isdecimal() else 1


def told(versions: Iterable[Version]) -> list[str]:
    """A line each, with * before the one that is served."""
    return [f"{'*' if each.served else ' '} {each.name:<20}{_told(each)}" for each in versions]


def _told(version: Version) -> str:
    if version.unusable is not None:
        return f"      unusable: {version.unusable}"
    users, posts, links = (_of(version, "data", each) for each in ("users", "posts", "links"))
    good = f"valid NDCG@10 {_of(version, 'valid', 'ndcg@10')}"
    seconds = version.metadata.get("seconds", "?")
    sizes = f"{users:>10} users{posts:>10} posts{links:>11} links"
    return f"{sizes}   {good}   {seconds} s{_found(version.evaluation)}"


def _found(evaluation: Mapping[str, object] | None) -> str:
    """What a training found of itself, in short; nothing of an older one."""
    if evaluation is None:
        return ""
    flat = _flat(evaluation)
    said = {
        "popularity": "ndcg@10.popularity",
        "calibration error": "calibration_error",
        "coverage@10": "lists.resonance.coverage@10",
    }
    return "".join(f"   {words} {flat[name]}" for words, name in said.items() if name in flat)


def _of(version: Version, group: str, field: str) -> str:
    inside = version.metadata.get(group)
    value = inside.get(field, "?") if isinstance(inside, dict) else "?"
    return f"{value:.4f}" if isinstance(value, float) else f"{value}"


def _flat(document: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    """By dotted name; a number as short as a person reads it."""
    found: dict[str, str] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = f"{value:.6g}" if isinstance(value, float) else json.dumps(value)
    return found
