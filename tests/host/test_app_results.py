"""Results in our tab, in Chromium: laid over their picture, kept as rounds, and their Edits brought back."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.host.browser import Browser, Person
from tests.host.tab import DOG, SKY, at_tab, leave, press, reloaded, use_compared, visitor
from tests.host.test_app_masks import load
from tests.host.web import Web, recorded_edit


def rounds(person: Person) -> list[str]:
    # at once: asked one by one, a round may have gone meanwhile
    names = person.ours().locator(".ci-round").evaluate_all("all => all.map(one => one.title)")
    return [str(name) for name in names]


def generated(person: Person, prompt: str = "", count: int = 1) -> None:
    """Press Generate and wait until its rounds are there, and offered: that hides the buttons which offer the same."""
    person.page.locator("#img2img_prompt textarea").fill(prompt)
    person.generate()
    assert not person.error()
    person.wait(lambda: len(rounds(person)) == count)
    person.wait(person.ours().get_by_role("group", name="The last job").is_visible, 10, patient=True)


def picture(person: Person) -> str:
    return str(person.state()["edit"]["image"])


def saying(person: Person, sentence: str) -> None:
    person.wait(lambda: sentence in person.ours().inner_text())


def test_a_result_is_compared_used_and_gone_back_from(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    first = picture(person)
    assert not person.ours().get_by_role("button", name="Compare").is_visible()
    generated(person, "an empty beach")
    assert "an empty beach" in rounds(person)[0] and "Round 1, seed " in rounds(person)[0]
    assert person.ours().locator(".ci-round").inner_text() == "1 · an empty beach"
    press(person, "Compare")
    line = person.ours().get_by_role("slider", name="Before on the left")
    line.wait_for()
    assert line.get_attribute("aria-valuetext") == "50 % before"
    person.page.keyboard.press("ArrowRight")
    assert line.evaluate("line => line.valueAsNumber") > 50
    person.page.keyboard.press("Control+z")  # what lies behind is not changed unseen
    person.page.keyboard.press("Escape")
    assert not line.is_visible() and len(person.state()["edit"]["selection"]) == 1
    press(person, "Compare")
    use_compared(person)
    person.wait(lambda: picture(person) not in ("", first))
    assert person.state()["edit"]["selection"] == [] and len(rounds(person)) == 1
    person.click(*SKY)
    generated(person, "a kite", count=2)
    reloaded(person)
    person.wait(lambda: len(rounds(person)) == 2)
    assert picture(person) != first
    person.ours().locator(".ci-round").first.click()
    line.wait_for()
    assert picture(person) == first and person.state()["edit"]["selection"][0]["x"] == pytest.approx(DOG[0], abs=2)
    assert len(rounds(person)) == 2
    person.page.keyboard.press("Escape")
    person.open(photograph.parent / "../../docs/real-light-400-selected.png")
    person.wait(lambda: not rounds(person))
    person.open(photograph)
    person.wait(lambda: len(rounds(person)) == 2)


@pytest.mark.parametrize(
    ("lossy", "way"),
    [
        ("jpg", "at once"),
        ("webp", "compared"),
        pytest.param("webp", "at once", marks=pytest.mark.full),
        pytest.param("jpg", "compared", marks=pytest.mark.full),
    ],
)
def test_whatever_the_host_saves_the_next_round_starts_from_the_result_itself(
    web: Web, person: Person, photograph: Path, lossy: str, way: str
) -> None:
    with Image.open(photograph) as image:
        original = np.asarray(image.convert("RGB"))
    web.options(samples_format=lossy)
    person.open(photograph).click(*DOG)
    _, first = web.preview(person.state()["edit"])
    source = picture(person)
    generated(person)
    assert person.gallery()[0].endswith(f".{lossy}")
    if way == "compared":
        press(person, "Compare")
        use_compared(person)
    else:
        press(person, "Use result")
    person.wait(lambda: picture(person) not in ("", source))
    assert "every pixel" not in person.ours().inner_text()
    person.click(*SKY)
    _, second = web.preview(person.state()["edit"])
    web.options(samples_format="png")
    before = web.saved()
    generated(person, count=2)
    (file,) = web.saved() - before
    with Image.open(file) as image:
        result = np.asarray(image.convert("RGB"))
    untouched = (first == 0) & (second == 0)
    assert (result[untouched] == original[untouched]).all()
    repainted = (first == 255) & (second == 0)
    assert (result[repainted] != original[repainted]).any(axis=-1).mean() > 0.8, "it began with the result"


def test_where_only_a_lossy_file_is_left_it_is_taken_and_that_is_said(
    web: Web, person: Person, photograph: Path
) -> None:
    web.options(samples_format="jpg")
    person.page.route("**/click-inpaint/results", lambda route: route.fulfill(status=404, json={"error": "gone"}))
    person.open(photograph).click(*DOG)
    source = picture(person)
    generated(person)
    press(person, "Use result")
    person.wait(lambda: picture(person) not in ("", source))
    saying(person, "saved this result as JPEG, which may change every pixel")


def test_each_picture_of_a_batch_is_a_round_and_masks_are_none(web: Web, person: Person, photograph: Path) -> None:
    web.options(return_mask=True)
    person.open(photograph).click(*DOG)
    person.set_slider("img2img_batch_size", 2)
    generated(person, count=2)
    assert len({name.partition("seed ")[2] for name in rounds(person)}) == 2


def test_a_saved_result_brings_its_edit_back(
    web: Web, browser: Browser, person: Person, photograph: Path, tmp_path: Path
) -> None:
    """On the picture that it was made from in the browser that has it; elsewhere on the result itself."""
    before = web.saved()
    person.open(photograph).click(*DOG)
    person.set_number("Grow", 21)
    digest = person.shown()["digest"]
    source = picture(person)
    generated(person)
    (file,) = web.saved() - before
    other = visitor(browser, web)
    other.open(file)
    saying(other, "so the steps are on the result")
    assert picture(other) == web.upload(file.read_bytes())
    assert other.state()["edit"]["refine"]["grow"] == 21 and len(other.state()["edit"]["selection"]) == 1
    leave(other)
    person.open(file)
    saying(person, "on the picture that it was made from")
    assert picture(person) == source and person.shown()["digest"] == digest
    assert person.state()["edit"]["refine"]["grow"] == 21
    press(person, "Open the result without steps")
    person.wait(lambda: picture(person) not in ("", source))
    assert person.state()["edit"]["selection"] == []


def test_nobody_gets_a_picture_for_what_a_shared_file_carries(
    web: Web, person: Person, photograph: Path, tmp_path: Path
) -> None:
    before = web.saved()
    person.open(photograph).click(*DOG)
    Image.new("L", (1072, 603), 255).save(tmp_path / "mask.png")
    load(person, "Add", tmp_path / "mask.png")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 2)
    person.shown()
    generated(person)
    (file,) = web.saved() - before
    with Image.open(file) as image:
        infotext = image.info["parameters"]
    source, mask = picture(person), person.state()["edit"]["selection"][1]["image"]
    assert web.ask("HEAD", f"/click-inpaint/images/{source}").status == 200, "it is there"
    assert web.ask("HEAD", f"/click-inpaint/images/{mask}").status == 200
    named = sorted(set(re.findall(r"[0-9a-f]{8,}", infotext + recorded_edit(infotext))))
    assert source[:32] in named and mask[:32] in named
    for name in named:
        assert web.ask("GET", f"/click-inpaint/images/{name}").status == 404
        assert web.post("/click-inpaint/results", {"infotext": infotext, "image": name}).status == 404
    assert web.post("/click-inpaint/results", {"infotext": infotext, "image": source}).status == 200


def test_a_result_is_a_round_also_where_its_selection_stays_out_of_files(
    web: Web, person: Person, photograph: Path
) -> None:
    web.options(click_inpaint_infotext_selection=False, samples_format="webp")
    try:
        person.open(photograph).click(*DOG)
        source, digest = picture(person), person.shown()["digest"]
        generated(person)
        assert "Click Inpaint edit" not in person.infotext() and "Click Inpaint crop" in person.infotext()
        press(person, "Use result")
        person.wait(lambda: picture(person) not in ("", source))
        assert "every pixel" not in person.ours().inner_text(), "it is the result itself"
        person.ours().locator(".ci-round").click()
        person.wait(lambda: picture(person) == source)
        assert person.shown()["digest"] == digest
    finally:
        web.options(click_inpaint_infotext_selection=True)


def test_what_nobody_reads_of_an_infotext_takes_no_room_under_the_result(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    generated(person)
    token = person.page.locator("#html_info_img2img .ci-token").last
    token.wait_for()
    box = token.bounding_box()
    assert box and box["width"] < 130 and box["height"] < 30
    assert "Click Inpaint crop: " in person.infotext() and "\n" not in recorded_edit(person.infotext())
    selected = "e => { getSelection().selectAllChildren(e); return getSelection().toString(); }"
    copied = person.page.locator("#html_info_img2img").last.evaluate(selected)
    assert recorded_edit(copied.strip()) == recorded_edit(person.infotext()), "it is copied whole"


def test_the_edit_of_a_picture_that_is_gone_is_restored_on_the_result_or_on_the_open_one(
    web: Web, browser: Browser, person: Person, photograph: Path, tmp_path: Path
) -> None:
    before = web.saved()
    person.open(photograph).click(*DOG)
    half = np.zeros((603, 1072), np.uint8)
    half[:, :200] = 255
    Image.fromarray(half).save(tmp_path / "half.png")
    load(person, "Add", tmp_path / "half.png")
    person.wait(lambda: len(person.state()["edit"]["selection"]) == 2)
    person.set_number("Grow", 21)
    person.shown()
    generated(person)
    (file,) = web.saved() - before
    other = visitor(browser, web)
    other.ours().locator("input[type=file]").set_input_files(file)
    saying(other, "so the steps are on the result")
    saying(other, "its step is left out")
    other.wait(lambda: picture(other))
    edit = other.state()["edit"]
    assert [step["kind"] for step in edit["selection"]] == ["click"] and edit["refine"]["grow"] == 21
    assert other.shown()["frame"] == [1072, 603], "what is left can be painted again"
    assert picture(other) == web.upload(file.read_bytes())
    same_size = tmp_path / "grey.png"
    with Image.open(photograph) as image:
        image.convert("L").save(same_size)
    other.open(same_size)
    other.wait(lambda: picture(other) == web.upload(same_size.read_bytes()))
    assert "not in this browser" not in other.ours().inner_text()
    grey = picture(other)
    other.ours().locator("input[type=file]").set_input_files(file)
    saying(other, "are on the open picture")
    assert picture(other) == grey and other.state()["edit"]["selection"][0]["kind"] == "click"
    press(other, "Undo")
    assert other.state()["edit"]["selection"] == []
    leave(other)


def test_the_hosts_galleries_and_tabs_send_pictures_here(person: Person, photograph: Path) -> None:
    person.top_tab("txt2img")
    for name, value in (("width", 256), ("height", 192), ("steps", 2)):
        person.set_slider(f"txt2img_{name}", value)
    person.generate("txt2img")
    person.wait(lambda: person.gallery("txt2img"))
    person.page.get_by_role("button", name="Send to Click Inpaint").locator("visible=true").click()
    person.wait(lambda: picture(person))
    assert person.ours().is_visible() and person.click(100, 90)["frame"] == [256, 192]
    sent = picture(person)
    person.inner_tab("img2img")
    person.page.locator("#img2img_image input[type=file]").first.set_input_files(photograph)
    person.page.wait_for_selector("#img2img_image img")
    here = person.page.locator("#img2img_copy_to_img2img").get_by_role("button", name="Send to Click Inpaint")
    if here.count():  # hosts that have a row for it
        here.click()
        person.wait(lambda: picture(person) not in ("", sent))
        assert person.click(*DOG)["frame"] == [1072, 603]
    at_tab(person)
