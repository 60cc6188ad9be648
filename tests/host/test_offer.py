"""What the canvas offers when a job has ended, in Chromium."""

from pathlib import Path

from tests.host.browser import Person
from tests.host.tab import DOG, SKY, press
from tests.host.test_app_results import generated, picture, rounds


def test_the_canvas_offers_the_result_at_once(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    first, offer = picture(person), person.ours().get_by_role("group", name="The last job")
    assert not offer.is_visible()
    generated(person)
    offer.wait_for()
    canvas, box = person.ours().locator("canvas").first.bounding_box(), offer.bounding_box()
    assert canvas and box and canvas["y"] <= box["y"] and box["y"] + box["height"] <= canvas["y"] + canvas["height"]
    assert "The result is there." in offer.inner_text()
    press(person, "Compare")
    person.ours().get_by_role("slider", name="Before on the left").wait_for()
    assert not offer.is_visible()
    person.page.keyboard.press("Escape")
    person.set_slider("img2img_batch_size", 2)
    person.set_slider("img2img_seed", 5)
    generated(person, count=3)
    offer.wait_for()
    assert "2 results are there." in offer.inner_text()
    person.click(*SKY, button="right")
    offer.wait_for(state="hidden")
    generated(person, count=5)
    offer.wait_for()
    press(person, "Use result")
    person.wait(lambda: picture(person) not in ("", first))
    assert not offer.is_visible() and len(rounds(person)) == 5


def test_the_offer_can_be_dismissed_and_is_not_made_for_other_jobs(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    offer = person.ours().get_by_role("group", name="The last job")
    generated(person)
    offer.get_by_role("button", name="Close this").click()
    assert not offer.is_visible()
    person.top_tab("txt2img").generate("txt2img")
    person.top_tab("img2img").inner_tab("img2img")
    person.page.locator("#img2img_image input[type=file]").first.set_input_files(photograph)
    person.page.wait_for_selector("#img2img_image img, #img2img_image canvas")
    person.generate().inner_tab("Click Inpaint")
    assert not offer.is_visible()
