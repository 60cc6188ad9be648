"""Which checkpoint paints, and that the user's own is back afterwards."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.jobs.conftest import EDIT

Run = Callable[..., Any]


def model(processed: Any) -> str:
    from modules import infotext_utils

    return infotext_utils.parse_generation_parameters(processed.infotexts[0])["Model"]


def test_auto_paints_with_sd2_inpainting_and_the_users_own_is_next(host: SimpleNamespace, job: Run) -> None:
    own = host.opts.sd_model_checkpoint
    assert model(job()) == "sd2-inpainting"
    assert host.opts.sd_model_checkpoint == own
    assert model(host.boot.run_txt2img(prompt="x", steps=2, width=64, height=64)) == "a-user"


def test_an_option_that_was_never_saved_is_put_back_too(host: SimpleNamespace, job: Run) -> None:
    host.opts.data.pop("sd_model_checkpoint", None)
    assert model(job()) == "sd2-inpainting"
    assert model(host.boot.run_txt2img(prompt="x", steps=2, width=64, height=64)) == "a-user"


def test_current_and_named_checkpoints(host: SimpleNamespace, job: Run) -> None:
    assert model(job(edit={**EDIT, "checkpoint": "current"})) == "a-user"
    assert model(job(edit={**EDIT, "checkpoint": "sd2-inpainting"})) == "sd2-inpainting"


def test_an_override_of_the_callers_wins(job: Run) -> None:
    assert model(job(override_settings={"sd_model_checkpoint": "a-user"})) == "a-user"


def test_without_an_inpainting_checkpoint_the_current_one_paints_and_it_is_said(
    host: SimpleNamespace, job: Run
) -> None:
    (host.folder / "sd2-inpainting.safetensors").unlink()
    host.sd_models.list_models()
    processed = job()
    assert model(processed) == "a-user" and "No inpainting checkpoint was found" in processed.comments


@pytest.mark.parametrize(
    ("files", "chosen"),
    [
        ({"b-sd1": (9, 768), "z-sd2": (9, 1024)}, "z-sd2.safetensors"),
        ({"b-odd": (9, 64), "c-sd1": (9, 768)}, "c-sd1.safetensors"),
        ({"b-odd": (9, 64)}, "b-odd.safetensors"),
        ({"inpainting-by-name-only": (4, 1024)}, ""),
    ],
)
def test_auto_ranks_by_header(host: SimpleNamespace, files: dict[str, tuple[int, int]], chosen: str) -> None:
    from click_inpaint.host import checkpoints

    (host.folder / "sd2-inpainting.safetensors").unlink()
    (host.folder / "damaged.safetensors").write_bytes(b"not a header")
    (host.folder / "inpainting.ckpt").write_bytes(b"pickle of unknown family")
    for name, (channels, context) in files.items():
        host.checkpoints.write_tiny(host.folder / f"{name}.safetensors", channels, context)
    host.sd_models.list_models()
    assert checkpoints.choose("auto").name == chosen
