"""Segmenters' weight files: found where they lie, downloaded only by a press of a button, by hand when offline."""

import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from tests.host.browser import Browser, Person
from tests.host.conftest import ROOT, serve
from tests.host.web import Web

VIT_B, VIT_L = "sam_vit_b_01ec64.pth", "sam_vit_l_0b3195.pth"
NOBODY = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def offline(gradio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A workbench that reaches nothing, with a file in a neighbour's folder."""
    folder = tmp_path_factory.mktemp("offline")
    theirs = folder / "extensions" / "sd-webui-inpaint-anything" / "models"
    theirs.mkdir(parents=True)
    (theirs / VIT_L).write_bytes(b"not really")
    with pytest.MonkeyPatch.context() as patch:
        for name in ("https_proxy", "HTTPS_PROXY"):
            patch.setenv(name, NOBODY)
        for name in ("no_proxy", "NO_PROXY"):
            patch.delenv(name, raising=False)
        yield from serve(folder, gradio=gradio)


@pytest.fixture
def person(browser: Browser, offline: Web) -> Iterator[Person]:
    person = browser.person(offline.url)
    yield person
    assert not person.errors
    person.page.context.close()


def files(web: Web) -> dict[str, Any]:
    return {file["name"]: file for file in web.ask("GET", "/click-inpaint/weights").json()["files"]}


def test_known_files_are_told_with_one_to_begin_with(web: Web) -> None:
    told = web.ask("GET", "/click-inpaint/weights").json()
    assert [file["recommended"] for file in told["files"] if file["kind"] == "segmenter"].count(True) == 1
    for file in told["files"]:
        assert file["url"].startswith("https://") and file["size"] > 1 << 20 and file["label"] != file["name"]
        assert Path(file["folder"]).is_absolute()


@pytest.mark.parametrize("name", ["absent", "..%2f..%2fconfig", "sam_vit_b_01ec64.pth", "https:%2f%2fhost%2ffile"])
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_nothing_but_known_names_is_taken(web: Web, method: str, name: str) -> None:
    assert web.ask(method, f"/click-inpaint/weights/{name}", b"{}").status == 404


@pytest.mark.own_host
def test_a_neighbours_file_is_found_and_offered(offline: Web) -> None:
    assert files(offline)["sam_vit_l"]["present"].endswith("sd-webui-inpaint-anything/models")
    assert "sam_vit_l" in [item["name"] for item in offline.ask("GET", "/click-inpaint/status").json()["segmenters"]]


@pytest.mark.own_host
def test_offline_the_page_says_how_to_do_it_by_hand(offline: Web, person: Person) -> None:
    person.visit().inner_tab("Click Inpaint")
    ours, known = person.ours(), files(offline)["sam_vit_b"]
    offer = ours.locator(".ci-offer").filter(has_text="built-in segmenter")
    assert not offer.is_visible(), "there is a better one than the built-in already"
    person.unfold()
    ours.locator(".ci-models").wait_for()  # a key goes nowhere while the list is not there yet
    ours.locator(".ci-models summary").press("Enter")
    button = ours.get_by_label("Download: SAM ViT-B")
    button.wait_for()
    assert "dl.fbaipublicfiles.com" in (button.get_attribute("title") or "")
    button.press("Enter")
    person.wait(lambda: ours.get_by_role("alert").is_visible(), 30)
    said = ours.get_by_role("alert").inner_text()
    assert known["url"] in said and VIT_B in said and "models/sam" in said
    assert ours.get_by_role("link").inner_text() == known["url"]
    again = ours.get_by_label("Try again: SAM ViT-B")
    assert again.evaluate("button => button === document.activeElement"), "the focus stays"
    again.press("Enter")
    ours.get_by_label("Cancel: SAM ViT-B").press("Enter")
    person.wait(lambda: not files(offline)["sam_vit_b"]["progress"]["running"])
    person.wait(lambda: ours.get_by_label("Download: SAM ViT-B").is_visible())
    assert not list((offline.data / "models" / "sam").iterdir())


@pytest.mark.own_host
def test_what_has_come_is_offered_without_a_reload(offline: Web, person: Person) -> None:
    """The network is played: a download half-way, then the file lies there."""
    here = offline.data / "models" / "sam" / VIT_B

    def answer(route: Any) -> None:
        told = offline.ask("GET", "/click-inpaint/weights").json()
        half = {"stage": "loading", "running": True, "received": 150e6, "speed": 12.5e6, "left": 18, "message": None}
        for file in told["files"]:
            file["progress"] = (
                {**half, "total": file["size"]} if file["name"] == "sam_vit_b" and not here.is_file() else None
            )
        route.fulfill(json=told)

    person.page.route("**/click-inpaint/weights", answer)
    person.visit().inner_tab("Click Inpaint")
    ours = person.unfold().ours()
    ours.locator(".ci-models summary").click()
    bar = ours.get_by_role("progressbar", name="SAM ViT-B")
    person.wait(lambda: bar.is_visible() and "150 MB of 375 MB, 13 MB/s, 18 s left" in ours.inner_text())
    assert bar.evaluate("bar => bar.value / bar.max") == pytest.approx(0.4, abs=0.01)
    segmenter = ours.get_by_label("Segmenter", exact=True)
    assert "sam_vit_b" not in segmenter.inner_html()
    here.parent.mkdir(parents=True, exist_ok=True)
    here.write_bytes(b"not really")
    try:
        person.wait(lambda: "sam_vit_b" in segmenter.inner_html(), 10)
        person.wait(lambda: "SAM ViT-B is ready" in ours.inner_text() and not bar.is_visible(), 10)
    finally:
        here.unlink()


@pytest.mark.parametrize("width", [1500, 400])
def test_the_built_in_segmenter_alone_makes_an_offer(web: Web, browser: Browser, width: int) -> None:
    if any(file["present"] or file["progress"] for file in files(web).values() if file["kind"] == "segmenter"):
        pytest.skip("this Web UI has weight files")
    person = browser.person(web.url, width=width)
    person.visit().inner_tab("Click Inpaint")
    line = person.ours().locator(".ci-offer").filter(has_text="The built-in segmenter finds whole things")
    offer = line.get_by_role("button", name="Select better: download ")
    person.wait(offer.is_visible)
    canvas, box = person.ours().locator("canvas").first.bounding_box(), line.bounding_box()
    assert canvas and box and box["y"] + box["height"] <= canvas["y"], "it stands where a stranger looks first"
    assert (
        "MobileSAM" in offer.inner_text()
        and "41 MB" in offer.inner_text()
        and " into " in str(offer.get_attribute("title"))
    )
    person.unfold().ours().locator(".ci-models summary").click()
    for button in person.ours().locator(".ci-models button:visible").all():
        box = button.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= width
    line.get_by_role("button", name="Close this").click()
    assert not line.is_visible()
    person.visit().inner_tab("Click Inpaint")
    person.unfold().ours().locator(".ci-models summary").wait_for()
    assert not line.is_visible(), "who has dismissed it is not asked again"
    person.page.context.close()


@pytest.fixture(scope="module")
def plain(gradio: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    """A workbench whose only checkpoint was not made for inpainting."""
    folder = tmp_path_factory.mktemp("plain")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(ROOT / "workbench"))
        import checkpoints

        checkpoints.write_tiny(folder / "models" / "Stable-diffusion" / "own.safetensors", 4, 768)
        sys.modules.pop("checkpoints")
    yield from serve(folder, gradio=gradio)


def test_where_auto_finds_no_inpainting_checkpoint_one_is_offered(
    plain: Web, browser: Browser, photograph: Path
) -> None:
    """The network is played: what the press asks for is looked at, and nothing is downloaded."""
    person, asked = browser.person(plain.url), list[str]()

    def answer(route: Any) -> None:
        asked.append(f"{route.request.method} {route.request.url.rpartition('/')[2]}")
        route.fulfill(json=None)

    person.page.route("**/click-inpaint/weights/*", answer)
    person.visit().inner_tab("Click Inpaint")
    ours = person.ours()
    offer = ours.locator(".ci-offer").filter(has_text="No inpainting checkpoint is here.")
    person.wait(offer.is_visible)
    offer.get_by_role("button", name="Paint better: download Stable Diffusion 2 inpainting, 5.2 GB").click()
    person.wait(lambda: asked == ["POST sd2_inpainting"])
    person.open(photograph)
    person.wait(lambda: "No inpainting checkpoint was found" in ours.inner_text())
    person.unfold()
    ours.get_by_label("Checkpoint", exact=True).select_option(label="Auto, same family as mine")
    person.wait(lambda: "no inpainting checkpoint of the family SD1" in ours.inner_text())
    ours.get_by_label("Checkpoint", exact=True).select_option("current")
    person.wait(lambda: "of the family SD1" not in ours.inner_text())
    assert not person.errors
    person.page.context.close()


def folders(monkeypatch: pytest.MonkeyPatch, data: Path) -> Any:
    """click_inpaint.host.paths in a host whose data lie there."""
    modules = ModuleType("modules")
    vars(modules)["paths_internal"] = SimpleNamespace(data_path=str(data), models_path=str(data / "models"))
    monkeypatch.setitem(sys.modules, "modules", modules)
    spec = importlib.util.spec_from_file_location("paths", ROOT / "click_inpaint" / "host" / "paths.py")
    assert spec and spec.loader
    paths = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(paths)
    return paths


@pytest.mark.own_host
def test_downloads_never_hide_a_neighbours_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """sd-webui-segment-anything reads models/sam where there is one, and its own folder else."""
    paths = folders(monkeypatch, tmp_path)
    assert paths.download_folder() == tmp_path / "models" / "sam"
    theirs = tmp_path / "extensions" / "sd-webui-segment-anything" / "models" / "sam"
    theirs.mkdir(parents=True)
    (theirs / "put-sam-models-here.txt").touch()
    assert paths.download_folder() == tmp_path / "models" / "sam"
    (theirs / VIT_B).touch()
    assert paths.download_folder() == ROOT / "models" and theirs in paths.weight_folders()
    (tmp_path / "models" / "sam").mkdir(parents=True)
    assert paths.download_folder() == tmp_path / "models" / "sam"
