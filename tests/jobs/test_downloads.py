"""The inpainting checkpoint that can be downloaded: where it goes, what goes with it, and that “Auto” then finds it."""

import hashlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml

from click_inpaint import checkpoint_catalogue
from click_inpaint.download.downloads import Downloads
from tests.jobs.test_checkpoints import model
from tests.misbehaving import Server, serving, whole

NAME, FILENAME = checkpoint_catalogue.NAME, "512-inpainting-ema.safetensors"


@pytest.fixture
def server() -> Iterator[Server]:
    yield from serving()


@pytest.fixture
def without(host: SimpleNamespace) -> SimpleNamespace:
    """The host, with the user's own checkpoint alone."""
    (host.folder / "sd2-inpainting.safetensors").unlink()
    host.sd_models.list_models()
    return host


def told(downloads: Downloads) -> dict[str, Any]:
    from click_inpaint.host import downloads as host_downloads

    return next(file for file in host_downloads.told(downloads)["files"] if file["name"] == NAME)


def test_what_came_is_what_auto_takes_without_a_restart(
    without: SimpleNamespace, server: Server, job: Callable[..., Any], tmp_path: Path
) -> None:
    from click_inpaint.host.downloads import downloadable

    wanted = downloadable()[NAME]
    content = without.checkpoints.write_tiny(tmp_path / "made.safetensors", 9, 1024).read_bytes()
    file = replace(
        wanted.file,
        urls=(server.url("/gone"), server.url("/mirror")),
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    server.says(whole(content), at="/mirror")
    downloads = Downloads({NAME: replace(wanted, file=file)}, ("http",))
    assert told(downloads)["recommended"] and told(downloads)["present"] == ""
    downloads.start(NAME)
    assert getattr(downloads.wait(NAME, 10), "stage", None) == "done"
    assert told(downloads)["present"] == told(downloads)["folder"] == str(without.folder)
    assert not told(downloads)["recommended"]
    assert model(job()) == "512-inpainting-ema"


def test_it_is_offered_only_where_auto_finds_none(host: SimpleNamespace) -> None:
    from click_inpaint.host.downloads import downloadable

    assert not told(Downloads(downloadable()))["recommended"]


def test_it_lies_wherever_the_host_lists_it(without: SimpleNamespace) -> None:
    from click_inpaint.host.downloads import downloadable

    without.checkpoints.write_tiny(without.folder / "sub" / FILENAME, 9, 1024)
    without.sd_models.list_models()
    assert told(Downloads(downloadable()))["present"] == str(without.folder / "sub")


def test_it_goes_to_the_folder_that_the_host_was_given(host: SimpleNamespace, tmp_path: Path) -> None:
    from modules import shared

    from click_inpaint.host.downloads import downloadable

    assert downloadable()[NAME].folder == host.folder
    shared.cmd_opts.ckpt_dir = str(tmp_path / "elsewhere")
    assert downloadable()[NAME].folder == tmp_path / "elsewhere"


@pytest.mark.parametrize(
    ("own", "goes_along"), [("there.yaml", False), ("gone.yaml", True), (None, False), ("no module", False)]
)
def test_a_configuration_goes_along_where_the_host_needs_one_and_lacks_it(
    host: SimpleNamespace, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, own: str | None, goes_along: bool
) -> None:
    from click_inpaint.host.downloads import downloadable

    (tmp_path / "there.yaml").touch()
    if own != "no module":
        module = ModuleType("modules.sd_models_config")
        module.__spec__ = sys.modules["modules.sd_models"].__spec__
        if own:
            vars(module)["config_sd2_inpainting"] = str(tmp_path / own)
        monkeypatch.setitem(sys.modules, "modules.sd_models_config", module)
    assert list(downloadable()[NAME].beside) == (["512-inpainting-ema.yaml"] if goes_along else [])


def test_the_configuration_is_of_this_checkpoint() -> None:
    read = yaml.safe_load(checkpoint_catalogue.CONFIGURATION.read_text(encoding="utf-8"))["model"]
    unet = read["params"]["unet_config"]["params"]
    assert (
        checkpoint_catalogue.CONFIGURATION.stem
        == Path(FILENAME).stem
        == Path(checkpoint_catalogue.SD2_INPAINTING.filename).stem
    )
    assert (unet["in_channels"], unet["context_dim"]) == (9, 1024)
    assert "parameterization" not in read["params"], "it predicts the noise"


def test_every_mirror_gives_the_file_over_https() -> None:
    file = checkpoint_catalogue.SD2_INPAINTING
    assert len(file.urls) == 3 and len(set(file.urls)) == 3 and len(file.sha256) == 64
    assert all(url.startswith("https://") and url.endswith(f"/{FILENAME}") for url in file.urls)
