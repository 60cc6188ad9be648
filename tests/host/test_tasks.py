"""The row of tasks, in Chromium: what each sets reaches the job, is undone in one step, and is then the person's."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import edit as edits
from tests.host.browser import Browser, Person
from tests.host.editor import Editor
from tests.host.tab import DOG, SKY, leave, press, visitor
from tests.host.test_screenshots import nothing_sticks_out
from tests.host.web import Web, assert_stitched, named, pictures, recorded_edit

STRENGTH = "#img2img_denoising_strength input[type=number]"
PROMPT = "#img2img_prompt textarea"
TASKS = {
    "Replace": {"strength": 1.0, "fill": "original", "grow": 8, "feather": 8, "padding": 32},
    "Remove": {"strength": 1.0, "fill": "neutral", "grow": 12, "feather": 8, "padding": 64},
    "Recolour": {"strength": 0.55, "fill": "original", "grow": 2, "feather": 4, "padding": 32},
    "Add": {"strength": 1.0, "fill": "neutral", "grow": 0, "feather": 8, "padding": 64},
    "Replace background": {"strength": 1.0, "fill": "noise", "grow": 0, "feather": 4, "padding": 32},
}


def settings_of(person: Person) -> dict[str, Any]:
    """What a task sets, as the Edit and the host's slider say it."""
    edit = person.state()["edit"]
    lengths = {"grow": edit["refine"]["grow"], "feather": edit["refine"]["feather"], "padding": edit["area"]["padding"]}
    return {"strength": strength_of(person), "fill": edit["fill"], **lengths}


def strength_of(person: Person) -> float:
    return float(person.page.locator(STRENGTH).input_value())


def status(person: Person) -> str:
    return person.ours().locator(".ci-status").inner_text()


def select(person: Person, task: str) -> None:
    """The dog, or for something new a place in the sky, painted with the brush that the task has put in the hand."""
    if task != "Add":
        person.click(*DOG)
        press(person, task)
        return
    press(person, task)
    person.at(*SKY)  # bring it into view
    Editor(person).drag(SKY, (SKY[0] + 60, SKY[1] + 20))
    person.wait(lambda: person.state()["edit"]["selection"])


def settle(web: Web, photograph: Path) -> None:
    """Have the job after this one repeat, see tests/host/test_each.py."""
    step = {"kind": "stroke", "points": [[60, 60]], "radius": 20}
    pictures(web.img2img(photograph.read_bytes(), {"selection": [step]}, seed=99))


def made_with(infotext: str, image: str) -> dict[str, Any]:
    """The Edit that an infotext carries, of the picture with this id: a file has half of it."""
    return {**edits.to_json(edits.parse(recorded_edit(infotext))), "image": image}


def twin(web: Web, photograph: Path, infotext: str, edit: dict[str, Any]) -> Image.Image:
    """The same job by the API, from what the infotext says."""
    more: dict[str, Any] = {"prompt": infotext.splitlines()[0], "sampler_name": named(infotext, "Sampler")}
    more |= {"steps": int(named(infotext, "Steps")), "seed": int(named(infotext, "Seed"))}
    more |= {
        "cfg_scale": float(named(infotext, "CFG scale")),
        "denoising_strength": float(named(infotext, "Denoising strength")),
    }
    if "Schedule type" in infotext:
        more["scheduler"] = named(infotext, "Schedule type")
    (result,) = pictures(web.img2img(photograph.read_bytes(), edit, **more))
    return result


@pytest.mark.parametrize("task", TASKS)
def test_a_task_reaches_the_job_and_its_api_twin_paints_the_same(
    web: Web, person: Person, photograph: Path, task: str
) -> None:
    select(person.open(photograph), task)
    assert settings_of(person) == TASKS[task]
    assert person.ours().get_by_role("button", name=task, exact=True).get_attribute("aria-pressed") == "true"
    person.page.locator(PROMPT).fill("a wooden boat")
    person.page.locator("#img2img_seed input").fill("7")
    person.shown()
    settle(web, photograph)
    before = web.saved()
    person.generate()
    assert not person.error()
    (file,) = web.saved() - before
    with Image.open(file) as saved:
        infotext, painted = saved.info["parameters"], np.asarray(saved.convert("RGB"))
    strength = named(infotext, "Denoising strength")
    assert float(strength) == TASKS[task]["strength"]
    edit = made_with(infotext, person.state()["edit"]["image"])
    assert {"fill": edit["fill"], **edit["refine"], **edit["area"]}.items() >= {
        key: value for key, value in TASKS[task].items() if key != "strength"
    }.items()
    blend = web.preview(edit)[1]
    with Image.open(photograph) as picture:
        assert_stitched(painted, np.asarray(picture.convert("RGB")), blend)
    x, y = (int(value) for value in DOG)
    assert blend[y, x] == (0 if task in ("Add", "Replace background") else 255)
    settle(web, photograph)
    assert (np.asarray(twin(web, photograph, infotext, edit).convert("RGB")) == painted).all()


def test_the_mask_that_the_host_was_given_is_the_tasks(web: Web, person: Person, photograph: Path) -> None:
    select(person.open(photograph), "Replace background")
    edit = person.state()["edit"]
    web.options(return_mask=True)
    _, mask = pictures(web.img2img(photograph.read_bytes(), edit, denoising_strength=1))
    blend = web.preview(edit)[1]
    assert (np.asarray(mask.convert("L")) == blend).all()
    x, y = (int(value) for value in DOG)
    assert blend[y, x] == 0 and blend[int(SKY[1]), int(SKY[0])] == 255


def test_one_undo_brings_back_what_a_task_has_set_in_both(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    person.set_slider("img2img_denoising_strength", 0.42)
    before, selection = settings_of(person), person.state()["edit"]["selection"]
    press(person, "Replace background")
    shown = "button => getComputedStyle(button).borderColor"
    row = person.ours().locator(".ci-task")
    assert row.last.evaluate(shown) != row.first.evaluate(shown), "it shows which one is begun, under the pointer too"
    said = person.ours().locator(".ci-tasked")
    assert "denoising strength 1" in said.inner_text() and "feather 4 px" in said.inner_text()
    assert "grow 0 px" in said.inner_text() and "padding" not in said.inner_text()
    assert person.state()["edit"]["selection"] == [*selection, {"kind": "invert"}]
    press(person, "Recolour")
    assert settings_of(person) == TASKS["Recolour"] and person.state()["edit"]["selection"] == selection
    person.page.keyboard.press("Control+z")
    assert settings_of(person) == TASKS["Replace background"]
    person.page.keyboard.press("Control+z")
    assert settings_of(person) == before and person.state()["edit"]["selection"] == selection
    assert not said.is_visible()
    for _ in range(2):
        person.page.keyboard.press("Control+y")
    assert settings_of(person) == TASKS["Recolour"]


def test_what_the_person_has_set_since_stays_theirs(person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    press(person, "Replace")
    person.set_slider("img2img_denoising_strength", 0.8)
    assert person.state()["edit"]["refine"]["feather"] == 6, "the feather follows the strength"
    person.set_number("Feather", 20)
    person.set_slider("img2img_denoising_strength", 0.9)
    assert person.state()["edit"]["refine"]["feather"] == 20, "it is the person's own now"
    for _ in range(2):
        press(person, "Undo")
    assert person.state()["task"] == "" and strength_of(person) == 0.9


def test_from_the_empty_page_to_a_removed_object_in_four_gestures(web: Web, person: Person, photograph: Path) -> None:
    before = web.saved()
    press(person, "Remove")  # 1
    assert status(person) == "Open a picture first."
    person.open(photograph)
    assert status(person) == "Click what is to go."
    person.page.mouse.click(*person.at(*DOG))  # 2
    blend = web.preview({**person.state()["edit"], "shown": ""})[1] if person.shown() else None
    person.generate()  # 3
    assert not person.error()
    (file,) = web.saved() - before
    with Image.open(file) as saved, Image.open(photograph) as picture:
        assert blend is not None
        assert_stitched(saved, np.asarray(picture.convert("RGB")), blend)
        assert named(saved.info["parameters"], "Denoising strength") in ("1", "1.0")
    person.ours().locator(".ci-round").wait_for()
    person.wait(lambda: "Done." in status(person), 10)


@pytest.mark.parametrize("task", TASKS)
def test_a_task_on_no_selection_says_what_to_click_first(person: Person, photograph: Path, task: str) -> None:
    person.open(photograph)
    press(person, task)
    assert (
        status(person)
        == {
            "Replace": "Click what is to be replaced.",
            "Remove": "Click what is to go.",
            "Recolour": "Click what is to get another colour.",
            "Add": "Paint over the place where it should be.",
            "Replace background": "Select what is to stay, then press “Replace background” once more.",
        }[task]
    )
    assert person.state()["edit"]["selection"] == []


LOOKS = [(task, width) for task in TASKS for width in (1500, 400)]
EVERYDAY = [("Replace background", 1500), ("Recolour", 400)]
"""What needs the most room."""


@pytest.mark.parametrize(
    ("task", "width"), [pytest.param(*look, marks=() if look in EVERYDAY else pytest.mark.full) for look in LOOKS]
)
def test_each_task_looks_right(
    web: Web, browser: Browser, photograph: Path, folder: Path, task: str, width: int
) -> None:
    """`--full … --screenshots docs` renews the pictures of docs/TASKS.md."""
    person = visitor(browser, web, width=width, height=1200 if width > 1000 else 1500)
    select(person.open(photograph), task)
    person.shown()
    person.page.mouse.move(5, 5)
    person.page.evaluate("document.activeElement.blur()")
    kind = "real" if web.real else "workbench"
    path = folder / f"{kind}-task-{task.split()[-1].lower()}-{width}.jpg"
    person.page.locator("#img2img_click_inpaint_tab").screenshot(path=path, type="jpeg", quality=85)
    nothing_sticks_out(person, width)
    leave(person)
