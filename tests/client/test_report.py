"""What is told: for people, for terminals, for programs."""

import io
import json
from pathlib import Path

from click_inpaint.client.events import Done, Dropped, Event, Failed, Finished, Progress, Skipped, Started
from click_inpaint.client.report import BAR, Text, as_json, bar

A = Path("in/a.png")
EVENTS: list[Event] = [
    Skipped(Path("in/z.png"), Path("out/z.png")),
    Started(A, "http://one"),
    Progress(A, "http://one", 0.5, 12.4),
    Done(A, Path("out/a.png"), "http://one", 3.21, 7, "a cat", ("JPEG is lossy.",)),
    Failed(Path("in/b.png"), "Click the object first."),
    Dropped("http://one", "http://one does not answer."),
    Finished(1, 1, 1, 0),
]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_programs_get_one_object_a_line() -> None:
    out = io.StringIO()
    tell = as_json(out)
    for event in EVENTS:
        tell(event)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    names = ["skipped", "started", "progress", "done", "failed", "dropped", "finished"]
    assert [one.pop("event") for one in told] == names
    assert told[3] == {
        **{"picture": str(A), "out": str(Path("out/a.png")), "webui": "http://one", "seconds": 3.21, "seed": 7},
        **{"infotext": "a cat", "notes": ["JPEG is lossy."]},
    }
    assert told[6] == {"done": 1, "skipped": 1, "failed": 1, "left": 0}


def test_people_get_lines_and_no_bar_in_a_file() -> None:
    out, errors = io.StringIO(), io.StringIO()
    tell = Text(out, errors, 3)
    for event in EVENTS:
        tell(event)
    assert out.getvalue().replace("\\", "/").splitlines() == [
        "out/z.png: there already",
        "out/a.png: seed 7, 3.2 s",
        "JPEG is lossy.",
        "in/b.png: Click the object first.",
        "http://one does not answer. It is asked no longer.",
        "1 done, 1 there before, 1 failed",
    ]
    assert errors.getvalue() == ""


def test_a_terminal_has_a_bar_that_leaves_nothing() -> None:
    out, terminal = io.StringIO(), Terminal()
    tell = Text(out, terminal, 3)
    for event in EVENTS:
        tell(event)
    drawn = terminal.getvalue().split("\r\x1b[K")
    assert f"1/3  {bar('a.png', 0.5, 12.4)}" in drawn
    assert drawn[-1] == ""


def test_a_bar_fills_and_says_what_is_left() -> None:
    half = "#" * (BAR // 2) + "-" * (BAR // 2)
    assert bar("a", 0.5, 12.4) == f"a {half} 50 % 12 s left"
    assert bar("a", 1.5, 0) == f"a {'#' * BAR} 150 %"
