"""The tree and the import rules of the design, enforced."""

import ast
import graphlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "click_inpaint"
MAX_LINES = 300
"""A hint to think: a file that grows beyond this is probably two things."""
ONE_THING: dict[str, str] = {
    "dev.py": "it runs before anything is installed: one file of the standard library",
    "javascript/click_inpaint/server/client.mjs": "one method for each of our routes, and what it answers",
}
"""Files that are longer and still one thing, each with the reason."""

LAYERS = [
    {"__version__", "messages"},
    {"errors", "geometry", "timing", "cache", "worker", "strict_json", "own_file", "ids"},
    {"origin", "room", "cli"},
    {"fields", "pth", "spaces", "formats", "depth"},
    {"steps"},
    {"mask", "edit", "colour", "profiles", "patches"},
    {"crop", "cover", "fill", "outward", "tint", "images", "weights", "blend_mask", "recorded", "limits"},
    {"damage"},
    {"stitch", "store", "pieces", "paint", "frame", "checkpoint_header", "checkpoint_catalogue"},
    {"results", "wand"},
    {"damages", "erase"},
    {"segment/base", "download"},
    {"segment/grabcut", "segment/sam"},
    {"segment/catalogue"},
    {"segment/registry"},
    {"embeddings", "selection"},
    {"advice", "preview"},
    {"pipeline"},
    {"service"},
    {"wire"},
    {"openapi", "client"},
    {"api", "tab", "host", "__main__"},
]
"""Rooms: a module, or a folder with all that is in it. Imports between rooms go down only."""
ONLY_IN = {"modules": {"host"}, "gradio": {"tab"}, "fastapi": {"api"}, "torch": {"segment/sam", "weights", "pth"}}
LAZY = ("torch", "torchvision", "segment_anything", "safetensors", "onnxruntime")


def room(module: str) -> str:
    """The room of a module, or of a name in one, by its path in the library, such as "segment/sam/encoder"."""
    (found,) = (name for layer in LAYERS for name in layer if f"{module}/".startswith(f"{name}/"))
    return found


def level(name: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if name in layer)


def module_of(path: Path) -> str:
    return path.relative_to(LIBRARY).with_suffix("").as_posix()


def imports(tree: ast.AST) -> list[str]:
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return found


FILES = [path for path in sorted(LIBRARY.rglob("*.py")) if path.relative_to(LIBRARY).name != "__init__.py"]


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_imports_go_one_way(path: Path) -> None:
    mine = room(module_of(path))
    for name in imports(ast.parse(path.read_text(encoding="utf-8"))):
        package, *rest = name.split(".")
        assert package != "workbench", "the library does not know the workbench"
        if package in ONLY_IN:
            assert mine in ONLY_IN[package], f"{package} is imported in {sorted(ONLY_IN[package])} only"
        if package == "click_inpaint" and (theirs := room("/".join(rest))) != mine:
            assert level(theirs) < level(mine), f"{mine} imports {theirs}, which does not lie below it"


def test_no_modules_import_each_other_in_a_circle() -> None:
    modules = {module_of(path): path for path in FILES}
    arrows: dict[str, set[str]] = {}
    for module, path in modules.items():
        names = [
            name.removeprefix("click_inpaint.").replace(".", "/")
            for name in imports(ast.parse(path.read_text(encoding="utf-8")))
        ]
        arrows[module] = {target for target in modules for name in names if f"{name}/".startswith(f"{target}/")}
    assert sum(map(len, arrows.values())) > len(modules), "imports are seen at all"
    graphlib.TopologicalSorter(arrows).prepare()  # raises CycleError, which names the circle


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_heavy_packages_are_imported_when_first_used(path: Path) -> None:
    top = ast.Module(
        [node for node in ast.parse(path.read_text(encoding="utf-8")).body if not isinstance(node, ast.FunctionDef)], []
    )
    for node in ast.walk(top):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.Import, ast.ImportFrom)) and isinstance(node, (ast.Module, ast.If, ast.Try)):
                assert not any(name.split(".")[0] in LAZY for name in imports(child))


def test_importing_the_library_imports_no_heavy_package() -> None:
    """Whatever way an import is written; the last layer is left out, which stands on the host's packages."""
    names = [module_of(path).replace("/", ".") for path in FILES if room(module_of(path)) not in LAYERS[-1]]
    program = f"""
import importlib, sys
for name in {names}:
    importlib.import_module("click_inpaint." + name)
print(sorted({set(LAZY)} & set(sys.modules)))
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.stdout.strip() == "[]", ended.stderr


def tracked() -> list[Path]:
    """Every source file, whether or not git knows it yet."""
    kinds = ("*.py", "*.mjs", "*.js", "*.css")
    skipped = {".venv", ".git", "node_modules"}
    return [path for kind in kinds for path in ROOT.rglob(kind) if not skipped & set(path.relative_to(ROOT).parts)]


def test_a_file_is_short_or_one_thing() -> None:
    lines = {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8").count("\n") for path in tracked()}
    assert {name for name, count in lines.items() if count > MAX_LINES} == set(ONE_THING)
    assert all(ONE_THING.values()), "each says why"


def test_the_workbench_stays_small() -> None:
    lines = sum(len(path.read_text(encoding="utf-8").splitlines()) for path in (ROOT / "workbench").rglob("*.py"))
    assert lines <= 1_800


def test_the_library_neither_prints_nor_keeps_globals() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            assert not isinstance(node, (ast.Global, ast.Nonlocal)), path
            assert not (isinstance(node, ast.Call) and getattr(node.func, "id", "") == "print"), path


def test_nothing_names_a_package_registry() -> None:
    hosts = (
        "py" + "pi.org",
        "python" + "hosted.org",
        "registry.npm" + "js",
        "deb.deb" + "ian",
        "download.py" + "torch",
    )
    kinds = {".py", ".mjs", ".md", ".toml", ".txt", ".ini", ".css", ".json", ".yml", ".yaml", ""}
    for path in ROOT.rglob("*"):
        parts = set(path.relative_to(ROOT).parts)
        if parts & {".venv", ".git", "node_modules"} or not path.is_file() or path.suffix not in kinds:
            continue
        text = path.read_text(errors="ignore", encoding="utf-8")
        assert not any(host in text for host in hosts), path


PAGE = ROOT / "javascript" / "click_inpaint"
PAGE_ROOMS = [
    {"edit"},
    {"dom", "text"},
    {"host"},
    {"server"},
    {"pictures"},
    {"canvas"},
    {"tools"},
    {"store"},
    {"panel"},
    {"workspace"},
    {"main.mjs"},
]
"""The page's rooms: imports go down this list only, and so do the types that JSDoc comments name."""
MODULES_PER_ROOM = 14
PURE_PAGE_ROOMS = {"edit"}
OF_THE_BROWSER = re.compile(
    r"\b(document|window|self|globalThis|location|navigator|history|fetch|XMLHttpRequest|WebSocket|localStorage|"
    r"sessionStorage|indexedDB|caches|alert|requestAnimationFrame|ResizeObserver|MutationObserver|Path2D|Image|"
    r"OffscreenCanvas|createImageBitmap|HTML\w*Element|Element|Node|Event|\w+Event|addEventListener)\b"
)
"""What a pure room does without."""
PAGE_FILES = sorted(PAGE.rglob("*.mjs"))


def page_imports(path: Path, text: str = "") -> list[Path]:
    """The modules that a module of the page imports: their values or, in comments, their types."""
    named = re.findall(r'(?:\bfrom |\bimport |\bimport\()"([^"]+)"', text or path.read_text(encoding="utf-8"))
    return [Path(os.path.normpath(path.parent / name)) for name in named]


def uncommented(path: Path) -> str:
    """A module of the page without its comments."""
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.S)
    return re.sub(r"^\s*//.*$|(?<=[\s;])// .*$", "", text, flags=re.M)


def page_room(path: Path) -> str:
    return path.relative_to(PAGE).parts[0]


def page_level(path: Path) -> int:
    return next(index for index, rooms in enumerate(PAGE_ROOMS) if page_room(path) in rooms)


@pytest.mark.parametrize("path", PAGE_FILES, ids=lambda path: path.relative_to(PAGE).as_posix())
def test_the_page_imports_one_way(path: Path) -> None:
    for theirs in page_imports(path):
        assert theirs.is_file(), f"{path.name} imports {theirs}, which is not there"
        lies_below = page_level(theirs) < page_level(path)
        assert lies_below or page_room(theirs) == page_room(path), f"{page_room(path)} imports {theirs.name} from above"


def test_no_modules_of_the_page_import_each_other_in_a_circle() -> None:
    arrows = {path: page_imports(path, uncommented(path)) for path in PAGE_FILES}
    graphlib.TopologicalSorter(arrows).prepare()


@pytest.mark.parametrize("room", sorted(PURE_PAGE_ROOMS))
def test_the_pure_rooms_of_the_page_know_neither_page_nor_network(room: str) -> None:
    for path in (PAGE / room).rglob("*.mjs"):
        without_sentences = re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', uncommented(path))
        found = OF_THE_BROWSER.search(without_sentences)
        assert not found, f"{path.name} is pure and speaks of {found.group()}"


def test_no_room_of_the_page_is_crowded() -> None:
    for room in {path.parent for path in PAGE_FILES}:
        assert len(list(room.glob("*.mjs"))) <= MODULES_PER_ROOM, room
