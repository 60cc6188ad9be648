"""The main job through the host's own API, end to end."""

import base64
import io
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.web import Web, assert_stitched, infotexts, named, pictures

DOG = (1080.0, 700.0)


def edit_of(image: str = "", **more: Any) -> dict[str, Any]:
    selection = [{"kind": "click", "x": DOG[0], "y": DOG[1], "segmenter": "grabcut"}]
    return {"image": image, "selection": selection, "refine": {"grow": 14, "feather": 18}, **more}


@pytest.fixture(scope="module")
def edit(web: Web, large: bytes) -> dict[str, Any]:
    return edit_of(web.upload(large))


@pytest.fixture(scope="module")
def blend(web: Web, edit: dict[str, Any]) -> U8:
    header, full = web.preview(edit)
    assert header["frame"] == [2144, 1206] and full[int(DOG[1]), int(DOG[0])] == 255
    return full


def test_gallery_and_file_are_stitched_and_the_users_checkpoint_is_back(
    web: Web, large: bytes, source: U8, edit: dict[str, Any], blend: U8
) -> None:
    own = web.txt2img_model()
    before = web.saved()
    reply = web.img2img(large, edit, save_images=True)
    (result,) = pictures(reply)
    assert_stitched(result, source, blend)
    (file,) = web.saved() - before
    with Image.open(file) as saved:
        assert (np.asarray(saved.convert("RGB")) == np.asarray(result.convert("RGB"))).all()
        assert "Click Inpaint edit" in saved.info["parameters"]
    text = infotexts(reply)[0]
    assert "inpaint" in named(text, "Model") and named(text, "Click Inpaint crop")
    assert "inpaint" not in own and web.txt2img_model() == own


def test_the_picture_may_come_with_the_job_alone(web: Web, large: bytes, source: U8, blend: U8) -> None:
    (result,) = pictures(web.img2img(large, edit_of()))
    assert_stitched(result, source, blend)


def test_the_picture_may_have_come_before_the_job(web: Web, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    (result,) = pictures(web.img2img(large, edit, init_images=[]))
    assert_stitched(result, source, blend)


def test_two_batches_of_two(web: Web, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    results = pictures(web.img2img(large, edit, n_iter=2, batch_size=2))
    assert len(results) == 4 and len({image.tobytes() for image in results}) == 4
    for result in results:
        assert_stitched(result, source, blend)


@pytest.mark.parametrize("correct", [False, True])
def test_masks_are_full_size_and_both_ways_of_stitching_agree(
    web: Web, large: bytes, source: U8, edit: Any, blend: U8, correct: bool
) -> None:
    web.options(img2img_color_correction=correct)
    pictures(web.img2img(large, edit))  # a host's first job after a checkpoint switch does not repeat
    (fast,) = pictures(web.img2img(large, edit))
    web.options(return_mask=True, return_mask_composite=True)
    layered, mask, composite = pictures(web.img2img(large, edit))
    assert fast.tobytes() == layered.tobytes()
    assert_stitched(layered, source, blend)
    assert (np.asarray(mask.convert("L")) == blend).all() and composite.size == (2144, 1206)


def test_loopback_crops_again(web: Web, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    arguments = [2, 0.5, "Linear", "None"] if web.real else [2]
    results = pictures(web.img2img(large, edit, script_name="Loopback", script_args=arguments))
    assert len(results) == 2 and results[0].tobytes() != results[1].tobytes()
    for result in results:
        assert_stitched(result, source, blend)


def test_alpha_outside_is_kept(web: Web, source: U8) -> None:
    alpha = np.full(source.shape[:2], 255, np.uint8)
    alpha[:, :300] = 77
    file = io.BytesIO()
    Image.fromarray(np.dstack([source, alpha])).save(file, "PNG", compress_level=1)
    edit = edit_of(web.upload(file.getvalue()))
    _, blend = web.preview(edit)
    (result,) = pictures(web.img2img(file.getvalue(), edit))
    assert result.mode == "RGBA"
    assert (np.asarray(result)[..., 3][blend == 0] == alpha[blend == 0]).all()
    assert_stitched(result, source, blend)


@contextmanager
def sampling(web: Web, large: bytes, edit: Any) -> Iterator[list[Any]]:
    """While a long job samples; it is interrupted at the end, and its reply then stands in the list."""
    replies: list[Any] = []
    if not web.real:
        web.options(workbench_step_delay=0.1)
    job = threading.Thread(target=lambda: replies.append(web.img2img(large, edit, steps=120, n_iter=4)))
    job.start()
    try:
        for _ in range(600):
            if web.ask("GET", "/sdapi/v1/progress").json()["state"]["sampling_step"] > 2:
                break
            time.sleep(0.05)
        yield replies
    finally:
        assert web.ask("POST", "/sdapi/v1/interrupt").status == 200
        job.join(120)
        if not web.real:
            web.options(workbench_step_delay=0.0)


def test_interrupt_stitches_what_is_there(web: Web, large: bytes, source: U8, edit: Any, blend: U8) -> None:
    with sampling(web, large, edit) as replies:
        pass
    results = pictures(replies[0])
    assert 1 <= len(results) < 4
    for result in results:
        assert_stitched(result, source, blend)


def test_clicks_and_hovering_are_answered_while_the_host_samples(web: Web, large: bytes, edit: dict[str, Any]) -> None:
    another = {"kind": "click", "x": 300, "y": 300, "segmenter": "grabcut", "new_object": True}
    with sampling(web, large, edit) as replies:
        header, _ = web.preview({**edit, "selection": [*edit["selection"], another]})
        where = {"image": edit["image"], "x": 900, "y": 700, "segmenter": "grabcut"}
        hovered = web.post("/click-inpaint/hover", where)
        assert not replies, "it samples still"
    assert [found["last"] for found in header["objects"]] == [0, 1] and hovered.status == 200


@pytest.mark.parametrize(
    ("edit", "says"),
    [
        ({"selection": []}, "Click the object first."),
        ({**edit_of("0" * 64)}, "open it again"),
        ({**edit_of(), "fil": 1}, 'Unknown key "fil"'),
        ({**edit_of(), "checkpoint": "absent"}, "no checkpoint “absent”"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(web: Web, large: bytes, edit: Any, says: str) -> None:
    own, before = web.option("sd_model_checkpoint"), web.saved()
    reply = web.img2img(large, edit, save_images=True)
    assert reply.status >= 400 and says in json.dumps(reply.json(), ensure_ascii=False).replace('\\"', '"')
    assert web.option("sd_model_checkpoint") == own and web.saved() == before


def drawn(source: U8) -> tuple[U8, str]:
    """A mask that is carried by its alpha alone, and that as a payload has it."""
    alpha = np.zeros(source.shape[:2], np.uint8)
    alpha[500:700, 900:1300] = 255
    file = io.BytesIO()
    Image.fromarray(np.dstack([np.zeros_like(source), alpha])).save(file, "PNG")
    return alpha, base64.b64encode(file.getvalue()).decode()


def test_a_payloads_mask_is_the_selection_of_an_edit_without_one(web: Web, large: bytes, source: U8) -> None:
    selected, mask = drawn(source)
    (result,) = pictures(web.img2img(large, {"refine": {"grow": 0, "feather": 0}}, mask=mask))
    assert_stitched(result, source, selected)
    (result,) = pictures(web.img2img(large, {}, mask=mask))
    assert_stitched(result, source, web.preview(masked(web.upload(large), web.upload(base64.b64decode(mask))))[1])


def masked(image: str, mask: str) -> dict[str, Any]:
    return {"image": image, "selection": [{"kind": "mask", "image": mask}]}


def test_what_has_no_use_beside_an_edit_is_refused(web: Web, large: bytes, source: U8) -> None:
    mask, picture = drawn(source)[1], base64.b64encode(large).decode()
    for reply, says in (
        (web.img2img(large, edit_of(), mask=mask), "a mask beside the Edit"),
        (web.img2img(large, edit_of(), init_images=[picture, picture]), "init_images holds 2"),
        (web.img2img(large, {}), "Click the object first."),
    ):
        assert reply.status >= 400 and says in json.dumps(reply.json())


def test_without_an_edit_the_hosts_own_inpainting_is_as_before(web: Web, large: bytes) -> None:
    (result,) = pictures(web.img2img(large, ""))
    assert result.size == (256, 256)
