"""From the Edit to a mask, from the mask to a job, from the painted crop to the picture: the only place that strings
the steps together.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Union

import numpy as np
from numpy.typing import NDArray

from click_inpaint import colour, crop, mask
from click_inpaint.cache import OnceCache
from click_inpaint.crop import Plan
from click_inpaint.edit import BoxStep, Click, Edit, Invert, Step, Stroke, UploadedMask
from click_inpaint.errors import BadEdit, BadPicture, EmptySelection
from click_inpaint.fill import fill
from click_inpaint.geometry import Box, Size
from click_inpaint.images import Picture, Store, flattened
from click_inpaint.mask import Mask
from click_inpaint.segment.base import Candidate, Prompt, Segmenter
from click_inpaint.segment.registry import Registry
from click_inpaint.stitch import blend_into
from click_inpaint.timing import timed

U8 = NDArray[np.uint8]
PromptStep = Union[Click, BoxStep]

EMBEDDINGS_KEPT = 8
PREDICTIONS_KEPT = 256
PREVIEWS_KEPT = 32
LOW_ZOOM = 0.5
"""Below this the area is painted so much smaller than it is that detail is lost: worth advice."""


@dataclass(frozen=True, eq=False)
class Preview:
    """What an Edit selects and where it will be painted. Masks are in the picture's frame."""

    grown: Mask
    blend: Mask
    plan: Plan
    advice: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """Hash of the blend mask: what is painted is what was shown when the digests agree."""
        return self.blend.digest


@dataclass(frozen=True, eq=False)
class Job:
    """One painting, ready for a sampler.

    `source` (the crop, flattened), `init` (the same, filled; both HxWx3 uint8), `model_mask` (HxW uint8, 0/255, whole
    8×8 cells) and `band` (HxW bool: repainted background) have the working size; `blend` has the picture's frame.
    `match` says whether finish matches colours: auto, on or off.
    """

    picture: Picture
    crop: Box
    working: Size
    source: U8
    init: U8
    model_mask: U8
    band: NDArray[np.bool_]
    blend: Mask
    match: str


class Pipeline:
    """The steps over one store of pictures and one set of segmenters, with what was computed before kept."""

    def __init__(self, store: Store, segmenters: Registry) -> None:
        self.store, self.segmenters = store, segmenters
        self._embeddings: OnceCache[tuple[str, str, str], Any] = OnceCache(EMBEDDINGS_KEPT)
        self._predictions: OnceCache[tuple[str, str, str, Prompt], tuple[Candidate, ...]] = OnceCache(PREDICTIONS_KEPT)
        self._previews: OnceCache[tuple[str, Size], Preview] = OnceCache(PREVIEWS_KEPT)

    def preview(self, edit: Edit, area: Size) -> Preview:
        """Selection, blend mask and crop plan for sliders set to `area`. Raises EmptySelection and BadEdit."""
        return self._previews.get((edit.digest, area), lambda: self._preview(edit, area))

    def prepare(self, edit: Edit, area: Size, picture: Picture | None = None) -> Job:
        """The job of an Edit; `picture` (of the same size) stands in for the Edit's own, as in a second pass."""
        shown = self.preview(edit, area)
        picture = picture or self.store.picture(edit.image)
        if picture.size != shown.blend.frame:
            raise BadPicture(
                f"The picture is {picture.size}, the selection was made on {shown.blend.frame}; open it again."
            )
        with timed("prepare"):
            planned = shown.plan
            part = flattened(_cut(picture, planned.crop))
            model_mask = crop.model_mask(shown.blend, planned)
            source = crop.resize(part, planned.working)
            init = fill(edit.fill, source, model_mask)
            band = crop.band(shown.grown, model_mask, planned)
        return Job(
            picture, planned.crop, planned.working, source, init, model_mask, band, shown.blend, edit.blend.match
        )

    def embed(self, segmenter: Segmenter, image_id: str) -> Any:
        """The embedding of a stored picture: from the cache, or computed now."""

        def run() -> Any:
            image = flattened(self.store.picture(image_id))
            with timed(f"embed ({segmenter.name})"):
                return segmenter.embed(image)

        return self._embeddings.get((segmenter.name, segmenter.weights_digest, image_id), run)

    def _preview(self, edit: Edit, area: Size) -> Preview:
        if not edit.image:
            raise BadPicture("Open a picture first.")
        if not edit.selection:
            raise EmptySelection("Click the object first.")
        frame = self.store.picture(edit.image).size
        with self.store.pinned(edit.image):
            selected = self._selected(edit, frame)
        if selected.empty:
            raise EmptySelection("The selection is empty; click the object again or undo the last step.")
        refine = edit.refine
        with timed("refine"):
            grown, blend = mask.grown_and_feathered(selected, refine.grow, refine.feather, refine.ramp)
        if blend.empty:
            raise EmptySelection("Shrinking leaves nothing of the selection; set “grow” higher.")
        whole = edit.area.mode == "whole"
        planned = crop.whole(frame, area) if whole else crop.plan(blend.box, frame, area, edit.area.padding)
        return Preview(grown, blend, planned, tuple(_advice(planned)))

    def _selected(self, edit: Edit, frame: Size) -> Mask:
        selected = mask.nothing(frame)
        for group in _groups(edit.selection):
            first = group[0]
            if isinstance(first, (Click, BoxStep)):
                selected = self._with_object(selected, group, edit.image)
            elif isinstance(first, Stroke):
                change = mask.union if first.mode == "brush" else mask.subtract
                selected = change(selected, mask.stroke(frame, first.points, first.radius))
            elif isinstance(first, UploadedMask):
                selected = self._with_uploaded(selected, first)
            elif isinstance(first, Invert):
                selected = mask.invert(selected)
        return selected

    def _with_object(self, selected: Mask, steps: list[Any], image_id: str) -> Mask:
        """Add the object that these clicks and boxes point at; exclude clicks alone take theirs away."""
        last: PromptStep = steps[-1]
        prompt = _prompt(steps, selected.frame)
        takes_away = not prompt.include and prompt.box is None
        if takes_away:
            prompt = Prompt(include=prompt.exclude)
        segmenter = self.segmenters.get(last.segmenter)
        candidates = self._predicted(segmenter, image_id, prompt)
        chosen = candidates[min(last.candidate, len(candidates) - 1)].mask
        return mask.subtract(selected, chosen) if takes_away else mask.union(selected, chosen)

    def _predicted(self, segmenter: Segmenter, image_id: str, prompt: Prompt) -> tuple[Candidate, ...]:
        def run() -> tuple[Candidate, ...]:
            embedding = self.embed(segmenter, image_id)
            with timed(f"predict ({segmenter.name})"):
                return segmenter.predict(embedding, prompt)

        return self._predictions.get((segmenter.name, segmenter.weights_digest, image_id, prompt), run)

    def _with_uploaded(self, selected: Mask, step: UploadedMask) -> Mask:
        uploaded = as_mask(self.store.picture(step.image))
        if uploaded.frame != selected.frame:
            raise BadEdit(
                f"The mask is {uploaded.frame}, the picture {selected.frame}; load a mask of the picture's size."
            )
        if step.mode == "replace":
            return uploaded
        return mask.union(selected, uploaded) if step.mode == "add" else mask.subtract(selected, uploaded)


def finish(job: Job, painted: U8) -> Picture:
    """The job's picture with `painted` (HxWx3 uint8, at the working or already at the crop size) blended in, colours
    matched.
    """
    with timed("finish"):
        table = _correction(job, painted)
        return blend_into(job.picture, to_crop_size(job, painted), job.crop, job.blend, table)


def _correction(job: Job, painted: U8) -> NDArray[np.float32] | None:
    """Fitted at the working size: it costs no more where the crop is large."""
    if job.match == "off":
        return None
    ring = colour.ring_around(job.model_mask)
    return colour.correction(crop.resize(painted, job.working), job.source, job.band, ring, job.match)


def to_crop_size(job: Job, painted: U8) -> U8:
    """What the sampler painted, HxWx3 uint8, brought to the crop's size in picture pixels."""
    return crop.resize(painted, job.crop.size)


def as_mask(picture: Picture) -> Mask:
    """Binary mask of the light, opaque pixels of an uploaded mask picture."""
    light = picture.rgb.max(axis=2) >= 128
    if picture.alpha is not None:
        light &= picture.alpha >= 128
    return mask.from_array(mask.binary(light))


def _groups(steps: tuple[Step, ...]) -> Iterator[list[Step]]:
    """Runs of clicks and boxes that point at one object, every other step alone."""
    group: list[Step] = []
    for step in steps:
        prompts = isinstance(step, (Click, BoxStep))
        starts = isinstance(step, BoxStep) or (isinstance(step, Click) and step.new_object)
        if group and (not prompts or starts):
            yield group
            group = []
        if prompts:
            group.append(step)
        else:
            yield [step]
    if group:
        yield group


def _prompt(steps: list[PromptStep], frame: Size) -> Prompt:
    prompt = Prompt()
    for step in steps:
        if isinstance(step, BoxStep):
            drawn = Box(math.floor(step.x0), math.floor(step.y0), math.ceil(step.x1), math.ceil(step.y1))
            inside = drawn.intersection(frame.box)
            if inside.empty:
                raise BadEdit(f"The box lies outside the picture ({frame}); draw it on the picture.")
            prompt = replace(prompt, box=inside)
        elif not frame.contains(step.point):
            raise BadEdit(
                f"The click at ({step.x:g}, {step.y:g}) lies outside the picture ({frame}); click on the picture."
            )
        elif step.include:
            prompt = replace(prompt, include=(*prompt.include, step.point))
        else:
            prompt = replace(prompt, exclude=(*prompt.exclude, step.point))
    return prompt


def _advice(planned: Plan) -> Iterator[str]:
    if planned.zoom < LOW_ZOOM:
        yield f"Painted at {planned.zoom:.0%} of its size: select less at once, or raise width × height."


def _cut(picture: Picture, box: Box) -> Picture:
    alpha = None if picture.alpha is None else picture.alpha[box.slices]
    return Picture(picture.rgb[box.slices], alpha)
