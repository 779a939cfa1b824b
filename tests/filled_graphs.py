"""Graphs that are filled once and copied for each test that reads or changes one."""

import shutil
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from graph.store import GraphStore, open_store

Fill = Callable[[GraphStore], object]
"""What fills a graph: a function of one name in one module fills it the same every time."""
Filled = Callable[[Fill], GraphStore]
"""Gives the test a graph of its own that holds what the function fills in."""


class Prepared:
    """The embedded graphs that tests copy; each is filled when it is first asked for."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._made: dict[tuple[str, str], Path] = {}

    def open_copy(self, fill: Fill, folder: Path, stack: ExitStack) -> GraphStore:
        """Open what `fill` makes, in a new folder; `stack` closes it."""
        shutil.copytree(self.folder(fill), folder)
        return stack.enter_context(open_store(f"ladybug:{folder / 'graph'}"))

    def folder(self, fill: Fill) -> Path:
        """Where the graph lies that `fill` has filled, closed; to be copied, not opened."""
        name = (fill.__module__, fill.__qualname__)
        if name not in self._made:
            made = self._folder / str(len(self._made))
            with open_store(f"ladybug:{made / 'graph'}") as store:
                fill(store)
            self._made[name] = made
        return self._made[name]
