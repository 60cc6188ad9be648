"""What a person should know about a preview: why it may not be what was selected once, and what would paint better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from click_inpaint import pieces
from click_inpaint.blend_mask import Selected
from click_inpaint.crop import Plan
from click_inpaint.edit import Area
from click_inpaint.geometry import Size
from click_inpaint.mask import Mask
from click_inpaint.messages import Message
from click_inpaint.segment.base import Segmenter
from click_inpaint.selection import objects_of
from click_inpaint.steps import Step

LOW_ZOOM = 0.5
"""Below this zoom the area is painted so much smaller than it is that detail is lost, and the person is told."""

MUCH_LARGER = 1.5
"""From so many times the size on, it is worth the time to paint each piece by itself."""


def on_weights(steps: Sequence[Step], segmenter_of: Callable[[str], Segmenter]) -> Iterator[Message]:
    """A message for each segmenter whose weight file is not the one that the steps were made with. `segmenter_of` gives
    the segmenter for a name in a step.
    """
    told = set()
    for clicks in objects_of(steps):
        segmenter = segmenter_of(clicks[-1].segmenter)
        others = any(step.weights not in ("", segmenter.weights_digest) for step in clicks)
        if others and segmenter.name not in told:
            told.add(segmenter.name)
            yield Message(
                "This was selected with other weights than {segmenter} has here now: the mask may differ.",
                segmenter=segmenter.name,
            )


def better_apart(blend: Mask, area: Size, wanted: Area, planned: Plan) -> int:
    """The number of separate pieces, where the Edit's one crop (`planned`) will be painted much smaller than it is, and
    each piece by itself at MUCH_LARGER times that size or more; else 0. `area` is the size that the sliders are set to.
    """
    if wanted.mode != "masked" or planned.zoom >= LOW_ZOOM:
        return 0
    apart = [plan for _, plan in pieces.plan_each(blend, area, wanted.padding, pieces.context_of(wanted, blend.frame))]
    is_better = len(apart) > 1 and min(plan.zoom for plan in apart) >= MUCH_LARGER * planned.zoom
    return len(apart) if is_better else 0


def on_zoom(planned: Plan, apart: int = 0) -> Iterator[Message]:
    """A message where the area will be painted much smaller than it is. `apart` is the number of separate pieces where
    it is better to paint each by itself, else 0.
    """
    if apart:
        yield Message(
            "Painted at {percent} % of its size: paint each of the {count} separate objects by itself, or select less "
            "at once.",
            percent=round(planned.zoom * 100),
            count=apart,
        )
    elif planned.zoom < LOW_ZOOM:
        yield Message(
            "Painted at {percent} % of its size: select less at once, or raise width × height.",
            percent=round(planned.zoom * 100),
        )


def on_cut_masks(selected: Selected) -> Iterator[Message]:
    """A message where a loaded mask lost its soft edge."""
    if selected.cut:
        yield Message("The soft edge of a loaded mask was cut at half; load it as a soft mask to keep it.")


def on_soft_masks(selected: Selected) -> Iterator[Message]:
    """A message where a part of the selection is nothing that Refine works on."""
    if not selected.soft.empty:
        yield Message("A loaded mask is used as it is: Grow, Feather and Edge do not change it.")
