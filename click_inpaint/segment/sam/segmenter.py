"""The segmenter for Segment Anything (Kirillov et al. 2023) and related models, by the package segment-anything and a
weight file that the user has. The encoder runs on the host's device; everything that answers a click runs on the CPU.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from click_inpaint import weights
from click_inpaint.cache import OnceCache
from click_inpaint.errors import BadWeights
from click_inpaint.geometry import Point, Size
from click_inpaint.messages import Message
from click_inpaint.segment.base import Candidate, HoverMask, Prompt
from click_inpaint.segment.sam import frame, models, onnx, prompts
from click_inpaint.segment.sam.decoder import Decode, Decoder
from click_inpaint.segment.sam.encoder import Encoder
from click_inpaint.segment.sam.models import SIDE_PX, Architecture

ANSWERS_KEPT = 8
"""For so many prompts the answers are kept with a picture, since a further click starts from the logits of the one
before.
"""


@dataclass(frozen=True, eq=False)
class Answer:
    """What the decoder answers to a prompt: logits Kx256x256 and K scores in [0, 1], best first. K is 3 for a single
    click, 1 for a clearer prompt.
    """

    logits: Any
    scores: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class SamEmbedding:
    """What the decoder has `prepared` of a picture, whose `size` was scaled to `fitted` (longest side SIDE_PX), and the
    answers to the last prompts.
    """

    prepared: tuple[Any, ...]
    size: Size
    fitted: Size
    answers: OnceCache[Prompt, Answer] = field(default_factory=lambda: OnceCache(ANSWERS_KEPT))


@dataclass(frozen=True, eq=False)
class LoadedModel:
    """The parts of a model. The encoder's weights may be released and loaded again; the small rest stays loaded."""

    encoder: Encoder
    prompt_encoder: Any
    decoder: Decoder
    decode: Decode


class Sam:
    """One SAM model. Its weights are loaded by the first `embed`, not before; it runs on the device that `device`
    names.

    `digest` is the sha256 of the weight file, by default of the file as it is now. If another file has taken its place,
    nothing of that is loaded: its masks would be taken for those of the old one.
    """

    def __init__(
        self,
        name: str,
        architecture: Architecture,
        path: Path,
        device: Callable[[], str] = lambda: "cpu",
        digest: str | None = None,
    ) -> None:
        self._name, self._architecture, self._path, self._device = name, architecture, path, device
        self._digest = weights.digest(path) if digest is None else digest
        self._model: LoadedModel | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """Its name in the Edit."""
        return self._name

    @property
    def weights_digest(self) -> str:
        """sha256 of the weight file, as it was when this segmenter was made."""
        return self._digest

    @property
    def note(self) -> Message | None:
        """A note which says that the last `embed` found no room on the GPU, or None."""
        return self._model.encoder.note if self._model else None

    def embed(self, image: NDArray[np.uint8]) -> SamEmbedding:
        """Run the image encoder on a picture (HxWx3 uint8 RGB). Raises BadWeights if the file is another model's, or if
        it was replaced; NotNow while the Web UI loads a checkpoint.
        """
        fitted = frame.fit(image, SIDE_PX)
        model = self._loaded()
        with _inference():
            prepared = model.decoder.prepare(*model.encoder(fitted, SIDE_PX))
        return SamEmbedding(prepared, Size(image.shape[1], image.shape[0]), Size(fitted.shape[1], fitted.shape[0]))

    def predict(self, embedding: SamEmbedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Three candidates (a part, the whole, more than that) for a single click, one for a clearer prompt; best
        first.
        """
        answer = self._answer(embedding, prompt)
        size, fitted = embedding.size, embedding.fitted
        masks = [frame.enlarged(logits.numpy(), size, fitted, SIDE_PX) for logits in answer.logits]
        return tuple(Candidate(mask, score) for mask, score in zip(masks, answer.scores))

    def hover(self, embedding: SamEmbedding, point: Point) -> HoverMask:
        """The best candidate, as coarse as the decoder gives it."""
        answer = self._decoded(embedding, Prompt((point,)))
        box, pixels = frame.coarse(answer.logits[0].numpy(), embedding.size, embedding.fitted, SIDE_PX)
        return HoverMask(box, pixels, answer.scores[0])

    def nbytes(self, embedding: SamEmbedding) -> int:
        """Bytes of what was prepared and of the answers kept, of which there may be fewer yet."""
        return sum(int(part.nbytes) for part in embedding.prepared) + ANSWERS_KEPT * frame.LOGITS_BYTES

    def release(self, everything: bool = False) -> None:
        """Take the encoder off the GPU; with `everything`, also its weights out of memory. The decoder (16
        MB) stays.
        """
        if self._model:
            self._model.encoder.release(everything)

    def _answer(self, embedding: SamEmbedding, prompt: Prompt) -> Answer:
        """The answer to a prompt: the one that is kept, else decoded now. The previous prompts whose answers are not
        kept are decoded before it, oldest first.
        """
        past = [prompt]
        while past[-1].previous and past[-1] not in embedding.answers:
            past.append(past[-1].previous[0])
        for step in reversed(past):
            answer = embedding.answers.get(step, partial(self._decoded, embedding, step))
        return answer

    def _decoded(self, embedding: SamEmbedding, prompt: Prompt) -> Answer:
        model, prepared = self._loaded(), embedding.prepared
        earlier = self._chosen(embedding, *prompt.previous) if prompt.previous else None
        with _inference():
            if earlier is not None:
                prepared = model.decoder.with_mask(prepared, prompts.dense(model.prompt_encoder, earlier))
            sparse = prompts.sparse(model.prompt_encoder, prompt, embedding.size, embedding.fitted)
            logits, scores = model.decode(sparse, *prepared)
            of_use = slice(1, None) if _ambiguous(prompt) else slice(0, 1)
            order = scores[of_use].argsort(descending=True, stable=True)
            logits, scores = logits[of_use][order], scores[of_use][order]
        return Answer(logits, tuple(scores.clamp(0, 1).tolist()))

    def _chosen(self, embedding: SamEmbedding, prompt: Prompt, candidate: int) -> Any:
        logits = self._answer(embedding, prompt).logits
        return logits[min(candidate, len(logits) - 1)]

    def _loaded(self) -> LoadedModel:
        with self._loading:
            if self._model is None:
                self._model = self._load()
            return self._model

    def _load(self) -> LoadedModel:
        sam = self._read()
        first = [sam.image_encoder]
        encoder = Encoder(lambda: first.pop() if first else self._read().image_encoder, self._device)
        decoder = self._architecture.decoder(sam.prompt_encoder, sam.mask_decoder)
        in_onnx = onnx.in_onnx(decoder, *decoder.example())
        return LoadedModel(encoder, sam.prompt_encoder, decoder, in_onnx or decoder)

    def _read(self) -> Any:
        read = models.load(self._name, self._architecture, self._path)
        if weights.digest(self._path) != self._digest:  # after reading, so that a change meanwhile is noticed
            raise BadWeights("{file} was replaced by another file meanwhile; do that once more.", file=self._path.name)
        return read


def _ambiguous(prompt: Prompt) -> bool:
    """Whether SAM's three masks answer a prompt, not its one for clear prompts: it is a single click, the first one."""
    return len(prompt.include) + len(prompt.exclude) == 1 and prompt.box is None and prompt.previous is None


def _inference() -> AbstractContextManager[Any]:
    import torch

    context: AbstractContextManager[Any] = torch.inference_mode()
    return context
