"""What the steps of an Edit select. Clicks and boxes are gathered into prompts, one for each object; the masks that
answer them are combined in the order of the steps.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Union

import cv2

from click_inpaint import mask
from click_inpaint.blend_mask import Selected, nothing
from click_inpaint.errors import BadEdit, EmptySelection
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import Picture
from click_inpaint.mask import Mask
from click_inpaint.segment.base import Candidate, Prompt, Segmenter
from click_inpaint.steps import BoxStep, Click, Damage, Invert, Lasso, Paint, Step, Stroke, UploadedMask, Wand

PromptStep = Union[Click, BoxStep]
Predict = Callable[[Segmenter, Prompt], tuple[Candidate, ...]]

CHAIN_LENGTH = 32
"""How many clicks at one object build on one another's masks; the next one starts a new chain, from the points alone.
This bounds how much must be computed again when an Edit is opened in another session.
"""


@dataclass(frozen=True)
class SelectedObject:
    """One object of the selection, as a segmenter has answered it.

    `steps` are the indices of its steps in the selection, `segmenter` and `weights` say who answered, `scores` are the
    estimated qualities of all candidates, best first, and `candidate` is the index of the one that was taken.
    """

    steps: tuple[int, ...]
    segmenter: str
    weights: str
    scores: tuple[float, ...]
    candidate: int


@dataclass(frozen=True)
class Sources:
    """Where the steps get what they need: segmenters by the name in a step, predictions, uploaded pictures by id, and
    what a search in the Edit's own picture finds.
    """

    segmenter: Callable[[str], Segmenter]
    predict: Predict
    picture: Callable[[str], Picture]
    search: Callable[[Union[Wand, Damage]], Mask]


@dataclass
class _ObjectSteps:
    """The clicks and boxes at one object with their indices in the selection, and the name of the segmenter to ask."""

    name: str
    indices: list[int]
    steps: list[PromptStep]

    def answer(self, frame: Size, sources: Sources) -> tuple[tuple[Candidate, ...], int, bool]:
        """The candidates, the index of the chosen one, and whether that one is subtracted from the selection."""
        prompt, takes_away = prompt_of(self.steps, frame)
        candidates = sources.predict(sources.segmenter(self.name), prompt)
        return candidates, min(self.steps[-1].candidate, len(candidates) - 1), takes_away

    def covers(self, point: Point, frame: Size, sources: Sources) -> bool:
        """Whether this object adds the pixel under `point` to the selection."""
        candidates, chosen, takes_away = self.answer(frame, sources)
        return not takes_away and candidates[chosen].mask.covers(point)

    def add(self, index: int, step: PromptStep) -> None:
        """Append another step at this object."""
        self.indices.append(index)
        self.steps.append(step)


def select(steps: Sequence[Step], frame: Size, sources: Sources) -> tuple[Selected, tuple[SelectedObject, ...]]:
    """What the steps select in a picture of size `frame`, and its objects. Raises BadEdit, and whatever the sources
    raise.
    """
    selected, objects = nothing(frame), []
    for part in _parts(steps, frame, sources):
        if isinstance(part, _ObjectSteps):
            selected, found = _with_object(selected, part, sources)
            objects.append(found)
        else:
            selected = _changed(selected, part, sources)
    return selected, tuple(objects)


def nothing_selected(steps: Sequence[Step]) -> EmptySelection:
    """What the person is told where the steps select nothing."""
    if all(isinstance(step, Damage) for step in steps):
        return EmptySelection("No damage was found; raise the sensitivity, or mark it with the brush.")
    return EmptySelection("The selection is empty; click the object again or undo the last step.")


def _parts(steps: Sequence[Step], frame: Size, sources: Sources) -> list[_ObjectSteps | Step]:
    """The steps by object. An exclude click belongs to every object that covers it; where none does, to the
    last one.
    """
    parts: list[_ObjectSteps | Step] = []
    earlier: list[_ObjectSteps] = []
    for last, group in groups(steps):
        if not isinstance(group, list):
            parts.append(group)
            if isinstance(group, Invert):  # what earlier objects cover is no longer what is selected
                earlier = []
            continue
        own = _ObjectSteps(group[-1].segmenter, [], [])
        for index, step in enumerate(group, last - len(group) + 1):
            shapes = [own]
            if own.steps and earlier and isinstance(step, Click) and not step.include:
                shapes = [one for one in (*earlier, own) if one.covers(step.point, frame, sources)] or shapes
            for one in shapes:
                one.add(index, step)
        parts.append(own)
        earlier.append(own)
    return parts


def objects_of(steps: Sequence[Step]) -> Iterator[list[PromptStep]]:
    """The clicks and boxes at each object. The last step of each says which segmenter answers."""
    return (group for _, group in groups(steps) if isinstance(group, list))


def groups(steps: Sequence[Step]) -> Iterator[tuple[int, list[PromptStep] | Step]]:
    """The clicks and boxes at one object as a list, every other step by itself; each with the index of its
    last step.
    """
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
    """The prompt for the steps at one object, and whether that object is to be subtracted.

    It is subtracted where all clicks exclude; then they point at the object as include clicks otherwise do. Each prompt
    builds on the previous one, and on the candidate that was chosen for it. Raises BadEdit for a step outside the
    frame.
    """
    prompt, takes_away, points = Prompt(), False, Prompt()
    for index, step in enumerate(steps):
        points = _with_step(points, step, frame)
        alone = points.box is None and not points.include
        builds = index % CHAIN_LENGTH > 0 and alone == takes_away
        previous = (prompt, steps[index - 1].candidate) if builds else None
        prompt = Prompt(points.exclude, previous=previous) if alone else replace(points, previous=previous)
        takes_away = alone
    return prompt, takes_away


def with_named_segmenters(steps: Sequence[Step], objects: Sequence[SelectedObject]) -> tuple[Step, ...]:
    """The steps, in which the segmenter and the weights that have answered replace “auto” and other weights."""
    answered = {index: found for found in objects for index in found.steps}
    return tuple(
        replace(step, segmenter=answered[index].segmenter, weights=answered[index].weights)
        if isinstance(step, (Click, BoxStep))
        else step
        for index, step in enumerate(steps)
    )


def levels_of(picture: Picture) -> tuple[Mask, int]:
    """The mask (0..255) that an uploaded picture holds, and the level above which a pixel is set where it is cut.

    As the host's `create_binary_mask` reads it: where not all of the picture is opaque, the alpha alone counts,
    whatever the colours. Else the lightest of the channels does.
    """
    if picture.alpha is not None:
        return mask.from_array(picture.alpha), 128
    return mask.from_array(picture.rgb.max(axis=2)), 127


def _with_object(selected: Selected, asked: _ObjectSteps, sources: Sources) -> tuple[Selected, SelectedObject]:
    segmenter = sources.segmenter(asked.name)
    candidates, chosen, takes_away = asked.answer(selected.hard.frame, sources)
    scores = tuple(candidate.score for candidate in candidates)
    change = selected.without if takes_away else selected.with_hard
    found = SelectedObject(tuple(asked.indices), segmenter.name, segmenter.weights_digest, scores, chosen)
    return change(candidates[chosen].mask), found


def _with_step(points: Prompt, step: PromptStep, frame: Size) -> Prompt:
    if isinstance(step, BoxStep):
        drawn = Box(math.floor(step.x0), math.floor(step.y0), math.ceil(step.x1), math.ceil(step.y1))
        inside = drawn.intersection(frame.box)
        if inside.empty:
            raise BadEdit("The box lies outside the picture ({size}); draw it on the picture.", size=str(frame))
        return replace(points, box=inside)
    if not frame.contains(step.point):
        raise BadEdit(
            "The click at ({x}, {y}) lies outside the picture ({size}); click on the picture.",
            x=f"{step.x:g}",
            y=f"{step.y:g}",
            size=str(frame),
        )
    if step.include:
        return replace(points, include=(*points.include, step.point))
    return replace(points, exclude=(*points.exclude, step.point))


def _changed(selected: Selected, step: Step, sources: Sources) -> Selected:
    """The selection after one more step, of a kind that asks no segmenter."""
    frame = selected.hard.frame
    if isinstance(step, Stroke):
        change = selected.with_hard if step.mode == "brush" else selected.without
        return change(mask.stroke(frame, step.points, step.radius))
    if isinstance(step, Paint):
        return selected.with_hard(mask.stroke(frame, step.points, step.radius)) if step.selects else selected
    if isinstance(step, Lasso):
        return _combined(selected, mask.polygon(frame, step.points), step.mode)
    if isinstance(step, (Wand, Damage)):
        return _combined(selected, sources.search(step), step.mode)
    if isinstance(step, Invert):
        return selected.inverse()
    if isinstance(step, UploadedMask):
        return _with_uploaded(selected, step, sources.picture(step.image))
    raise TypeError(f"a step of kind {step.kind}")


def _combined(selected: Selected, other: Mask, mode: str, soft: bool = False) -> Selected:
    """The selection with another mask in it, without it, or within it."""
    if mode == "subtract":
        return selected.without(other)
    if mode == "intersect":
        return selected.within_soft(other) if soft else selected.within(other)
    return selected.with_soft(other) if soft else selected.with_hard(other)


def _with_uploaded(selected: Selected, step: UploadedMask, picture: Picture) -> Selected:
    frame = selected.hard.frame
    if picture.size != frame:
        raise BadEdit(
            "The mask is {mask}, the picture {picture}; load a mask of the picture's size.",
            mask=str(picture.size),
            picture=str(frame),
        )
    levels, unset = levels_of(picture)
    uploaded = levels if step.soft else Mask(frame, levels.box, mask.compared(levels.pixels, unset, cv2.CMP_GT))
    before = nothing(frame) if step.mode == "replace" else selected
    after = _combined(before, uploaded, step.mode, step.soft)
    return after if step.soft else replace(after, cut=after.cut or mask.has_soft_edge(levels))
