"""Far-apart objects, each painted in a crop of its own: through the host's API and on its page."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.browser import Person
from tests.host.editor import Editor
from tests.host.test_citizens import lora  # noqa: F401 - a fixture
from tests.host.web import Web, assert_stitched, infotexts, named, pictures

CORNERS = ((60.0, 60.0), (2080.0, 1140.0))


def edit_of(image: str, *at: tuple[float, float], mode: str = "each") -> dict[str, Any]:
    selection = [{"kind": "stroke", "points": [list(point)], "radius": 20} for point in at]
    area = {"mode": mode, "padding": 32}
    return {"image": image, "selection": selection, "refine": {"grow": 4, "feather": 8}, "area": area}


def settle(web: Web, large: bytes, image: str) -> None:
    """Have the job after this one repeat. The VAE's encoder draws from the host's global random numbers, which stand
    where the job before has left them.
    """
    pictures(web.img2img(large, edit_of(image, CORNERS[0]), seed=99))


def one_after_the_other(web: Web, large: bytes, image: str, seed: int) -> Image.Image:
    """The result of a job for the first object, used for a job for the second that has the same seed."""
    settle(web, large, image)
    (first,) = pictures(web.img2img(large, edit_of(image, CORNERS[0]), seed=seed))
    file = io.BytesIO()
    first.save(file, "PNG")
    (result,) = pictures(web.img2img(file.getvalue(), edit_of("", CORNERS[1]), seed=seed))
    return result


def test_a_batch_is_what_one_job_for_each_object_makes_of_it(web: Web, large: bytes, source: U8) -> None:
    image = web.upload(large)
    edit = edit_of(image, *CORNERS)
    header, blend = web.preview(edit)
    assert len(header["parts"]) == 2 and header["apart"] == 0
    assert web.preview(edit_of(image, *CORNERS, mode="masked"))[0]["apart"] == 2
    own, before = web.txt2img_model(), web.saved()
    settle(web, large, image)
    reply = web.img2img(large, edit, n_iter=2, save_images=True)
    results = pictures(reply)
    assert len(results) == 2 == len(web.saved() - before)
    for result in results:
        assert_stitched(result, source, blend)
        for x, y in CORNERS:
            place = (slice(int(y) - 10, int(y) + 10), slice(int(x) - 10, int(x) + 10))
            assert (np.asarray(result.convert("RGB"))[place] != source[place]).any(axis=-1).mean() > 0.5
    assert named(infotexts(reply)[0], "Click Inpaint crop").count("x") == 2
    assert web.txt2img_model() == own
    settle(web, large, image)  # the checkpoint was switched again
    for seed, text, result in zip((3, 4), infotexts(reply), results):
        assert int(named(text, "Seed")) == seed
        chained = one_after_the_other(web, large, image, seed)
        # Forge writes its infotext into the alpha of what it saves, and of what it has answered with it
        assert chained.convert("RGB").tobytes() == result.convert("RGB").tobytes()


def with_prompts(image: str, *prompts: str) -> dict[str, Any]:
    edit = edit_of(image, *CORNERS)
    return {**edit, "area": {**edit["area"], "prompts": list(prompts)}}


def halves(web: Web, large: bytes, prompt: str, *own: str) -> tuple[U8, U8, str]:
    """The upper object's half of the result of a job with this prompt, the lower one's, and its infotext."""
    image = web.upload(large)
    settle(web, large, image)
    reply = web.img2img(large, with_prompts(image, *own), prompt=prompt)
    (result,) = pictures(reply)
    pixels = np.asarray(result.convert("RGB"))
    return pixels[:600], pixels[600:], infotexts(reply)[0]


def test_each_object_is_what_a_job_with_its_prompt_makes_of_it(web: Web, large: bytes, source: U8) -> None:
    blend = web.preview(edit_of(web.upload(large), *CORNERS))[1]
    bird, cat = halves(web, large, "a bird"), halves(web, large, "a red cat")
    assert (bird[0] != cat[0]).any() and (bird[1] != cat[1]).any(), "a prompt counts at all"
    for own, upper, lower in ((("", "a red cat"), bird, cat), (("a red cat", ""), cat, bird)):
        mixed = halves(web, large, "a bird", *own)
        assert_stitched(np.concatenate(mixed[:2]), source, blend)
        assert (mixed[0] == upper[0]).all() and (mixed[1] == lower[1]).all()
        told = f'Click Inpaint prompts: "{1 + own.index("a red cat")}: a red cat"'
        assert mixed[2].startswith("a bird") and told in mixed[2] and told not in bird[2]


def test_a_lora_counts_for_the_object_that_names_it(web: Web, large: bytes, lora: str) -> None:  # noqa: F811
    furry = f"a bird <lora:{lora}:1>"
    plain, with_lora = halves(web, large, "a bird"), halves(web, large, furry)
    assert (plain[0] != with_lora[0]).any() and (plain[1] != with_lora[1]).any()
    for own, upper, lower in (
        (("", furry), plain, with_lora),
        ((furry, ""), with_lora, plain),
        (("a bird", "a bird"), plain, plain),
    ):
        mixed = halves(web, large, furry if own == ("a bird", "a bird") else "a bird", *own)
        assert (mixed[0] == upper[0]).all() and (mixed[1] == lower[1]).all()


def test_prompts_for_another_number_of_objects_are_refused(web: Web, large: bytes) -> None:
    reply = web.img2img(large, with_prompts(web.upload(large), "a", "b", "c"))
    assert reply.status == 422 and "area.prompts has 3 of 2 prompts" in reply.content.decode()


@pytest.mark.parametrize("correct", [False, True])
def test_both_ways_of_stitching_agree(web: Web, large: bytes, source: U8, correct: bool) -> None:
    edit = edit_of(web.upload(large), *CORNERS)
    blend = web.preview(edit)[1]
    web.options(img2img_color_correction=correct)
    pictures(web.img2img(large, edit))  # a host's first job after a checkpoint switch does not repeat
    (fast,) = pictures(web.img2img(large, edit))
    web.options(return_mask=True, return_mask_composite=True)
    layered, shown, composite = pictures(web.img2img(large, edit))
    assert fast.tobytes() == layered.tobytes()
    assert_stitched(layered, source, blend)
    assert (np.asarray(shown.convert("L")) == blend).all() and composite.size == (2144, 1206)


def test_the_page_offers_it_in_one_press(web: Web, person: Person, large: bytes, source: U8, tmp_path: Path) -> None:
    path = tmp_path / "large.jpg"
    path.write_bytes(large)
    person.inner_tab("Click Inpaint").open(path)
    editor = Editor(person)
    offer = person.ours().get_by_role("button", name="Paint each of the 2 objects by itself")
    editor.canvas.focus()
    editor.press("b")
    for x, y in CORNERS:
        editor.drag((x, y), (x + 4, y))
    assert person.shown()["apart"] == 2 and offer.is_visible()
    offer.click()
    header = person.shown()
    assert len(header["parts"]) == 2 and not offer.is_visible()
    assert person.state()["edit"]["area"]["mode"] == "each"
    assert "2 objects, each painted at" in person.ours().inner_text()
    editor.canvas.focus()
    editor.press("Control+z")
    assert len(person.shown()["parts"]) == 1 and offer.is_visible()
    editor.press("Control+Shift+z")
    assert len(person.shown()["parts"]) == 2
    blend = web.preview(person.state()["edit"])[1]
    person.generate()
    assert not person.error()
    (address,) = person.gallery()
    result = Image.open(io.BytesIO(person.fetch(address)))
    assert_stitched(result, source, blend)
    changed = (np.asarray(result.convert("RGB")) != source).any(axis=-1)
    height, width = changed.shape
    assert changed[: height // 2, : width // 2].any() and changed[height // 2 :, width // 2 :].any()
