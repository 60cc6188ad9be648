"""Which browser is found: by its program's names, where macOS and Windows keep it, or because somebody names it."""

import os
import stat
from pathlib import Path

import pytest

from bench import chromium


def program(path: Path) -> Path:
    """A file that the system would start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


SUFFIX = ".exe" if os.name == "nt" else ""


@pytest.mark.parametrize("name", ["chromium", "google-chrome", "msedge"])
def test_a_program_on_the_path_is_found_by_any_of_its_names(tmp_path: Path, name: str) -> None:
    there = program(tmp_path / "bin" / f"{name}{SUFFIX}")
    assert chromium.find({"PATH": str(there.parent)}, tmp_path) == there


def test_the_applications_of_macos_are_looked_through(tmp_path: Path) -> None:
    there = program(tmp_path / "Google Chrome.app" / "Contents" / "MacOS" / "Google Chrome")
    assert chromium.find({"PATH": ""}, tmp_path) == there


@pytest.mark.parametrize("folder", ["PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA"])
def test_the_folders_of_windows_are_looked_through(tmp_path: Path, folder: str) -> None:
    there = program(tmp_path / "Microsoft" / "Edge" / "Application" / "msedge.exe")
    assert chromium.find({"PATH": "", folder: str(tmp_path)}, tmp_path / "none") == there


def test_a_browser_that_is_named_goes_before_all_others(tmp_path: Path) -> None:
    program(tmp_path / "bin" / f"chromium{SUFFIX}")
    mine = program(tmp_path / "mine" / f"my browser{SUFFIX}")
    assert chromium.find({"PATH": str(tmp_path / "bin"), "CHROMIUM": str(mine)}, tmp_path) == mine
    assert chromium.find({"PATH": str(tmp_path / "bin"), "CHROMIUM": str(tmp_path / "gone")}, tmp_path) is None


def test_without_any_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    assert chromium.find({"PATH": ""}, Path("/none")) is None
    monkeypatch.setattr(chromium, "find", lambda: None)
    with pytest.raises(chromium.NoChromium, match="install one, or name its program in the variable CHROMIUM"):
        chromium.path()
