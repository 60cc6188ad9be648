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
    for step in ("open", "embed", "predict", "refine", "prepare", "finish", "the whole job"):
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
        (["--image", "small.png", "--click", "500,5"], "--click 500,5: give a pixel of the picture, which is 40×30"),
        (["--image", "small.png", "--click", "nan,5"], "--click nan,5: give a pixel of the picture"),
        (
            ["--image", "small.png", "--click", "5,5", "--exclude", "5,30"],
            "--exclude 5,30: give a pixel of the picture",
        ),
        (
            ["--image", "small.png", "--box", "5,5,41,20"],
            "--box 5,5,41,20: give two opposite corners on the picture, which is 40×30",
        ),
        (["--image", "small.png", "--box", "5,5,5,20"], "--box 5,5,5,20: give two opposite corners on the picture"),
        (["--image", "small.png", "--click", "five,5"], "argument --click: give 2 numbers with commas between them"),
        (["--image", "small.png", "--box", "1,2,3"], "argument --box: give 4 numbers with commas between them"),
        (["--image", "block.png", "--click", "20,15", "--grow", "-900"], "Shrinking leaves nothing"),
    ],
)
def test_bad_input_says_what_to_do(folder: Path, photograph: Path, arguments: list[str], says: str) -> None:
    (folder / "text.jpg").write_text("hello", encoding="utf-8")
    (folder / "cut.jpg").write_bytes(photograph.read_bytes()[:9000])
    small = Image.new("RGB", (40, 30), "teal")
    small.save(folder / "small.png")
    small.paste("orange", (14, 10, 27, 21))
    small.save(folder / "block.png")
    ended = demo(folder, "--once", "bad.png", *arguments)
    assert ended.returncode and says in ended.stderr and "Traceback" not in ended.stderr
    assert not (folder / "bad.png").exists()


@pytest.mark.parametrize(
    ("out", "says"),
    [
        ("result", "--once needs a file whose name ends with one of .png, .tif, .tiff, .jpg, .jpeg"),
        ("result.gif", "--once needs a file whose name ends with one of .png"),
        ("absent/result.png", "--once absent/result.png: absent takes no files"),
        ("file.txt/result.png", "--once file.txt/result.png: file.txt takes no files"),
        ("folder.png", "--once folder.png would overwrite folder.png, which must stay"),
        ("half.png", "--once half.png would overwrite half-mask.png, which must stay"),
        ("own.png", "--once own.png would overwrite own.png, which must stay"),
    ],
)
def test_a_result_that_cannot_be_saved_is_refused_before_the_work(folder: Path, out: str, says: str) -> None:
    (folder / "file.txt").write_text("hello", encoding="utf-8")
    for name in ("folder.png", "half-mask.png"):
        (folder / name).mkdir(exist_ok=True)
    Image.new("RGB", (40, 30), "teal").save(folder / "own.png")
    before = set(folder.rglob("*"))
    ended = demo(folder, "--once", out, "--image", "own.png", "--click", "5,5")
    assert ended.returncode == 1 and says.replace("/", os.sep) in ended.stderr and "Traceback" not in ended.stderr
    assert "ms" not in ended.stdout and set(folder.rglob("*")) == before


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which nobody can write")
def test_a_place_where_nobody_can_write_is_refused(folder: Path) -> None:
    ended = demo(folder, "--once", "/proc/result.png")
    assert ended.returncode == 1 and "/proc takes no files" in ended.stderr


def test_help_is_given_for_the_demo_without_a_page_and_describes_every_option(folder: Path) -> None:
    ended = demo(folder, "--once", "--help")
    assert ended.returncode == 0, ended.stderr
    assert "lossy" in ended.stdout and "workbench" not in ended.stdout
    for option in ("--once", "--image", "--click", "--exclude", "--box", "--grow", "--feather", "--seed"):
        described = ended.stdout.partition(f"\n  {option} ")[2].partition("\n  --")[0]
        assert len(described.split()) > 4, option
    assert "--once needs a file" in demo(folder, "--once").stderr


def red_disc(folder: Path, name: str, clear_px: int = 0) -> U8:
    """A picture of 400×300 with a disc of 60 px around (200, 150); as many columns at the left are half transparent."""
    y, x = np.mgrid[:300, :400]
    picture = np.full((300, 400, 3), (90, 140, 90), np.uint8)
    picture[np.hypot(x - 200, y - 150) < 60] = (220, 60, 30)
    image = Image.fromarray(picture)
    if clear_px:
        image.putalpha(Image.fromarray(np.where(x < clear_px, 128, 255).astype(np.uint8)))
    image.save(folder / name)
    return picture


def test_a_jpeg_is_written_and_said_to_be_lossy(folder: Path) -> None:
    picture = red_disc(folder, "clear.png", clear_px=40)
    options = ["--image", "clear.png", "--click", "200,150"]
    ended = demo(folder, "--once", "out.jpg", *options)
    assert ended.returncode == 0, ended.stderr
    assert "lossy" in ended.stdout and "lossy" not in demo(folder, "--once", "out.tiff", *options).stdout
    outside = pixels(folder / "out-mask.png") == 0
    outside[:, :48] = False
    assert np.abs(pixels(folder / "out.jpg")[outside].astype(int) - picture[outside]).max() < 12
    assert tuple(pixels(folder / "out.jpg")[150, 10]) > (160, 180, 160), "half transparent over white"
    assert (pixels(folder / "out.tiff")[outside][:, :3] == picture[outside]).all()


@pytest.mark.parametrize("box", ["130,80,270,220", "270,220,130,80", "130,220,270,80"])
def test_a_box_may_be_drawn_in_any_direction(folder: Path, box: str) -> None:
    red_disc(folder, "boxed.png")
    ended = demo(folder, "--once", "boxed-out.png", "--image", "boxed.png", "--box", box)
    assert ended.returncode == 0, ended.stderr
    mask = pixels(folder / "boxed-out-mask.png")
    assert mask[150, 200] == 255 and mask[20, 20] == 0


def test_a_picture_of_ones_own(folder: Path) -> None:
    picture = red_disc(folder, "own.png")
    options = ["--click", "200,150", "--exclude", "20,20", "--grow", "4", "--feather", "5"]
    ended = demo(folder, "--once", "own-out.png", "--image", "own.png", *options)
    assert ended.returncode == 0, ended.stderr
    mask, after = pixels(folder / "own-out-mask.png"), pixels(folder / "own-out.png")
    assert mask[150, 200] == 255 and mask[20, 20] == 0
    assert (after[mask == 0] == picture[mask == 0]).all()
    assert after[150, 200, 0] < 150
