"""The tree and the import rules of the design, enforced."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LIBRARY = ROOT / "click_inpaint"
MAX_LINES = 300

LAYERS = [
    {"errors", "geometry", "timing", "cache", "worker"},
    {"fields"},
    {"mask", "edit", "colour", "profiles"},
    {"crop", "stitch", "fill", "images", "weights"},
    {"segment", "download"},
    {"embeddings", "selection"},
    {"pipeline"},
    {"service"},
    {"wire"},
    {"api", "tab", "host"},
]
"""Imports go down only; within a layer as `WITHIN` says."""
WITHIN = {("stitch", "images")}
ONLY_IN = {"modules": {"host"}, "gradio": {"tab"}, "fastapi": {"api"}, "torch": {"segment", "fill", "weights"}}
LAZY = ("torch", "torchvision", "segment_anything", "safetensors", "onnxruntime")


def room(path: Path) -> str:
    return path.relative_to(LIBRARY).parts[0].removesuffix(".py")


def level(name: str) -> int:
    return next(index for index, layer in enumerate(LAYERS) if name in layer)


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
    mine = room(path)
    for name in imports(ast.parse(path.read_text())):
        package, *rest = name.split(".")
        assert package != "workbench", "the library does not know the workbench"
        if package in ONLY_IN:
            assert mine in ONLY_IN[package], f"{package} is imported in {sorted(ONLY_IN[package])} only"
        if package == "click_inpaint" and rest[0] != mine:
            theirs = rest[0]
            down = level(theirs) < level(mine) or (mine, theirs) in WITHIN
            assert down, f"{mine} imports {theirs}, which does not lie below it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(LIBRARY)))
def test_heavy_packages_are_imported_when_first_used(path: Path) -> None:
    top = ast.Module([node for node in ast.parse(path.read_text()).body if not isinstance(node, ast.FunctionDef)], [])
    for node in ast.walk(top):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.Import, ast.ImportFrom)) and isinstance(node, (ast.Module, ast.If, ast.Try)):
                assert not any(name.split(".")[0] in LAZY for name in imports(child))


def tracked() -> list[Path]:
    """Every source file, whether or not git knows it yet."""
    kinds = ("*.py", "*.mjs", "*.js", "*.css")
    skipped = {".venv", ".git", "node_modules"}
    return [path for kind in kinds for path in ROOT.rglob(kind) if not skipped & set(path.relative_to(ROOT).parts)]


def test_no_file_is_over_300_lines() -> None:
    long = {str(path): lines for path in tracked() if (lines := path.read_text().count("\n")) > MAX_LINES}
    assert not long


def test_the_workbench_stays_small() -> None:
    lines = sum(len(path.read_text().splitlines()) for path in (ROOT / "workbench").rglob("*.py"))
    assert lines <= 1_800


def test_the_library_neither_prints_nor_keeps_globals() -> None:
    for path in FILES:
        for node in ast.walk(ast.parse(path.read_text())):
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
    kinds = {".py", ".mjs", ".md", ".toml", ".txt", ".ini", ".css", ".json", ".yml", ""}
    for path in ROOT.rglob("*"):
        parts = set(path.relative_to(ROOT).parts)
        if parts & {".venv", ".git", "node_modules"} or not path.is_file() or path.suffix not in kinds:
            continue
        text = path.read_text(errors="ignore")
        assert not any(host in text for host in hosts), path
