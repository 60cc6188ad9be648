"""The picture extended on its sides, through the host's own API and in the page."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Person
from tests.host.editor import Editor
from tests.host.tab import press, use_compared
from tests.host.web import Web, pictures

SIDE_PX, FEATHER_PX = 256, 16


def test_a_job_extends_the_picture_and_leaves_it_what_it_was(web: Web, large: bytes, source: U8) -> None:
    frame = dict.fromkeys(("left", "top", "right", "bottom"), SIDE_PX)
    edit: dict[str, Any] = {"frame": frame, "refine": {"feather": FEATHER_PX}}
    before = web.saved()
    web.options(return_mask=True)
    result, mask = pictures(web.img2img(large, edit, save_images=True))
    (file,) = web.saved() - before
    with Image.open(file) as image:
        saved = np.asarray(image.convert("RGB"))
    height, width, _ = source.shape
    assert result.size == mask.size == (width + 2 * SIDE_PX, height + 2 * SIDE_PX)
    assert (saved == np.asarray(result.convert("RGB"))).all()
    inner, within = SIDE_PX + FEATHER_PX, np.s_[FEATHER_PX:-FEATHER_PX, FEATHER_PX:-FEATHER_PX]
    assert (saved[inner:-inner, inner:-inner] == source[within]).all()
    levels = np.array(mask.convert("L"))
    assert (levels[inner:-inner, inner:-inner] == 0).all()
    levels[SIDE_PX:-SIDE_PX, SIDE_PX:-SIDE_PX] = 255
    assert (levels == 255).all(), "every new pixel is painted"


def frame_of(person: Person) -> dict[str, int] | None:
    frame: dict[str, int] | None = person.state()["edit"].get("frame")
    return frame


def extent_shows(person: Person, width: int, height: int) -> bool:
    """Whether both corners of the extended picture lie on the canvas."""
    frame = frame_of(person) or dict.fromkeys(("left", "top", "right", "bottom"), 0)
    shown = person.ours().locator("canvas").first.bounding_box()
    assert shown is not None
    corners = ((-frame["left"], -frame["top"]), (width + frame["right"], height + frame["bottom"]))
    points = [person.page.evaluate("([x, y]) => window.clickInpaint.toPage(x, y)", list(corner)) for corner in corners]
    return all(
        shown["x"] - 1 <= point["x"] <= shown["x"] + shown["width"] + 1
        and shown["y"] - 1 <= point["y"] <= shown["y"] + shown["height"] + 1
        for point in points
    )


@pytest.mark.one_gradio
def test_a_person_extends_a_picture_and_goes_on_from_it(web: Web, person: Person, photograph: Path) -> None:
    with Image.open(photograph) as image:
        source = np.asarray(image.convert("RGB"))
    height, width, _ = source.shape
    person.open(photograph)
    press(person, "Extend")
    assert frame_of(person) == dict.fromkeys(("left", "top", "right", "bottom"), round(height / 64) * 8)
    right = frame_of(person)["right"]  # type: ignore[index]
    Editor(person).drag((width + right, height / 2), (width + right + 30, height / 2), (width + right + 50, height / 2))
    person.wait(lambda: (frame_of(person) or {})["right"] == 8 * round((right + 50) / 8))
    assert person.state()["edit"]["selection"] == []
    press(person, "1:1")
    above, below = (width - height) // 2, width - height - (width - height) // 2
    square = {"left": 0, "top": above, "right": 0, "bottom": below}
    person.wait(lambda: frame_of(person) == square and extent_shows(person, width, height))
    person.ours().get_by_label("Left", exact=True).fill("64")
    person.wait(lambda: frame_of(person) == {**square, "left": 64})
    assert f"{width + 64}×{width} px" in person.ours().inner_text()
    person.shown()
    press(person, "Undo")
    assert frame_of(person) == square and person.ours().get_by_label("Left", exact=True).input_value() == "0"
    before = web.saved()
    person.generate()
    assert not person.error()
    (file,) = web.saved() - before
    with Image.open(file) as image:
        saved = np.asarray(image.convert("RGB"))
    feather = person.state()["edit"]["refine"]["feather"]
    kept = np.s_[feather : height - feather]
    assert saved.shape == (width, width, 3)
    assert (saved[above : above + height][kept] == source[kept]).all()
    person.ours().locator(".ci-round").wait_for()
    press(person, "Compare")
    person.ours().get_by_role("slider", name="Before on the left").wait_for()
    sizes = person.ours().locator(".ci-beside canvas").evaluate_all("all => all.map(one => one.width / one.height)")
    assert sizes == [1, 1], "both lie over one another"
    image_before = person.state()["edit"]["image"]
    use_compared(person)
    person.wait(lambda: person.state()["edit"]["image"] not in ("", image_before))
    assert frame_of(person) is None


@pytest.mark.one_gradio
def test_a_wide_extension_goes_on_in_rounds(person: Person, photograph: Path) -> None:
    with Image.open(photograph) as image:
        width, height = image.size
    person.open(photograph)
    press(person, "Extend")
    press(person, "None")
    person.ours().get_by_label("Bottom", exact=True).fill(str(height))
    person.ours().get_by_role("button", name="Extend in 4 rounds").click()
    added = []
    for _ in range(2):
        known = "", person.state()["edit"]["image"]
        added.append((frame_of(person) or {})["bottom"])
        person.generate()
        assert not person.error()
        person.ours().locator(".ci-round").nth(len(added) - 1).wait_for()
        press(person, "Use result")
        while person.state()["edit"]["image"] in known:
            person.page.wait_for_timeout(50)
    assert added == [height // 32 * 8, (height + added[0]) // 32 * 8]
    assert frame_of(person) == {"left": 0, "top": 0, "right": 0, "bottom": (height + sum(added)) // 32 * 8}
    assert f"{width}×{height + sum(added) + (height + sum(added)) // 32 * 8} px" in person.ours().inner_text()
