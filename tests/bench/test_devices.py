"""The comparison of devices at a small size, and devices that are not there."""

import pytest
import torch
from small_training import SMALL

from bench.devices import WAYS, compared
from gnn.case import make_case
from gnn.config import TrainConfig
from gnn.fitting import repeatable, settled
from graph.errors import ConfigError
from village.world import plant


def test_the_processor_makes_what_the_processor_makes() -> None:
    case = make_case(plant(users=80, posts=160, communities=4).tables, 0)
    found = list(compared(case, SMALL, ("cpu", "cpu")))
    assert [each.way for each in found] == [way for way in WAYS for _ in range(2)]
    assert all(each.difference == 0.0 for each in found)
    for first, second in zip(found[::2], found[1::2], strict=True):
        assert (first.loss, first.ndcg) == (second.loss, second.ndcg)
    assert min(each.ndcg for each in found) > 0


@pytest.mark.parametrize("device", ["abacus", "cuda:99"])
def test_a_device_that_is_not_there_is_named_and_torch_left_as_it_was(device: str) -> None:
    threads = torch.get_num_threads()
    with pytest.raises(ConfigError, match=f"device is '{device}'.*Give cpu"):
        with repeatable(0, TrainConfig(device=device)):
            pass
    assert torch.get_num_threads() == threads


@pytest.mark.parametrize(("there", "device"), [(True, "cuda"), (False, "cpu")])
def test_a_gpu_is_used_where_there_is_one_and_nothing_else_was_said(
    monkeypatch: pytest.MonkeyPatch, there: bool, device: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: there)
    assert settled(TrainConfig()) == TrainConfig(device=device)
    assert settled(TrainConfig(device="cpu")) == TrainConfig(device="cpu")
