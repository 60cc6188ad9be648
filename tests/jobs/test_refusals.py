"""How a job that cannot be done ends: what the page and an API caller are told, and that nothing else has happened."""

import copy
import sys
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.errors import UserError
from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.jobs.pressing import Press, failing, page_of
from tests.jobs.test_job import assert_exact, files

Run = Callable[..., Any]

CANNOT_BE_DONE: list[tuple[dict[str, Any], str]] = [
    ({"selection": []}, "Click the object first."),
    ({"image": "0" * 64}, "no longer has this picture"),
    ({"image": ""}, "Open a picture first."),
    ({"fil": "telea"}, 'Unknown key "fil"'),
    ({"checkpoint": "absent"}, "no checkpoint “absent”"),
    ({"selection": [{"kind": "click", "x": 999, "y": 1}]}, "outside the picture"),
]


HOOKS = [
    "setup",
    "before_process",
    "before_process, late",
    "postprocess_image",
    "postprocess_maskoverlay",
    "postprocess_image_after_composite",
    "postprocess_image_after_composite, late",
]


@pytest.mark.parametrize(("change", "says"), CANNOT_BE_DONE)
def test_the_page_says_why_at_once_and_the_host_loads_nothing(
    host: SimpleNamespace, press: Press, loads: list[str], image: str, change: Any, says: str
) -> None:
    before, started = copy.deepcopy(host.opts.data), time.perf_counter()
    shown = press({**EDIT, "image": image, **change})
    assert time.perf_counter() - started < 1
    (sentence,) = shown.sentences
    assert says in sentence and "EmptySelection" not in shown.below and "Error" not in sentence
    assert shown.for_our_tab == [sentence], "our tab says the same"
    assert shown.pictures is None, "what the gallery showed stays"
    assert not loads and host.opts.data == before and not files(host)


@pytest.mark.parametrize(("change", "says"), [pair for pair in CANNOT_BE_DONE if pair[0] != {"image": ""}])
def test_an_api_caller_is_told_the_same_and_the_host_loads_nothing(
    host: SimpleNamespace, job: Run, loads: list[str], image: str, press_plainly: Press, change: Any, says: str
) -> None:
    edit = {**EDIT, "image": image, **change}
    (sentence,) = press_plainly(edit).sentences
    with pytest.raises(UserError, match=says) as refused:
        job(edit=edit, save_images=True)
    assert str(refused.value) == sentence == vars(refused.value)["detail"]
    assert vars(refused.value)["status_code"] == (404 if change == {"image": "0" * 64} else 422)
    assert not loads and not files(host)


def test_what_the_page_can_be_told_beforehand_the_host_does_not_begin(
    press: Press, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some hosts load a checkpoint, and wait for their main thread, before a processing object is there."""
    from modules import processing

    monkeypatch.setattr(processing, "StableDiffusionProcessingImg2Img", lambda **fields: pytest.fail("it began"))
    for change, says in CANNOT_BE_DONE:
        assert says in press({**EDIT, "image": image, **change}).sentences[0]


def test_what_is_no_json_is_said_too(press: Press) -> None:
    assert "not JSON" in press("{").sentences[0]


def test_two_jobs_that_fail_alike_are_told_apart(press: Press) -> None:
    assert press({}).below != press({}).below


@pytest.mark.parametrize("where", HOOKS)
def test_wherever_we_fail_the_page_says_so_and_the_next_job_is_well(
    host: SimpleNamespace, press: Press, image: str, pixels: U8, where: str
) -> None:
    before = copy.deepcopy(host.opts.data)
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, where)
        shown = press({**EDIT, "image": image})
    (sentence,) = shown.sentences
    assert sentence == f"Click Inpaint failed: 'a bug in {where}'. The Web UI's log has the details."
    assert shown.for_our_tab == [sentence] and shown.pictures is None
    assert any(f"a bug in {where}" in record for record in host.errors.exception_records), "the log has the details"
    assert host.opts.data == before and not files(host)
    well = press({**EDIT, "image": image})
    assert not well.sentences and not well.for_our_tab
    assert_exact(well.pictures[0], pixels[..., :3])  # type: ignore[index]
    assert len(files(host)) == 1


@pytest.mark.parametrize("where", HOOKS)
def test_wherever_we_fail_an_api_caller_is_told_and_the_next_job_is_well(
    host: SimpleNamespace, job: Run, pixels: U8, where: str
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        failing(patch, where)
        with pytest.raises(UserError, match=f"Click Inpaint failed: 'a bug in {where}'") as failed:
            job(save_images=True)
    assert vars(failed.value)["status_code"] == 500 and not files(host)
    assert_exact(job().images[0], pixels[..., :3])


def test_a_failed_picture_of_a_batch_ends_the_job_and_those_before_it_are_saved(
    host: SimpleNamespace, press: Press, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.host import overlay

    stitched, calls = overlay.stitched, []

    def fails_at_the_third(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 3:
            raise MemoryError
        return stitched(*args)

    monkeypatch.setattr(overlay, "stitched", fails_at_the_third)
    shown = press({**EDIT, "image": image}, n_iter=2, batch_size=2)
    assert shown.sentences == ["Click Inpaint failed: MemoryError. The Web UI's log has the details."]
    assert len(files(host)) == 2


def test_results_that_are_not_kept_are_results(
    host: SimpleNamespace, press: Press, image: str, pixels: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.host.kept import KeptResults

    monkeypatch.setattr(KeptResults, "keep", lambda *args: 1 // 0)
    shown = press({**EDIT, "image": image})
    assert len(shown.sentences) == 1 == len(shown.for_our_tab)
    assert_exact(shown.pictures[0], pixels[..., :3])  # type: ignore[index]


def test_an_object_that_failed_is_said_in_our_tab_beside_the_result(
    press: Press, image: str, pixels: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    from click_inpaint.host import passes

    steps = [{"kind": "stroke", "points": [[x, 100]], "radius": 12} for x in (40, 220)]
    monkeypatch.setattr(passes, "painted", lambda *args: 1 // 0)
    shown = press({"image": image, "selection": steps, "area": {"mode": "each", "padding": 4}})
    assert shown.for_our_tab == ["1 of 2 objects are painted; the next one failed: integer division or modulo by zero"]
    assert shown.below.count("1 of 2 objects") == 2, "below the gallery it stands among the host's comments"
    assert shown.pictures


def test_what_the_host_raises_is_the_hosts(press: Press, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from modules import processing

    monkeypatch.setattr(processing.StableDiffusionProcessingImg2Img, "sample", lambda self: 1 // 0)
    shown = press({**EDIT, "image": image})
    assert "Error" in shown.sentences[0] and not shown.for_our_tab and shown.pictures == []


def test_no_host_keeps_our_refusal_for_what_fails_later(
    host: SimpleNamespace, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    press = page_of("Forge", monkeypatch)
    failing(monkeypatch, "before_process")
    press({**EDIT, "image": image})
    assert vars(sys.modules["modules_forge.main_thread"])["last_exception"] is None


def test_a_job_without_an_edit_is_the_hosts(press: Press) -> None:
    shown = press("", init_img=None)
    assert not shown.for_our_tab


def test_our_tab_is_told_words_and_values_apart(press: Press, image: str) -> None:
    (message,) = press({**EDIT, "image": image, "checkpoint": "absent"}).messages
    assert "absent" in message["text"] and "absent" not in message["template"]
    assert "absent" in message["values"].values()


def test_after_a_reload_of_the_scripts_all_is_as_before(
    host: SimpleNamespace, image: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    import modules.img2img
    from modules import script_callbacks, scripts

    script_callbacks.script_unloaded_callback()
    for wrapped in (modules.img2img.img2img, scripts.scripts_img2img.run):
        assert not any(name.startswith("_click_inpaint") for name in vars(wrapped) or {})
