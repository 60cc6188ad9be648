"""A prompt for each object that is painted by itself, on the page."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.host.browser import Browser, Person
from tests.host.editor import Editor
from tests.host.tab import leave, visitor
from tests.host.test_each import CORNERS, settle
from tests.host.web import Web, named, pictures

MIDDLE = (1000.0, 600.0)


@pytest.fixture
def asking(browser: Browser, web: Web, large: bytes, tmp_path: Path) -> Iterator[Editor]:
    """Two far-apart spots, each to be painted by itself."""
    path = tmp_path / "large.jpg"
    path.write_bytes(large)
    person = visitor(browser, web)
    editor = Editor(person.open(path))
    editor.canvas.focus()
    editor.press("b")
    for point in reversed(CORNERS):
        spot(editor, point)
    person.unfold().ours().get_by_text("Each object", exact=True).click()
    person.wait(lambda: len(person.shown()["parts"]) == 2)
    yield editor
    leave(person)


def spot(editor: Editor, point: tuple[float, float]) -> None:
    editor.drag(point, (point[0] + 4, point[1]))


def line(person: Person, number: int) -> Any:
    return person.ours().get_by_label(f"Prompt of object {number}", exact=True)


def prompts(person: Person) -> list[str]:
    return list(person.state()["edit"]["area"]["prompts"])


def unfold(person: Person) -> None:
    """By keyboard, from the choice of the area."""
    summary = person.ours().locator("summary", has_text="Prompt of each object")
    summary.focus()
    summary.press("Enter")
    line(person, 1).wait_for()


@pytest.mark.one_gradio
def test_the_lines_are_folded_and_there_only_where_each_object_is_painted_by_itself(asking: Editor) -> None:
    person = asking.person
    fold = person.ours().get_by_text("Prompt of each object")
    assert fold.is_visible() and not line(person, 1).is_visible()
    unfold(person)
    assert line(person, 2).is_visible() and not line(person, 3).count()
    person.unfold().ours().get_by_text("Masked area", exact=True).click()
    person.wait(lambda: not fold.is_visible())


@pytest.mark.one_gradio
def test_a_number_lights_up_on_the_canvas_while_its_line_has_the_focus(asking: Editor) -> None:
    person = asking.person
    unfold(person)
    lit = []
    for focused in (1, 2):
        line(person, focused).focus()
        asking.canvas.scroll_into_view_if_needed()
        asking.settle()
        x0, y0, *_ = zip(*(part["crop"] for part in person.shown()["parts"]))
        scale = 1000 / (asking.at((1000, 0))[0] - asking.at((0, 0))[0])
        beside = 8 * scale  # left of the digit, in its disc
        lit.append([asking.seen_at((x + 15 * scale - beside, y + 15 * scale)).mean() > 150 for x, y in zip(x0, y0)])
    assert lit == [[True, False], [False, True]]


def test_each_object_is_painted_from_its_line_and_the_infotext_brings_it_back(
    web: Web, asking: Editor, large: bytes, tmp_path: Path
) -> None:
    person = asking.person
    unfold(person)
    line(person, 2).press_sequentially("a red cat")
    line(person, 2).press("Tab")
    assert prompts(person) == ["", "a red cat"] and "1 of 2" in person.ours().inner_text()
    person.page.locator("#img2img_prompt textarea").fill("a bird")
    person.set_slider("img2img_seed", 7)
    edit = person.state()["edit"]
    settle(web, large, edit["image"])
    person.generate()
    assert not person.error()
    (address,) = person.gallery()
    result = Image.open(io.BytesIO(person.fetch(address)))
    text = result.info["parameters"]
    assert text.startswith("a bird") and 'Click Inpaint prompts: "2: a red cat"' in text
    settle(web, large, edit["image"])
    same = {"sampler_name": named(text, "Sampler"), "seed": 7, "prompt": "a bird", "steps": 2}
    (twin,) = pictures(web.img2img(large, edit, **same))
    assert np.array_equal(np.asarray(twin.convert("RGB")), np.asarray(result.convert("RGB")))
    line(person, 2).fill("")
    assert prompts(person) == []
    asking.canvas.focus()
    asking.press("Control+z")
    assert prompts(person) == ["", "a red cat"] and line(person, 2).input_value() == "a red cat"
    line(person, 2).fill("")
    saved = tmp_path / "result.png"
    saved.write_bytes(person.fetch(address))
    person.ours().locator("input[type=file]").set_input_files(saved)
    person.wait(lambda: prompts(person) == ["", "a red cat"], what="the file did not bring the prompt back")
    assert line(person, 2).input_value() == "a red cat"


@pytest.mark.one_gradio
def test_prompts_stay_with_their_objects_when_another_one_comes_between(asking: Editor) -> None:
    person = asking.person
    unfold(person)
    line(person, 1).fill("a cat")
    line(person, 2).fill("a dog")
    asking.canvas.focus()
    spot(asking, MIDDLE)
    person.wait(lambda: line(person, 3).count())
    assert prompts(person) == ["a cat", "", "a dog"] and line(person, 3).input_value() == "a dog"
    assert "area.prompts" not in person.ours().inner_text()
    asking.press("Control+z")
    person.wait(lambda: not line(person, 3).count())
    assert prompts(person) == ["a cat", "a dog"]
