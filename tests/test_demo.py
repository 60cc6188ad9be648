"""`dev.py demo --once` as a person runs it, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.arrays import U8

ROOT = Path(__file__).resolve().parents[1]


def demo(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run it where torch cannot be imported: the built-in segmenter must not need it."""
    (folder / "blocked").mkdir(exist_ok=True)
    (folder / "blocked" / "torch.py").write_text("raise ImportError('the demo must not need torch')", encoding="utf-8")
    return subprocess.run(
        [sys.executable, str(ROOT / "workbench" / "demo.py"), *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "blocked"), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def pixels(path: Path) -> U8:
    return np.asarray(Image.open(path))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def done(folder: Path) -> subprocess.CompletedProcess[str]:
    return demo(folder, "--once", "out.png")


def test_it_writes_the_three_pictures_and_the_times(done: subprocess.CompletedProcess[str], folder: Path) -> None:
    assert done.returncode == 0, done.stderr
    for step in ("open", "embed", "predict", "refine", "prepare", "finish", "host and sampler"):
        assert step in done.stdout
    assert pixels(folder / "out-compare.png").ndim == 3
    assert pixels(folder / "out-mask.png").shape == (603, 1072)


def test_outside_the_blend_the_bytes_are_the_photographs(
    done: subprocess.CompletedProcess[str], folder: Path, photograph: Path
) -> None:
    outside = pixels(folder / "out-mask.png") == 0
    assert 0.5 < outside.mean() < 0.99
    assert (pixels(folder / "out.png")[outside] == pixels(photograph)[outside]).all()


def test_the_dog_is_gone(done: subprocess.CompletedProcess[str], folder: Path, photograph: Path) -> None:
    """What stood out from the sand and sea around it stands out no longer."""
    inside = pixels(folder / "out-mask.png") == 255
    before, after = pixels(photograph).astype(int), pixels(folder / "out.png").astype(int)
    assert np.abs(before - after)[inside].mean() > 25
    detail = [np.abs(np.diff(picture.mean(axis=2), axis=1))[inside[:, 1:]].mean() for picture in (before, after)]
    assert detail[1] < detail[0]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--image", "absent.jpg", "--click", "5,5"], "There is no file absent.jpg"),
        (["--image", "text.jpg", "--click", "5,5"], "This is not a picture"),
        (["--image", "cut.jpg", "--click", "5,5"], "damaged or ends early"),
        (["--image", "small.png"], "Click the object first."),
        (["--image", "small.png", "--click", "500,5"], "lies outside the picture"),
        (["--image", "small.png", "--click", "5,5", "--grow", "-900"], "Shrinking leaves nothing"),
    ],
)
def test_bad_input_says_what_to_do(folder: Path, photograph: Path, arguments: list[str], says: str) -> None:
    (folder / "text.jpg").write_text("hello", encoding="utf-8")
    (folder / "cut.jpg").write_bytes(photograph.read_bytes()[:9000])
    Image.new("RGB", (40, 30), "teal").save(folder / "small.png")
    ended = demo(folder, "--once", "bad.png", *arguments)
    assert ended.returncode == 1 and says in ended.stderr and "Traceback" not in ended.stderr
    assert not (folder / "bad.png").exists()


def test_a_picture_of_ones_own(folder: Path) -> None:
    y, x = np.mgrid[:300, :400]
    picture = np.full((300, 400, 3), (90, 140, 90), np.uint8)
    picture[np.hypot(x - 200, y - 150) < 60] = (220, 60, 30)
    Image.fromarray(picture).save(folder / "own.png")
    options = ["--click", "200,150", "--exclude", "20,20", "--grow", "4", "--feather", "5"]
    ended = demo(folder, "--once", "own-out.png", "--image", "own.png", *options)
    assert ended.returncode == 0, ended.stderr
    mask, after = pixels(folder / "own-out-mask.png"), pixels(folder / "own-out.png")
    assert mask[150, 200] == 255 and mask[20, 20] == 0
    assert (after[mask == 0] == picture[mask == 0]).all()
    assert after[150, 200, 0] < 150
