"""The page does not grow with the pictures that go through it."""

import pytest

from tests.host.browser import Browser, Person
from tests.host.tab import invert, leave, visitor
from tests.host.web import Web

PICTURES, FIRST, GROWTH = 100, 5, 1.5
OPEN_ANOTHER = """async number => {
    const canvas = new OffscreenCanvas(640, 480);
    const context = canvas.getContext("2d");
    context.fillStyle = `hsl(${number * 37} 60% 70%)`;
    context.fillRect(0, 0, 640, 480);
    context.fillStyle = "#222";
    context.fillRect(150 + number, 120, 200, 200);
    await window.clickInpaint.open(await canvas.convertToBlob());
}"""


def heap_bytes(person: Person) -> int:
    """What the page's scripts hold once nothing is left to collect."""
    devtools = person.page.context.new_cdp_session(person.page)
    devtools.send("HeapProfiler.enable")
    for _ in range(3):
        devtools.send("HeapProfiler.collectGarbage")
    used = int(devtools.send("Runtime.getHeapUsage")["usedSize"])
    devtools.detach()
    return used


@pytest.mark.full
def test_a_hundred_pictures_leave_nothing_behind(browser: Browser, web: Web) -> None:
    person = visitor(browser, web)
    early = 0
    for number in range(PICTURES):
        person.page.evaluate(OPEN_ANOTHER, number)
        invert(person)  # a step and a preview of the whole picture, without waiting for a segmenter
        assert person.shown()["frame"] == [640, 480]
        if number == FIRST - 1:
            early = heap_bytes(person)
    late = heap_bytes(person)
    assert late < GROWTH * early, f"{late / early:.2f} times the heap of the first {FIRST}"
    print(f"heap after {PICTURES} pictures over that after {FIRST}: {late / early:.2f}")
    leave(person)
