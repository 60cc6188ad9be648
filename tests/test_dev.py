"""The developers' command: what it says where it cannot work, and that it does nothing twice."""

import subprocess
import sys
from collections import namedtuple
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import dev  # noqa: E402

Version = namedtuple("Version", "major minor micro releaselevel serial")


def test_other_pythons_are_told_which_ones_work(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture) -> None:
    for minor in (9, 13):
        monkeypatch.setattr(sys, "version_info", Version(3, minor, 0, "final", 0))
        with pytest.raises(SystemExit) as ended:
            dev.main()
        assert ended.value.code == 1
        assert f"this is Python 3.{minor}; use 3.10, 3.11 or 3.12" in capsys.readouterr().err


def test_an_environment_is_installed_once_and_again_when_its_list_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    (requirements / "gradio-9.txt").write_text("a==1\n")
    (requirements / "demo.txt").write_text("a\n")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    commands: list[list[str]] = []

    def run(command: list[object], **options: object) -> None:
        commands.append([str(part) for part in command])
        if "venv" in commands[-1]:
            python = tmp_path / ".venv" / "gradio-9" / "bin" / "python"
            python.parent.mkdir(parents=True)
            python.touch()
            text = f"version = {sys.version_info.major}.{sys.version_info.minor}.7\n"
            (python.parents[1] / "pyvenv.cfg").write_text(text)

    monkeypatch.setattr(dev, "run", run)
    dev.Environment("9").ready("demo")
    assert [("venv" in c, "install" in c) for c in commands] == [(True, False), (False, True)]
    dev.Environment("9").ready("demo")
    assert len(commands) == 2
    (requirements / "demo.txt").write_text("a\nb\n")
    dev.Environment("9").ready("demo")
    assert len(commands) == 3 and "install" in commands[-1]


def test_an_unknown_gradio_names_the_known_ones(capsys: pytest.CaptureFixture) -> None:
    with pytest.raises(SystemExit):
        dev.Environment("1.0")
    assert "3.41.2, 4.40.0" in capsys.readouterr().err


def test_the_demo_runs_with_the_gradio_that_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[object]] = []
    monkeypatch.setattr(dev.Environment, "ready", lambda self, *layers: self)
    monkeypatch.setattr(dev, "run", lambda command: commands.append(command))
    dev.demo(["--port", "1", "--gradio", "4.40.0"])
    dev.demo(["--port", "1"])
    assert [Path(str(command[0])).parts[-3] for command in commands] == ["gradio-4.40.0", "gradio-3.41.2"]
    assert commands[0][1:] == commands[1][1:] and commands[0][-2:] == ["--port", "1"]


def test_what_runs_meanwhile_speaks_afterwards_and_its_failure_counts(capfd: pytest.CaptureFixture) -> None:
    code = "print('the pages'); raise SystemExit(3)"
    with pytest.raises(SystemExit) as ended, dev.meanwhile([sys.executable, "-c", code]):
        print("the library")
    assert ended.value.code == 3
    assert capfd.readouterr().out.split("\n") == ["the library", "the pages", ""]


def test_an_unknown_benchmark_names_the_known_ones() -> None:
    ended = subprocess.run(
        [sys.executable, "dev.py", "bench", "x"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1 and "segmenter" in ended.stderr


def test_it_needs_the_standard_library_only() -> None:
    ended = subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "dev.py"), "--help"], capture_output=True, check=False
    )
    assert ended.returncode == 0


def test_the_checker_of_the_page_is_installed_once_and_again_when_its_list_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text("{}")
    lock = tmp_path / "package-lock.json"
    lock.write_text("1")
    commands: list[list[object]] = []

    def run(command: list[object]) -> None:
        commands.append(command)
        (tmp_path / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "run", run)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/bin/{name}")
    for wanted in ("1", "1", "2"):
        lock.write_text(wanted)
        assert dev.page_checker() == tmp_path / "node_modules" / "typescript" / "bin" / "tsc"
    assert [command[:2] for command in commands] == [["/bin/npm", "ci"]] * 2


def test_without_npm_the_check_fails_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: None if name == "npm" else f"/bin/{name}")
    with pytest.raises(SystemExit) as ended:
        dev.page_checker()
    assert ended.value.code == 1 and "apt-get install nodejs npm" in capsys.readouterr().err
