"""ARCHITECTURE.md against the code: its map names every folder and module, and no other; its lists are the rules."""

import re
from pathlib import Path, PurePosixPath

import pytest

from tests.test_imports import LAYERS, PAGE_ROOMS
from tests.test_portability import tracked

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
LISTED = (".", "scripts", "click_inpaint", "javascript", "bench")
"""In these folders, and in those below them, every module is named; of others the folder alone."""
OF_NO_MODULE = {"__init__"}
HIDDEN = {".gitignore", ".gitattributes", ".pre-commit-config.yaml"}
WITHOUT_LIST = {"javascript/click_inpaint/styles"}


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def mapped() -> dict[str, set[str]]:
    """The modules that the map names in each folder. A row without a folder belongs to the folder above it."""
    found: dict[str, set[str]] = {}
    folder = ""
    for row in re.findall(r"^\|(.+?)\|(.*?)\|.+\|$", section("Map"), re.MULTILINE)[2:]:
        named, modules = ([*re.findall(r"`([^`]+)`", cell)] for cell in row)
        folder = PurePosixPath(named[0]).as_posix() if named else folder
        assert not (named and folder in found), f"{folder} stands twice"
        found.setdefault(folder, set())
        assert not found[folder] & set(modules), f"{folder} names a module twice"
        found[folder] |= set(modules)
    return found


def files() -> list[PurePosixPath]:
    return [PurePosixPath(name) for name in tracked()]


def modules_in(folder: str) -> set[str]:
    """Names of a folder's modules; in the project's own folder the files' whole names."""
    here = [path for path in files() if path.parent.as_posix() == folder]
    if folder == ".":
        return {path.name for path in here} - HIDDEN
    return {path.stem for path in here if path.suffix in {".py", ".mjs"}} - OF_NO_MODULE


def is_listed(folder: str) -> bool:
    below = any(folder.startswith(f"{place}/") for place in LISTED)
    return (folder in LISTED or below) and folder not in WITHOUT_LIST


def test_the_map_names_every_folder_and_no_other() -> None:
    assert set(mapped()) == {path.parent.as_posix() for path in files()} - {".github"}


@pytest.mark.parametrize("folder", sorted(filter(is_listed, mapped())))
def test_the_map_names_every_module_and_no_other(folder: str) -> None:
    assert mapped()[folder] == modules_in(folder)


@pytest.mark.parametrize("folder", sorted(folder for folder in mapped() if not is_listed(folder)))
def test_modules_that_the_map_names_elsewhere_are_there(folder: str) -> None:
    assert mapped()[folder] <= modules_in(folder)


def test_the_lists_of_layers_are_those_that_imports_are_held_to() -> None:
    library, page = re.findall(r"^```\n(.+?)^```$", section("Rules for imports"), re.MULTILINE | re.DOTALL)
    assert [set(line.split()) for line in library.splitlines()] == [layer - {"__version__"} for layer in LAYERS]
    assert [set(line.split()) for line in page.splitlines()] == PAGE_ROOMS


def test_every_file_that_the_documents_link_to_is_there() -> None:
    for path in (path for path in files() if path.suffix == ".md"):
        text = (ROOT / path).read_text(encoding="utf-8")
        targets = re.findall(r"\]\((?!https?:|#)([^)#]+)[^)]*\)", text)
        missing = [target for target in targets if not (ROOT / path.parent / target).exists()]
        assert not missing, f"{path} links to {missing}"


def test_every_word_is_explained_once() -> None:
    words = re.findall(r"\*\*(.+?)\*\*", section("Words"))
    assert len(words) > 20 and len(set(words)) == len(words)
