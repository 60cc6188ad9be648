"""Damage as a step of a selection."""

from __future__ import annotations

import pytest

from click_inpaint import edit as edits
from click_inpaint.damage import find
from click_inpaint.damages import Damages
from click_inpaint.errors import EmptySelection
from click_inpaint.geometry import Size
from click_inpaint.pipeline import Pipeline
from click_inpaint.segment.registry import Registry
from click_inpaint.steps import Damage
from click_inpaint.store import Store
from tests.arrays import U8, Bools
from tests.damage.scenes import damage, damaged, plain
from tests.squares import encoded

PICTURE = damaged(plain(), damage(), 250)
BRUSH: dict[str, object] = {"kind": "lasso", "points": [[0, 0], [200, 0], [200, 300], [0, 300]]}


def preview(*steps: dict[str, object], picture: U8 = PICTURE) -> Bools:
    pipeline = Pipeline(Store(), Registry())
    image = pipeline.store.add(encoded(picture))
    edit = edits.parse({"image": image, "selection": list(steps), "refine": {"grow": 0, "feather": 0}})
    return pipeline.preview(edit, Size(256, 256)).blend.full() > 0


def test_damage_is_a_step_like_others() -> None:
    everything = find(PICTURE, 0.5, 4)
    assert everything.any() and (preview({"kind": "damage"}) == everything).all()
    assert (preview(BRUSH, {"kind": "damage", "mode": "intersect"}) == (everything & preview(BRUSH))).all()
    assert (preview(BRUSH, {"kind": "damage", "mode": "subtract"}) == (preview(BRUSH) & ~everything)).all()
    assert (preview({"kind": "damage"}, BRUSH) == (everything | preview(BRUSH))).all()


def test_sensitivity_and_the_smallest_size_are_those_of_the_step() -> None:
    step: dict[str, object] = {"kind": "damage", "sensitivity": 0.9, "smallest": 40}
    assert (preview(step) == find(PICTURE, 0.9, 40)).all()


def test_where_no_damage_is_found_the_person_is_told_what_helps() -> None:
    with pytest.raises(EmptySelection, match=r"No damage was found.*sensitivity.*brush"):
        preview({"kind": "damage"}, picture=plain())


def test_what_was_found_is_kept_and_can_be_forgotten() -> None:
    store = Store()
    damages, image = Damages(store), store.add(encoded(PICTURE))
    found = damages.mask(image, Damage())
    assert damages.mask(image, Damage(mode="subtract")) is found, "the same search, whatever becomes of it"
    assert damages.mask(image, Damage(sensitivity=0.6)) is not found
    assert damages.nbytes >= found.pixels.nbytes
    damages.clear()
    assert damages.nbytes == 0 and damages.mask(image, Damage()) == found
