"""The whole screen has all that a job needs: the host's prompt and Generate, undo, clear, and comparing."""

from pathlib import Path

import pytest

from tests.host.browser import Browser
from tests.host.tab import DOG, leave, press, visitor
from tests.host.web import Web


@pytest.mark.one_gradio
def test_a_job_is_done_and_compared_without_leaving_the_whole_screen(
    web: Web, browser: Browser, photograph: Path
) -> None:
    person = visitor(browser, web, width=1280, height=720)
    ours, hosts = person.ours(), person.page.locator("#img2img_prompt textarea")
    hosts.fill("a red kite")
    person.open(photograph)
    prompt = ours.get_by_role("textbox", name="Prompt", exact=True)
    assert not prompt.is_visible(), "the host's own is there"
    press(person, "Full screen")
    prompt.wait_for()
    assert prompt.input_value() == "a red kite"
    prompt.fill("an empty beach")
    assert hosts.input_value() == "an empty beach"
    hosts.evaluate("e => { e.value = 'sand'; e.dispatchEvent(new Event('input', {bubbles: true})) }")
    person.wait(lambda: prompt.input_value() == "sand")
    press(person, "Generate")
    said = ours.locator(".ci-status")
    person.wait(lambda: said.inner_text() == "Click the object first.", 10)
    person.click(*DOG)
    person.page.mouse.click(*person.at(DOG[0], DOG[1] + 60), button="right")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 2)
    press(person, "Undo")
    assert len(person.state()["edit"]["selection"]) == 1
    press(person, "Clear")
    assert person.state()["edit"]["selection"] == []
    press(person, "Undo")
    person.shown()
    prompt.focus()
    person.page.keyboard.press("Control+Enter")
    ours.get_by_role("group", name="The last job").get_by_role("button", name="Compare").click()
    ours.get_by_role("slider", name="Before on the left").wait_for()
    assert "sand" in person.infotext()
    ours.get_by_role("dialog", name="Compare").get_by_role("button", name="Close").click()
    assert ours.get_by_role("button", name="Compare", exact=True).is_visible()
    everything = ours.locator(".ci-editor > *:visible").all()
    boxes = [box for one in everything if (box := one.bounding_box())]
    assert min(box["y"] for box in boxes) >= 0 and max(box["y"] + box["height"] for box in boxes) <= 720
    stage = ours.locator(".ci-stage").bounding_box()
    assert stage and stage["height"] > 400, "most of the screen is the picture's"
    press(person, "Full screen")
    prompt.wait_for(state="hidden")
    leave(person)
