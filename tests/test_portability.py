"""What works on one system and fails on another: looked for in every Python file, and in the names of all files.

Each trap names what to write instead. Exceptions stand in `MEANT`, each with its reason. Tests are held to `IN_TESTS`
alone: what would keep them from running elsewhere.
"""

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PLACES = ("click_inpaint", "scripts", "bench", "workbench", "tests", "install.py", "dev.py")

NO_ENCODING = "text without encoding="
ONE_SYSTEMS_PATH = "a path of one system"
ONE_SYSTEMS_MODULE = "a module that Windows does not have"
STARTED = "a way to start programs that one system has"
BY_NAME = "a program by name: take sys.executable"
LINKS = "links, which Windows keeps for administrators"
IN_TESTS = {NO_ENCODING, ONE_SYSTEMS_PATH, ONE_SYSTEMS_MODULE, STARTED, LINKS}

MEANT = {
    ("bench/cases.py", ONE_SYSTEMS_PATH): "Debian's emoji font: the benchmark's figures belong to that drawing",
    ("bench/exact.py", ONE_SYSTEMS_PATH): "Linux alone tells the peak of memory there; elsewhere it counts as 0",
    ("dev.py", ONE_SYSTEMS_PATH): "Debian's fonts, which are asked for on Debian only",
    ("bench/chromium.py", ONE_SYSTEMS_PATH): "macOS keeps its programs there; other systems have no such folder",
    ("tests/test_demo.py", ONE_SYSTEMS_PATH): "a folder in which not even root can write; left out where there is none",
    ("tests/download/test_links.py", LINKS): "about links; left out where only administrators make them",
    ("tests/download/test_beside.py", LINKS): "one test about links; left out where only administrators make them",
    ("tests/segment/test_registry.py", LINKS): "one test about links; left out where only administrators make them",
    ("click_inpaint/download/part.py", "the wall clock"): "Retry-After may name a time of day",
}

POSIX_ONLY = {
    "os": "fork forkpty kill killpg setsid getuid geteuid getgid getegid getpgid mkfifo chown nice uname symlink",
    "signal": "SIGKILL SIGHUP SIGQUIT SIGUSR1 SIGUSR2 SIGALRM SIGCHLD alarm setitimer pause sigwait",
    "time": "tzset clock_gettime",
}
POSIX_MODULES = {"fcntl", "grp", "pwd", "pty", "resource", "termios", "tty", "syslog", "readline", "crypt"}
RUNNERS = {"run", "Popen", "call", "check_call", "check_output"}
OF_ONE_SYSTEM = re.compile(r"^(/(tmp|usr|bin|etc|proc|dev|home|root|var|opt|Applications)(/|$)|[A-Za-z]:\\)")


def name_of(node: ast.expr) -> str:
    """`a.b.c` as it is written; "" for what is no plain name."""
    return ast.unparse(node) if isinstance(node, (ast.Name, ast.Attribute)) else ""


def called(node: ast.Call) -> tuple[str, set[str]]:
    """The last part of what is called, and the names of the keywords that are given."""
    function = node.func
    last = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return last, {keyword.arg or "**" for keyword in node.keywords}


def opens_text(node: ast.Call) -> bool:
    """Whether `open(path, mode)` or `path.open(mode)` opens text; a mode that is computed counts as one that does."""
    at = 0 if isinstance(node.func, ast.Attribute) else 1
    given = [keyword.value for keyword in node.keywords if keyword.arg == "mode"] + node.args[at : at + 1]
    modes = [mode.value for mode in ast.walk(given[0]) if isinstance(mode, ast.Constant)] if given else []
    return not any(isinstance(mode, str) and "b" in mode for mode in modes)


def traps_of_calls(node: ast.Call) -> Iterator[str]:
    last, keywords = called(node)
    whole = name_of(node.func)
    if last == "read_text" and not node.args and "encoding" not in keywords:
        yield NO_ENCODING
    if last == "write_text" and len(node.args) < 2 and "encoding" not in keywords:
        yield NO_ENCODING
    is_open = whole == "open" or (last == "open" and whole not in {"os.open", "Image.open", "webbrowser.open"})
    is_file = is_open and not (isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call))
    if is_file and "encoding" not in keywords and opens_text(node):
        yield "a file opened for text without encoding="
    if last in RUNNERS and keywords & {"text", "universal_newlines"} and "encoding" not in keywords:
        yield NO_ENCODING
    if keywords & {"preexec_fn", "start_new_session", "process_group"} or "shell" in keywords:
        yield STARTED
    if last == "rename" and whole not in {"os.rename"} and len(node.args) == 1:
        yield "rename, which Windows refuses where the target exists: take replace"
    if whole in {"os.rename", "shutil.move"}:
        yield "rename, which Windows refuses where the target exists: take replace"
    if last in {"symlink_to", "hardlink_to"}:
        yield LINKS
    if whole in {"cv2.imread", "cv2.imwrite"}:
        yield "a file that OpenCV opens, which fails on Windows for a name in another script: take Pillow or imdecode"
    if whole == "time.time":
        yield "the wall clock"
    if last in {"split", "rsplit", "partition", "rpartition"} and node.args and is_constant(node.args[0], "/"):
        yield "a path that is split by hand, or an address: take pathlib or urllib"
    if last == "astype" and node.args and name_of(node.args[0]) in {"int", "np.int_"}:
        yield "integers of 32 bits on Windows: take np.intp or np.int64"


def is_constant(node: ast.expr, value: str) -> bool:
    return isinstance(node, ast.Constant) and node.value == value


def traps(node: ast.AST) -> Iterator[str]:
    """What is wrong with this node, each as the sentence that the test shows."""
    if isinstance(node, ast.Call):
        yield from traps_of_calls(node)
    elif isinstance(node, ast.Attribute):
        owner = name_of(node.value)
        if node.attr in POSIX_ONLY.get(owner, "").split():
            yield f"{owner}.{node.attr}, which Windows does not have"
        if owner == "np" and node.attr == "int_":
            yield "integers of 32 bits on Windows: take np.intp or np.int64"
    elif isinstance(node, (ast.Import, ast.ImportFrom)):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else [str(node.module)]
        if POSIX_MODULES & {name.split(".")[0] for name in names}:
            yield ONE_SYSTEMS_MODULE
    elif isinstance(node, ast.keyword) and node.arg == "dtype" and name_of(node.value) == "int":
        yield "integers of 32 bits on Windows: take np.intp or np.int64"
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        if OF_ONE_SYSTEM.match(node.value):
            yield ONE_SYSTEMS_PATH
        if node.value in {"python", "python3"}:
            yield BY_NAME


def found_in(source: str) -> list[tuple[int, str]]:
    """Line and trap of all that is found."""
    return [(getattr(node, "lineno", 0), trap) for node in ast.walk(ast.parse(source)) for trap in traps(node)]


def sources() -> list[Path]:
    places = [ROOT / place for place in PLACES]
    return [path for place in places for path in (sorted(place.rglob("*.py")) if place.is_dir() else [place])]


def traps_in(path: Path) -> list[tuple[int, str]]:
    """What counts of what is found in a file: in tests only what `IN_TESTS` names, and here nothing but examples."""
    found = found_in(path.read_text(encoding="utf-8"))
    if path == Path(__file__).resolve():
        return []
    return [(line, trap) for line, trap in found if trap in IN_TESTS or "tests" not in path.relative_to(ROOT).parts]


@pytest.mark.parametrize("path", sources(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_nothing_works_on_one_system_only(path: Path) -> None:
    name = path.relative_to(ROOT).as_posix()
    assert [(line, trap) for line, trap in traps_in(path) if (name, trap) not in MEANT] == []


def test_every_exception_is_still_needed() -> None:
    found = {(path.relative_to(ROOT).as_posix(), trap) for path in sources() for _, trap in traps_in(path)}
    assert set(MEANT) <= found


@pytest.mark.parametrize(
    "source",
    [
        "path.read_text()",
        "path.write_text(x)",
        "open(path)",
        "open(path, 'w')",
        "path.open()",
        "path.open('a')",
        "subprocess.run(x, text=True)",
        "subprocess.Popen(x, shell=True)",
        "subprocess.run(x, start_new_session=True)",
        "os.rename(a, b)",
        "path.rename(b)",
        "path.symlink_to(b)",
        "os.geteuid()",
        "os.kill(1, signal.SIGTERM)",
        "handle(signal.SIGKILL)",
        "import fcntl",
        "from pwd import getpwnam",
        "cv2.imread(name)",
        "start = time.time()",
        "name.split('/')[-1]",
        "values.astype(int)",
        "np.zeros(3, dtype=int)",
        "NDArray[np.int_]",
        "place = '/tmp/x'",
        "place = 'C:\\\\x'",
        "run(['python3', name])",
    ],
)
def test_each_trap_is_seen(source: str) -> None:
    assert found_in(source)


@pytest.mark.parametrize(
    "source",
    [
        "path.read_text(encoding='utf-8')",
        "path.read_text('utf-8')",
        "path.write_text(x, 'utf-8')",
        "path.open('rb')",
        "open(path, 'wb')",
        "path.open('ab' if start else 'wb')",
        "Image.open(path)",
        "opener(schemes).open(request, timeout=3)",
        "subprocess.run(x, text=True, encoding='utf-8')",
        "path.replace(b)",
        "signal.signal(signal.SIGINT, stop)",
        "route('/click-inpaint/status')",
        "values.astype(np.intp)",
    ],
)
def test_what_works_everywhere_is_left_alone(source: str) -> None:
    assert found_in(source) == []


def tracked() -> list[str]:
    """Every file that git knows or would take."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    if listed.returncode:
        pytest.skip("this is no git checkout")
    return [name for name in listed.stdout.split("\0") if name and (ROOT / name).exists()]


def test_every_file_can_be_named_on_every_system() -> None:
    names = tracked()
    assert len({name.casefold() for name in names}) == len(names), "two names that differ in case alone"
    reserved = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$|^(con|prn|aux|nul|com\d|lpt\d)(\.|$)', re.IGNORECASE)
    assert not [name for name in names if any(reserved.search(part) for part in name.split("/"))]
    assert max(map(len, names)) <= 120, "Windows' limit is 260, and the Web UI's own folder takes its share"


def test_git_keeps_the_ends_of_lines() -> None:
    """A shell script with Windows' ends does not run, and files are compared byte by byte."""
    attributes = (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines()
    assert "* text=auto eol=lf" in attributes
    kinds = {Path(name).suffix for name in tracked() if b"\0" in (ROOT / name).read_bytes()[:8000]}
    assert kinds <= {line.split()[0].removeprefix("*") for line in attributes if line.endswith(" binary")}
