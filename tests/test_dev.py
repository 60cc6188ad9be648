"""The developers' command: what it says where it cannot work, and that it does nothing twice."""

import os
import re
import signal
import subprocess
import sys
import time
from collections import namedtuple
from functools import partial
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import dev  # noqa: E402

Version = namedtuple("Version", "major minor micro releaselevel serial")


def test_other_pythons_are_told_which_ones_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
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
    (requirements / "gradio-9.txt").write_text("a==1\n", encoding="utf-8")
    (requirements / "demo.txt").write_text("a\n", encoding="utf-8")
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    commands: list[list[str]] = []

    def run(command: list[object], **options: object) -> None:
        commands.append([str(part) for part in command])
        if "venv" in commands[-1]:
            made = dev.Environment("gradio-9")
            made.python.parent.mkdir(parents=True)
            made.python.touch()
            text = f"version = {sys.version_info.major}.{sys.version_info.minor}.7\n"
            (made.folder / "pyvenv.cfg").write_text(text, encoding="utf-8")

    monkeypatch.setattr(dev, "run", run)
    dev.Environment("gradio-9").ready("demo")
    assert [("venv" in c, "install" in c) for c in commands] == [(True, False), (False, True)]
    dev.Environment("gradio-9").ready("demo")
    assert len(commands) == 2
    (requirements / "demo.txt").write_text("a\nb\n", encoding="utf-8")
    dev.Environment("gradio-9").ready("demo")
    assert len(commands) == 3 and "install" in commands[-1]


def test_an_unknown_gradio_names_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        dev.Environment("gradio-1.0")
    assert "3.41.2, 4.40.0" in capsys.readouterr().err


def test_another_python_makes_the_environment_of_the_oldest_torch(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Of what lies on the PATH not everything runs: pyenv puts names there that only complain."""
    made: list[object] = []
    shim, python = tmp_path / "python3.10", tmp_path / "versions" / "3.10.7" / "bin" / "python"
    python.parent.mkdir(parents=True)
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    python.write_text("#!/bin/sh\necho 3.10\n", encoding="utf-8")
    for file in (shim, python):
        file.chmod(0o755)
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path))
    monkeypatch.setattr("shutil.which", lambda name: str(shim))
    monkeypatch.setattr(sys, "version_info", Version(3, 11, 0, "final", 0))
    monkeypatch.setattr(dev.Environment, "ready", lambda self, *layers: made.append((self.folder, self.maker, layers)))
    dev.oldest_torch()
    assert made == [(ROOT / ".venv" / "torch-2.1.2", str(python), ("weights",))]
    python.unlink()
    dev.oldest_torch()
    assert len(made) == 1


def test_the_demo_runs_with_the_gradio_that_it_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    commands: list[list[object]] = []
    monkeypatch.setattr(dev.Environment, "ready", lambda self, *layers: self)
    monkeypatch.setattr(dev, "run", lambda command, **options: commands.append(command))
    dev.demo(["--port", "1", "--gradio", "4.40.0"])
    dev.demo(["--port", "1"])
    assert [Path(str(command[0])).parts[-3] for command in commands] == ["gradio-4.40.0", "gradio-3.41.2"]
    assert commands[0][1:] == commands[1][1:] and commands[0][-2:] == ["--port", "1"]


def machine(monkeypatch: pytest.MonkeyPatch, *programs: str, user: int = 1000) -> list[list[str]]:
    """A machine that has these programs and none of the fonts; gives the list of what is run on it."""
    commands: list[list[str]] = []
    monkeypatch.setattr("shutil.which", lambda name, path=None: name if name in programs else None)
    monkeypatch.setattr("os.geteuid", lambda: user, raising=False)
    monkeypatch.setattr(dev, "run", lambda command, **options: commands.append([str(part) for part in command]))

    def ready(self: dev.Environment, *layers: str) -> dev.Environment:
        commands.append(["ready", *layers])
        return self

    monkeypatch.setattr(dev.Environment, "ready", ready)
    present = {needed.package: needed.package in programs for needed in dev.NEEDED}
    needed = [needed._replace(is_here=partial(present.get, needed.package)) for needed in dev.NEEDED]
    monkeypatch.setattr(dev, "NEEDED", needed)
    return commands


def test_on_debian_root_gets_what_is_missing_and_others_are_told_how(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commands = machine(monkeypatch, "apt-get", "nodejs", user=0)
    dev.programs()
    assert commands[1][-4:] == ["chromium", "npm", "fonts-noto-color-emoji", "fonts-dejavu-core"]
    for work in (partial(dev.test, []), partial(dev.test, ["tests/test_x.py"]), partial(dev.bench, ["click"])):
        commands = machine(monkeypatch, "apt-get", "nodejs")
        with pytest.raises(SystemExit):
            work()
        assert "sudo apt-get install chromium npm fonts-noto-color-emoji fonts-dejavu-core" in capsys.readouterr().err
        assert not commands, "told before anything is installed"


def test_other_systems_are_told_what_to_install_and_what_needs_nothing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    machine(monkeypatch)
    with pytest.raises(SystemExit):
        dev.test([])
    told = capsys.readouterr().err
    assert "need Chromium, Chrome or Edge and Node.js and npm" in told and "test --portable" in told
    assert "apt-get" not in told and "fonts" not in told
    machine(monkeypatch, "chromium", "nodejs", "npm")
    dev.programs()


def test_what_is_portable_runs_without_any_program(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = machine(monkeypatch)
    dev.test(["--portable"])
    commands[:] = [command for command in commands if command[0] != "ready"]
    assert [command[2] for command in commands] == ["ruff", "ruff", "mypy", "pytest"]
    assert commands[-1][3:] == ["-m", "not full and not browser"]
    del commands[:]
    dev.test(["--portable", "--full", "tests/test_x.py", "-k", "y"])
    ours = [command[3:] for command in commands if command[0] != "ready"]
    assert ours == [["-m", "not browser", "tests/test_x.py", "-k", "y"]]


def test_the_long_run_of_odd_requests_needs_no_program_either(monkeypatch: pytest.MonkeyPatch) -> None:
    commands = machine(monkeypatch)
    dev.test(["--fuzz", "-x"])
    ours = [command[3:] for command in commands if command[0] != "ready"]
    assert ours == [["-m", "not full", "--fuzz", "tests/host/test_fuzz.py", "-x"]]


def test_what_opens_a_page_is_not_portable() -> None:
    """Found out by pytest itself, on a test that asks for the page by way of another fixture."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-m", "not full and not browser"]
    files = ["tests/host/test_routes.py", "tests/host/test_canvas_view.py"]
    ended = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert "test_routes.py" in ended.stdout and "test_canvas_view.py" not in ended.stdout


def test_what_runs_meanwhile_speaks_afterwards_and_its_failure_counts(capfd: pytest.CaptureFixture[str]) -> None:
    code = "print('the pages'); raise SystemExit(3)"
    with pytest.raises(SystemExit) as ended, dev.meanwhile([sys.executable, "-c", code]):
        print("the library")
    assert ended.value.code == 3
    assert capfd.readouterr().out.split("\n") == ["the library", "the pages", ""]


ENDS_ITS_CHILDREN = """
import sys
sys.path.insert(0, sys.argv[1])
import dev

QUIETLY = "import signal, time; signal.signal(signal.SIGINT, signal.SIG_DFL); "
CHILD = [sys.executable, "-c", QUIETLY + "print('started', flush=True); time.sleep(60)"]
WAYS = {"alone": lambda: dev.run(CHILD), "beside": lambda: beside()}

def beside():
    with dev.meanwhile(CHILD):
        dev.run(CHILD)

dev.COMMANDS["demo"] = lambda arguments: WAYS[arguments[0]]()
sys.argv = ["dev.py", "demo", sys.argv[2]]
dev.main()
"""


@pytest.mark.skipif(os.name == "nt", reason="Windows ends a program without telling it")
@pytest.mark.parametrize("way", ["alone", "beside"])
def test_what_it_has_started_ends_with_it(way: str) -> None:
    """A service manager or `kill` sends SIGTERM to this program alone, not to those that it has started."""
    command = [sys.executable, "-c", ENDS_ITS_CHILDREN, str(ROOT), way]
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8") as program:
        assert program.stdout and program.stdout.readline() == "started\n"
        program.terminate()
        program.wait(30)
        until = time.monotonic()
        assert program.stdout.read() in ("", "started\n")  # comes once no process can write into it any more
        assert time.monotonic() - until < 5, "a program that it has started went on"
    assert program.returncode == 128 + signal.SIGINT


def test_files_of_the_demo_are_where_the_caller_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ran: list[tuple[Path, list[Path]]] = []
    monkeypatch.setattr(dev.Environment, "ready", lambda self, *layers: self)
    monkeypatch.setattr(dev, "run", lambda command, cwd: ran.append((cwd, [Path(part) for part in command[:2]])))
    monkeypatch.chdir(tmp_path)
    for options in (["--once", "out.png"], ["--once=out.png"], ["--photo", "mine.jpg"]):
        dev.demo(options)
    assert [folder for folder, _ in ran] == [tmp_path] * 3
    assert [program.name for _, (_, program) in ran] == ["demo.py", "demo.py", "serve.py"]
    assert all(path.is_absolute() for _, paths in ran for path in paths)


def test_an_unknown_benchmark_names_the_known_ones() -> None:
    ended = subprocess.run(
        [sys.executable, "dev.py", "bench", "x"], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 1 and "segmenter" in ended.stderr


def test_every_benchmark_that_is_written_about_can_be_run() -> None:
    written = {
        group
        for page in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")]
        for group in re.findall(r"dev\.py bench ([a-z_]+)", page.read_text(encoding="utf-8"))
    }
    assert len(written) > 5
    for group in written:
        assert "def run(" in (ROOT / "bench" / f"{group}.py").read_text(encoding="utf-8"), group


def test_it_needs_the_standard_library_only() -> None:
    ended = subprocess.run(
        [sys.executable, "-S", "-I", str(ROOT / "dev.py"), "--help"], capture_output=True, check=False
    )
    assert ended.returncode == 0


def test_the_checker_of_the_page_is_installed_once_and_again_when_its_list_changes(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "package.json").write_text("{}", encoding="utf-8")
    lock = tmp_path / "package-lock.json"
    lock.write_text("1", encoding="utf-8")
    commands: list[list[object]] = []

    def run(command: list[object]) -> None:
        commands.append(command)
        (tmp_path / "node_modules").mkdir(exist_ok=True)

    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "run", run)
    monkeypatch.setattr("shutil.which", lambda name: f"found/{name}")
    for wanted in ("1", "1", "2"):
        lock.write_text(wanted, encoding="utf-8")
        assert dev.page_checker() == tmp_path / "node_modules" / "typescript" / "bin" / "tsc"
    assert [command[:2] for command in commands] == [["found/npm", "ci"]] * 2


def test_without_npm_the_check_fails_and_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("shutil.which", lambda name: None if name == "npm" else f"found/{name}")
    with pytest.raises(SystemExit) as ended:
        dev.page_checker()
    assert ended.value.code == 1 and "apt-get install nodejs npm" in capsys.readouterr().err
