"""What the server of the workbench's page says before it has done anything."""

import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def refusal(folder: Path, *options: str) -> str:
    """What it says; it makes nothing in its data folder."""
    command = [sys.executable, str(ROOT / "workbench" / "serve.py"), "--data", str(folder / "data"), *options]
    ended = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", timeout=60, check=False)
    assert ended.returncode == 2 and "Traceback" not in ended.stderr
    assert not (folder / "data").exists()
    return ended.stderr


def test_a_busy_port_gets_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        said = refusal(tmp_path, "--port", str(port))
    assert f"argument --port: {port} cannot be used" in said and "give another" in said
    assert "argument --port: 70000 cannot be used" in refusal(tmp_path, "--port", "70000")


def test_a_photograph_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert "argument --photo: there is no file absent.jpg" in refusal(tmp_path, "--photo", "absent.jpg")
