import subprocess
import sys

SERVING = (
    "gnn.likelihood, gnn.embeddings, gnn.artifact, gnn.features, gnn.inductive, gnn.neighbours"
)


def test_what_serving_imports_needs_no_torch() -> None:
    code = f"import sys; import {SERVING}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_baselines_and_metrics_need_no_torch_either() -> None:
    code = "import sys; import gnn.baselines.counted, gnn.case; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
