"""Where the hosts' pages differ: tabs and modes, inputs for files, the language; the same on each Gradio."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.host.browser import Browser, Person
from tests.host.conftest import ROOT, serve
from tests.host.tab import DOG, invert, leave, press, visitor
from tests.host.web import Web

GERMAN = {"Open picture": "Bild öffnen", "Fill": "Füllung"}
WITH_VALUES = {
    "{label} (built in)": "{label} (eingebaut)",
    "Painted at {percent} % of its size: select less at once, or raise width × height.": "Nur zu {percent} % gemalt.",
}
WHITE = """async image => {
    await image.decode();
    const {naturalWidth: width, naturalHeight: height} = image;
    const context = Object.assign(document.createElement("canvas"), {width, height}).getContext("2d");
    context.drawImage(image, 0, 0);
    const {data} = context.getImageData(0, 0, width, height);
    return data.filter((value, index) => index % 4 === 0 && value > 127).length;
}"""


@pytest.fixture
def person(person: Person, photograph: Path) -> Person:
    """With the dog selected."""
    person.open(photograph).click(*DOG)
    return person


def test_our_tab_paints_whichever_tab_was_used_last(person: Person) -> None:
    """Forge sends the number of the tab of its own that was chosen last, A1111 one that it does not know."""
    controls = person.page.locator("#inpaint_controls")
    for last, shown in (("Inpaint", True), ("Batch", False)):
        person.inner_tab(last)
        person.wait(controls.is_visible if shown else controls.is_hidden)  # the host has heard of it
        person.inner_tab("Click Inpaint").generate()
        assert not person.error() and "Click Inpaint edit" in person.infotext(), last


def test_a_mask_sent_to_inpaint_upload_takes_the_place_of_the_one_before(person: Person) -> None:
    shown = person.page.locator("#img_inpaint_mask img")

    def send() -> None:
        press(person, "Mask")
        press(person, "Send to Inpaint upload")
        person.wait(lambda: person.page.locator("#img2img_inpaint_upload_tab").is_visible())

    def white() -> int:
        """How many pixels of the mask that the host shows are."""
        return int(shown.first.evaluate(WHITE)) if shown.count() else 0

    send()
    person.wait(white)
    before = white()
    person.inner_tab("Click Inpaint").set_number("Grow", 40)
    person.shown()
    send()
    person.wait(lambda: white() > before)


@pytest.fixture
def german(gradio: str, tmp_path: Path) -> Iterator[Web]:
    """A workbench whose user has chosen a language."""
    (tmp_path / "extension" / "localizations").mkdir(parents=True)
    german = {**GERMAN, **WITH_VALUES}
    (tmp_path / "extension" / "localizations" / "de.json").write_text(json.dumps(german), encoding="utf-8")
    (tmp_path / "config.json").write_text(json.dumps({"localization": "de"}), encoding="utf-8")
    yield from serve(tmp_path, "--extension", str(ROOT), str(tmp_path / "extension"), gradio=gradio)


@pytest.mark.own_host
def test_the_page_speaks_the_hosts_language(german: Web, browser: Browser, photograph: Path) -> None:
    person = visitor(browser, german)
    person.unfold().wait(lambda: all(word in person.ours().inner_text() for word in GERMAN.values()), 10)
    segmenter = person.ours().get_by_label("Segmenter", exact=True)
    person.wait(lambda: "GrabCut (eingebaut)" in segmenter.inner_html(), 10)
    person.open(photograph)
    invert(person)  # all of the picture, which is much larger than it is painted
    person.wait(lambda: re.search(r"Nur zu \d+ % gemalt\.", person.ours().inner_text()), 10)
    leave(person)
