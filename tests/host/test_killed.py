"""A Web UI or a client that is killed (kill -9) in the middle of its work: whoever waits is told, nothing of ours that
has a name is half written, and the next start goes on. tests/test_faults.py shows it of a download.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bench.webui import free_port
from tests.host.conftest import ROOT, serve
from tests.host.test_client import FEW_STEPS, LASSO, textured
from tests.host.web import Web, pictures

pytestmark = [
    pytest.mark.own_host,
    pytest.mark.skipif(sys.platform == "win32", reason="programs are ended in another way there"),
]
EDIT = {"selection": [{"kind": "click", "x": 540, "y": 350}]}
COUNT = 6


@pytest.fixture
def plain_options() -> None:
    """The servers of these tests are their own."""


@contextmanager
def serving(folder: Path, port: int) -> Iterator[Web]:
    folder.mkdir(exist_ok=True)
    yield from serve(folder, port=port)


def kill(web: Web) -> None:
    subprocess.run(["kill", "-9", str(web.pid)], check=True)


def whole_pictures(folder: Path) -> int:
    """How many pictures are there under their own names; each of them can be read to its end."""
    found = [path for path in folder.rglob("*.png") if not path.name.startswith(".")]
    for path in found:
        with Image.open(path) as image:
            image.load()
    return len(found)


@pytest.mark.parametrize("saving", [False, True], ids=["in a job", "while saving"])
def test_a_web_ui_that_is_killed_answers_as_before_when_it_is_started_again(
    tmp_path: Path, photograph: Path, saving: bool
) -> None:
    data, port, picture = tmp_path / "data", free_port(), photograph.read_bytes()
    with ExitStack() as until_killed, ThreadPoolExecutor(1) as pool:
        web = until_killed.enter_context(serving(data, port))
        web.options(samples_format="png", grid_save=False, return_grid=False)
        first = pictures(web.img2img(picture, EDIT, save_images=True))[0]
        if saving:  # one after the other, so that it is hit in the middle of some of them
            job = pool.submit(lambda: [web.img2img(picture, EDIT, save_images=True, steps=1) for _ in range(500)])
            while len(web.saved()) < 5:
                pass
        else:
            job = pool.submit(lambda: [web.img2img(picture, EDIT, steps=150)])
            while not web.ask("GET", "/sdapi/v1/progress").json()["progress"]:
                pass
        image = web.upload(picture)
        kill(web)
        with pytest.raises(OSError):  # the connection's end, and no answer that looks like one
            job.result(60)
    with serving(data, port) as web:
        again = pictures(web.img2img(picture, EDIT, save_images=True))[0]
        assert again.tobytes() == first.tobytes()
        forgotten = web.post("/click-inpaint/v1/mask", {"edit": {**EDIT, "image": image}})
        assert forgotten.status == 404 and "open it again" in forgotten.json()["error"]
        assert web.upload(picture) == image
        assert web.post("/click-inpaint/v1/mask", {"edit": {**EDIT, "image": image}}).status == 200


def test_a_client_that_is_killed_leaves_whole_files_and_paints_only_the_rest_later(web: Web, tmp_path: Path) -> None:
    folder, out = tmp_path / "in", tmp_path / "out"
    folder.mkdir()
    for seed in range(COUNT):
        textured(folder / f"{seed}.png", seed)
    command = [sys.executable, "-m", "click_inpaint", "batch", str(folder), "-o", str(out), "--json"]
    command += ["--set", f"selection={json.dumps([LASSO])}", "--webui", web.url, *FEW_STEPS]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout
        for line in process.stdout:
            if json.loads(line)["event"] == "done":
                process.send_signal(signal.SIGKILL)
                break
    there = whole_pictures(out)
    assert 1 <= there < COUNT
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    told: list[dict[str, Any]] = [json.loads(line) for line in ended.stdout.splitlines()]
    assert sum(one["event"] == "skipped" for one in told) == there
    assert sum(one["event"] == "done" for one in told) == COUNT - there
    assert whole_pictures(out) == COUNT == len(list(out.iterdir()))
