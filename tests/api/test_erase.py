"""POST /erase, without a host."""

import io

import numpy as np
import pytest
from fastapi.testclient import TestClient
from PIL import Image

from click_inpaint.edit import Edit
from click_inpaint.errors import UserError
from click_inpaint.geometry import Box
from click_inpaint.images import Picture
from click_inpaint.service import Service
from tests.api.client import PIXELS, asked, refusal, stroke_edit, unpacked, uploaded


def test_the_picture_comes_back_filled_with_its_infotext(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    saved: list[tuple[Edit, Picture, Box]] = []

    def save(edit: Edit, picture: Picture, box: Box, is_saved: bool) -> str:
        assert is_saved
        saved.append((edit, picture, box))
        return "Click Inpaint erase: patches – ä"

    monkeypatch.setattr(service, "_save", save)
    edit = stroke_edit(uploaded(client))
    header, _ = unpacked(asked(client, edit))
    reply = client.post("/click-inpaint/v1/erase", json={"edit": edit})
    assert reply.status_code == 200 and reply.headers["content-type"] == "image/png"
    image = Image.open(io.BytesIO(reply.content))
    pixels = np.asarray(image)
    ((done, picture, box),) = saved
    assert image.text["parameters"] == "Click Inpaint erase: patches – ä"
    assert (pixels == picture.rgb).all() and [box.x0, box.y0, box.x1, box.y1] == header["box"]
    assert done.shown == header["digest"]
    outside = np.ones(PIXELS.shape[:2], bool)
    outside[box.slices] = False
    assert (pixels[outside] == PIXELS[outside]).all() and (pixels != PIXELS).any()
    asked_again = {"infotext": image.text["parameters"], "image": edit["image"]}
    again = client.post("/click-inpaint/results", json=asked_again)
    assert (np.asarray(Image.open(io.BytesIO(again.content))) == pixels).all()


@pytest.mark.parametrize(("save", "status"), [(False, 200), (True, 200), ("no", 422), (None, 422)])
def test_saving_is_said_by_yes_or_no(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch, save: object, status: int
) -> None:
    asked_for: list[bool] = []

    def heard(_edit: Edit, _picture: Picture, _box: Box, is_saved: bool) -> str:
        asked_for.append(is_saved)
        return ""

    monkeypatch.setattr(service, "_save", heard)
    reply = client.post("/click-inpaint/erase", json={"edit": stroke_edit(uploaded(client)), "save": save})
    assert reply.status_code == status and asked_for == ([save] if status == 200 else [])


@pytest.mark.parametrize(
    ("change", "status", "said"),
    [
        ({"selection": []}, 422, "Click the object first"),
        ({"fil": "telea"}, 422, 'Unknown key "fil"'),
        ({"image": "0" * 64}, 404, "again"),
        ({"selection": [{"kind": "invert"}]}, 422, "All of the picture is selected"),
    ],
)
def test_what_cannot_be_erased_is_refused(
    client: TestClient, service: Service, change: dict[str, object], status: int, said: str
) -> None:
    edit = {**stroke_edit(uploaded(client)), **change}
    reply = client.post("/click-inpaint/erase", json={"edit": edit})
    assert said in refusal(reply, status)
    assert service.pipeline.results.nbytes == 0


def test_where_saving_fails_nothing_is_kept(
    client: TestClient, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*_: object) -> str:
        raise UserError("The result could not be saved ({reason}).", reason="No space left on device")

    monkeypatch.setattr(service, "_save", full_disk)
    reply = client.post("/click-inpaint/erase", json={"edit": stroke_edit(uploaded(client))})
    assert "No space left" in refusal(reply, 422)
    assert service.pipeline.results.nbytes == 0
