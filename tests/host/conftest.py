"""The Web UI that the contract runs against: workbenches started here, or the real one of --webui-url and --webui.

What opens a page runs on each Gradio that hosts bring, unless it is marked `one_gradio`: then on one of them, which
differs from file to file, so that the runs of both take as long. The rest runs on the first, unless it is marked
`both_gradios`.
"""

import io
import os
import sys
import zlib
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from bench.webui import serving
from tests.arrays import U8
from tests.host.browser import Browser, Person
from tests.host.tab import leave, visitor
from tests.host.web import Web

ROOT = Path(__file__).resolve().parents[2]
GRADIOS = ["3.41.2", "4.40.0"]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "gradio" not in metafunc.fixturenames:
        return
    option, marker = metafunc.config.getoption, metafunc.definition.get_closest_marker
    page = "browser" in metafunc.fixturenames
    versions = GRADIOS if page or marker("both_gradios") else GRADIOS[:1]
    if page and marker("one_gradio"):
        versions = [GRADIOS[zlib.adler32(metafunc.module.__name__.encode()) % len(GRADIOS)]]
    metafunc.parametrize("gradio", ["real"] if option("--webui-url") else versions, scope="session", indirect=True)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is not about the host or the Gradio that was asked for: it is not skipped, it runs elsewhere."""
    chosen, real, login = (config.getoption(name) for name in ("--gradio", "--webui-url", "--login"))
    runs = {item: getattr(item, "callspec", None) for item in items}
    others = [item for item, run in runs.items() if chosen and run and run.params.get("gradio", chosen) != chosen]
    logins = [item for item, run in runs.items() if login and run and run.params.get("guarded") == login]
    others += [item for item in items if real and item.get_closest_marker("own_host") and item not in logins]
    config.hook.pytest_deselected(items=others)
    items[:] = [item for item in items if item not in others]


@pytest.fixture(scope="session")
def gradio(request: pytest.FixtureRequest) -> str:
    """The version of Gradio under the page; "real" where the host is not ours."""
    return str(request.param)


def python_with(gradio: str) -> Path:
    """The interpreter of the environment that has this Gradio: this one, or its neighbour in .venv."""
    if metadata.version("gradio") == gradio:
        return Path(sys.executable)
    folder = ROOT / ".venv" / f"gradio-{gradio}"
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not python.exists():
        raise pytest.UsageError(f"there is no {folder.relative_to(ROOT)}; `python3 dev.py test` makes it")
    return python


def serve(folder: Path, *options: str, gradio: str = GRADIOS[0], port: int = 0) -> Iterator[Web]:
    """A workbench of its own, with the extension, stopped afterwards; beside a real host one with the usual Gradio.

    It takes any port that is free where none is given.
    """
    python = python_with(gradio if gradio in GRADIOS else GRADIOS[0])
    with serving(folder, *options, python=python, port=port) as served:
        yield Web(served.url, folder, real=False, pid=served.pid)


@pytest.fixture(scope="session")
def web(gradio: str, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    url, folder = request.config.getoption("--webui-url"), request.config.getoption("--webui")
    if bool(url) != bool(folder):
        raise pytest.UsageError("--webui-url and --webui go together")
    if url:
        yield Web(url.rstrip("/"), Path(folder), real=True)
    else:
        yield from serve(tmp_path_factory.mktemp("workbench"), gradio=gradio)


@pytest.fixture
def person(browser: Browser, web: Web) -> Iterator[Person]:
    """Somebody in front of our tab; nothing of ours may fail unseen."""
    person = visitor(browser, web)
    yield person
    leave(person)


@pytest.fixture
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Where screenshots go: `--screenshots docs` renews the committed ones."""
    return Path(request.config.getoption("--screenshots") or tmp_path)


@pytest.fixture(scope="session")
def ordinary_checkpoint(web: Web) -> str:
    """What the user has chosen: a checkpoint that is none for inpainting, whichever file the host comes upon first."""
    checkpoints = web.ask("GET", "/click-inpaint/status").json()["checkpoints"]
    ordinary = [str(item["name"]) for item in checkpoints if not item["inpainting"]]
    chosen = str(web.option("sd_model_checkpoint")).partition(" [")[0]
    if chosen not in ordinary:
        web.options(sd_model_checkpoint=ordinary[0])
        chosen = ordinary[0]
    return chosen


@pytest.fixture(autouse=True)
def plain_options(web: Web, ordinary_checkpoint: str) -> None:
    """Options as a fresh install has them, but for a lossless format."""
    web.options(
        samples_format="png",
        return_grid=False,
        grid_save=False,
        return_mask=False,
        return_mask_composite=False,
        img2img_color_correction=False,
        save_images_before_color_correction=False,
        save_init_img=False,
    )


@pytest.fixture(scope="session")
def large(photograph: Path) -> bytes:
    """The bundled photograph at 2144×1206, as a JPEG that has to be turned: stored upside down, with an EXIF note."""
    image = Image.open(photograph)
    image = image.resize((image.width * 2, image.height * 2), Image.Resampling.LANCZOS).rotate(180)
    exif = Image.Exif()
    exif[0x0112] = 3
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92, exif=exif.tobytes())
    return file.getvalue()


@pytest.fixture(scope="session")
def source(large: bytes) -> U8:
    """Its decoded, upright pixels, HxWx3 uint8."""
    return np.asarray(Image.open(io.BytesIO(large)).convert("RGB"))[::-1, ::-1]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()
