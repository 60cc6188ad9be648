"""What of an Edit goes into files that people share."""

from click_inpaint import edit as edits
from click_inpaint.ids import half, id_of, is_half
from click_inpaint.recorded import shareable

PICTURE, MASK = id_of(b"picture"), id_of(b"mask")


def test_pictures_and_masks_are_named_by_half_their_ids_and_all_else_stays() -> None:
    click, mask = {"kind": "click", "x": 3, "y": 4}, {"kind": "mask", "image": MASK, "mode": "replace", "soft": True}
    edit = edits.parse({"image": PICTURE, "selection": [click, mask], "refine": {"grow": 21}, "shown": "0" * 64})
    shared = edits.dumps(shareable(edit))
    assert PICTURE not in shared and MASK not in shared
    whole = shared.replace(half(PICTURE), PICTURE).replace(half(MASK), MASK)
    assert edits.parse(whole) == edit and edits.dumps(shareable(edits.parse(shared))) == shared


def test_half_an_id_is_told_from_every_other_name() -> None:
    assert is_half(half(PICTURE)) and half(half(PICTURE)) == half(PICTURE) and half("") == ""
    assert not any(is_half(one) for one in ("", PICTURE, "photo", "z" * 32, half(PICTURE) + "\n"))
