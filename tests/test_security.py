"""docs/SECURITY.md against the tests that it names, and that text never becomes markup."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "SECURITY.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (.+?) \| (.+?) \| (.+?) \|$", PAGE, re.MULTILINE)[1:]
SINKS = re.compile(
    r"\b(innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|DOMParser|srcdoc"
    r"|createContextualFragment|setHTMLUnsafe)"
)


@pytest.mark.parametrize("row", ROWS, ids=[row[0] for row in ROWS])
def test_each_threat_has_a_defence_and_tests_that_are_there(row: tuple[str, str, str]) -> None:
    threat, defence, tests = row
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", tests)
    assert threat and defence and named
    for file, name in named:
        assert f"\ndef {name}(" in (ROOT / file).read_text(encoding="utf-8"), f"{file} has no {name}"


def test_the_page_has_its_rows() -> None:
    assert len(ROWS) >= 15


def test_the_page_makes_no_markup_of_text() -> None:
    modules = [*(ROOT / "javascript").rglob("*.mjs")]
    assert len(modules) > 50
    for path in modules:
        assert not SINKS.search(path.read_text(encoding="utf-8")), path
