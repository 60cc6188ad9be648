"""One version: in the package, in what is built from it, and at the top of the change log."""

import re
from pathlib import Path

from click_inpaint import __version__

ROOT = Path(__file__).resolve().parents[1]
VERSION = r"\d+\.\d+\.\d+"


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def released() -> list[tuple[str, str]]:
    """Version and date of each release in the change log, the newest first."""
    return re.findall(rf"^## \[({VERSION})\] - (\S+)$", read("CHANGELOG.md"), re.MULTILINE)


def test_the_newest_entry_of_the_change_log_is_this_version() -> None:
    assert released()[0][0] == __version__


def test_the_change_log_goes_from_new_to_old() -> None:
    found = [(date, *map(int, version.split("."))) for version, date in released()]
    assert found == sorted(found, reverse=True) and len({version for version, _ in released()}) == len(found)
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", date) for _, date in released())
    assert re.search(r"^## \[Unreleased\]$", read("CHANGELOG.md"), re.MULTILINE)


def test_what_is_packaged_takes_its_version_from_the_package_and_brings_its_types() -> None:
    project = read("pyproject.toml")
    assert 'dynamic = ["version"]' in project and 'version = { attr = "click_inpaint.__version__" }' in project
    assert not re.search(rf'^version = "{VERSION}"', project, re.MULTILINE)
    assert 'click_inpaint = ["py.typed", "segment/grabcut/*.onnx", "damage/*.npy"]' in project
    for name in ("py.typed", "segment/grabcut/guide.onnx", "damage/verdict.npy"):
        assert (ROOT / "click_inpaint" / name).is_file()


def test_no_other_file_of_ours_states_it() -> None:
    """But for the change log and what quotes an infotext, which tell of one release."""
    sources = [*ROOT.glob("click_inpaint/**/*.py"), *ROOT.glob("javascript/**/*.*js"), *ROOT.glob("*.ini")]
    stating = [path for path in sources if __version__ in path.read_text(encoding="utf-8")]
    assert [path.relative_to(ROOT).as_posix() for path in stating] == ["click_inpaint/__init__.py"]
