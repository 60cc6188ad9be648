"""Segment Anything in the host: its files found, loaded by the host's own torch, and clicks answered over HTTP.

The weights are random, so what is selected means nothing; that it is selected, named and painted does.
"""

import hashlib
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.arrays import U8
from tests.host.conftest import ROOT, serve
from tests.host.web import Web, assert_stitched, infotexts, pictures, recorded_edit

PATIENCE_SECONDS = 280
EXTENSIONS = [str(ROOT), str(Path(__file__).with_name("cpu_torch"))]


@dataclass(frozen=True)
class Installed:
    """A segmenter whose file lies in a running host's models/sam."""

    web: Web
    name: str
    sha256: str

    def edit(self, image: str, **more: Any) -> dict[str, Any]:
        selection = [{"kind": "click", "x": 1080, "y": 700, "segmenter": self.name}]
        return {"image": image, "selection": selection, **more}

    def embedded(self, image: str) -> list[dict[str, Any]]:
        """All that was told until it was ready."""
        told, until = [], time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < until:
            reply = self.web.post("/click-inpaint/embed", {"image": image, "segmenter": self.name})
            assert reply.status == 200, reply.content
            told.append(reply.json())
            if told[-1]["ready"]:
                return told
            time.sleep(0.2)
        raise AssertionError(f"not embedded: {told[-1]}")

    def hover(self, image: str, x: float, y: float) -> Any:
        return self.web.post("/click-inpaint/hover", {"image": image, "x": x, "y": y, "segmenter": self.name})


def random_weights(torch: Any, name: str) -> Any:
    """The tensors of a model whose masks cover much, whatever it is asked."""
    from segment_anything import sam_model_registry

    from click_inpaint.segment.sam import mobile

    torch.manual_seed(1)
    model = mobile.build() if name == "mobile_sam" else sam_model_registry["vit_b"]()
    for mlp in model.mask_decoder.output_hypernetworks_mlps:
        torch.nn.init.constant_(mlp.layers[-1].bias, 1.0)
    return model.state_dict()


@pytest.fixture(scope="module")
def host(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Web, Path]]:
    """A running host and its folder of models: the real one, or a workbench of its own with torch."""
    pytest.importorskip("torch")
    if request.config.getoption("--webui-url"):
        yield request.getfixturevalue("web"), Path(request.config.getoption("--webui")) / "models"
        return
    folder = tmp_path_factory.mktemp("segmenters")
    for web in serve(folder, "--extension", *EXTENSIONS):
        yield web, folder / "models"


@pytest.fixture(
    scope="module",
    params=[
        ("mobile_sam", "mobile_sam.pt"),
        pytest.param(("sam_vit_b", "sam_vit_b_01ec64.pth"), marks=pytest.mark.full),
    ],
    ids=["mobile_sam", "sam_vit_b"],
)
def sam(request: pytest.FixtureRequest, host: tuple[Web, Path], torch: Any) -> Iterator[Installed]:
    """With a random file put into models/sam and taken out again; a file that lies there is used and stays."""
    pytest.importorskip("segment_anything")
    name, filename = request.param
    if name == "mobile_sam":
        pytest.importorskip("timm")
    (web, models), made_folder = host, not (host[1] / "sam").exists()
    file = models / "sam" / filename
    made = not file.exists()
    if made:
        file.parent.mkdir(parents=True, exist_ok=True)
        torch.save(random_weights(torch, name), file)
    try:
        yield Installed(web, name, hashlib.sha256(file.read_bytes()).hexdigest())
    finally:
        if made:
            file.unlink()
        if made_folder:
            file.parent.rmdir()


@pytest.fixture(scope="module")
def image(sam: Installed, large: bytes) -> str:
    """The photograph as a file that no earlier run has shown to this host: it may have been up for long."""
    return sam.web.upload(large + os.urandom(16))


def test_its_file_is_found_and_preferred_to_the_built_in(sam: Installed) -> None:
    status = sam.web.ask("GET", "/click-inpaint/status").json()
    names = [item["name"] for item in status["segmenters"]]
    assert names.index(sam.name) < names.index("grabcut") and status["auto"]["segmenter"] == names[0]


def test_hovering_starts_no_encoder_and_works_once_it_has_run(sam: Installed, image: str) -> None:
    assert sam.hover(image, 1080, 700).status == 204
    told = sam.embedded(image)
    assert [item["segmenter"] for item in told] == [sam.name] * len(told)
    fractions = [item["progress"] for item in told]
    assert fractions == sorted(fractions) and fractions[-1] == 1
    reply = sam.hover(image, 1080, 700)
    assert reply.status == 200
    length = int.from_bytes(reply.content[:4], "little")
    header = json.loads(reply.content[4 : 4 + length])
    width, height = header["size"]
    assert (
        header["frame"] == [2144, 1206]
        and max(width, height) <= 256
        and len(reply.content) == 4 + length + width * height
    )
    status = sam.web.ask("GET", "/click-inpaint/status").json()
    (mine,) = [item for item in status["segmenters"] if item["name"] == sam.name]
    assert mine["hover_ms"] > 0
    assert sam.hover("0" * 64, 1, 1).status == 404 and sam.hover(image, 2144, 1).status == 422


def test_clicks_are_answered_and_say_by_whom(sam: Installed, image: str) -> None:
    header, blend = sam.web.preview(sam.edit(image))
    (found,) = header["objects"]
    assert (found["last"], found["segmenter"], found["weights"]) == (0, sam.name, sam.sha256)
    assert len(found["scores"]) == 3 and found["scores"] == sorted(found["scores"], reverse=True)
    assert blend.any() and sam.web.preview(sam.edit(image))[0]["digest"] == header["digest"]
    richer = sam.edit(image)
    richer["selection"].append({"kind": "click", "x": 300, "y": 900, "include": False, "segmenter": sam.name})
    assert len(sam.web.preview(richer)[0]["objects"][0]["scores"]) == 1


def test_a_job_is_painted_and_names_the_segmenter(sam: Installed, image: str, large: bytes, source: U8) -> None:
    edit = sam.edit(image)
    # a drawn outline bounds what random weights select
    edit["selection"] += [
        {"kind": "lasso", "points": [[0, 0], [2144, 0], [2144, 1206], [0, 1206]], "mode": "subtract"},
        {"kind": "box", "x0": 900, "y0": 500, "x1": 1200, "y1": 800, "segmenter": "grabcut"},
    ]
    _, blend = sam.web.preview(edit)
    reply = sam.web.img2img(large, edit)
    (result,) = pictures(reply)
    assert_stitched(result, source, blend)
    said = recorded_edit(infotexts(reply)[0])
    assert sam.name in said and sam.sha256 in said


def test_a_damaged_file_is_told_and_does_no_harm(sam: Installed, image: str, host: tuple[Web, Path]) -> None:
    other = host[1] / "sam" / "sam_vit_l_0b3195.pth"
    if other.exists():
        pytest.skip("a real file lies there")
    other.write_bytes(b"not really")
    try:
        asked = {"image": image, "segmenter": "sam_vit_l"}
        replies = [sam.web.post("/click-inpaint/embed", asked)]
        while replies[-1].status == 200 and len(replies) < 300:
            time.sleep(0.1)
            replies.append(sam.web.post("/click-inpaint/embed", asked))
        assert replies[-1].status == 422 and "sam_vit_l_0b3195.pth" in replies[-1].json()["error"]
    finally:
        other.unlink()
    assert sam.web.preview(sam.edit(image))[0]["objects"]
