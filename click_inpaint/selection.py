"""What an Edit's steps select: clicks and boxes gathered into prompts, one for each object, put together in the order
of the steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Union

from click_inpaint import mask
from click_inpaint.edit import BoxStep, Click, Invert, Lasso, Step, Stroke, UploadedMask
from click_inpaint.errors import BadEdit
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import Picture
from click_inpaint.mask import Mask
from click_inpaint.segment.base import Candidate, Prompt, Segmenter

PromptStep = Union[Click, BoxStep]
Predict = Callable[[Segmenter, Prompt], tuple[Candidate, ...]]

CHAIN = 32
"""So many clicks at one object build on one another's masks; the next one starts a new chain from its points alone. It
bounds what must be computed again where an Edit is opened in another session.
"""


@dataclass(frozen=True)
class Object:
    """What a segmenter answered for one object: the indices in the selection of the object's `steps`, the estimated
    quality of every candidate, best first, and which one is taken.
    """

    steps: tuple[int, ...]
    segmenter: str
    weights: str
    scores: tuple[float, ...]
    candidate: int


@dataclass(frozen=True)
class Sources:
    """Where steps take from: segmenters by the name in the step, their predictions, uploaded pictures by id."""

    segmenter: Callable[[str], Segmenter]
    predict: Predict
    picture: Callable[[str], Picture]


@dataclass
class _Asked:
    """The clicks and boxes at one object with their indices, and the segmenter that answers."""

    name: str
    indices: list[int]
    steps: list[PromptStep]

    def answer(self, frame: Size, sources: Sources) -> tuple[tuple[Candidate, ...], int, bool]:
        """The candidates, the one that is taken, and whether it is taken away."""
        prompt, takes_away = prompt_of(self.steps, frame)
        candidates = sources.predict(sources.segmenter(self.name), prompt)
        return candidates, min(self.steps[-1].candidate, len(candidates) - 1), takes_away

    def covers(self, point: Point, frame: Size, sources: Sources) -> bool:
        """Whether it adds the pixel under `point`."""
        candidates, chosen, takes_away = self.answer(frame, sources)
        return not takes_away and candidates[chosen].mask.covers(point)

    def add(self, index: int, step: PromptStep) -> None:
        """Another step at it."""
        self.indices.append(index)
        self.steps.append(step)


def select(steps: Sequence[Step], frame: Size, sources: Sources) -> tuple[Mask, tuple[Object, ...]]:
    """The selection (binary, of `frame`) and its objects. Raises BadEdit and what the sources raise."""
    selected, objects = mask.nothing(frame), []
    for part in _parts(steps, frame, sources):
        if isinstance(part, _Asked):
            selected, found = _with_object(selected, part, sources)
            objects.append(found)
        else:
            selected = _changed(selected, part, sources)
    return selected, tuple(objects)


def _parts(steps: Sequence[Step], frame: Size, sources: Sources) -> list[_Asked | Step]:
    """The groups, an exclude click with every object that covers it; where none does, with its own group's alone."""
    parts: list[_Asked | Step] = []
    earlier: list[_Asked] = []
    for last, group in groups(steps):
        if not isinstance(group, list):
            parts.append(group)
            earlier = [] if isinstance(group, Invert) else earlier  # what they cover is no longer what is selected
            continue
        own = _Asked(group[-1].segmenter, [], [])
        for index, step in enumerate(group, last - len(group) + 1):
            shapes = [own]
            if own.steps and earlier and isinstance(step, Click) and not step.include:
                shapes = [one for one in (*earlier, own) if one.covers(step.point, frame, sources)] or shapes
            for one in shapes:
                one.add(index, step)
        parts.append(own)
        earlier.append(own)
    return parts


def groups(steps: Sequence[Step]) -> Iterator[tuple[int, list[PromptStep] | Step]]:
    """Lists of the clicks and boxes at one object, every other step alone; each with the index of its last step."""
    group: list[PromptStep] = []
    for index, step in enumerate(steps):
        continues = isinstance(step, Click) and not step.new_object
        if group and not continues:
            yield index - 1, group
            group = []
        if isinstance(step, (Click, BoxStep)):
            group.append(step)
        else:
            yield index, step
    if group:
        yield len(steps) - 1, group


def prompt_of(steps: Sequence[PromptStep], frame: Size) -> tuple[Prompt, bool]:
    """What the steps ask about one object, and whether it is to be taken away: exclude clicks alone point at it as
    include clicks do. Each prompt builds on the one before and the candidate chosen then, as the step says.

    Raises BadEdit for a step outside the frame.
    """
    prompt, takes_away, points = Prompt(), False, Prompt()
    for index, step in enumerate(steps):
        points = _with_step(points, step, frame)
        alone = points.box is None and not points.include
        builds = index % CHAIN > 0 and alone == takes_away
        previous = (prompt, steps[index - 1].candidate) if builds else None
        prompt = Prompt(points.exclude, previous=previous) if alone else replace(points, previous=previous)
        takes_away = alone
    return prompt, takes_away


def named(steps: Sequence[Step], objects: Sequence[Object]) -> tuple[Step, ...]:
    """The steps with the segmenter and weights that answered in place of “auto” and of other weights."""
    answered = {index: found for found in objects for index in found.steps}
    return tuple(
        replace(step, segmenter=answered[index].segmenter, weights=answered[index].weights)
        if isinstance(step, (Click, BoxStep))
        else step
        for index, step in enumerate(steps)
    )


def as_mask(picture: Picture) -> Mask:
    """Binary mask of the light, opaque pixels of an uploaded mask picture."""
    light = picture.rgb.max(axis=2) >= 128
    if picture.alpha is not None:
        light &= picture.alpha >= 128
    return mask.from_array(mask.binary(light))


def _with_object(selected: Mask, asked: _Asked, sources: Sources) -> tuple[Mask, Object]:
    segmenter = sources.segmenter(asked.name)
    candidates, chosen, takes_away = asked.answer(selected.frame, sources)
    scores = tuple(candidate.score for candidate in candidates)
    change = mask.subtract if takes_away else mask.union
    found = Object(tuple(asked.indices), segmenter.name, segmenter.weights_digest, scores, chosen)
    return change(selected, candidates[chosen].mask), found


def _with_step(points: Prompt, step: PromptStep, frame: Size) -> Prompt:
    if isinstance(step, BoxStep):
        drawn = Box(math.floor(step.x0), math.floor(step.y0), math.ceil(step.x1), math.ceil(step.y1))
        inside = drawn.intersection(frame.box)
        if inside.empty:
            raise BadEdit(f"The box lies outside the picture ({frame}); draw it on the picture.")
        return replace(points, box=inside)
    if not frame.contains(step.point):
        raise BadEdit(
            f"The click at ({step.x:g}, {step.y:g}) lies outside the picture ({frame}); click on the picture."
        )
    if step.include:
        return replace(points, include=(*points.include, step.point))
    return replace(points, exclude=(*points.exclude, step.point))


def _changed(selected: Mask, step: Step, sources: Sources) -> Mask:
    """By one step that asks no segmenter."""
    if isinstance(step, Stroke):
        change = mask.union if step.mode == "brush" else mask.subtract
        return change(selected, mask.stroke(selected.frame, step.points, step.radius))
    if isinstance(step, Lasso):
        change = mask.union if step.mode == "add" else mask.subtract
        return change(selected, mask.polygon(selected.frame, step.points))
    if isinstance(step, Invert):
        return mask.invert(selected)
    if isinstance(step, UploadedMask):
        return _with_uploaded(selected, step, as_mask(sources.picture(step.image)))
    raise TypeError(f"a step of kind {step.kind}")


def _with_uploaded(selected: Mask, step: UploadedMask, uploaded: Mask) -> Mask:
    if uploaded.frame != selected.frame:
        raise BadEdit(f"The mask is {uploaded.frame}, the picture {selected.frame}; load a mask of the picture's size.")
    if step.mode == "replace":
        return uploaded
    return mask.union(selected, uploaded) if step.mode == "add" else mask.subtract(selected, uploaded)
