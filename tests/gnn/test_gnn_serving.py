import subprocess
import sys


def test_baselines_and_metrics_need_no_torch() -> None:
    """What serves does without it, and more (`tests/test_repository.py`)."""
    code = "import sys; import gnn.baselines.counted, gnn.case; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_training_is_frozen_without_the_library_that_baselines_are_of() -> None:
    code = "import sys; import gnn.freezing; sys.exit('implicit' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
