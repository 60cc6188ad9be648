"""The tab as a person uses it, in Chromium, from opening a photograph to the saved file."""

import io
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from click_inpaint import __version__
from tests.arrays import U8
from tests.host.browser import Person
from tests.host.web import Web, assert_stitched

DOG = (1080.0, 700.0)


@pytest.fixture(scope="module")
def photo(large: bytes, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("photo") / "large.jpg"
    path.write_bytes(large)
    return path


def blend_of(web: Web, person: Person) -> U8:
    """The blend mask that the page shows, from the Edit that it keeps."""
    return web.preview(person.state()["edit"])[1]


def picture(person: Person, address: str) -> Any:
    return Image.open(io.BytesIO(person.fetch(address)))


def test_the_tab_is_appended_and_the_hosts_controls_step_aside(person: Person) -> None:
    assert person.inner_tabs()[-1] == "Click Inpaint" and len(person.inner_tabs()) == 7
    assert not person.page.locator("#inpaint_controls").is_visible()
    assert person.ours().get_by_text(f"Click Inpaint {__version__}", exact=True).is_visible()
    person.inner_tab("Inpaint")
    person.wait(person.page.locator("#inpaint_controls").is_visible)


STEPS_ASIDE = ("#resize_mode", "#img2img_detect_image_size_btn", "#interrogate", "#deepbooru")


def test_what_does_nothing_for_our_tab_is_hidden_and_comes_back(person: Person) -> None:
    """Also where a person has chosen “Resize by”: our tab goes by width and height."""
    by, width = person.page.locator("#img2img_tab_resize_by"), person.page.locator("#img2img_width").first
    panels = by.locator("xpath=..")
    choice = panels.locator("> .tab-nav")
    person.inner_tab("img2img")
    choice.get_by_role("tab", name="Resize by").or_(choice.get_by_role("button", name="Resize by")).first.click()
    person.wait(by.is_visible)
    there = [person.page.locator(name) for name in STEPS_ASIDE if person.page.locator(name).is_visible()]
    for _ in range(2):
        person.inner_tab("Click Inpaint")
        person.wait(width.is_visible)
        assert not by.is_visible() and not choice.is_visible()
        assert not any(one.is_visible() for one in there)
        person.inner_tab("img2img")
        person.wait(by.is_visible)
        assert choice.is_visible() and not width.is_visible()
        assert all(one.is_visible() for one in there)


def test_from_the_photograph_to_the_saved_file(web: Web, person: Person, photo: Path, source: U8) -> None:
    own = web.txt2img_model()
    before = web.saved()
    person.open(photo).click(*DOG)
    person.set_number("Grow", 14)
    person.set_number("Feather", 18)
    header = person.shown()
    assert header["frame"] == [2144, 1206]
    left, top, right, bottom = header["parts"][0]["crop"]
    assert f"Part of {right - left}×{bottom - top} px, painted at" in person.ours().inner_text()
    edit = person.state()["edit"]
    assert (edit["refine"]["grow"], edit["refine"]["feather"]) == (14, 18)
    blend = blend_of(web, person)
    person.generate()
    assert not person.error()
    (address,) = person.gallery()
    assert_stitched(picture(person, address), source, blend)
    (file,) = web.saved() - before
    with Image.open(file) as saved:
        assert_stitched(saved, source, blend)
        text = saved.info["parameters"]
    assert "inpaint" in text.partition("Model: ")[2].split(",")[0] and "Click Inpaint crop" in text
    assert "Click Inpaint edit" in person.infotext()
    assert web.txt2img_model() == own


def test_batches_and_resize_by(web: Web, person: Person, photo: Path, source: U8) -> None:
    person.open(photo).click(*DOG)
    blend = blend_of(web, person)
    person.set_slider("img2img_batch_count", 2)
    person.set_slider("img2img_batch_size", 2)
    person.inner_tab("img2img").resize_tab("Resize by").inner_tab("Click Inpaint")
    person.generate()
    assert not person.error()
    results = [picture(person, address) for address in person.gallery()]
    assert len(results) == 4 and len({image.tobytes() for image in results}) == 4
    for result in results:
        assert_stitched(result, source, blend)


def test_interrupt_stitches_what_is_there(web: Web, person: Person, photo: Path, source: U8) -> None:
    if not web.real:
        web.options(workbench_step_delay=0.1)
    person.open(photo).click(*DOG)
    blend = blend_of(web, person)
    person.set_slider("img2img_steps", 100)
    person.generate(finished=False)
    person.wait(lambda: web.ask("GET", "/sdapi/v1/progress").json()["state"]["sampling_step"] > 2)
    person.page.locator("#img2img_interrupt").click()
    person.wait(lambda: not person.busy())
    person.wait(person.gallery)
    if not web.real:
        web.options(workbench_step_delay=0.0)
    assert_stitched(picture(person, person.gallery()[0]), source, blend)


def test_the_hosts_own_tabs_behave_as_before(web: Web, person: Person, photo: Path) -> None:
    person.open(photo).click(*DOG)
    person.inner_tab("img2img")
    person.page.locator("#img2img_image input[type=file]").first.set_input_files(photo)
    person.page.wait_for_selector("#img2img_image img, #img2img_image canvas")
    person.generate()
    assert not person.error() and "Click Inpaint" not in person.infotext()
    assert picture(person, person.gallery()[0]).size == (256, 256)
    person.inner_tab("Click Inpaint")
    person.generate()
    assert "Click Inpaint edit" in person.infotext()


def test_undo_redo_escape_exclude_and_box(person: Person, photo: Path) -> None:
    person.open(photo)
    first = person.click(*DOG)["digest"]
    person.click(1500, 200, button="right")
    kinds = [(step["kind"], step.get("include")) for step in person.state()["edit"]["selection"]]
    assert kinds == [("click", True), ("click", False)]
    person.page.keyboard.press("Control+z")
    assert person.shown()["digest"] == first
    person.page.keyboard.press("Control+y")
    assert len(person.state()["edit"]["selection"]) == 2
    person.page.keyboard.press("Escape")
    assert person.state()["edit"]["selection"] == []
    person.page.keyboard.press("Control+z")
    assert len(person.state()["edit"]["selection"]) == 2
    person.page.keyboard.press("Escape")
    person.page.mouse.move(*person.at(500, 300))
    person.page.mouse.down()
    person.page.mouse.move(*person.at(1100, 1100), steps=6)
    person.page.mouse.up()
    person.wait(lambda: person.state()["edit"]["selection"])
    (box,) = person.state()["edit"]["selection"]
    assert box["kind"] == "box"
    assert [round(box[key], -1) for key in ("x0", "y0", "x1", "y1")] == pytest.approx([500, 300, 1100, 1100], abs=11)
    assert person.shown()["box"]


def clicked_at(person: Person, x: float) -> bool:
    return any(abs(step["x"] - x) < 3 for step in person.state()["edit"]["selection"])


def test_a_click_lands_on_the_pixel_under_the_pointer(person: Person, photo: Path) -> None:
    person.open(photo)
    for x, y in ((3, 3), (2140, 1203), (1071.5, 603.5)):
        person.page.mouse.click(*person.at(x, y))
        person.wait(partial(clicked_at, person, x))


def test_a_picture_that_the_server_forgot_is_uploaded_again(web: Web, person: Person, photo: Path) -> None:
    person.open(photo).click(*DOG)
    refused: list[int] = []

    def forget(route: Any) -> None:
        if not refused:
            refused.append(1)
            route.fulfill(status=404, json={"error": "The server no longer has this picture; open it again."})
        else:
            route.continue_()

    uploads: list[str] = []
    person.page.on("request", lambda r: uploads.append(r.url) if r.url.endswith("click-inpaint/images") else None)
    person.page.route("**/click-inpaint/preview", forget)
    person.set_number("Grow", 21)
    assert person.shown() and refused and len(uploads) == 1


def test_a_server_that_is_gone_is_said_and_the_edit_is_kept(person: Person, photo: Path) -> None:
    person.open(photo).click(*DOG)
    person.page.route("**/click-inpaint/**", lambda route: route.abort())
    person.set_number("Grow", 30)
    person.wait(lambda: "does not answer" in person.ours().inner_text())
    assert person.state()["edit"]["refine"]["grow"] == 30 and len(person.state()["edit"]["selection"]) == 1
    person.page.unroute("**/click-inpaint/**")
    assert person.shown()


def test_a_picture_that_the_server_refuses_leaves_the_one_before_and_its_selection(
    person: Person, photo: Path, photograph: Path
) -> None:
    first = person.open(photo).click(*DOG)["digest"]
    before = person.state()["edit"]["image"]
    person.page.route("**/click-inpaint/preview", lambda route: None)  # still on its way when the other picture comes
    person.set_number("Grow", 21)
    refusal = {"error": "That picture has too many pixels."}
    person.page.route("**/click-inpaint/images", lambda route: route.fulfill(status=422, json=refusal))
    person.ours().locator("input[type=file]").set_input_files(photograph)
    person.wait(lambda: "too many pixels" in person.ours().inner_text())
    edit = person.state()["edit"]
    assert edit["image"] == before and edit["refine"]["grow"] == 21 and len(edit["selection"]) == 1
    person.page.unroute_all(behavior="ignoreErrors")
    assert person.shown()["digest"] != first


def test_use_result_and_send_to_inpaint_upload(person: Person, photo: Path) -> None:
    person.open(photo).click(*DOG)
    person.generate()
    before = person.state()["edit"]["image"]
    offer = person.ours().get_by_role("group", name="The last job")
    offer.wait_for()  # it hides the button of that name above the picture
    offer.get_by_role("button", name="Use result").click()
    person.wait(lambda: person.state()["edit"]["image"] not in ("", before))
    assert person.state()["edit"]["selection"] == []
    person.click(*DOG)
    person.ours().get_by_role("button", name="Mask", exact=True).click()
    person.ours().get_by_role("button", name="Send to Inpaint upload").click()
    person.page.wait_for_selector("#img_inpaint_base img", timeout=20_000)
    person.page.wait_for_selector("#img_inpaint_mask img", timeout=20_000)
    assert person.page.locator("#img2img_inpaint_upload_tab").is_visible()


def test_reload_ui_twice_and_it_still_works(web: Web, person: Person, photo: Path, source: U8) -> None:
    for _ in range(2):
        person.reload_ui().inner_tab("Click Inpaint")
        assert len(person.inner_tabs()) == 7
    for slider, value in (("img2img_width", 256), ("img2img_height", 256), ("img2img_steps", 4)):
        person.set_slider(slider, value)
    person.open(photo).click(*DOG)
    blend = blend_of(web, person)
    person.generate()
    assert not person.error()
    assert_stitched(picture(person, person.gallery()[0]), source, blend)


@pytest.mark.parametrize("way", ["drop", "paste"])
def test_a_picture_may_be_dropped_or_pasted(person: Person, photograph: Path, way: str) -> None:
    """As the browser delivers it: an event that carries a file."""
    import base64

    person.page.evaluate(
        """([way, text]) => {
            const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], "dogs.jpg", {type: "image/jpeg"}));
            const stage = document.querySelector("#click_inpaint_root .ci-stage");
            const event = way === "drop"
                ? new DragEvent("drop", {dataTransfer: carried, bubbles: true, cancelable: true})
                : new ClipboardEvent("paste", {clipboardData: carried, bubbles: true, cancelable: true});
            (way === "drop" ? stage : document.body).dispatchEvent(event);
        }""",
        [way, base64.b64encode(photograph.read_bytes()).decode()],
    )
    person.wait(lambda: person.state()["edit"]["image"])
    assert person.click(540, 350)["frame"] == [1072, 603]


def test_alt_click_excludes_and_shift_click_starts_another_object(person: Person, photo: Path) -> None:
    person.open(photo).click(*DOG)
    for key in ("Alt", "Shift"):
        person.page.keyboard.down(key)
        person.click(1700, 300)
        person.page.keyboard.up(key)
    steps = [(step["include"], step["new_object"]) for step in person.state()["edit"]["selection"]]
    assert steps == [(True, False), (False, False), (True, True)]


def test_the_keyboard_alone_selects(person: Person, photo: Path) -> None:
    person.open(photo)
    canvas = person.ours().locator("canvas").first
    canvas.focus()
    for key in ("ArrowRight", "ArrowDown", "Enter"):
        canvas.press(key)
    person.wait(lambda: person.state()["edit"]["selection"])
    assert person.state()["edit"]["selection"][0]["kind"] == "click"
