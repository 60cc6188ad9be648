"""The table of docs/KNOWN.md, filled by runs of the contract: a row for each area, a column for each host.

`--table docs/KNOWN.md --column NAME` writes into the column NAME those rows of which the run has executed tests, and
leaves all other cells as they are. A host may be asked in several runs, one file after the other: pytest's cache keeps
what became of each test in that column, and `--cache-clear` forgets it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

BEGIN, END = "<!-- hosts: begin -->", "<!-- hosts: end -->"
NOT_RUN = "–"
ABSENT = "not in this host: "
"""How a test's reason to skip begins where the host has not got what the test is about."""
ROWS: dict[str, tuple[str, ...]] = {
    "the tab, and the main job on the page": ("page: tab_is_appended, from_the_photograph", "gradio: whichever_tab"),
    "main job by the API": ("jobs: gallery_and_file, picture_may_come, picture_may_have_come",),
    "batches": ("jobs: two_batches", "page: batches_and_resize", "app_results: each_picture_of_a_batch"),
    "refusals": ("refusals", "jobs: what_cannot, what_has_no_use"),
    "interrupt": ("jobs: interrupt", "page: interrupt"),
    "clicks while the host samples": ("jobs: clicks_and_hovering",),
    "jobs that break, and many jobs": ("faults",),
    "Loopback": ("jobs: loopback",),
    "a job's own mask; no Edit": ("jobs: payloads_mask, without_an_edit",),
    "masks, mask composites, colour correction": ("jobs: masks_are_full_size", "each: both_ways"),
    "alpha": ("alpha", "jobs: alpha"),
    "each object by itself": ("each", "object_prompts"),
    "areas": ("areas", "areas_jobs"),
    "an extended picture": ("extend",),
    "saved files beside the result": ("saved",),
    "the Edit by the host's PNG Info and paste": ("pasted",),
    "every kind of file": ("kinds",),
    "Reload UI": ("page: reload_ui",),
    "the host's own tabs": ("page: hosts_own_tabs", "app_results: galleries_and_tabs"),
    "masks in and out on the page": ("app_masks", "page: send_to_inpaint_upload", "gradio: mask_sent"),
    "results and rounds": ("app_results",),
    "the panel, undo, what outlasts a reload": ("app", "two_tabs"),
    "the page: canvas, clicks, errors": ("page", "canvas_focus", "canvas_tools", "canvas_view"),
    "segmenters' weights": ("segmenters", "weights"),
    "routes": ("routes", "fuzz", "api_page", "load"),
    "login": ("login",),
    "a restarted server": ("restart", "killed"),
    "the host's language": ("gradio",),
    "looks, light and dark, wide and narrow": ("screenshots",),
    "67 megapixels": ("huge",),
    "installation through the Extensions tab": ("install",),
    "100 pictures in one page": ("app_leak",),
    "the demo": ("demo_page",),
}
"""Area: files of tests/host without `test_`, or a file with parts of its tests' names. A test counts in the first row
that names a part of its name, else in the one that names its whole file."""


def area(file: str, test: str) -> str:
    """The row that a test counts in, by its file's name and its own. A file without one has a row of its name."""
    stem = Path(file).stem.removeprefix("test_")
    whole = ""
    for row, entries in ROWS.items():
        for entry in entries:
            named, _, parts = entry.partition(": ")
            if named != stem:
                continue
            if not parts:
                whole = whole or row
            elif any(part in test for part in parts.split(", ")):
                return row
    return whole or stem.replace("_", " ")


@dataclass(frozen=True)
class Outcome:
    """What became of one test."""

    row: str
    test: str
    status: str
    """"passed", "failed", "absent" from the host, or "skipped" """


def cell(outcomes: Iterable[Outcome]) -> str:
    """What a row says of one host."""
    by_status = defaultdict(list)
    for outcome in outcomes:
        by_status[outcome.status].append(outcome.test.partition("[")[0])
    said = []
    if failed := by_status["failed"]:
        said.append(f"**{len(failed)} failed** ({', '.join(sorted(set(failed)))})")
    if passed := by_status["passed"]:
        said.append(f"{len(passed)} passed")
    if absent := by_status["absent"]:
        said.append(f"{len(absent)} not there")
    return ", ".join(said) or NOT_RUN


def read(text: str) -> tuple[list[str], dict[str, list[str]]]:
    """The columns' names, and each row's cells by its area."""
    lines = [line for line in text.strip().splitlines() if line.startswith("|")]
    rows = [[part.strip() for part in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]
    return rows[0][1:], {row[0]: row[1:] for row in rows[2:]}


def write(columns: list[str], cells: dict[str, list[str]]) -> str:
    """The same as Markdown, in the order of ROWS; what these do not name comes last."""
    lines = [["area", *columns], ["---"] * (1 + len(columns))]
    lines += [[row, *cells.get(row, [NOT_RUN] * len(columns))] for row in dict.fromkeys([*ROWS, *cells])]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def merge(document: str, column: str, outcomes: list[Outcome]) -> str:
    """The document with the cells of those rows in that column anew.

    Raises:
        pytest.UsageError: It has no such table or column.
    """
    before, begins, rest = document.partition(BEGIN)
    table, ends, after = rest.partition(END)
    if not (begins and ends):
        raise pytest.UsageError(f"--table: there is no {BEGIN} … {END}")
    columns, cells = read(table)
    if column not in columns:
        raise pytest.UsageError(f"--column: one of {', '.join(columns)}")
    at, by_row = columns.index(column), defaultdict(list)
    for outcome in outcomes:
        by_row[outcome.row].append(outcome)
    for row, those in by_row.items():
        cells.setdefault(row, [NOT_RUN] * len(columns))[at] = cell(those)
    return f"{before}{BEGIN}\n{write(columns, cells)}\n{END}{after}"


class Recorder:
    """A pytest plug-in that writes the table when the run ends."""

    def __init__(self, document: Path, column: str, cache: pytest.Cache) -> None:
        self._document, self._column, self._cache = document, column, cache
        self._run: dict[str, str] = {}
        merge(document.read_text(encoding="utf-8"), column, [])  # whatever is wrong is said before the tests run

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if "tests/host/" not in report.nodeid or (report.when != "call" and report.passed):
            return
        if self._run.get(report.nodeid) != "failed":  # it may also fail while what it has used is put away
            self._run[report.nodeid] = status(report)
        self._cache.set(self._key, self._known())  # at once: a run may be ended from outside

    def pytest_sessionfinish(self) -> None:
        document = self._document.read_text(encoding="utf-8")
        split = [(*name.partition("::")[::2], status) for name, status in self._known().items()]
        outcomes = [Outcome(area(file, test), test, status) for file, test, status in split]
        self._document.write_text(merge(document, self._column, outcomes), encoding="utf-8")

    @property
    def _key(self) -> str:
        return f"hosts/{self._column}"

    def _known(self) -> dict[str, str]:
        """What became of each test in this column, in this run and in those before it."""
        return {**self._cache.get(self._key, {}), **self._run}


def status(report: pytest.TestReport) -> str:
    if not report.skipped:
        return report.outcome
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    return "absent" if reason.removeprefix("Skipped: ").startswith(ABSENT) else "skipped"
