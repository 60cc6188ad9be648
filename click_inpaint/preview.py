"""What an Edit selects and how it will be painted: the answer to a click."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from click_inpaint import pieces
from click_inpaint.cover import Cover, measured
from click_inpaint.crop import Plan, model_mask
from click_inpaint.edit import UNCHANGED, Edit, Frame
from click_inpaint.geometry import Box
from click_inpaint.mask import Mask
from click_inpaint.messages import Message
from click_inpaint.selection import SelectedObject


@dataclass(frozen=True, eq=False)
class Preview:
    """What an Edit selects, and which part of the picture will be painted.

    `grown` is the grown selection, binary; `blend` is the blend mask. Both have the frame of the picture as the Edit
    extends it by `extension`, whose new pixels belong to both. `parts` are what
    will be painted one after the other: each the box of its share of the blend mask, and the plan of its crop. `apart`
    is the number of separate pieces where they would be painted much larger one by one, else 0. `warnings` say why the
    masks may differ from those that were selected before; `advice` says what would give a better result.
    """

    grown: Mask
    blend: Mask
    parts: tuple[tuple[Box, Plan], ...]
    apart: int = 0
    objects: tuple[SelectedObject, ...] = ()
    advice: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    extension: Frame = UNCHANGED

    @property
    def plans(self) -> tuple[Plan, ...]:
        """The crops and the sizes that they are painted at."""
        return tuple(plan for _, plan in self.parts)

    @cached_property
    def covers(self) -> tuple[Cover, ...]:
        """How much of each part is masked, at the size that it is painted at."""
        shares = ((pieces.only(self.blend, box), plan) for box, plan in self.parts)
        return tuple(measured(model_mask(blend, plan)) for blend, plan in shares)

    @cached_property
    def digest(self) -> str:
        """Hash of the blend mask. Where two digests agree, what is painted is what was shown."""
        return self.blend.digest

    def prompts(self, edit: Edit) -> tuple[str, ...]:
        """The prompt of each part, by the Edit that this is the preview of. Raises BadEdit where it has others."""
        return pieces.prompts(edit.area, len(self.parts))

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the masks hold."""
        return held_bytes(self.grown, self.blend)


def held_bytes(*masks: Mask) -> int:
    """Bytes of the arrays that the masks are views of."""
    arrays = (mask.pixels for mask in masks)
    return sum((array if array.base is None else array.base).nbytes for array in arrays)
