"""Segment Anything (Kirillov et al. 2023) ViT-B/L/H and MobileSAM, through the package segment-anything and a weight
file that the user has.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from click_inpaint import weights
from click_inpaint.errors import BadWeights, UserError
from click_inpaint.geometry import Size
from click_inpaint.segment import mobile_sam, precision, sam_attention, sam_decoder, sam_frame
from click_inpaint.segment.base import Candidate, Prompt


@dataclass(frozen=True)
class Architecture:
    """How a model is made: `build` gives segment_anything's Sam without weights, `renamed` the tensors of the published
    file under its names; `usable` tells whether the packages it needs are there, without importing them.
    """

    build: Callable[[], Any]
    renamed: Callable[[dict[str, Any]], dict[str, Any]] = dict
    usable: Callable[[], bool] = lambda: True


def _vit(name: str) -> Any:
    from segment_anything import sam_model_registry

    sam = sam_model_registry[name]()
    sam_attention.fuse(sam.image_encoder)
    return sam


ARCHITECTURES = {
    "sam_vit_h": Architecture(partial(_vit, "vit_h")),
    "sam_vit_l": Architecture(partial(_vit, "vit_l")),
    "sam_vit_b": Architecture(partial(_vit, "vit_b")),
    "mobile_sam": Architecture(mobile_sam.build, mobile_sam.renamed, mobile_sam.usable),
}
"""By the Edit's name, best first."""


@dataclass(frozen=True, eq=False)
class SamEmbedding:
    """Image features, 1x256x64x64, of a picture of `size` that was brought to `fitted` (longest side 1024)."""

    features: Any
    size: Size
    fitted: Size


@dataclass(frozen=True, eq=False)
class _Loaded:
    """segment_anything's Sam and the fastest way to run its mask decoder here."""

    sam: Any
    decode: sam_decoder.Decode


class Sam:
    """One SAM model on one device. The weights are loaded by the first `embed`, not before."""

    def __init__(self, name: str, path: Path, device: str = "cpu") -> None:
        self._name, self._path, self._device = name, path, device
        self._model: _Loaded | None = None
        self._loading = threading.Lock()

    @property
    def name(self) -> str:
        """The Edit's name for it: a key of ARCHITECTURES."""
        return self._name

    @property
    def weights_digest(self) -> str:
        """sha256 of the weight file."""
        return weights.digest(self._path)

    def embed(self, image: NDArray[np.uint8]) -> SamEmbedding:
        """Run the image encoder on HxWx3 uint8 RGB. Raises BadWeights when the file is not this model's."""
        import torch

        model = self._loaded().sam
        fitted = sam_frame.fit(image, model.image_encoder.img_size)
        with torch.inference_mode():
            pixels = torch.as_tensor(np.ascontiguousarray(fitted.transpose(2, 0, 1)), device=self._device)[None]
            prepared = model.preprocess(pixels)
            with precision.encoding(self._device):
                features = model.image_encoder(prepared)
        return SamEmbedding(
            features.float(), Size(image.shape[1], image.shape[0]), Size(fitted.shape[1], fitted.shape[0])
        )

    def predict(self, embedding: SamEmbedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Three candidates (part, whole, more) for a lone click, one for a richer prompt; best first."""
        import torch

        loaded = self._loaded()
        model = loaded.sam
        alone = len(prompt.include) + len(prompt.exclude) == 1 and prompt.box is None
        with torch.inference_mode():
            sparse, dense = model.prompt_encoder(
                points=self._points(embedding, prompt), boxes=self._box(embedding, prompt), masks=None
            )
            logits, scores = loaded.decode(embedding.features, sparse, dense)
        # the first of its four masks answers a clear prompt, the other three an ambiguous one
        of_use = slice(1, None) if alone else slice(0, 1)
        ranked = sorted(zip(logits[0, of_use].cpu().numpy(), scores[0, of_use].tolist()), key=lambda pair: -pair[1])
        side = model.image_encoder.img_size
        return tuple(_candidate(mask, score, embedding, side) for mask, score in ranked)

    def _points(self, embedding: SamEmbedding, prompt: Prompt) -> Any:
        import torch

        points = [*prompt.include, *prompt.exclude]
        if not points:
            return None
        labels = [1] * len(prompt.include) + [0] * len(prompt.exclude)
        # SAM names a pixel by its index and adds the half itself; our points count from the pixel's corner.
        scale = embedding.fitted.width / embedding.size.width, embedding.fitted.height / embedding.size.height
        coordinates = [[point.x * scale[0] - 0.5, point.y * scale[1] - 0.5] for point in points]
        as_tensor = torch.tensor(coordinates, dtype=torch.float32, device=self._device)[None]
        return as_tensor, torch.tensor([labels], device=self._device)

    def _box(self, embedding: SamEmbedding, prompt: Prompt) -> Any:
        import torch

        if prompt.box is None:
            return None
        across = embedding.fitted.width / embedding.size.width
        down = embedding.fitted.height / embedding.size.height
        box = prompt.box
        corners = [box.x0 * across - 0.5, box.y0 * down - 0.5, box.x1 * across - 0.5, box.y1 * down - 0.5]
        return torch.tensor([corners], dtype=torch.float32, device=self._device)

    def _loaded(self) -> _Loaded:
        with self._loading:
            if self._model is None:
                self._model = _load(self._name, self._path, self._device)
            return self._model


def _load(name: str, path: Path, device: str) -> _Loaded:
    import torch

    architecture = ARCHITECTURES[name]
    state = architecture.renamed(weights.load(path))
    try:
        sam = architecture.build()
    except ImportError as error:
        raise UserError(
            "The package segment-anything is missing; restart the Web UI so that it is installed."
        ) from error
    try:
        sam.load_state_dict(state)
    except RuntimeError as error:
        raise BadWeights(f"{path.name} does not hold the weights of {name}; download it again.") from error
    sam.eval().to(device)
    with torch.no_grad():
        positions = sam.prompt_encoder.get_dense_pe()
    in_onnx = sam_decoder.in_onnx(sam, positions) if device == "cpu" else None
    return _Loaded(sam, in_onnx or sam_decoder.in_torch(sam, positions))


def _candidate(logits: NDArray[np.float32], score: float, embedding: SamEmbedding, side: int) -> Candidate:
    mask = sam_frame.enlarged(np.ascontiguousarray(logits, np.float32), embedding.size, embedding.fitted, side)
    return Candidate(mask, float(np.clip(score, 0, 1)))
