"""An Edit from options; what is refused is tried through the demo, in tests/test_demo.py."""

import argparse
from pathlib import Path

import pytest

from click_inpaint import cli
from click_inpaint import edit as edits
from click_inpaint.errors import UserError
from click_inpaint.geometry import Size
from click_inpaint.steps import BoxStep, Click

SIZE = Size(40, 30)


def options(*given: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    cli.add_edit_options(parser)
    return parser.parse_args(given)


def test_options_are_steps_and_refinement() -> None:
    given = options("--click", "1,2", "--exclude", "3,4.5", "--click", "5,6", "--box", "30,20,10,5", "--grow", "3")
    edit = edits.parse(cli.edit_of(given, SIZE))
    assert edit.selection == (BoxStep(10, 5, 30, 20), Click(1, 2), Click(5, 6), Click(3, 4.5, include=False))
    assert (edit.refine.grow, edit.refine.feather) == (3, 12)


@pytest.mark.parametrize(("given", "is_right"), [("0,0,40,30", True), ("0,0,41,30", False), ("-1,0,9,9", False)])
def test_a_box_may_end_at_the_pictures_edge(given: str, is_right: bool) -> None:
    box = options(f"--box={given}")
    if is_right:
        assert len(edits.parse(cli.edit_of(box, SIZE)).selection) == 1
    else:
        with pytest.raises(UserError, match=f"--box {given}: give two opposite corners on the picture, which is 40×30"):
            cli.edit_of(box, SIZE)


def test_a_free_place_is_taken_and_nothing_is_left_there(tmp_path: Path) -> None:
    cli.check_outputs("-o", [tmp_path / "a.png", tmp_path / "a-mask.png"], [tmp_path / "source.png"])
    assert not list(tmp_path.iterdir())
