"""Segment Anything (Kirillov et al. 2023) ViT-B/L/H, through the package segment-anything and a weight file that the
user has.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from click_inpaint import weights
from click_inpaint.errors import BadWeights, UserError
from click_inpaint.geometry import Size
from click_inpaint.mask import binary, from_array
from click_inpaint.segment.base import Candidate, Prompt

ARCHITECTURES = {"sam_vit_b": "vit_b", "sam_vit_l": "vit_l", "sam_vit_h": "vit_h"}


@dataclass(frozen=True, eq=False)
class SamEmbedding:
    """Image features, 1x256x64x64, of a picture of `size` that was brought to `fitted` (longest side 1024)."""

    features: Any
    size: Size
    fitted: Size


class Sam:
    """One SAM model on one device. The weights are loaded by the first `embed`, not before."""

    def __init__(self, name: str, path: Path, device: str = "cpu") -> None:
        self._name, self._path, self._device = name, path, device
        self._model: Any = None

    @property
    def name(self) -> str:
        """The Edit's name for it: sam_vit_b, sam_vit_l or sam_vit_h."""
        return self._name

    @property
    def weights_digest(self) -> str:
        """sha256 of the weight file."""
        return weights.digest(self._path)

    def embed(self, image: NDArray[np.uint8]) -> SamEmbedding:
        """Run the image encoder on HxWx3 uint8 RGB. Raises BadWeights when the file is not this model's."""
        import torch
        from segment_anything.utils.transforms import ResizeLongestSide

        model = self._loaded()
        fitted = ResizeLongestSide(model.image_encoder.img_size).apply_image(image)
        with torch.inference_mode():
            pixels = torch.as_tensor(np.ascontiguousarray(fitted.transpose(2, 0, 1)), device=self._device)[None]
            features = model.image_encoder(model.preprocess(pixels))
        return SamEmbedding(features, Size(image.shape[1], image.shape[0]), Size(fitted.shape[1], fitted.shape[0]))

    def predict(self, embedding: SamEmbedding, prompt: Prompt) -> tuple[Candidate, ...]:
        """Three candidates (part, whole, more) for a lone click, one for a richer prompt; best first."""
        import torch

        model = self._loaded()
        alone = len(prompt.include) + len(prompt.exclude) == 1 and prompt.box is None
        with torch.inference_mode():
            sparse, dense = model.prompt_encoder(
                points=self._points(embedding, prompt), boxes=self._box(embedding, prompt), masks=None
            )
            logits, scores = model.mask_decoder(
                image_embeddings=embedding.features,
                image_pe=model.prompt_encoder.get_dense_pe(),
                sparse_prompt_embeddings=sparse,
                dense_prompt_embeddings=dense,
                multimask_output=alone,
            )
        ranked = sorted(zip(logits[0].cpu().numpy(), scores[0].tolist()), key=lambda pair: -pair[1])
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

    def _loaded(self) -> Any:
        if self._model is None:
            self._model = _load(self._name, self._path).to(self._device)
        return self._model


def _load(name: str, path: Path) -> Any:
    try:
        from segment_anything import sam_model_registry
    except ImportError as error:
        raise UserError(
            "The package segment-anything is missing; restart the Web UI so that it is installed."
        ) from error
    state = weights.load(path)
    model = sam_model_registry[ARCHITECTURES[name]]()
    try:
        model.load_state_dict(state)
    except RuntimeError as error:
        raise BadWeights(f"{path.name} does not hold the weights of {name}; download it again.") from error
    return model.eval()


def _candidate(logits: NDArray[np.float32], score: float, embedding: SamEmbedding, side: int) -> Candidate:
    """Binary mask from 256x256 logits of the padded square: enlarged to its side, unpadded, brought to the picture, cut
    at 0.
    """
    square = cv2.resize(logits.astype(np.float32), (side, side), interpolation=cv2.INTER_LINEAR)
    fitted = square[: embedding.fitted.height, : embedding.fitted.width]
    full = cv2.resize(fitted, (embedding.size.width, embedding.size.height), interpolation=cv2.INTER_LINEAR)
    return Candidate(from_array(binary(full > 0)), float(np.clip(score, 0, 1)))
