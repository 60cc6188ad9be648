"""What a person should know about a preview: why it may not be what was selected once, and what would paint better."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from click_inpaint.blend_mask import Selected
from click_inpaint.crop import Plan
from click_inpaint.edit import Step
from click_inpaint.messages import Message
from click_inpaint.segment.base import Segmenter
from click_inpaint.selection import objects_of

LOW_ZOOM = 0.5
"""Below this zoom the area is painted so much smaller than it is that detail is lost, and the person is told."""


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


def on_zoom(planned: Plan) -> Iterator[Message]:
    """A message where the area will be painted much smaller than it is."""
    if planned.zoom < LOW_ZOOM:
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
