"""Pictures of the tab for the README, and a look at what no other test sees: light and dark, wide and narrow."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, SMALL_JOB, leave, press, visitor
from tests.host.web import Web

OTHER_DOG = (690.0, 380.0)
OTHER_LOOKS = [("light", 400), ("dark", 1500)]
# two see both colours and both widths; what is where does not depend on the colour
LOOKS = [("light", 1500), ("dark", 400), *(pytest.param(*look, marks=pytest.mark.full) for look in OTHER_LOOKS)]


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_the_tab_looks_right(
    web: Web, browser: Browser, photograph: Path, folder: Path, theme: str, width: int
) -> None:
    person = browser.person(web.url, width=width, height=1200 if width > 1000 else 1500)
    person.visit(theme).inner_tab("Click Inpaint")
    ours = person.page.locator("#img2img_click_inpaint_tab")
    name = f"{'real' if web.real else 'workbench'}-{theme}-{width}"

    def take(moment: str) -> None:
        person.page.mouse.move(5, 5)
        ours.screenshot(path=folder / f"{name}-{moment}.png")
        nothing_sticks_out(person, width)

    take("empty")
    person.open(photograph).click(*DOG)
    take("selected")
    person.page.screenshot(path=folder / f"{name}-page.png")
    with Image.open(folder / f"{name}-selected.png") as shown:
        pixels = np.asarray(shown.convert("L")).astype(int)
    assert (np.median(pixels[:8]) < 100) == (theme == "dark")
    for slider, value in SMALL_JOB.items():
        person.set_slider(slider, value)
    person.page.locator("#img2img_prompt textarea").fill("an empty beach")
    person.generate()
    person.ours().locator(".ci-round").wait_for()
    take("offered")
    person.ours().get_by_role("button", name="Compare").click()
    person.ours().get_by_role("slider", name="Before on the left").wait_for()
    take("result")
    person.page.context.close()


@pytest.mark.full
@pytest.mark.one_gradio
def test_the_pictures_that_readme_begins_with(web: Web, browser: Browser, photograph: Path, folder: Path) -> None:
    """Before, selected, and erased: nothing in them is a stand-in's work, whichever the host."""
    person = visitor(browser, web, width=1500, height=1200)
    stage, pictures = person.ours().locator(".ci-stage"), []

    def take(moment: str) -> None:
        person.page.mouse.move(5, 5)
        person.page.evaluate("document.activeElement.blur()")
        path = folder / f"readme-{moment}.jpg"
        stage.screenshot(path=path, type="jpeg", quality=88)
        with Image.open(path) as shown:
            pictures.append(np.asarray(shown.convert("RGB")).astype(int))

    person.open(photograph)
    take("before")
    person.click(*DOG)
    person.click(*OTHER_DOG)
    take("selected")
    first = person.state()["edit"]["image"]
    press(person, "Erase now")
    person.wait(lambda: person.state()["edit"]["image"] not in ("", first))
    person.wait(lambda: not person.ours().locator(".ci-status[data-kind=busy]").count())
    take("erased")
    before, selected, erased = pictures
    changed = np.abs(erased - before).max(axis=-1) > 40
    x0, y0, x1, y1 = np.array([400, 140, 800, 603]) * before.shape[1] / 1072  # around both dogs
    inside = np.zeros(changed.shape, bool)
    inside[round(y0) : round(y1), round(x0) : round(x1)] = True
    assert changed[inside].mean() > 0.2 and not changed[~inside].any()
    assert (np.abs(selected - before).max(axis=-1) > 40)[inside].mean() > 0.1
    leave(person)


def nothing_sticks_out(person: Person, width: int) -> None:
    assert person.page.evaluate("document.querySelector('#click_inpaint_root').scrollWidth") <= width
    boxes = [box.bounding_box() for box in person.ours().locator("button:visible, select:visible, input:visible").all()]
    assert boxes and all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
