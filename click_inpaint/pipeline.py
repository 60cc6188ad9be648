"""The steps from an Edit to a mask, to a job, and from the painted crop to the finished picture, strung together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from click_inpaint import advice, colour, crop, frame, mask, pieces
from click_inpaint.blend_mask import refined
from click_inpaint.cache import OnceCache
from click_inpaint.crop import Plan
from click_inpaint.damages import Searches
from click_inpaint.edit import Edit
from click_inpaint.embeddings import Embeddings
from click_inpaint.erase import Erased, erased
from click_inpaint.errors import BadEdit, BadPicture, EmptySelection
from click_inpaint.fill import FILLS, fill
from click_inpaint.geometry import Box, Point, Size
from click_inpaint.images import WHITE, Colour, Picture, flattened
from click_inpaint.mask import Mask
from click_inpaint.paint import with_paint
from click_inpaint.preview import Preview, held_bytes
from click_inpaint.results import Results
from click_inpaint.segment.base import Candidate, HoverMask, Prompt, Segmenter
from click_inpaint.segment.registry import Registry
from click_inpaint.selection import Sources, nothing_selected, objects_of, select, with_named_segmenters
from click_inpaint.stitch import blend_into
from click_inpaint.store import Store
from click_inpaint.timing import timed
from click_inpaint.tint import tinted

U8 = NDArray[np.uint8]

PREDICTION_BYTES = 128 << 20
PREVIEW_BYTES = 128 << 20
"""Masks hold only their box: either bound is enough for some hundred of a large object in 4 megapixels. The newest one
stays, however large it is.
"""


SECOND_STRENGTH = 0.5
"""Of two passes the second is to draw what the first has painted in more detail, and must not paint another thing."""


class NotEmbedded(Exception):
    """An answer needs an embedding that is not there, and its caller does not want the encoder to run."""

    def __init__(self, segmenter: Segmenter, image_id: str) -> None:
        super().__init__(f"{segmenter.name} has not seen {image_id}")
        self.segmenter, self.image_id = segmenter, image_id


@dataclass(frozen=True, eq=False)
class Job:
    """All that a sampler needs to paint one crop, and all that `finish` needs afterwards.

    `backdrop` is the colour that shows through where the picture is transparent. At the working size: `source` is the
    crop, flattened over it (HxWx3 uint8); `init` is the same, filled, tinted and painted on; `model_mask` is what the
    sampler may repaint (HxW uint8, 0/255, whole 8×8 cells); `band` is the background that is repainted (HxW bool).
    `blend` is this crop's share of the blend mask `shown` of the whole Edit; both have the picture's frame. `match`
    says whether `finish` matches colours: "auto", "on" or "off". `latent` says what the host puts under the model mask
    of the latent: "noise", "nothing", or "" for what its encoder makes of `init`. `prompt` is this crop's own, "" where
    it is painted by that of the whole job. `strength` is the most that the denoising strength may be. `again` makes the
    job from another picture, where it begins with what the job before it has painted. `upscaler` is the host's, or "".
    """

    picture: Picture
    crop: Box
    working: Size
    source: U8
    init: U8
    model_mask: U8
    band: NDArray[np.bool_]
    blend: Mask
    shown: Mask
    match: str
    backdrop: Colour = WHITE
    latent: str = ""
    prompt: str = ""
    strength: float = 1
    upscaler: str = ""
    again: Callable[[Picture], Job] | None = None

    def on(self, picture: Picture) -> Job:
        """The job on what an earlier one of the same Edit has made of its picture."""
        return self.again(picture) if self.again else replace(self, picture=picture)


class Pipeline:
    """Previews and jobs over one store of pictures and one set of segmenters; what was computed is kept."""

    def __init__(self, store: Store, segmenters: Registry, embeddings: Embeddings | None = None) -> None:
        self.store, self.segmenters = store, segmenters
        self.embeddings = embeddings or Embeddings(store)
        self.results = Results(store)
        self._searches = Searches(store)
        self._predictions: OnceCache[tuple[str, str, str, Prompt], tuple[Candidate, ...]] = OnceCache(
            PREDICTION_BYTES, lambda found: held_bytes(*(candidate.mask for candidate in found))
        )
        self._previews: OnceCache[tuple[Any, ...], Preview] = OnceCache(PREVIEW_BYTES, lambda preview: preview.nbytes)

    def preview(self, edit: Edit, area: Size, encode: bool = True) -> Preview:
        """The masks and the crop of an Edit, for sliders that are set to `area`.

        Raises BadEdit, BadPicture, UnknownPicture, BadWeights and EmptySelection; and NotEmbedded where an encoder
        would have to run although `encode` is False.
        """
        names = {clicks[-1].segmenter for clicks in objects_of(edit.selection)}
        asked = {name: self.segmenters.get(name) for name in names}
        answering = tuple((name, found.name, found.weights_digest) for name, found in sorted(asked.items()))
        unworded = replace(edit, area=replace(edit.area, prompts=()))  # what objects are painted from changes no mask
        key = unworded.digest, area, answering  # “auto” may mean another segmenter tomorrow, and a file be replaced
        try:
            return self._previews.get(key, lambda: self._answered(key, asked.values(), edit, area))
        except NotEmbedded as missing:  # out of this run, or out of one that was waited for
            if not encode:
                raise
            self.embeddings.get(missing.segmenter, missing.image_id)
        return self.preview(edit, area)  # an Edit may ask several segmenters

    def prepare(
        self, edit: Edit, area: Size, picture: Picture | None = None, backdrop: Colour = WHITE
    ) -> tuple[Job, ...]:
        """The jobs of an Edit: one, or one for each crop. `picture`, of the same size, replaces the Edit's own, as the
        result does in a second pass; it is extended already. `backdrop` is what the sampler sees where the picture is
        transparent.

        The crops of one Edit do not overlap, so each job may be finished on what the one before it has made of the
        picture. Raises what `preview` raises, and BadPicture for a picture of another size.
        """
        shown = self.preview(edit, area)
        picture = picture or self.picture(edit)
        if picture.size != shown.blend.frame:
            raise BadPicture(
                "The picture is {size}, the selection was made on {selected_on}; open it again.",
                size=str(picture.size),
                selected_on=str(shown.blend.frame),
            )
        with timed("prepare"):
            parts = zip(shown.parts, shown.prompts(edit))
            jobs = [replace(_job(edit, picture, backdrop, shown, part), prompt=prompt) for part, prompt in parts]
        if edit.area.mode == "twice":
            jobs[1] = _second(edit, backdrop, shown, picture)
        return tuple(jobs)

    def picture(self, edit: Edit) -> Picture:
        """The Edit's picture, extended as it says. Raises UnknownPicture, and BadEdit for too large an extension."""
        frame.check(self.store.size(edit.image), edit.frame, self.store.max_megapixels)
        return frame.extended(self.store.picture(edit.image), edit.frame)

    def erase(self, edit: Edit, area: Size, backdrop: Colour = WHITE) -> Erased:
        """The Edit's picture with what it selects filled, without a sampler. Raises what `preview` raises, NotEmbedded
        among it.
        """
        shown = self.preview(edit, area, encode=False)
        with timed("erase"):
            picture = erased(self.picture(edit), shown.blend, backdrop)
        edit = replace(edit, selection=with_named_segmenters(edit.selection, shown.objects), shown=shown.digest)
        return Erased(edit, picture, mask.trimmed(shown.blend).box)

    def hover(self, segmenter: Segmenter, image_id: str, point: Point) -> tuple[Size, HoverMask]:
        """The picture's size, and the mask of what lies under the pointer. Raises NotEmbedded rather than run the
        encoder, UnknownPicture, and BadEdit for a point outside the picture.
        """
        size = self.store.size(image_id)
        if not size.contains(point):
            raise BadEdit(
                "({x}, {y}) lies outside the picture ({size}).", x=f"{point.x:g}", y=f"{point.y:g}", size=str(size)
            )
        embedding = self._embedding(segmenter, image_id)
        with timed(f"hover ({segmenter.name})"):
            return size, segmenter.hover(embedding, point)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the embeddings and masks hold which are kept."""
        return self.embeddings.nbytes + self._predictions.weight + self._previews.weight + self._searches.nbytes

    def forget(self) -> None:
        """Drop everything that can be computed again."""
        self.embeddings.clear()
        self._predictions.clear()
        self._previews.clear()
        self._searches.clear()

    def _answered(self, request: Hashable, asked: Iterable[Segmenter], edit: Edit, area: Size) -> Preview:
        """The preview of an Edit. Where an embedding is missing, those of the other segmenters that are `asked` are
        kept until it is there.
        """
        waits_with: Iterable[Segmenter] = ()
        try:
            return self._preview(edit, area)
        except NotEmbedded:
            waits_with = asked
            raise
        finally:
            self.embeddings.keep(request, waits_with, edit.image)

    def _preview(self, edit: Edit, area: Size) -> Preview:
        if not edit.image:
            raise BadPicture("Open a picture first. If one is open, wait until it has been sent, then try again.")
        if not edit.selection and edit.frame.empty:
            raise EmptySelection("Click the object first.")
        size = self.store.size(edit.image)
        frame.check(size, edit.frame, self.store.max_megapixels)

        def predict(segmenter: Segmenter, prompt: Prompt) -> tuple[Candidate, ...]:
            return self._predicted(segmenter, edit.image, prompt)

        with self.store.pinned(edit.image):
            search = partial(self._searches.mask, edit.image)
            sources = Sources(self.segmenters.get, predict, self.store.picture, search)
            selected, objects = select(edit.selection, size, sources)
        if selected.empty and edit.frame.empty:
            raise nothing_selected(edit.selection)
        with timed("refine"):
            grown, blend = refined(selected, edit.refine) if not selected.empty else (mask.nothing(size),) * 2
            grown, blend = frame.with_new_pixels(grown, blend, edit.frame, edit.refine)
        wanted = pieces.area_in(size, edit.area, edit.frame)
        parts = pieces.planned(blend, area, wanted)
        last = (
            parts[-1:] if wanted.mode == "twice" else parts
        )  # what a second pass paints over is as large as that one is
        smallest = min((plan for _, plan in last), key=lambda plan: plan.zoom)
        apart = advice.better_apart(blend, area, wanted, smallest)
        warnings = (*advice.on_weights(edit.selection, self.segmenters.get), *advice.on_cut_masks(selected))
        advised = (*advice.on_soft_masks(selected), *advice.on_zoom(smallest, apart))
        return Preview(grown, blend, parts, apart, objects, advised, warnings, edit.frame)

    def _predicted(self, segmenter: Segmenter, image_id: str, prompt: Prompt) -> tuple[Candidate, ...]:
        def run() -> tuple[Candidate, ...]:
            embedding = self._embedding(segmenter, image_id)
            with timed(f"predict ({segmenter.name})"):
                return segmenter.predict(embedding, prompt)

        return self._predictions.get((segmenter.name, segmenter.weights_digest, image_id, prompt), run)

    def _embedding(self, segmenter: Segmenter, image_id: str) -> Any:
        embedding = self.embeddings.held(segmenter, image_id)
        if embedding is None:
            raise NotEmbedded(segmenter, image_id)
        return embedding


def _job(edit: Edit, picture: Picture, backdrop: Colour, shown: Preview, part: tuple[Box, Plan]) -> Job:
    box, planned = part
    blend = shown.blend if len(shown.parts) == 1 else pieces.only(shown.blend, box)
    source = crop.resize(flattened(picture.cut(planned.crop), backdrop), planned.working)
    model_mask = crop.model_mask(blend, planned)
    init = fill(edit.fill, source, model_mask, edit.fill_colour)
    init = tinted(init, crop.cover(shown.grown, planned), edit.tint, edit.tint_amount)
    init = with_paint(init, frame.steps_in(edit.selection, edit.frame), shown.grown, planned)
    band = crop.band(shown.grown, model_mask, planned)
    return Job(
        picture,
        planned.crop,
        planned.working,
        source,
        init,
        model_mask,
        band,
        blend,
        shown.blend,
        match=edit.blend.match,
        backdrop=backdrop,
        latent=FILLS[edit.fill].latent,
        upscaler=edit.upscaler,
    )


def _second(edit: Edit, backdrop: Colour, shown: Preview, picture: Picture) -> Job:
    """The pass over the crop around the mask, which paints on what the pass over the whole picture has painted."""
    plain = replace(edit, fill="original", tint="", selection=())
    job = _job(plain, picture, backdrop, shown, shown.parts[1])
    return replace(job, strength=SECOND_STRENGTH, again=partial(_second, edit, backdrop, shown))


def finish(job: Job, painted: U8) -> Picture:
    """The job's picture with `painted` blended in, and its colours matched. `painted` is HxWx3 uint8, of the working
    size or already of the crop's.
    """
    with timed("finish"):
        table = _correction(job, painted)
        box = mask.trimmed(job.blend).box
        new = crop.resize(painted, job.crop.size, box.moved(-job.crop.x0, -job.crop.y0))
        return blend_into(job.picture, new, box, job.blend, table)


def _correction(job: Job, painted: U8) -> NDArray[np.float32] | None:
    """The colour correction, which is fitted at the working size: so it costs no more where the crop is large."""
    if job.match == "off":
        return None
    ring = colour.ring_around(job.model_mask)
    return colour.correction(crop.resize(painted, job.working), job.source, job.band, ring, job.match)
