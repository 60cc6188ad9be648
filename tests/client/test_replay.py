import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from click_inpaint.client.infotext import options, settings
from click_inpaint.client.replay import Replayer, differing
from click_inpaint.client.rounds_file import RoundsFile
from click_inpaint.client.webui import WebUI
from click_inpaint.errors import UserError
from tests.client.stand_in import painted, picture, serving

INFOTEXT = (
    "a cat: black,\nand white\nNegative prompt: dogs\nSteps: 4, Sampler: Euler a, Schedule type: Karras, CFG scale: 6.5"
    ', Seed: 9, Size: 256x320, Model: x, Denoising strength: 0.75, Clip skip: 2, Click Inpaint prompts: "1: a, b: c"'
)
SELECTION = [{"kind": "click", "x": 1, "y": 1}, {"kind": "mask", "image": "m"}]
ROUND = {
    "number": 1,
    "infotext": INFOTEXT,
    "edit": {"image": "p", "selection": SELECTION, "shown": "d"},
    "result": "results/1.png",
}
FILE = {
    "format": "click-inpaint rounds",
    "version": 1,
    "pictures": {"p": "pictures/1.png", "m": "pictures/2.png"},
    "rounds": [ROUND],
}
BEFORE = picture((9, 9, 9))


def saved(path: Path, document: Any, **files: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("rounds.json", document if isinstance(document, (str, bytes)) else json.dumps(document))
        pictures = {"pictures/1.png": b"P", "pictures/2.png": b"M", "results/1.png": BEFORE}
        for name, data in {**pictures, **files}.items():
            archive.writestr(name, data)
    return path


def test_an_infotext_is_read_back_into_what_the_api_takes() -> None:
    assert settings(INFOTEXT) == {
        **{"prompt": "a cat: black,\nand white", "negative_prompt": "dogs", "steps": 4, "sampler_name": "Euler a"},
        **{"scheduler": "Karras", "cfg_scale": 6.5, "seed": 9, "denoising_strength": 0.75, "width": 256, "height": 320},
    }
    assert options(INFOTEXT) == {"CLIP_stop_at_last_layers": 2}
    assert settings("only words, and: more of them") == options("") == settings("") == {}


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("[]", "holds no JSON object"),
        ("{", "rounds.json: "),
        ({"format": "other"}, "no file of rounds"),
        ({**FILE, "version": 2}, "another version"),
        ({**FILE, "rounds": []}, "no round in it"),
        ({**FILE, "rounds": [{**ROUND, "number": "../1"}]}, "no number"),
        ({**FILE, "rounds": [{**ROUND, "infotext": ""}]}, "does not say how it was painted"),
        ({**FILE, "rounds": [{**ROUND, "infotext": INFOTEXT.replace("Steps: 4", "Steps: x")}]}, "round 1: "),
        ({**FILE, "rounds": [{**ROUND, "edit": {}}]}, "round 1 is not whole"),
        ({**FILE, "rounds": [{**ROUND, "edit": {"image": "p", "fill": "x"}}]}, "fill"),
    ],
)
def test_a_file_that_cannot_be_replayed_is_refused_with_the_reason(tmp_path: Path, document: Any, reason: str) -> None:
    with pytest.raises(UserError, match=reason):
        RoundsFile(saved(tmp_path / "a.zip", document))


def test_what_is_no_archive_is_refused_and_what_is_not_in_it_is_named(tmp_path: Path) -> None:
    other = tmp_path / "a.zip"
    other.write_bytes(b"PK nothing")
    with pytest.raises(UserError, match=r"a\.zip cannot be used"):
        RoundsFile(other)
    with pytest.raises(UserError, match=r"gone\.zip cannot be used"):
        RoundsFile(tmp_path / "gone.zip")
    rounds = RoundsFile(saved(tmp_path / "b.zip", {**FILE, "pictures": {"m": "pictures/9.png", "n": 3}}))
    for image, named in (("p", "p… is not in it"), ("m", "pictures/9.png is not in it"), ("n", "n… is not in it")):
        with pytest.raises(UserError, match=named):
            rounds.picture(image)


def test_a_document_that_unpacks_without_end_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("rounds.json", b" " * 40_000_000)
    with pytest.raises(UserError, match="more than 32 MB"):
        RoundsFile(tmp_path / "a.zip")


def test_pixels_that_differ_are_counted() -> None:
    assert differing(picture((0, 0, 0)), picture((0, 0, 0))) == 0
    assert differing(picture((0, 0, 0)), picture((0, 0, 1))) == 48
    assert differing(picture((0, 0, 0)), picture((0, 0, 0), (8, 7))) == 48
    with pytest.raises(UserError, match="no picture"):
        differing(b"text", picture((0, 0, 0)))


@pytest.mark.parametrize(
    ("digest", "result", "told"),
    [("d", BEFORE, (True, 0)), ("e", BEFORE, (False, 0)), ("d", picture((1, 9, 9)), (True, 48))],
)
def test_a_round_is_painted_with_the_web_uis_own_ids_and_compared(
    tmp_path: Path, digest: str, result: bytes, told: tuple[bool, int]
) -> None:
    jobs: list[dict[str, Any]] = []

    def answer(path: str, document: Any) -> tuple[int, Any]:
        if path.endswith("/images"):
            return 200, {"image": f"new {document}"}
        if path.endswith("/preview"):
            header = json.dumps({"digest": digest}).encode()
            return 200, len(header).to_bytes(4, "little") + header
        if path.endswith("/options"):
            return 200, {"CLIP_stop_at_last_layers": 1}
        if path.endswith("/img2img"):
            jobs.append(document)
            return 200, painted(result)
        return 200, {}

    heard: list[Any] = []
    rounds = RoundsFile(saved(tmp_path / "a.zip", FILE, **{"pictures/1.png": b'"P"', "pictures/2.png": b'"M"'}))
    with serving(answer) as (url, _):
        replayer = Replayer(rounds, tmp_path, heard.append, 30)
        replayer(WebUI(url), replayer.works[0])
    (job,) = jobs
    (edit,) = job["alwayson_scripts"]["Click Inpaint"]["args"]
    assert (edit["image"], edit["selection"][1]["image"], edit["shown"]) == ("new P", "new M", "d")
    assert (job["seed"], job["prompt"], job["init_images"]) == (9, "a cat: black,\nand white", [])
    assert (heard[-1].same_mask, heard[-1].differing_pixels) == told
    assert replayer.differing == (told != (True, 0))
    assert "CLIP_stop_at_last_layers at 2; it is 1 there now" in heard[-2].notes[-1]
    assert (tmp_path / "1.png").read_bytes() == result


def test_a_round_that_was_erased_is_erased_again(tmp_path: Path) -> None:
    infotext = "Click Inpaint erase: patches, Click Inpaint crop: 8x6+0+0, Click Inpaint version: 0"

    def answer(path: str, document: Any) -> tuple[int, Any]:
        if path.endswith("/images"):
            return 200, {"image": f"new {document}"}
        if path.endswith("/preview"):
            header = json.dumps({"digest": "d"}).encode()
            return 200, len(header).to_bytes(4, "little") + header
        assert path.endswith("/erase") and document["edit"]["image"] == "new P" and document["save"] is False
        return 200, BEFORE

    heard: list[Any] = []
    file = {**FILE, "rounds": [{**ROUND, "infotext": infotext}]}
    rounds = RoundsFile(saved(tmp_path / "a.zip", file, **{"pictures/1.png": b'"P"', "pictures/2.png": b'"M"'}))
    with serving(answer) as (url, _):
        replayer = Replayer(rounds, tmp_path, heard.append, 30)
        replayer(WebUI(url), replayer.works[0])
    assert (heard[-1].same_mask, heard[-1].differing_pixels, replayer.differing) == (True, 0, 0)
    assert (tmp_path / "1.png").read_bytes() == BEFORE
