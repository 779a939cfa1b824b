"""Steps side by side give what they give one after the other."""

import subprocess
import sys
import threading

import pytest

from gnn import parallel
from gnn.parallel import side_by_side


def test_results_are_in_the_order_of_the_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first waits until the second is done: they really run side by side."""
    monkeypatch.setattr(parallel, "processors", lambda: 2)
    second = threading.Event()

    def step(item: int) -> int:
        if item == 0:
            assert second.wait(timeout=60)
        if item == 1:
            second.set()
        return item * item

    assert side_by_side(step, range(20)) == [item * item for item in range(20)]


def test_what_a_step_raises_is_raised() -> None:
    def step(item: int) -> int:
        if item == 3:
            raise KeyError(item)
        return item

    with pytest.raises(KeyError):
        side_by_side(step, range(5))
    assert side_by_side(step, []) == []


def test_a_process_that_is_calm_from_now_on_stays_so() -> None:
    told = """
import gc, numpy, scipy.linalg
from threadpoolctl import threadpool_info
from gnn.parallel import calm_from_now_on
calm_from_now_on()
gc.collect()
print({each["num_threads"] for each in threadpool_info() if each["user_api"] == "blas"})
"""
    asked = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert asked.stdout == "{1}\n"
