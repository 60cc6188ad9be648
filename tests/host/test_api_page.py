"""Each example of docs/API.md, run as it stands against the Web UI of the contract."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8
from tests.host.conftest import ROOT
from tests.host.web import Web, assert_stitched

PAGE = (ROOT / "docs" / "API.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:7860"
EXAMPLES = [
    (heading, language, code)
    for heading, section in re.findall(r"^## (.+?)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
    for language, code in re.findall(r"^```(\w+)\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
]
CLICK = {"selection": [{"kind": "click", "x": 540, "y": 350}]}
MASKED = (slice(200, 300), slice(300, 420))


def pixels(path: Path) -> U8:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def run(language: str, code: str, folder: Path, web: Web) -> None:
    """As somebody would in that folder; the sampler need not take its time."""
    assert ADDRESS in code
    code = code.replace(ADDRESS, web.url).replace('"steps": 20', '"steps": 2').replace("--steps 20", "--steps 2")
    (folder / "bin").mkdir(exist_ok=True)
    (folder / "bin" / "python3").write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    (folder / "bin" / "python3").chmod(0o755)
    variables = {"PYTHONPATH": str(ROOT), "PATH": os.pathsep.join([str(folder / "bin"), os.environ["PATH"]])}
    program = [sys.executable, "-c"] if language == "python" else ["bash", "-e", "-c"]
    environment = {**os.environ, **variables}
    ended = subprocess.run(
        [*program, code], cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout


@pytest.fixture
def desk(tmp_path: Path, photograph: Path) -> Path:
    """A folder with the files that the examples name."""
    shutil.copy(photograph, tmp_path / "beach.jpg")
    mask = np.zeros(pixels(photograph).shape[:2], np.uint8)
    mask[MASKED] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    (tmp_path / "holiday").mkdir()
    for name in ("a", "b"):
        shutil.copy(photograph, tmp_path / "holiday" / f"{name}.jpg")
    return tmp_path


def blend(web: Web, photograph: Path, edit: Any) -> U8:
    return web.preview({**edit, "image": web.upload(photograph.read_bytes())})[1]


@pytest.mark.parametrize(
    ("heading", "language", "code"), EXAMPLES, ids=[f"{heading}, {language}" for heading, language, _ in EXAMPLES]
)
def test_each_example_does_what_it_says(
    web: Web, desk: Path, photograph: Path, heading: str, language: str, code: str
) -> None:
    if language == "bash" and not all(map(shutil.which, ("bash", "curl", "base64"))):
        pytest.skip("there is no shell with curl")
    run(language, code, desk, web)
    source = pixels(photograph)
    if heading == "By clicks":
        refine = {"refine": {"grow": 10, "feather": 12}} if language == "python" else {}
        assert_stitched(pixels(desk / "result.png"), source, blend(web, photograph, {**CLICK, **refine}))
    elif heading == "By a mask" and language == "python":
        changed = (pixels(desk / "result.png") != source).any(axis=2)
        assert changed[MASKED].mean() > 0.8
        assert not changed[:180].any() and not changed[330:].any(), "the feather is 8 px"
    elif heading == "By a mask":
        selected = np.asarray(Image.open(desk / "selected.png"))
        edit = {**CLICK, "refine": {"grow": 4, "feather": 6}}
        assert (selected == blend(web, photograph, edit)).all() and selected.any()
    elif heading == "Erase":
        edit = {**CLICK, "refine": {"grow": 10, "feather": 6}}
        assert_stitched(pixels(desk / "result.png"), source, blend(web, photograph, edit))
        with Image.open(desk / "result.png") as image:
            assert "Click Inpaint erase: patches" in image.info["parameters"]
    elif heading == "A larger picture":
        result, width = pixels(desk / "result.png"), source.shape[1]
        assert result.shape == (source.shape[0], width + 64 + 128, 3)
        assert (result[:, 64 + 32 : 64 + width - 32] == source[:, 32:-32]).all()
    else:
        assert heading == "A folder"
        refine = {"refine": {"grow": 10}} if language == "bash" else {}
        shown = blend(web, photograph, {**CLICK, **refine})
        assert sorted(path.name for path in (desk / "done").iterdir()) == ["a.png", "b.png"]
        for path in (desk / "done").iterdir():
            assert_stitched(pixels(path), source, shown)


def test_every_way_has_its_examples() -> None:
    ways = ("By clicks", "By a mask", "Erase", "A folder")
    assert {(heading, language) for heading, language, _ in EXAMPLES} >= {
        (heading, language) for heading in ways for language in ("python", "bash")
    }
