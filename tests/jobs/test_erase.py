"""Erasing without a sampler, in the workbench: what is saved, and what is left as it was."""

import io
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image

from click_inpaint import recorded
from tests.arrays import U8
from tests.jobs.conftest import EDIT
from tests.squares import encoded

Erase = Callable[..., Any]


@pytest.fixture
def erase(host: SimpleNamespace, pixels: U8) -> Erase:
    """Ask our route in the host, on a picture that is uploaded first."""
    from modules import script_callbacks

    app = FastAPI()
    script_callbacks.app_started_callback(None, app)
    client = TestClient(app, base_url="http://127.0.0.1:7860")

    def ask(edit: Any = EDIT, picture: U8 | None = None, **more: Any) -> Any:
        data = encoded(pixels[..., :3] if picture is None else picture)
        image = client.post("/click-inpaint/v1/images", content=data).json()["image"]
        return client.post("/click-inpaint/v1/erase", json={"edit": {**edit, "image": image}, **more})

    return ask


def files_of(host: SimpleNamespace, ending: str = "png") -> list[bytes]:
    return [path.read_bytes() for path in sorted((host.data / "outputs").rglob(f"*.{ending}"))]


def test_it_is_saved_as_the_host_saves_and_says_so(host: SimpleNamespace, erase: Erase, pixels: U8) -> None:
    answered = Image.open(io.BytesIO(erase().content))
    (data,) = files_of(host)
    saved = Image.open(io.BytesIO(data))
    assert (np.asarray(saved) == np.asarray(answered)).all()
    assert saved.text["parameters"] == answered.text["parameters"]
    told = dict(pair.split(": ", 1) for pair in saved.text["parameters"].split(", "))
    assert told["Click Inpaint erase"] == "patches" and told["Click Inpaint crop"] and "Steps" not in told
    edit = recorded.read(told["Click Inpaint edit"])
    assert edit.selection and edit.refine.grow == EDIT["refine"]["grow"]
    after = np.asarray(saved)
    disc = np.hypot(*(np.mgrid[:200, :260] - np.array([100, 130])[:, None, None]))
    assert (after[disc > 50] == pixels[..., :3][disc > 50]).all()
    assert after[disc < 28][:, 0].max() < 160, "nothing of the red disc is left"


def test_the_host_reads_its_infotext_back(host: SimpleNamespace, erase: Erase) -> None:
    from modules.infotext_utils import parse_generation_parameters

    told = Image.open(io.BytesIO(erase().content)).text["parameters"]
    assert parse_generation_parameters(told)["Click Inpaint erase"] == "patches"


def test_formats_folders_and_switches_of_the_host_hold(host: SimpleNamespace, erase: Erase, pixels: U8) -> None:
    host.opts.set("samples_format", "jpg")
    assert erase(picture=pixels).status_code == 200
    (data,) = files_of(host, "jpg")
    assert Image.open(io.BytesIO(data)).format == "JPEG" and not files_of(host)
    assert erase(save=False).status_code == 200 and len(files_of(host, "jpg")) == 1
    host.opts.set("samples_save", False)
    assert erase().status_code == 200 and len(files_of(host, "jpg")) == 1
    host.opts.set("samples_save", True)
    host.opts.set("click_inpaint_infotext_selection", False)
    assert "Click Inpaint edit" not in Image.open(io.BytesIO(erase().content)).text["parameters"]


def test_two_of_them_and_a_job_take_no_name_from_each_other(host: SimpleNamespace, erase: Erase, job: Any) -> None:
    for _ in range(2):
        assert erase().status_code == 200
    job(save_images=True)
    assert len(files_of(host)) == 3


def test_a_full_disk_is_told_and_changes_nothing(
    host: SimpleNamespace, erase: Erase, monkeypatch: pytest.MonkeyPatch
) -> None:
    from modules import images

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device", "/secret/path")

    monkeypatch.setattr(images, "write", full)
    reply = erase()
    assert reply.status_code == 422 and "No space left on device" in reply.json()["error"]
    assert "secret" not in reply.text and not files_of(host)
