"""The command line becomes an Edit and the API's fields."""

import argparse
import base64
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from click_inpaint import edit as edits
from click_inpaint import recorded
from click_inpaint.client import options
from click_inpaint.client.options import Wanted
from click_inpaint.errors import UserError
from click_inpaint.geometry import Size
from click_inpaint.steps import Click

SIZE = Size(40, 30)


def wanted(*given: str) -> Wanted:
    parser = argparse.ArgumentParser()
    options.add(parser)
    return Wanted(parser.parse_args(given))


def test_every_value_of_an_edit_can_be_set() -> None:
    given = wanted(
        *("--click", "3,4", "--grow", "2", "-s", "refine.ramp=smooth", "--set", "area.context=[1,2,30,20]"),
        *("-s", "fill=neutral", "-s", "tint=#102030", "-s", 'area={"padding": 7}', "-s", "area.mode=whole"),
    )
    edit = edits.parse(given.edit(SIZE))
    assert edit.selection == (Click(3, 4),)
    assert (edit.refine.grow, edit.refine.ramp, edit.fill, edit.tint) == (2, "smooth", "neutral", "#102030")
    assert (edit.area.mode, edit.area.padding, edit.area.context) == ("whole", 7, None), "what is set last counts"


def test_a_picture_can_be_extended_without_a_place_in_it() -> None:
    assert not wanted("-s", "frame.left=0").paints
    given = wanted("-s", "frame.right=64")
    assert given.paints and not given.has_places, "so pictures of any size may be extended together"
    assert edits.parse(given.edit(SIZE)).frame.right == 64


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (["--set", "fill"], "--set fill: give a key and a value"),
        (["--set", "=x"], "give a key and a value"),
        (["--set", "fil=neutral"], 'Unknown key "fil"'),
        (["--set", "refine.grow=9999"], "refine.grow"),
        (["--set", "refine.grow=much"], "refine.grow"),
        (["--edit", "absent.json"], "absent.json cannot be read"),
    ],
)
def test_what_no_edit_has_is_refused_before_any_picture(given: list[str], says: str) -> None:
    with pytest.raises(UserError, match=says):
        wanted(*given)


def test_a_place_beside_the_picture_is_refused_by_its_option() -> None:
    with pytest.raises(UserError, match="--click 40,3: give a pixel of the picture, which is 40×30"):
        wanted("--click", "40,3").edit(SIZE)


def file_of(path: Path, document: Any) -> str:
    path.write_text(json.dumps(document), encoding="utf-8")
    return str(path)


EDIT = {"image": "a" * 32, "shown": "b", "selection": [{"kind": "click", "x": 9, "y": 9}], "fill": "telea"}


def test_a_file_is_the_edit_and_options_are_laid_over_it(tmp_path: Path) -> None:
    path = file_of(tmp_path / "edit.json", {**EDIT, "refine": {"grow": 1, "feather": 5}})
    edit = edits.parse(wanted("--edit", path, "--feather", "9").edit(SIZE))
    assert (edit.image, edit.shown, edit.selection, edit.fill) == ("", "", (Click(9, 9),), "telea")
    assert (edit.refine.grow, edit.refine.feather) == (1, 9)
    assert edits.parse(wanted("--edit", path, "--click", "1,2").edit(SIZE)).selection == (Click(1, 2),)
    assert edits.parse(wanted("--edit", path).edit(None)).selection == (), "a mask takes the selection's place"


def test_a_picture_of_ours_is_a_file_with_an_edit(tmp_path: Path) -> None:
    texts = PngInfo()
    token = recorded.written(edits.parse(EDIT))
    texts.add_text("parameters", f"a cat\nSteps: 2, Click Inpaint edit: {token}, Click Inpaint crop: 1x1")
    Image.fromarray(np.zeros((2, 2, 3), np.uint8)).save(tmp_path / "a.png", pnginfo=texts)
    given = wanted("--edit", str(tmp_path / "a.png"))
    assert given.has_places
    assert edits.parse(given.edit(SIZE)).selection == (Click(9, 9),)
    Image.fromarray(np.zeros((2, 2, 3), np.uint8)).save(tmp_path / "b.png")
    with pytest.raises(UserError, match="carries no Edit"):
        wanted("--edit", str(tmp_path / "b.png"))


@pytest.mark.parametrize(
    ("text", "says"), [("[1]", "must hold a JSON object"), ("{", "is not JSON"), ("[" * 99, "is not JSON")]
)
def test_a_file_that_holds_no_edit_is_told_by_name(tmp_path: Path, text: str, says: str) -> None:
    (tmp_path / "edit.json").write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=f"edit.json {says}"):
        wanted("--edit", str(tmp_path / "edit.json"))


def test_the_job_has_the_hosts_fields_and_other_scripts_stay(tmp_path: Path) -> None:
    more = {"steps": 3, "tiling": True, "alwayson_scripts": {"ControlNet": {"args": [1]}}}
    given = wanted("--payload", file_of(tmp_path / "p.json", more), "--steps", "9", "--prompt", "a cat", "--cfg", "4.5")
    payload = given.payload(b"picture", {"fill": "telea"}, b"mask")
    assert (payload["steps"], payload["prompt"], payload["cfg_scale"], payload["tiling"]) == (9, "a cat", 4.5, True)
    assert payload["init_images"] == [base64.b64encode(b"picture").decode()]
    assert payload["mask"] == base64.b64encode(b"mask").decode()
    assert payload["alwayson_scripts"] == {
        "ControlNet": {"args": [1]},
        "Click Inpaint": {"args": [{"fill": "telea"}]},
    }
    assert "mask" not in wanted().payload(b"picture", {}, None)
