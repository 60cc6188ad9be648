"""How the host's selectable scripts end with a job of ours that cannot be done; some go on with what a pass raises."""

import copy
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from click_inpaint.errors import UserError
from click_inpaint.pipeline import Pipeline
from tests.arrays import U8
from tests.jobs.conftest import EDIT, make_selectable
from tests.jobs.pressing import Press, failing
from tests.jobs.test_job import assert_exact

Run = Callable[..., Any]


def swallowing_script(passes: int = 2) -> list[int]:
    """Add a selectable script that goes on with what its passes raise, as X/Y/Z plot does; returns the passes begun."""
    from modules import processing, scripts

    begun: list[int] = []

    class Grid(scripts.Script):
        def title(self) -> str:
            return "Grid"

        def run(self, p: Any, *args: Any) -> Any:
            cells = []
            for number in range(passes):
                begun.append(number)
                inner = copy.copy(p)
                inner.override_settings = dict(p.override_settings)
                try:
                    cells += processing.process_images(inner).images
                except Exception:
                    cells.append("an empty cell")
            p.all_seeds, p.all_prompts = [p.seed], [p.prompt]
            return processing.Processed(p, cells, ["a grid"])

    make_selectable(Grid())
    return begun


def test_no_selectable_script_begins_a_job_that_is_refused(
    host: SimpleNamespace, press: Press, job: Run, loads: list[str], image: str
) -> None:
    begun = swallowing_script()
    shown = press({"image": image}, selected="Grid")
    assert shown.sentences == ["Click the object first."]
    with pytest.raises(UserError, match=r"^Click the object first\.$"):
        job(edit={"image": image}, script_name="Grid")
    assert not begun and not loads


@pytest.mark.parametrize("where", ["before_process", "postprocess_image_after_composite"])
def test_a_script_that_goes_on_with_failures_fails_where_nothing_was_painted(
    host: SimpleNamespace, press: Press, job: Run, image: str, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    begun = swallowing_script()
    failing(monkeypatch, where)
    says = f"Click Inpaint failed: 'a bug in {where}'. The Web UI's log has the details."
    assert press({**EDIT, "image": image}, selected="Grid").sentences == [says]
    with pytest.raises(UserError, match="Click Inpaint failed"):
        job(script_name="Grid")
    assert len(begun) == 4


def test_a_script_of_which_one_pass_failed_shows_the_others_and_says_why(
    host: SimpleNamespace, press: Press, image: str, pixels: U8, monkeypatch: pytest.MonkeyPatch
) -> None:
    swallowing_script()
    prepare, calls = Pipeline.prepare, []

    def fails_once(*args: Any) -> Any:
        calls.append(1)
        return 1 // 0 if len(calls) == 1 else prepare(*args)

    monkeypatch.setattr(Pipeline, "prepare", fails_once)
    shown = press({**EDIT, "image": image}, selected="Grid")
    assert len(shown.sentences) == 1 == len(shown.for_our_tab)
    assert shown.pictures is not None and shown.pictures[0] == "an empty cell"
    assert_exact(shown.pictures[1], pixels[..., :3])


def test_loopback_that_fails_says_so(press: Press, job: Run, image: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert press({"image": image}, selected="Loopback", arguments=[2]).sentences == ["Click the object first."]
    failing(monkeypatch, "postprocess_image_after_composite")
    assert "a bug" in press({**EDIT, "image": image}, selected="Loopback", arguments=[2]).sentences[0]
    with pytest.raises(UserError, match="a bug"):
        job(script_name="Loopback", script_args=[2])
