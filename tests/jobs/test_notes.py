"""What a person is told when the mask is not the one that was shown, and what the infotext keeps so that it can be."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint import edit as edits
from click_inpaint import recorded
from click_inpaint.errors import UserError
from tests.jobs.conftest import EDIT

Run = Callable[..., Any]
CLICK = {"kind": "click", "x": 130, "y": 100}


def recorded_in(processed: Any) -> dict[str, Any]:
    """The Edit in the infotext, as JSON values."""
    from modules import infotext_utils

    params = infotext_utils.parse_generation_parameters(processed.infotexts[0])
    return edits.to_json(recorded.read(params["Click Inpaint edit"]))


def test_the_mask_that_was_shown_is_painted_without_a_word(job: Run) -> None:
    first = job(edit={**EDIT, "selection": [CLICK]})
    again = job(edit={**recorded_in(first), "image": ""})
    assert recorded_in(first)["shown"] == recorded_in(again)["shown"] and not again.comments


def test_a_job_that_names_its_picture_by_half_an_id_is_refused(job: Run) -> None:
    first = recorded_in(job(edit={**EDIT, "selection": [CLICK]}))
    with pytest.raises(UserError, match="half an id") as refused:
        job(edit=first)
    assert vars(refused.value)["status_code"] == 404


def test_another_mask_than_was_shown_is_said_before_the_sampling(
    host: SimpleNamespace, job: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules import processing, shared

    seen: list[str] = []
    sample = processing.StableDiffusionProcessingImg2Img.sample

    def looked(self: Any, *args: Any, **kwargs: Any) -> Any:
        seen.append(shared.state.textinfo or "")
        return sample(self, *args, **kwargs)

    monkeypatch.setattr(processing.StableDiffusionProcessingImg2Img, "sample", looked)
    processed = job(edit={**EDIT, "shown": "0" * 32})
    assert "not the one that the page showed" in seen[0] and seen[0] in processed.comments


def test_other_weights_than_the_clicks_name_are_said(job: Run) -> None:
    processed = job(edit={**EDIT, "selection": [{**CLICK, "weights": "f" * 64}]})
    assert "other weights than grabcut has here" in processed.comments


def test_the_page_is_handed_the_edit_of_a_pasted_infotext(job: Run) -> None:
    from modules import infotext_utils, scripts

    first = job(edit={**EDIT, "selection": [CLICK]})
    params = infotext_utils.parse_generation_parameters(first.infotexts[0])
    ((box, read),) = scripts.scripts_img2img.infotext_fields
    once, again = read(params), read(params)
    assert json.loads(once)["edit"] == recorded_in(first) and once != again, "the same may be pasted twice"
    assert box.elem_id == "click_inpaint_pasted"
    assert read({"Prompt": "a kite", "Seed": "3"}) is None
    damaged = json.loads(read({**params, "Click Inpaint edit": "A123"}))
    assert set(damaged) == {"error", "time"} and "cut short" in damaged["error"]["text"]
    old = json.dumps({**EDIT, "image": "e" * 64})
    assert json.loads(read({"Click Inpaint edit": old}))["edit"]["refine"]["feather"] == 6


def test_the_infotext_names_who_answered(job: Run) -> None:
    steps = [CLICK, {**CLICK, "x": 140}, EDIT["selection"][0], {**CLICK, "segmenter": "grabcut"}]
    document = recorded_in(job(edit={**EDIT, "selection": steps}))
    assert [step.get("segmenter") for step in document["selection"]] == ["grabcut", "grabcut", None, "grabcut"]
    assert edits.parse(document).selection[2] == edits.parse(EDIT).selection[0]
