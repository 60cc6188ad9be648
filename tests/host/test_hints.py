"""The hints under the canvas, in Chromium: when each is said, what one press sets, and that each can be dismissed."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator

from tests.host.browser import Person
from tests.host.tab import DOG, invert, leave, press, reloaded
from tests.host.test_tasks import PROMPT, strength_of
from tests.host.web import Web, named

pytestmark = pytest.mark.one_gradio


@pytest.fixture
def person(person: Person, photograph: Path) -> Person:
    """With the dog selected, something in the prompt, and nothing that the area or the family brings a hint for."""
    for slider, value in {"img2img_width": 512, "img2img_height": 512, "img2img_steps": 50}.items():
        person.set_slider(slider, value)
    person.open(photograph).click(*DOG)
    person.page.locator(PROMPT).fill("a wooden boat")
    return person


def hint(person: Person) -> Locator:
    return person.ours().locator(".ci-hint")


def dismissed(person: Person, *names: str) -> None:
    """What another test is about is not said in this one."""
    person.page.evaluate("names => localStorage.setItem('click-inpaint-dismissed', JSON.stringify(names))", list(names))
    reloaded(person)
    person.shown()
    person.page.locator(PROMPT).fill("a wooden boat")


def says(person: Person, words: str) -> None:
    person.wait(lambda: hint(person).is_visible() and words in hint(person).inner_text(), 10, f"no hint says: {words}")


def test_a_strength_that_does_not_fit_the_task_is_set_in_one_press(person: Person) -> None:
    dismissed(person, "family")
    press(person, "Replace")
    person.wait(lambda: not hint(person).is_visible())
    person.set_slider("img2img_denoising_strength", 0.4)
    says(person, "Denoising strength 0.4 keeps much of what is there: Replace wants 0.75 to 1.")
    hint(person).get_by_role("button", name="Set 1").click()
    assert strength_of(person) == 1 and not hint(person).is_visible()
    press(person, "Recolour")
    person.set_slider("img2img_denoising_strength", 0.9)
    says(person, "Recolour keeps the shape up to 0.65.")
    press(person, "Set 0.55")
    assert strength_of(person) == 0.55
    press(person, "Undo")
    assert strength_of(person) == 0.9


def test_background_is_offered_for_a_removal_and_undone(person: Person) -> None:
    press(person, "Remove")
    prompt = person.page.locator(PROMPT)
    prompt.fill("")
    says(person, "The prompt is empty")
    press(person, "Write “background”")
    assert prompt.input_value() == "background"
    person.shown()
    person.set_slider("img2img_steps", 2)
    person.generate()
    assert not person.error() and person.infotext().startswith("background")
    person.ours().get_by_role("button", name="Undo", exact=True).click()
    assert prompt.input_value() == ""


def test_a_vague_prompt_is_spoken_of_and_the_press_leads_to_it(person: Person) -> None:
    press(person, "Add")
    person.page.locator(PROMPT).fill("something nice")
    says(person, "“something nice” could be anything")
    press(person, "Go to the prompt")
    assert person.page.locator(PROMPT).evaluate("prompt => prompt === document.activeElement")
    person.page.keyboard.press("Control+a")
    person.page.keyboard.type("a kite")
    person.wait(lambda: "could be anything" not in person.ours().inner_text())


def test_what_is_dismissed_is_not_said_again_not_even_after_a_reload(person: Person) -> None:
    dismissed(person, "family")
    press(person, "Replace")
    person.page.locator(PROMPT).fill("")
    says(person, "The prompt is empty")
    press(person, "Do not say this again")
    person.wait(lambda: not hint(person).is_visible(), 10)
    reloaded(person)
    person.shown()
    press(person, "Replace")
    person.page.locator(PROMPT).fill("")
    person.set_slider("img2img_denoising_strength", 0.3)
    says(person, "keeps much of what is there")
    press(person, "Set 1")
    person.wait(lambda: not hint(person).is_visible(), 10)


def test_a_large_mask_brings_larger_sliders(person: Person) -> None:
    for side in ("width", "height"):
        person.set_slider(f"img2img_{side}", 256)
    invert(person)  # nearly the whole picture
    says(person, "much larger than Width × Height")
    before = person.shown()["parts"][0]["working"]
    hint(person).get_by_role("button", name="Paint at").click()
    person.wait(lambda: person.shown()["parts"][0]["working"][0] > 1.4 * before[0], 10)
    person.wait(lambda: not hint(person).is_visible(), 10)
    press(person, "Undo")
    person.wait(lambda: person.shown()["parts"][0]["working"] == before, 10)


def test_a_wide_mask_is_painted_in_two_passes_by_one_press(web: Web, person: Person, photograph: Path) -> None:
    with Image.open(photograph) as image:
        source = np.asarray(image.convert("RGB"))
    height, width, _ = source.shape
    for slider in ("width", "height"):
        person.set_slider(f"img2img_{slider}", 256)
    person.set_slider("img2img_steps", 2)
    press(person, "Clear")
    press(person, "Extend")
    press(person, "None")
    person.ours().get_by_label("Bottom", exact=True).fill(str(height))
    says(person, "% of what the sampler sees is masked")
    (part,) = person.shown()["parts"]
    assert f"{round(100 * part['share'])} %" in hint(person).inner_text() and part["share"] > 0.5
    press(person, "Paint it in two passes")
    person.wait(lambda: len(person.shown()["parts"]) == 2 and "is masked" not in person.ours().inner_text(), 10)
    assert "The whole picture painted at" in person.ours().inner_text()
    before = web.saved()
    person.generate()
    assert not person.error()
    (file,) = web.saved() - before
    with Image.open(file) as saved:
        crops, pixels = named(saved.info["parameters"], "Click Inpaint crop").split(), np.asarray(saved.convert("RGB"))
    assert pixels.shape == (2 * height, width, 3)
    assert crops[0] == f"{width}x{2 * height}+0+0" and len(crops) == 2 and crops[1] != crops[0]
    kept = height - person.state()["edit"]["refine"]["feather"]
    assert (pixels[:kept] == source[:kept]).all()
    press(person, "Undo")
    person.wait(lambda: len(person.shown()["parts"]) == 1, 10)


def test_the_settings_of_stable_diffusion_2_are_set_in_one_press_and_reach_the_job(web: Web, person: Person) -> None:
    for slider, value in {"width": 256, "height": 256, "steps": 2, "cfg_scale": 12}.items():
        person.set_slider(f"img2img_{slider}", value)
    press(person, "Replace")
    says(person, "was trained and measured at other settings.")
    offer = hint(person).get_by_role("button", name="Set 512 × 512 · CFG 7 · 50 steps")
    wants_sampler = "Euler a" in offer.inner_text()
    offer.click()
    person.wait(lambda: not hint(person).is_visible(), 10, "the press has not set all")
    person.set_slider("img2img_steps", 4)  # enough to see what reaches the job
    person.set_slider("img2img_width", 256)
    before = web.saved()
    person.generate()
    assert not person.error()
    (file,) = web.saved() - before
    with Image.open(file) as saved:
        infotext = saved.info["parameters"]
    assert float(named(infotext, "CFG scale")) == 7
    assert named(infotext, "Sampler") in ("Euler a", "DDIM") or not wants_sampler


def test_hints_are_said_where_the_browser_keeps_nothing(person: Person) -> None:
    blocked = "{get() { throw new DOMException('blocked', 'SecurityError'); }}"
    person.page.add_init_script(f"Object.defineProperty(window, 'localStorage', {blocked})")
    reloaded(person)
    person.shown()
    press(person, "Replace")
    person.page.locator(PROMPT).fill("")
    says(person, "The prompt is empty")
    press(person, "Do not say this again")
    person.wait(lambda: "The prompt is empty" not in person.ours().inner_text())
    leave(person)
