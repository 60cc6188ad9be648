"""What we keep on one of the host's processing objects, from hook to hook."""

from __future__ import annotations

import copy
import time
import weakref
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PIL import Image

from click_inpaint.edit import Edit
from click_inpaint.errors import UserError
from click_inpaint.geometry import Size
from click_inpaint.host import carried
from click_inpaint.host.kept import KeptResults
from click_inpaint.images import Picture
from click_inpaint.pipeline import Job

_CONTEXT = "_click_inpaint_context"


@dataclass(eq=False)
class CropPass:
    """One run of the host over the crop of `job`; after it, the `further` crops are painted. `kept` keeps the results;
    None for an API caller, who has them in the answer. `init_images` are those of `p` that the crop stands in for, and
    `results` what the host has got so far. `owner` is that `p`. `composing` is set from when the host is about to lay
    its overlay over a picture until it has done so, `stitched` once a result of this run was stitched, and `is_over` at
    the end of the run. `failure` is why the picture that is being finished cannot be, `began` when it was handed over.
    """

    job: Job
    further: Sequence[Job]
    kept: KeptResults | None
    init_images: list[Image.Image]
    owner: weakref.ref[Any]
    results: list[Image.Image] = field(default_factory=list)
    composing: bool = False
    is_over: bool = False
    stitched: bool = False
    failure: UserError | None = None
    began: float = field(default_factory=time.perf_counter)

    def raise_failure(self) -> None:
        """Raise the `failure`, if there is one."""
        if self.failure:
            raise copy.copy(self.failure)

    def belongs_to(self, p: Any) -> bool:
        """Whether it is `p` that the host runs: other extensions call hooks with copies of it, which have this pass."""
        owner: Any = self.owner()
        return owner is p


@dataclass(eq=False)
class JobContext:
    """What we keep on a processing object from hook to hook: `shown` are the init pictures that we gave the host,
    `given` those that it had before. `area` is the size that the sliders are set to, `working` the one that we paint
    at. `withheld` says that the Edit is no longer among the arguments of the scripts, though the job is ours.
    """

    edit: Edit
    picture: Picture
    given: list[Image.Image] | None
    shown: list[Image.Image]
    area: Size
    working: Size | None = None
    crop_pass: CropPass | None = None
    withheld: bool = False


def of(p: Any) -> JobContext | None:
    """The context of a job of ours; None for any other job, and for one that was refused."""
    found: JobContext | None = carried.of(p, _CONTEXT)
    return found


def is_set_up(p: Any) -> bool:
    """Whether `setup` was called for this job, be it that it was refused."""
    return hasattr(p, _CONTEXT)


def put(p: Any, context: JobContext | None) -> None:
    """Keep the context; None where the job is refused."""
    carried.put(p, _CONTEXT, context)


def crop_pass(p: Any) -> CropPass | None:
    """The pass over a crop of ours that is under way; None while another extension uses the job for its own."""
    context = of(p)
    return None if context is None or is_inner_pass(p) else context.crop_pass


def is_inner_pass(p: Any) -> bool:
    """Whether another extension (ADetailer) makes this pass, over a part of our result."""
    return bool(getattr(p, "_ad_inner", False))
