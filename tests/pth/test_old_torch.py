"""Weight files beside the oldest PyTorch that a host brings, in an environment of its own: `python3 dev.py test --full`
makes it where Python 3.10 is at hand.
"""

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
OLD = ROOT / ".venv" / "torch-2.1.2" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


@pytest.mark.full
def test_a_torchscript_file_runs_nothing_where_torch_load_would_run_it(tmp_path: Path) -> None:
    if not OLD.exists():
        pytest.skip("there is no .venv/torch-2.1.2: `python3 dev.py test --full` found no Python 3.10 to make it with")
    command = [str(OLD), "-W", "ignore", "-m", "tests.pth.old_torch", str(tmp_path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=300)
    assert ended.returncode == 0, ended.stderr
    told = json.loads(ended.stdout)
    assert told["torch"].startswith("2.1.2")
    assert told["torch.load"] is True, "else this PyTorch is not one that it can be shown with"
    assert told["us"] is False and "TorchScript archive, which can run code" in told["ours"]["script.pth"]
    assert "not in the ZIP format" in told["ours"]["legacy.pth"]
    assert told["ours"]["plain.pth"] == "{'w': [[0.0, 1.0], [2.0, 3.0]]}"
