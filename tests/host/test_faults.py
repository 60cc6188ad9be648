"""A job that breaks within the host leaves everything as it was, and the next one runs; fifty jobs leave nothing."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from bench.webui import resident_mb
from tests.host.browser import Person
from tests.host.tab import DOG
from tests.host.test_jobs import edit_of
from tests.host.web import Web, infotexts, named, pictures

JOBS, WARM_UP, GROWTH_MB = 50, 5, 50
NO_VALUE = "nothing"
BREAKS = {"noise": "initial_noise_multiplier", "steps of Euler a": "eta_ancestral", "saving": "samples_format"}
"""Part of a job: a setting that the host reads there, and that cannot be NO_VALUE."""


def options(web: Web) -> dict[str, Any]:
    """All of them, but for the hash that the host takes of a checkpoint when it loads it."""
    return {**web.ask("GET", "/sdapi/v1/options").json(), "sd_checkpoint_hash": ""}


def setting_of(web: Web, where: str) -> str:
    """A setting that the host reads only there, and that ends its job in an error where it has no use for the value."""
    name = BREAKS[where]
    return name if name in options(web) else "workbench_step_delay"


@contextmanager
def broken(web: Web, setting: str) -> Iterator[None]:
    """While all of the host's jobs break."""
    own = web.option(setting)
    web.options(**{setting: NO_VALUE})
    try:
        yield
    finally:
        web.options(**{setting: own})


def files(web: Web) -> set[Path]:
    """What lies in the host's folder, but for what it keeps for its own sake and what Python does."""
    passing = {"cache", "cache.json", "__pycache__", "log.txt"}
    return {path for path in web.data.rglob("*") if path.is_file() and not passing & set(path.parts)}


def memory_mb(web: Web) -> float:
    """What the host's process holds, as the host tells it or, of a workbench, the system does."""
    reply = web.ask("GET", "/sdapi/v1/memory")
    return reply.json()["ram"]["used"] / 1e6 if reply.status == 200 else resident_mb(web.pid)


@pytest.mark.parametrize("where", ["steps of Euler a", "saving"])
def test_a_job_that_breaks_leaves_nothing_and_the_next_one_is_as_before(web: Web, large: bytes, where: str) -> None:
    setting, edit, own = setting_of(web, where), edit_of(web.upload(large)), web.txt2img_model()
    web.options(**{setting: web.option(setting)})  # the host puts back only what its config holds
    pictures(web.img2img(large, edit))  # a host's first job after a checkpoint switch does not repeat
    (expected,) = pictures(web.img2img(large, edit))
    before, lying = options(web), files(web)
    for _ in range(2):
        reply = web.img2img(large, edit, override_settings={setting: NO_VALUE}, save_images=True)
        assert reply.status >= 500 and "images" not in reply.json(), "the host's own error, not a refusal of ours"
    assert options(web) == before and files(web) == lying
    assert web.ask("GET", "/sdapi/v1/progress").json()["state"]["job_count"] <= 0
    (result,) = pictures(web.img2img(large, edit))
    assert result.tobytes() == expected.tobytes()
    assert web.txt2img_model() == own and options(web) == before


@pytest.mark.one_gradio
def test_a_job_that_breaks_leaves_the_page_usable(web: Web, person: Person, photograph: Path) -> None:
    person.open(photograph).click(*DOG)
    person.set_number("Grow", 5)
    person.set_slider("img2img_denoising_strength", 0.6)
    shown, edit = person.shown(), person.state()["edit"]
    with broken(web, setting_of(web, "noise")):
        person.generate()
        assert person.error() and not person.busy()
    assert person.state()["edit"] == edit and person.shown() == shown
    strength = person.page.locator("#img2img_denoising_strength input[type=number]").first
    assert strength.input_value() == "0.6"
    person.generate()
    assert not person.error() and len(person.gallery()) == 1
    assert "Click Inpaint edit" in person.infotext()


@pytest.mark.full
def test_fifty_jobs_between_the_hosts_own_leave_nothing_behind(web: Web, photograph: Path) -> None:
    picture, own = photograph.read_bytes(), web.txt2img_model()
    edit = {**edit_of(web.upload(picture)), "selection": [{"kind": "click", "x": DOG[0], "y": DOG[1]}]}
    texts, early, lying, before = set[str](), 0.0, set[Path](), dict[str, Any]()
    for number in range(WARM_UP + JOBS):
        if number == WARM_UP:
            early, lying, before = memory_mb(web), files(web), options(web)
        reply = web.img2img(picture, edit, init_images=[])
        texts.add(infotexts(reply)[0])
        assert web.txt2img_model() == own
    assert len(texts) == 1 and named(texts.pop(), "Model") != own, "the last job is as the first"
    assert options(web) == before and files(web) == lying
    grown = memory_mb(web) - early
    assert not grown > GROWTH_MB, f"{grown:.0f} MB more than after {WARM_UP} jobs"
    print(f"after {JOBS} jobs: {grown:+.1f} MB")
