#!/usr/bin/env python3
"""The one command of this project's developers: demo, test, bench, check. Standard library only.

demo [--gradio VERSION] the page of a stand-in Web UI with a photograph opened in our tab
demo --once OUT.png     the main job without a page; add --help for a picture of your own
test [--full] [PYTEST ARGUMENTS], among them --gradio VERSION and --webui-url URL --webui FOLDER
test --fuzz             20,000 requests that nobody should send, to a workbench
test --portable         only what needs neither a browser nor Node.js: on Windows and macOS without installing more
bench GROUP [--json]    a file bench/GROUP.py
check [--fix]
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent
GRADIO, OTHERS = "3.41.2", ("4.40.0",)
"""What A1111 and most of its forks bring; and Forge, where only the page is tried, in an environment without torch."""
OLDEST, NEWEST = (3, 10), (3, 12)
OLDEST_TORCH = "torch-2.1.2"
"""What A1111 pins. `test --full` reads weight files beside it too, on Python 3.10, as the host does."""
WITHOUT_DEPENDENCIES = ("torchvision==0.28.0",)
"""Only segment-anything imports it, for two functions; what it depends on would move what is pinned."""
SPEAK_UTF8 = {"PYTHONIOENCODING": "utf-8"}
"""For the programs that are started here: what Windows takes instead cannot write every character of ours."""
FONTS = Path("/usr/share/fonts/truetype")
SECONDS_TO_END = 15  # from Ctrl+C until a program that was started here is ended by force

Command = Sequence[str | Path]


class Needed(NamedTuple):
    """Something outside Python that tests use: whether it is here, Debian's package of it, and its name elsewhere ("":
    other systems need nothing in its place).
    """

    is_here: Callable[[], object]
    package: str
    elsewhere: str = ""


def _browser() -> object:
    from bench import chromium

    return chromium.find()


NEEDED = (
    Needed(_browser, "chromium", "Chromium, Chrome or Edge"),
    Needed(lambda: shutil.which("node"), "nodejs", "Node.js"),
    Needed(lambda: shutil.which("npm"), "npm", "npm"),
    Needed((FONTS / "noto" / "NotoColorEmoji.ttf").exists, "fonts-noto-color-emoji"),
    Needed((FONTS / "dejavu" / "DejaVuSans.ttf").exists, "fonts-dejavu-core"),
)


class Failed(SystemExit):
    """Ends the program with a message that says what to do."""

    def __init__(self, message: str) -> None:
        print(f"dev.py: {message}", file=sys.stderr)
        super().__init__(1)


class Environment:
    """A virtual environment, installed in layers; each is skipped while nothing changed.

    `name` is that of its folder and of its constraints in requirements/, `maker` the Python that makes it.
    """

    def __init__(self, name: str = f"gradio-{GRADIO}", maker: str = sys.executable) -> None:
        self.folder, self.maker = ROOT / ".venv" / name, maker
        self.constraints = ROOT / "requirements" / f"{name}.txt"
        self.python = self.folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
        if not self.constraints.exists():
            raise Failed(f"there is no {self.constraints.relative_to(ROOT)}; the known ones are {_known_gradios()}.")

    def ready(self, *layers: str) -> Environment:
        """Make it if needed and bring it up to the named layers (files in requirements/)."""
        if not self._made_by_its_python():
            shutil.rmtree(self.folder, ignore_errors=True)
            run([self.maker, "-m", "venv", self.folder])
        for layer in layers:
            self._install(layer)
        return self

    def _made_by_its_python(self) -> bool:
        stamp = self.folder / "pyvenv.cfg"
        version = f"version = {version_of(self.maker)}."
        return self.python.exists() and version in stamp.read_text(encoding="utf-8")

    def _install(self, layer: str) -> None:
        wanted = ROOT / "requirements" / f"{layer}.txt"
        digest = hashlib.sha256(
            wanted.read_bytes() + self.constraints.read_bytes() + repr(WITHOUT_DEPENDENCIES).encode()
        ).hexdigest()
        stamp = self.folder / f"{layer}.installed"
        if stamp.exists() and stamp.read_text(encoding="utf-8") == digest:
            return
        print(f"dev.py: installing {wanted.relative_to(ROOT)} into {self.folder.relative_to(ROOT)} …", flush=True)
        pip: Command = [self.python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run([*pip, "--constraint", self.constraints, "--requirement", wanted])
        if layer == "test":
            run([*pip, "--no-deps", *WITHOUT_DEPENDENCIES])
        stamp.write_text(digest, encoding="utf-8")


def page_checker() -> Path:
    """The program that checks the types of the page, tsc, installed as package-lock.json says unless nothing changed.

    Raises Failed without npm: what is checked on one machine is checked on all.
    """
    npm = shutil.which("npm")
    if not npm or not shutil.which("node"):
        raise Failed("checking the page's types needs Node.js with npm; on Debian: sudo apt-get install nodejs npm")
    lists = (ROOT / "package.json").read_bytes() + (ROOT / "package-lock.json").read_bytes()
    digest = hashlib.sha256(lists).hexdigest()
    stamp = ROOT / "node_modules" / "installed"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != digest:
        print("dev.py: installing package-lock.json into node_modules …", flush=True)
        run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
        stamp.write_text(digest, encoding="utf-8")
    return ROOT / "node_modules" / "typescript" / "bin" / "tsc"


def version_of(python: str | Path) -> str:
    """Such as “3.10”; "" where this is no Python that runs."""
    if python == sys.executable:
        return "{}.{}".format(*sys.version_info)
    told = [str(python), "-c", "import sys; print('{}.{}'.format(*sys.version_info))"]
    try:
        return subprocess.run(told, capture_output=True, encoding="utf-8", check=False, timeout=60).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def python_3_10() -> str | None:
    """A Python of that version: this one, one on the PATH, or one of pyenv's."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    candidates = [sys.executable, shutil.which("python3.10"), *sorted(pyenv.glob("3.10.*/bin/python"))]
    return next((str(python) for python in candidates if python and version_of(python) == "3.10"), None)


def oldest_torch() -> None:
    """Make the environment of OLDEST_TORCH where Python 3.10 is at hand; the tests that need it say where it is not."""
    if python := python_3_10():
        Environment(OLDEST_TORCH, python).ready("weights")


def _known_gradios() -> str:
    return ", ".join(sorted(path.stem.removeprefix("gradio-") for path in (ROOT / "requirements").glob("gradio-*")))


def run(command: Command, *, cwd: Path = ROOT, stdout: int | None = None, env: Mapping[str, str] | None = None) -> None:
    """Run in the folder `cwd`, `env` added to the environment; a failure ends this program with the same code."""
    process = started(command, cwd=cwd, stdout=stdout, env=env)
    with ending(process):
        code = process.wait()
    if code:
        raise SystemExit(code)


def started(command: Command, *, env: Mapping[str, str] | None = None, **options: Any) -> subprocess.Popen[bytes]:
    """Start a program, `env` added to the environment; the `options` are those of Popen."""
    return subprocess.Popen([str(part) for part in command], env={**os.environ, **SPEAK_UTF8, **(env or {})}, **options)


@contextlib.contextmanager
def ending(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Where this program is told to end within the block, the other one is told so too, and waited for."""
    try:
        yield
    except KeyboardInterrupt:
        if os.name != "nt":
            process.send_signal(signal.SIGINT)  # as Ctrl+C does: pytest then stops what it has started itself
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(SECONDS_TO_END)
        process.kill()
        raise


@contextlib.contextmanager
def meanwhile(command: Command) -> Iterator[None]:
    """Run it beside the block, and let it speak when both are done; a failure of either ends this program."""
    with tempfile.TemporaryFile() as said:
        process = started(command, cwd=ROOT, stdout=said, stderr=subprocess.STDOUT)
        try:
            with ending(process):
                yield
        finally:
            with ending(process):
                code = process.wait()
            said.seek(0)
            print(said.read().decode("utf-8", errors="replace"), end="", flush=True)
    if code:
        raise SystemExit(code)


def programs() -> None:
    """Make sure of what the tests need beside Python: install it where this is root on Debian, else say what to do."""
    on_debian = bool(shutil.which("apt-get"))
    missing = [needed for needed in NEEDED if (on_debian or needed.elsewhere) and not needed.is_here()]
    if not missing:
        return
    if on_debian:
        _install_packages([needed.package for needed in missing])
        return
    raise Failed(
        f"these tests need {' and '.join(needed.elsewhere for needed in missing)}; install that and try again. "
        "What needs neither: dev.py test --portable"
    )


def _install_packages(missing: list[str]) -> None:
    if getattr(os, "geteuid", lambda: 1)() != 0:
        raise Failed(
            f"these tests need {', '.join(missing)}; install them: sudo apt-get install {' '.join(missing)}. "
            "What needs none of them: dev.py test --portable"
        )
    print(f"dev.py: installing {', '.join(missing)} …", flush=True)
    env = {"DEBIAN_FRONTEND": "noninteractive"}
    run(["apt-get", "update"], stdout=subprocess.DEVNULL, env=env)
    run(["apt-get", "install", "--yes", "--no-install-recommends", *missing], stdout=subprocess.DEVNULL, env=env)


def demo(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--gradio", default=GRADIO)
    chosen, rest = parser.parse_known_args(arguments)
    python = Environment(f"gradio-{chosen.gradio}").ready("demo").python
    workbench = ROOT / "workbench"
    if any(argument.partition("=")[0] == "--once" for argument in rest):
        command: Command = [python, workbench / "demo.py", *rest]
    else:
        photograph = workbench / "photos" / "dogs.jpg"
        command = [python, workbench / "serve.py", "--extension", ROOT, "--photo", photograph, *rest]
    run(command, cwd=Path.cwd())


def check(arguments: list[str]) -> None:
    fix = "--fix" in arguments
    checker = None if "--portable" in arguments else page_checker()  # first, since it says what is missing
    python = Environment().ready("demo", "test").python
    run([python, "-m", "ruff", "check", "--quiet", *(["--fix"] if fix else []), "."])
    run([python, "-m", "ruff", "format", "--quiet", *([] if fix else ["--check"]), "."])
    run([python, "-m", "mypy"])
    if checker:
        run(["node", checker])


def test(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--portable", action="store_true")
    parser.add_argument("--fuzz", action="store_true")
    chosen, rest = parser.parse_known_args(arguments)
    if chosen.fuzz:
        rest = ["--fuzz", "tests/host/test_fuzz.py", *rest]
    if not (chosen.portable or chosen.fuzz):
        programs()  # before the minutes that the environments take
    with ThreadPoolExecutor() as beside:  # each waits for its own downloads
        environment = beside.submit(Environment().ready, "demo", "test")
        others = [beside.submit(Environment(f"gradio-{version}").ready, "demo") for version in OTHERS]
        if chosen.full:
            beside.submit(oldest_torch).result()
    python, *_ = [made.result().python for made in (environment, *others)]
    wanted = [*([] if chosen.full else ["not full"]), *(["not browser"] if chosen.portable else [])]
    if rest:
        run([*pytest_of(python, *wanted), *rest])
        return
    check(["--portable"] if chosen.portable else [])
    if chosen.portable:
        run(pytest_of(python, *wanted))
    else:
        everything(python, wanted)


def pytest_of(python: Path, *wanted: str) -> list[str | Path]:
    """The command for the tests whose markers are all as `wanted`, such as “not full”, in that environment."""
    return [python, "-m", "pytest", "-m", " and ".join(wanted)]


def everything(python: Path, wanted: Sequence[str]) -> None:
    """The tests that open a page wait for a browser half of the time: all others run beside those of each Gradio."""
    pages = "tests/host"
    with contextlib.ExitStack() as beside:
        for version in (GRADIO, *OTHERS):
            cache = f"cache_dir=.pytest_cache/gradio-{version}"
            opening = pytest_of(python, *wanted, "browser")
            beside.enter_context(meanwhile([*opening, "-o", cache, "--gradio", version, pages]))
        scripts = sorted((ROOT / "tests" / "js").glob("*.test.mjs"))
        run(["node", "--test", *scripts], env={"PYTHON": str(python)})
        run([*pytest_of(python, *wanted), "--ignore", pages])
        run([*pytest_of(python, *wanted, "not browser"), pages])


def bench(arguments: list[str]) -> None:
    files = sorted((ROOT / "bench").glob("*.py"))
    groups = [path.stem for path in files if "def run(" in path.read_text(encoding="utf-8")]
    if not arguments or arguments[0] not in groups:
        raise Failed(f"name a group: {', '.join(groups)}")
    programs()
    environment = Environment().ready("demo", "test")
    run([environment.python, "-m", f"bench.{arguments[0]}", *arguments[1:]])


COMMANDS = {"demo": demo, "test": test, "bench": bench, "check": check}


def main() -> None:
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        raise Failed(
            f"this is Python {sys.version_info.major}.{sys.version_info.minor}; "
            "use 3.10, 3.11 or 3.12, as the Web UIs do (for instance: python3.11 dev.py …)"
        )
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=COMMANDS)
    parser.add_argument("arguments", nargs=argparse.REMAINDER)
    chosen = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # what was started here ends with this program
    try:
        COMMANDS[chosen.command](chosen.arguments)
    except KeyboardInterrupt:
        raise SystemExit(128 + signal.SIGINT) from None


if __name__ == "__main__":
    main()
