"""Rounds saved by the page as one file, and painted again by the client on the same host."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.host.browser import Person
from tests.host.tab import DOG, SKY, press
from tests.host.test_app_masks import load
from tests.host.test_app_results import generated, picture
from tests.host.test_client import client, events
from tests.host.web import Web


def saved_rounds(person: Person, path: Path) -> dict[str, Any]:
    """The document in the file that the page saves there."""
    with person.page.expect_download() as coming:
        press(person, "Save all")
    coming.value.save_as(path)
    assert coming.value.suggested_filename == "rounds.zip"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        return dict(json.loads(archive.read("rounds.json")))


def test_saved_rounds_are_painted_again_to_the_same_masks_and_pixels(
    person: Person, web: Web, photograph: Path, tmp_path: Path
) -> None:
    person.set_slider("img2img_seed", 7)
    person.open(photograph).click(*DOG)
    first = picture(person)
    generated(person, "a control")  # the first job after another checkpoint does not repeat on every host
    generated(person, 'an "empty" beach, with a comma: and a colon', count=2)
    press(person, "Use result")
    person.wait(lambda: picture(person) not in ("", first))
    white = np.zeros((603, 1072), np.uint8)
    white[40:120, 500:620] = 255
    Image.fromarray(white).save(tmp_path / "mask.png")
    load(person, "Replace", tmp_path / "mask.png")
    person.click(*SKY)
    generated(person, "a kite", count=3)
    path = tmp_path / "holiday.zip"
    document = saved_rounds(person, path)
    rounds = document["rounds"]
    assert [one["prompt"] for one in rounds[1:]] == ['an "empty" beach, with a comma: and a colon', "a kite"]
    assert document["pictures"][first].endswith(".jpg") and len(document["pictures"]) == 3
    with zipfile.ZipFile(path) as archive:
        assert archive.read(document["pictures"][first]) == photograph.read_bytes()
    replayed = client(web, "replay", path, "--json")
    compared = [one for one in events(replayed) if one["event"] == "compared"]
    assert [one["same_mask"] for one in compared] == [True] * 3, replayed.stdout + replayed.stderr
    control, *pixels = [one["differing_pixels"] for one in compared]
    assert pixels == [0, 0] and replayed.returncode == (control > 0)
    assert web.real or control == 0
    assert sorted(made.name for made in (tmp_path / "holiday").iterdir()) == ["1.png", "2.png", "3.png"]
    assert client(web, "replay", path).stdout.count("there already") == 3
