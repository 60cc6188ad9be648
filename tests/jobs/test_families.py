"""Checkpoints of several families: which one paints, and which settings are set aside while another family's does."""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.errors import UserError
from tests.jobs.conftest import EDIT
from tests.jobs.test_checkpoints import model

Run = Callable[..., Any]
OF_FAMILY = {**EDIT, "checkpoint": "auto-family"}
CONTEXT = {"SD1": 768, "SD2": 1024, "SDXL": 2048, "": 64}
SETTINGS = ("sd_model_checkpoint", "sd_vae", "sd_unet", "forge_additional_modules", "forge_unet_storage_dtype")


def add(host: SimpleNamespace, **files: tuple[int, str]) -> None:
    """Give the host checkpoints, each with its channels and family."""
    for name, (channels, family) in files.items():
        host.checkpoints.write_tiny(host.folder / f"{name}.safetensors", channels, CONTEXT[family])
    host.sd_models.list_models()


@pytest.fixture
def painted_under(host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The settings that held while each job painted."""
    from modules import processing

    inner, held = processing.process_images_inner, list[dict[str, Any]]()

    def process(p: Any) -> Any:
        held.append({key: getattr(host.opts, key, None) for key in SETTINGS})
        return inner(p)

    monkeypatch.setattr(processing, "process_images_inner", process)
    return held


@pytest.mark.parametrize(
    ("mine", "files", "painted"),
    [
        ("a-user", {"z-sd1": (9, "SD1"), "b-sdxl": (9, "SDXL")}, "z-sd1"),
        ("a-user", {"z-sd1": (9, "SD1"), "y-sd1": (9, "SD1"), "x-sd1": (4, "SD1")}, "y-sd1"),
        ("mine", {"mine": (4, "SDXL"), "b-sd1": (9, "SD1"), "z-sdxl": (9, "SDXL")}, "z-sdxl"),
        ("mine", {"mine": (4, "SD2")}, "sd2-inpainting"),
        ("mine", {"mine": (9, "SDXL"), "b-sdxl": (9, "SDXL")}, "mine"),
        ("mine", {"mine": (9, ""), "b-odd": (9, "")}, "mine"),
    ],
)
def test_auto_of_my_family_takes_an_inpainting_one_of_it(
    host: SimpleNamespace, job: Run, mine: str, files: dict[str, tuple[int, str]], painted: str
) -> None:
    add(host, **files)
    host.opts.sd_model_checkpoint = f"{mine}.safetensors"
    processed = job(edit=OF_FAMILY)
    assert model(processed) == painted and not processed.comments
    assert host.sd_models.select_checkpoint().name == f"{mine}.safetensors"


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"mine": (4, "SDXL"), "b-sd1": (9, "SD1")}, "no inpainting checkpoint of the family SDXL"),
        ({"mine": (4, "")}, "family of mine.safetensors is not known"),
    ],
)
def test_where_my_family_has_none_the_current_one_paints_and_it_is_said(
    host: SimpleNamespace, job: Run, files: dict[str, tuple[int, str]], said: str
) -> None:
    add(host, **files)
    host.opts.sd_model_checkpoint = "mine.safetensors"
    processed = job(edit=OF_FAMILY)
    assert model(processed) == "mine" and said in processed.comments


def test_auto_keeps_to_sd2_whatever_family_is_mine(host: SimpleNamespace, job: Run) -> None:
    add(host, mine=(4, "SDXL"), a_sdxl=(9, "SDXL"), b_sd1=(9, "SD1"))
    host.opts.sd_model_checkpoint = "mine.safetensors"
    assert model(job()) == "sd2-inpainting"


def test_a_file_without_a_header_is_of_the_family_that_the_host_loaded_it_as(host: SimpleNamespace, job: Run) -> None:
    from click_inpaint.host import checkpoints

    (host.folder / "mine.ckpt").write_bytes(b"a pickle")
    add(host, b_sd1=(9, "SD1"))
    host.opts.sd_model_checkpoint = "mine.ckpt"
    assert "not known" in str(checkpoints.choose("auto-family").note)
    host.sd_models.reload_model_weights().is_sd1 = True
    assert checkpoints.choose("auto-family").name == "b_sd1.safetensors"


@pytest.mark.parametrize("saved", [True, False])
@pytest.mark.parametrize("mine", ["SD1", "SDXL", ""])
def test_a_fixed_vae_of_another_family_is_set_aside_for_the_job(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]], mine: str, saved: bool
) -> None:
    add(host, mine=(4, mine))
    host.opts.sd_model_checkpoint = "mine.safetensors"
    if saved:
        host.opts.sd_vae = "vae-ft-mse.safetensors"
    else:
        host.opts.data_labels["sd_vae"].default = "vae-ft-mse.safetensors"
    job()
    assert painted_under[0]["sd_vae"] == "Automatic"
    assert host.opts.sd_vae == "vae-ft-mse.safetensors"


def test_a_fixed_vae_stays_for_my_own_family_and_my_own_checkpoint(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]]
) -> None:
    add(host, b_sd1=(9, "SD1"))
    host.opts.sd_vae = "vae-ft-mse.safetensors"
    job(edit=OF_FAMILY)
    job(edit={**EDIT, "checkpoint": "current"})
    job(edit={**EDIT, "checkpoint": "a-user"})
    assert [held["sd_vae"] for held in painted_under] == ["vae-ft-mse.safetensors"] * 3


def test_a_current_one_of_no_known_family_keeps_its_vae_by_any_of_its_names(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]]
) -> None:
    add(host, mine=(9, ""))
    host.opts.sd_model_checkpoint = "mine.safetensors"
    host.opts.sd_vae = "vae-ft-mse.safetensors"
    for wanted in ("mine", "auto-family"):
        job(edit={**EDIT, "checkpoint": wanted})
    assert [held["sd_vae"] for held in painted_under] == ["vae-ft-mse.safetensors"] * 2


@pytest.mark.parametrize("value", ["None", "Automatic"])
def test_a_setting_that_suits_every_checkpoint_is_left_alone(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]], value: str
) -> None:
    host.opts.sd_vae = host.opts.sd_unet = value
    job()
    assert (painted_under[0]["sd_vae"], painted_under[0]["sd_unet"]) == (value, value)


def test_what_a_caller_asks_for_stays(host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]]) -> None:
    job(override_settings={"sd_vae": "chosen.safetensors"})
    host.opts.sd_vae = "vae-ft-mse.safetensors"
    job(override_settings={"sd_model_checkpoint": "sd2-inpainting"})
    assert [held["sd_vae"] for held in painted_under] == ["chosen.safetensors", "vae-ft-mse.safetensors"]


def test_no_choice_is_spoken_of_where_the_caller_has_chosen(host: SimpleNamespace, job: Run) -> None:
    (host.folder / "sd2-inpainting.safetensors").unlink()
    host.sd_models.list_models()
    assert not job(override_settings={"sd_model_checkpoint": "a-user"}).comments


def test_a_unet_in_place_of_my_checkpoints_is_set_aside_for_any_other(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]]
) -> None:
    add(host, b_sd1=(9, "SD1"))
    host.opts.sd_unet = "[TRT] a-user"
    job(edit=OF_FAMILY)
    job(edit={**EDIT, "checkpoint": "current"})
    assert [held["sd_unet"] for held in painted_under] == ["Automatic", "[TRT] a-user"]


def test_forges_own_settings_are_set_aside_where_the_host_has_them(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]]
) -> None:
    fixed = {"forge_additional_modules": ["/models/VAE/ae.safetensors"], "forge_unet_storage_dtype": "bnb-nf4"}
    usual: dict[str, Any] = {"forge_additional_modules": [], "forge_unet_storage_dtype": "Automatic"}
    job()
    assert {*painted_under[0].values()} >= {None}, "a host without them is given none"
    for key, value in fixed.items():
        host.opts.data_labels[key] = SimpleNamespace(default=usual[key], onchange=None)
        setattr(host.opts, key, value)
    job()
    job(edit={**EDIT, "checkpoint": "current"})
    assert {key: painted_under[1][key] for key in fixed} == usual
    assert {key: painted_under[2][key] for key in fixed} == fixed
    assert {key: getattr(host.opts, key) for key in fixed} == fixed


@pytest.fixture
def frozen(host: SimpleNamespace) -> SimpleNamespace:
    """The host, which was started with --freeze-settings."""
    from modules import shared

    shared.cmd_opts.freeze_settings = True
    return host


@pytest.mark.parametrize("wanted", ["auto", "sd2-inpainting"])
def test_frozen_settings_are_spoken_of_before_the_host_fails_by_them(
    frozen: SimpleNamespace, job: Run, wanted: str
) -> None:
    with pytest.raises(UserError, match=r"frozen settings, so it cannot load sd2-inpainting\.safetensors") as raised:
        job(edit={**EDIT, "checkpoint": wanted})
    assert vars(raised.value)["status_code"] == 422
    assert model(job(edit={**EDIT, "checkpoint": "current"})) == "a-user"
    assert model(job(edit={**EDIT, "checkpoint": "a-user"})) == "a-user"


@pytest.mark.parametrize("wanted", ["auto", "sd2-inpainting"])
def test_what_frozen_settings_forbid_is_told_before_a_job_begins(frozen: SimpleNamespace, wanted: str) -> None:
    from click_inpaint.host import checkpoints

    with pytest.raises(UserError, match="frozen settings"):
        checkpoints.check(wanted)
    for possible in ("current", "a-user", "auto-family"):
        checkpoints.check(possible)


@pytest.mark.parametrize("wanted", ["auto", "auto-family"])
def test_with_frozen_settings_a_current_one_that_can_inpaint_paints(
    host: SimpleNamespace, job: Run, wanted: str
) -> None:
    from modules import shared

    add(host, mine=(9, "SD1"))
    host.opts.sd_model_checkpoint = "mine.safetensors"
    host.opts.sd_vae = "vae-ft-mse.safetensors"
    shared.cmd_opts.freeze_settings = True
    assert model(job(edit={**EDIT, "checkpoint": wanted})) == "mine"


def test_a_single_frozen_setting_is_left_as_it_is(
    host: SimpleNamespace, job: Run, painted_under: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    host.opts.sd_vae = "vae-ft-mse.safetensors"
    free: Callable[..., None] = type(host.opts).__setattr__

    def but_the_vae(self: Any, key: str, value: Any) -> None:
        assert key != "sd_vae", "this setting is frozen with --freeze-specific-settings"
        free(self, key, value)

    monkeypatch.setattr(type(host.opts), "__setattr__", but_the_vae)
    assert model(job()) == "sd2-inpainting" and painted_under[0]["sd_vae"] == "vae-ft-mse.safetensors"


def test_the_page_is_told_what_each_automatic_choice_means(host: SimpleNamespace) -> None:
    from click_inpaint.host import status

    add(host, b_sd1=(9, "SD1"))
    segmenters = SimpleNamespace(available=lambda: ("grabcut",))
    service: Any = SimpleNamespace(pipeline=SimpleNamespace(segmenters=segmenters), hover_ms=lambda name: None)
    told = status.status(service)
    assert (told["auto"]["checkpoint"], told["auto_family"]["checkpoint"]) == (
        "sd2-inpainting.safetensors",
        "b_sd1.safetensors",
    )
    from modules import shared

    shared.cmd_opts.freeze_settings = True
    told = json.loads(json.dumps(status.status(service)))
    assert told["auto"]["checkpoint"] == "" and "frozen settings" in told["auto"]["note"]["text"]
