import subprocess
import sys


def test_baselines_and_metrics_need_no_torch() -> None:
    """What serves does without it, and more (`tests/test_repository.py`)."""
    code = "import sys; import gnn.baselines.counted, gnn.case; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
