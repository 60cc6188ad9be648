"""The command-line client against a Web UI, as a person runs it."""

import json
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from click_inpaint import recorded
from tests.arrays import U8
from tests.host.conftest import ROOT, serve
from tests.host.web import Web, assert_stitched, named

FEW_STEPS = ("--steps", "2", "--width", "256", "--height", "256", "--sampler", "Euler a", "--seed", "3")
LASSO = {"kind": "lasso", "points": [[40, 30], [90, 30], [90, 80], [40, 80]]}


@contextmanager
def serving(folder: Path) -> Iterator[Web]:
    folder.mkdir()
    yield from serve(folder)


def client(web: Web, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "click_inpaint", *map(str, arguments), "--webui", web.url]
    return subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False, timeout=300)


def events(ended: subprocess.CompletedProcess[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in ended.stdout.splitlines()]


def pixels(path: Path) -> U8:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"))


def textured(path: Path, seed: int, size: tuple[int, int] = (160, 120)) -> U8:
    """Noise, so that what is repainted shows; written as PNG."""
    found = np.random.default_rng(seed).integers(0, 256, (size[1], size[0], 3), np.uint8)
    Image.fromarray(found).save(path)
    return found


def test_one_picture_is_edited_and_stitched(web: Web, photograph: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.png"
    given = ("--click", "540,350", "--grow", 6, "--set", "fill=neutral", "--prompt", "empty beach", *FEW_STEPS)
    ended = client(web, "edit", photograph, "-o", out, "--json", *given)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    told = events(ended)
    assert {one["event"] for one in told} <= {"started", "progress", "done", "finished"}
    done = next(one for one in told if one["event"] == "done")
    assert (done["out"], done["seed"]) == (str(out), 3)
    with Image.open(out) as written:
        infotext = written.info["parameters"]
    assert infotext == done["infotext"]
    edit = recorded.read(named(infotext, "Click Inpaint edit"))
    assert (edit.refine.grow, edit.fill, infotext.splitlines()[0]) == (6, "neutral", "empty beach")
    sent = {"selection": [{"kind": "click", "x": 540, "y": 350}], "refine": {"grow": 6}, "image": ""}
    _, blend = web.preview({**sent, "image": web.upload(photograph.read_bytes())})
    assert_stitched(pixels(out), pixels(photograph), blend)


def test_a_folder_is_painted_by_its_masks_and_only_the_rest_after_a_break(web: Web, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    before = {name: textured(folder / f"{name}.png", seed, (96 + 16 * seed, 96)) for seed, name in enumerate("abcd")}
    for name in "abc":  # d has none
        mask = np.zeros(before[name].shape[:2], np.uint8)
        mask[30:50, 30:50] = 255
        Image.fromarray(mask).save(folder / f"{name}.mask.png")
    first = client(web, "batch", folder, "-o", out, *FEW_STEPS, "--grow", 0, "--feather", 0)
    assert first.returncode == 1, first.stderr
    assert "d.png: nothing is selected: there is no d.mask.png beside it" in first.stdout
    assert "3 done, 1 failed" in first.stdout
    for name in "abc":
        changed = (pixels(out / f"{name}.png") != before[name]).any(axis=2)
        assert changed[30:50, 30:50].mean() > 0.8
        assert changed.sum() == changed[30:50, 30:50].sum()
    times = {path.name: path.stat().st_mtime_ns for path in out.iterdir()}
    (out / "b.png").unlink()
    second = client(web, "batch", folder, "-o", out, "--json", *FEW_STEPS, "--grow", 0, "--feather", 0)
    assert Counter(one["event"] for one in events(second) if one["event"] in ("done", "skipped", "failed")) == {
        **{"done": 1, "skipped": 2, "failed": 1}
    }
    assert {name: (out / name).stat().st_mtime_ns == then for name, then in times.items()} == {
        **{"a.png": True, "b.png": False, "c.png": True}
    }


def test_the_host_says_why_it_refuses_and_nothing_is_written(web: Web, photograph: Path, tmp_path: Path) -> None:
    empty = tmp_path / "mask.png"
    Image.fromarray(np.zeros((603, 1072), np.uint8)).save(empty)
    ended = client(web, "edit", photograph, "-o", tmp_path / "out.png", "--mask", empty, *FEW_STEPS)
    assert ended.returncode == 1
    assert "The selection is empty" in ended.stdout
    assert not (tmp_path / "out.png").exists()


def test_pictures_of_several_sizes_have_no_click_in_common(web: Web, tmp_path: Path) -> None:
    textured(tmp_path / "a.png", 1)
    textured(tmp_path / "b.png", 2, (100, 120))
    ended = client(web, "batch", tmp_path, "-o", tmp_path / "out", "--click", "5,5", *FEW_STEPS)
    assert ended.returncode == 2
    assert "a.png is 160×120 and b.png is 100×120" in ended.stderr


def test_where_no_web_ui_answers_it_says_so(tmp_path: Path, photograph: Path) -> None:
    nobody = Web("http://127.0.0.1:9", tmp_path, real=False)
    ended = client(nobody, "edit", photograph, "-o", tmp_path / "o.png", "--click", "5,5", "--patience", "0")
    assert ended.returncode == 3
    assert "http://127.0.0.1:9 does not answer" in ended.stdout


@pytest.mark.full
@pytest.mark.own_host
def test_forty_pictures_through_two_web_uis_of_which_one_dies(tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    before = {f"{seed:02}.png": textured(folder / f"{seed:02}.png", seed) for seed in range(40)}
    with serving(tmp_path / "one") as stays, ExitStack() as until_it_dies:
        dies = until_it_dies.enter_context(serving(tmp_path / "two"))
        command = [sys.executable, "-m", "click_inpaint", "batch", str(folder), "-o", str(out), "--json"]
        command += ["--set", f"selection={json.dumps([LASSO])}", "--patience", "0", *FEW_STEPS]
        command += ["--webui", stays.url, "--webui", dies.url]
        told: list[dict[str, Any]] = []
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
            assert process.stdout
            for line in process.stdout:
                told.append(json.loads(line))
                if sum(one["event"] == "done" for one in told) == 15:
                    until_it_dies.close()  # which does nothing the second time
    assert process.returncode == 0, [one for one in told if one["event"] == "failed"]
    done = [one for one in told if one["event"] == "done"]
    assert Counter(Path(one["picture"]).name for one in done) == Counter(before.keys())
    assert {one["webui"] for one in done} == {stays.url, dies.url}
    assert [one["webui"] for one in told if one["event"] == "dropped"] == [dies.url]
    for name, source in before.items():
        changed = (pixels(out / name) != source).any(axis=2)
        assert changed[35:75, 45:85].mean() > 0.8 and not changed[:5].any()


@pytest.mark.own_host
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl+C is sent in another way there")
def test_ctrl_c_ends_it_at_once_and_leaves_nothing_half_written(tmp_path: Path, photograph: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes the job and never answers
        command = [sys.executable, "-m", "click_inpaint", "edit", str(photograph), "-o", str(tmp_path / "o.png")]
        command += ["--click", "540,350", "--webui", f"http://127.0.0.1:{silent.getsockname()[1]}"]
        process = subprocess.Popen(command, cwd=ROOT)
        connection, _ = silent.accept()
        with connection:
            process.send_signal(signal.SIGINT)
            assert process.wait(20) == 130
    assert not list(tmp_path.iterdir())
