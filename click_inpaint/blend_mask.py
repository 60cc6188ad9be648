"""From what the steps of an Edit select to its blend mask."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2

from click_inpaint import mask
from click_inpaint.edit import Refine
from click_inpaint.errors import EmptySelection
from click_inpaint.geometry import Size
from click_inpaint.mask import Mask


@dataclass(frozen=True, eq=False)
class Selected:
    """What the steps have selected so far: two masks of one frame, which the blend mask unites.

    `hard` (binary) is what Refine works on. `soft` (0..255) has a blend of its own, as a mask has that was saved here,
    and becomes part of the blend mask as it is. `inverted` says that `hard` lies around what the steps pointed at.
    `cut` says that the soft edge of a mask was cut at half.
    """

    hard: Mask
    soft: Mask
    inverted: bool = False
    cut: bool = False

    @property
    def empty(self) -> bool:
        """Whether no pixel is selected."""
        return self.hard.empty and self.soft.empty

    def with_hard(self, more: Mask) -> Selected:
        """With a binary mask selected too."""
        return replace(self, hard=mask.union(self.hard, more))

    def with_soft(self, more: Mask) -> Selected:
        """With a soft mask selected too."""
        return replace(self, soft=mask.union(self.soft, more))

    def without(self, less: Mask) -> Selected:
        """Without a mask, binary or soft. What Refine works on has no half pixels: it loses those of at least half."""
        half = Mask(less.frame, less.box, mask.compared(less.pixels, 127, cv2.CMP_GT))
        return replace(self, hard=mask.subtract(self.hard, half), soft=mask.subtract(self.soft, less))

    def within(self, only: Mask) -> Selected:
        """The part that a binary mask selects, too."""
        return replace(self, hard=mask.intersect(self.hard, only), soft=mask.intersect(self.soft, only))

    def within_soft(self, only: Mask) -> Selected:
        """The part that a soft mask selects, too: the minimum of both. All of it is soft then, since Refine would move
        its edge away from that mask's.
        """
        both = mask.intersect(mask.union(self.hard, self.soft), only)
        return replace(self, hard=mask.nothing(both.frame), soft=both, inverted=False)

    def inverse(self) -> Selected:
        """What is not selected. Where a part of the selection is soft, all that is not selected is: it has no edge that
        Refine could work on without reaching into that part.
        """
        rest = mask.invert(self.hard)
        if self.soft.empty:
            return replace(self, hard=rest, inverted=not self.inverted)
        return replace(self, hard=mask.nothing(rest.frame), soft=mask.subtract(rest, self.soft), inverted=False)


def nothing(frame: Size) -> Selected:
    """What is selected before the first step."""
    return Selected(mask.nothing(frame), mask.nothing(frame))


def refined(selected: Selected, refine: Refine) -> tuple[Mask, Mask]:
    """The grown selection (binary) and the blend mask. Raises EmptySelection when nothing is left."""
    hard, soft = selected.hard, selected.soft
    grown, blend = (hard, hard) if hard.empty else _refined(hard, refine, keeps_object=selected.inverted)
    if soft.empty:
        return grown, blend
    whole = Mask(soft.frame, soft.box, mask.compared(soft.pixels, 255, cv2.CMP_EQ))
    return mask.union(grown, whole), mask.trimmed(mask.union(blend, soft))


def _refined(selection: Mask, refine: Refine, keeps_object: bool) -> tuple[Mask, Mask]:
    """The grown selection and the blend mask of a binary selection.

    Where the person selected an object and inverted that (`keeps_object`), what is not selected is grown and feathered
    instead: neither reaches into the object that is to be kept.
    """
    if refine.specks:
        selection = mask.drop_specks(selection, refine.specks)
    if refine.holes:
        selection = mask.fill_holes(selection, refine.holes)
    if refine.smooth:
        selection = mask.smooth(selection, refine.smooth)
    if selection.empty:
        raise EmptySelection("Cleaning leaves nothing of the selection; set “specks” and “smooth” lower.")
    spread = mask.receded_and_feathered if keeps_object else mask.grown_and_feathered
    grown, blend = spread(selection, refine.grow, refine.feather, refine.ramp)
    if blend.empty and keeps_object:
        raise EmptySelection("What is kept grows over the whole picture; set “grow” lower.")
    if blend.empty:
        raise EmptySelection("Shrinking leaves nothing of the selection; set “grow” higher.")
    return grown, blend
