"""Pictures of the tab for the README, and a look at what no other test sees: light and dark, wide and narrow."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.host.browser import Browser
from tests.host.web import Web

DOG = (540.0, 350.0)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where they go: `--screenshots docs` renews the committed ones."""
    return Path(request.config.getoption("--screenshots") or tmp_path)


@pytest.mark.parametrize("width", [1500, 400])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_tab_looks_right(
    web: Web, browser: Browser, photograph: Path, folder: Path, theme: str, width: int
) -> None:
    person = browser.person(web.url, width=width, height=1200 if width > 1000 else 1500)
    person.visit(theme).inner_tab("Click Inpaint")
    ours = person.page.locator("#img2img_click_inpaint_tab")
    name = f"{'real' if web.real else 'workbench'}-{theme}-{width}"
    ours.screenshot(path=folder / f"{name}-empty.png")
    person.open(photograph).click(*DOG)
    person.page.mouse.move(5, 5)
    ours.screenshot(path=folder / f"{name}-selected.png")
    person.page.screenshot(path=folder / f"{name}-page.png")
    with Image.open(folder / f"{name}-selected.png") as shown:
        pixels = np.asarray(shown.convert("L")).astype(int)
    assert (np.median(pixels[:8]) < 100) == (theme == "dark")
    scrolls = person.page.evaluate("document.querySelector('#click_inpaint_root').scrollWidth")
    assert scrolls <= width, "nothing sticks out at the side"
    boxes = [box.bounding_box() for box in person.ours().locator("button:visible, select:visible, input:visible").all()]
    assert boxes and all(box and box["x"] >= 0 and box["x"] + box["width"] <= width for box in boxes)
    person.page.context.close()
