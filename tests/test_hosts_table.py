"""The table of hosts: every test of the contract has a row, and a run changes the cells of its own rows alone."""

import ast
from pathlib import Path

import pytest

from tests.host.table import BEGIN, END, NOT_RUN, ROWS, Outcome, area, cell, merge, read

pytest_plugins = ["pytester"]
CONTRACT = Path(__file__).parent / "host"
DOCUMENT = f"""before
{BEGIN}
| area | workbench | reForge |
|---|---|---|
| interrupt | 4 passed | 2 passed |
{END}
after
"""


def names(file: Path) -> list[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return [name for name in functions if name.startswith("test_")]


def test_every_row_has_a_test_and_a_new_file_a_row_of_its_name() -> None:
    found = {area(file.name, name) for file in CONTRACT.glob("test_*.py") for name in names(file)}
    assert found >= set(ROWS) and area("tests/host/test_new_thing.py", "test_it") == "new thing"


def test_every_part_of_a_name_in_a_row_is_some_tests() -> None:
    for entry in (entry for entries in ROWS.values() for entry in entries if ": " in entry):
        stem, _, parts = entry.partition(": ")
        known = names(CONTRACT / f"test_{stem}.py")
        for part in parts.split(", "):
            assert any(part in name for name in known), entry


def test_a_test_with_a_row_of_its_own_does_not_count_with_its_file() -> None:
    assert area("tests/host/test_page.py", "test_reload_ui_twice_and_it_still_works") == "Reload UI"
    assert area("tests/host/test_page.py", "test_the_keyboard_alone_selects") == "the page: canvas, clicks, errors"


def test_a_cell_says_what_failed_and_what_the_host_has_not() -> None:
    outcomes = [Outcome("x", f"test_{name}[real]", name) for name in ("passed", "failed", "absent", "skipped")]
    assert cell(outcomes) == "**1 failed** (test_failed), 1 passed, 1 not there"
    assert cell([Outcome("x", "test_it", "skipped")]) == NOT_RUN


def test_a_run_changes_its_rows_in_its_column_alone() -> None:
    outcomes = [Outcome("interrupt", "test_a", "passed"), Outcome("login", "test_b", "passed")]
    merged = merge(DOCUMENT, "reForge", outcomes)
    assert merged.startswith("before\n") and merged.endswith("\nafter\n")
    columns, cells = read(merged.partition(BEGIN)[2].partition(END)[0])
    assert columns == ["workbench", "reForge"] and list(cells) == list(ROWS)
    assert cells["interrupt"] == ["4 passed", "1 passed"] and cells["login"] == [NOT_RUN, "1 passed"]
    assert cells["routes"] == [NOT_RUN, NOT_RUN] and merge(merged, "reForge", outcomes) == merged


@pytest.mark.parametrize("fails", [False, True])
def test_runs_one_after_the_other_add_up(pytester: pytest.Pytester, fails: bool) -> None:
    """The plug-in in a pytest of its own, whose tests have names of the contract's."""
    pytester.makeini("[pytest]")
    pytester.makepyfile(
        **{
            "conftest": """
                from pathlib import Path
                import pytest
                from tests_of_click_inpaint import Recorder

                @pytest.hookimpl(trylast=True)
                def pytest_configure(config):
                    config.pluginmanager.register(Recorder(Path("table.md"), "reForge", config.cache))
                """,
            "tests_of_click_inpaint": f"""
                import importlib.util, sys
                spec = importlib.util.spec_from_file_location("table", {str(CONTRACT / "table.py")!r})
                module = sys.modules["table"] = importlib.util.module_from_spec(spec)
                spec.loader.exec_module(module)
                Recorder = module.Recorder
                """,
            "tests/host/test_jobs": "def test_interrupt(): pass",
            "tests/host/test_page": f"""
                import pytest

                @pytest.fixture
                def put_away():
                    yield
                    assert not {fails}

                def test_interrupt(put_away): pass

                def test_reload_ui(): pytest.skip("not in this host: such a button")
                """,
        }
    )
    document = pytester.path / "table.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    for run in ("tests/host/test_jobs.py", "tests/host/test_page.py"):
        pytester.runpytest_subprocess(run, "-p", "no:randomly")
    _, cells = read(document.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0])
    assert cells["interrupt"][1] == ("**1 failed** (test_interrupt), 1 passed" if fails else "2 passed")
    assert cells["interrupt"][0] == "4 passed" and cells["Reload UI"] == [NOT_RUN, "1 not there"]


def test_a_column_or_a_table_that_is_not_there_is_said_before_anything_runs() -> None:
    with pytest.raises(pytest.UsageError, match="one of workbench, reForge"):
        merge(DOCUMENT, "Forge", [])
    with pytest.raises(pytest.UsageError, match="there is no"):
        merge("nothing", "reForge", [])
