"""A picture of even colours, and hands that select in it what a click cannot."""

from typing import Any

import numpy as np

from tests.arrays import U8
from tests.host.editor import Editor, Point

SAND, LEAF, BERRY = (200, 180, 150), (60, 140, 70), (190, 30, 50)
BERRIES = ((60, 60, 120, 120), (640, 380, 700, 440))


def pixels() -> U8:
    """800×500 pixels of sand with a green square and two red ones far apart."""
    made = np.full((500, 800, 3), SAND, np.uint8)
    made[150:350, 300:500] = LEAF
    for x0, y0, x1, y1 in BERRIES:
        made[y0:y1, x0:x1] = BERRY
    return made


def click(editor: Editor, *points: Point, button: Any = "left") -> None:
    for point in points:
        editor.page.mouse.click(*editor.at(point), button=button)


def kinds(editor: Editor) -> list[tuple[str, str]]:
    return [(step["kind"], step.get("mode", "")) for step in editor.steps()]


def box(editor: Editor) -> list[int]:
    return list(editor.person.shown()["box"])


def button(editor: Editor, name: str) -> Any:
    return editor.person.ours().get_by_role("button", name=name, exact=True)


def slide(editor: Editor, tolerance: int) -> None:
    editor.person.ours().get_by_role("slider", name="Tolerance").fill(str(tolerance))
