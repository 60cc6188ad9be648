"""Every kind of file that is opened: the page shows what is edited, and what comes back is the rest of it.

With `-s` the test prints a table of what it has measured.
"""

import base64
import hashlib
import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.arrays import Array
from tests.host.browser import Browser, Person
from tests.host.editor import Editor
from tests.host.tab import at_tab
from tests.host.web import Web, pictures
from tests.kinds import Kind, all_kinds, refused_kinds
from tests.pictures import DISC, HEIGHT, WIDTH, disc

KINDS, REFUSED = all_kinds(), refused_kinds()
LOSSY = 3
"""Levels by which two decoders of a lossy kind may differ."""
ROUNDED = 1.5
"""Levels by which a canvas may miss what it shows through alpha: it keeps colours multiplied by it, in 8 bits."""
READ = """() => {
    const canvas = document.querySelector("#click_inpaint_root canvas"), box = canvas.getBoundingClientRect();
    const {width, height} = canvas, pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
    let bytes = "";
    for (let at = 0; at < pixels.length; at += 32768) bytes += String.fromCharCode(...pixels.subarray(at, at + 32768));
    return {left: box.left, top: box.top, ratio: width / box.width, width, height, pixels: btoa(bytes)};
}"""

pytestmark = pytest.mark.one_gradio


@dataclass
class Table:
    """What was measured of each kind."""

    rows: list[str] = field(default_factory=list)

    def add(self, name: str, shown_by: str, difference: float, job: str, outside: int) -> None:
        self.rows.append(f"| {name} | {shown_by} | {difference:.3g} | {job} | {outside} changed |")

    def text(self) -> str:
        head = (
            "| file | shown by | page − server, levels at most | job | bytes outside the blend |\n|---|---|---|---|---|"
        )
        return "\n".join([head, *self.rows])


@pytest.fixture(scope="module")
def table() -> Iterator[Table]:
    table = Table()
    yield table
    sys.stdout.write(f"\n{table.text()}\n")


@pytest.fixture(scope="module")
def opened(browser: Browser, web: Web) -> Iterator[Editor]:
    """One page for all: opening a picture is what a person does again and again."""
    person = browser.person(web.url)
    at_tab(person.visit())
    yield Editor(person)
    assert not person.errors
    person.page.context.close()


def bring(person: Person, path: Path) -> bool:
    """Open a file. Returns whether the page fetched the server's decoding of it."""
    fetched: list[str] = []

    def note(request: Any) -> None:
        if "/click-inpaint/images/" in request.url:
            fetched.append(request.url)

    person.page.on("request", note)
    person.ours().locator("input[type=file]").first.set_input_files(path)
    image = hashlib.sha256(path.read_bytes()).hexdigest()
    person.wait(lambda: person.state()["edit"]["image"] == image, what=f"{path.name} was not opened")
    person.page.remove_listener("request", note)
    return bool(fetched)


def on_canvas(editor: Editor, width: int, height: int) -> Array:
    """The picture's pixels as the page has drawn them, HxWx4. Each is taken from the middle of its square."""
    editor.canvas.focus()
    editor.press("0").page.mouse.move(5, 5)
    editor.settle()
    assert editor.percent() > 200, "so large that pixels show as squares"
    read = editor.page.evaluate(READ)
    pixels = np.frombuffer(base64.b64decode(read["pixels"]), np.uint8).reshape(read["height"], read["width"], 4)
    (x0, y0), (x1, y1) = editor.at((0, 0)), editor.at((width, height))
    columns = (x0 + (np.arange(width) + 0.5) * (x1 - x0) / width - read["left"]) * read["ratio"]
    rows = (y0 + (np.arange(height) + 0.5) * (y1 - y0) / height - read["top"]) * read["ratio"]
    return np.asarray(pixels[rows.astype(int)[:, None], columns.astype(int)])


def on_server(web: Web, image: str) -> Array:
    """The pixels that are edited, HxWx4."""
    shown = web.ask("GET", f"/click-inpaint/images/{image}")
    return np.asarray(Image.open(io.BytesIO(shown.content)).convert("RGBA"))


def apart(one: Array, other: Array) -> float:
    """The largest difference that can be seen, over black and over white, in levels."""

    def over(pixels: Array, background: int) -> Array:
        cover = pixels[..., 3:] / 255
        return np.asarray(pixels[..., :3] * cover + background * (1 - cover))

    return max(float(np.abs(over(one, ground) - over(other, ground)).max()) for ground in (0, 255))


def painted(web: Web, image: str, server: Array) -> tuple[Array, Array, Array]:
    """The blend of a click on the disc, the picture before the job and the one after it."""
    click = {"kind": "click", "x": DISC[0], "y": DISC[1], "segmenter": "grabcut"}
    edit = {"image": image, "selection": [click], "refine": {"grow": 3, "feather": 4}}
    _, blend = web.preview(edit)
    (result,) = pictures(web.post("/sdapi/v1/img2img", job_of(edit)))
    mode = "RGBA" if (server[..., 3] < 255).any() else "RGB"
    assert result.mode == mode
    return blend, server[..., : len(mode)], np.asarray(result)


def job_of(edit: dict[str, Any]) -> dict[str, Any]:
    script = {"Click Inpaint": {"args": [edit]}}
    small = {"steps": 2, "width": 128, "height": 128, "seed": 3, "sampler_name": "Euler a"}
    return {"init_images": [], "prompt": "empty beach", "alwayson_scripts": script, **small}


def check_page(kind: Kind, page: Array, server: Array, by_server: bool) -> float:
    difference = apart(page, server)
    transparent = (server[..., 3] < 255).any()
    lossy = kind.in_browser and kind.loss
    assert difference <= max(LOSSY if lossy else 0, ROUNDED if transparent else 0)
    assert by_server is not kind.in_browser
    return difference


@pytest.mark.parametrize("name", KINDS)
def test_the_page_shows_what_is_edited(web: Web, opened: Editor, table: Table, tmp_path: Path, name: str) -> None:
    kind, path = KINDS[name], tmp_path / "picture.bin"
    path.write_bytes(kind.data)
    by_server = bring(opened.person, path)
    image = opened.person.state()["edit"]["image"]
    server = on_server(web, image)
    assert server.shape == kind.truth.shape
    seen = kind.truth[..., 3] > 0
    assert np.abs(server.astype(int) - kind.truth)[seen].mean() <= kind.loss
    difference = check_page(kind, on_canvas(opened, server.shape[1], server.shape[0]), server, by_server)
    blend, before, after = painted(web, image, server)
    outside = blend == 0
    changed = int((after != before)[outside].sum())
    inside = disc_in(blend)
    repainted = (after != before)[inside].any(axis=-1).mean()
    table.add(name, "server" if by_server else "browser", difference, "right" if repainted > 0.8 else "wrong", changed)
    assert changed == 0 and repainted > 0.8
    assert (blend[inside] == 255).mean() > 0.95 and outside.mean() > 0.7, "the disc is selected, and little else"


def disc_in(blend: Array) -> Array:
    """The disc's pixels in a picture that may be wider than the scene; HxW bool."""
    full = np.zeros(blend.shape, bool)
    full[:HEIGHT, :WIDTH] = disc()
    return full


@pytest.mark.parametrize("name", REFUSED)
def test_the_page_says_why_it_opens_no_other(opened: Editor, tmp_path: Path, name: str) -> None:
    data, says = REFUSED[name]
    path = tmp_path / "picture.bin"
    path.write_bytes(data)
    before = opened.person.state()["edit"]["image"]
    opened.person.ours().locator("input[type=file]").first.set_input_files(path)
    opened.person.wait(lambda: says in opened.person.ours().inner_text(), what=f"{name}: nothing is said")
    opened.person.wait(lambda: opened.person.state()["edit"]["image"] == before, what="the former picture is back")
