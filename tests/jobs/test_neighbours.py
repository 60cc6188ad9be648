"""Other extensions that run passes of their own inside a job of ours."""

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from PIL import Image

from tests.arrays import U8
from tests.jobs.test_job import assert_exact

Run = Callable[..., Any]


def installed(process: Callable[[Any, Any], None]) -> None:
    """An always-on script before ours, whose `postprocess_image` is `process`."""
    from modules import scripts as host_scripts

    class Neighbour(host_scripts.Script):
        def title(self) -> str:
            return "Neighbour"

        def show(self, is_img2img: bool) -> Any:
            return host_scripts.AlwaysVisible

        def ui(self, is_img2img: bool) -> list[Any]:
            return []

        def postprocess_image(self, p: Any, pp: Any, *args: Any) -> None:
            process(p, pp)

    runner, script = host_scripts.scripts_img2img, Neighbour()
    script.args_from = script.args_to = 0
    script.is_img2img = script.alwayson = True
    runner.scripts.insert(0, script)
    runner.alwayson_scripts.insert(0, script)


def end_and_begin_with_copies(p: Any, pp: Any) -> None:
    """ADetailer begins and ends its turn so, at every image."""
    from modules import processing

    p.scripts.postprocess(copy.copy(p), processing.Processed(p, [], [""]))
    p.scripts.before_process(copy.copy(p))


@pytest.mark.parametrize(
    "how", [{}, {"n_iter": 2, "batch_size": 2}, {"script_name": "Loopback", "script_args": [3]}], ids=str
)
def test_hooks_called_with_a_copy_leave_the_job_alone(host: SimpleNamespace, job: Run, pixels: U8, how: Any) -> None:
    installed(end_and_begin_with_copies)
    for image in job(**how).images:
        assert_exact(image, pixels[..., :3])
    assert not host.errors.exception_records


def test_a_pass_that_says_only_after_setup_that_it_is_anothers_keeps_its_own_picture(
    host: SimpleNamespace, job: Run
) -> None:
    """ADetailer, where it is told to run all scripts."""
    from modules import processing

    seen: list[Any] = []

    def detail(p: Any, pp: Any) -> None:
        if getattr(p, "_ad_inner", False):
            return
        part = Image.new("RGB", (96, 80), "white")
        inner = processing.StableDiffusionProcessingImg2Img(
            init_images=[part], inpainting_fill=1, width=96, height=80, steps=4, seed=3, do_not_save_samples=True
        )
        inner.scripts, inner.script_args = copy.copy(p.scripts), copy.deepcopy(p.script_args)
        inner._ad_inner = True
        result = processing.process_images(inner).images[0]
        seen.append((result.size, inner.init_images[0] is part))

    installed(detail)
    job()
    assert seen == [((96, 80), True)]
