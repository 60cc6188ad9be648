"""What a click costs over the ways of the neighbours, in ratios taken in one run: `python -m bench.click --json`.

Random weights of the real architectures: the time does not depend on them. Their masks would be noise over the whole
picture, though, so both sides' decoders, once they have run, hand on the logits of one round object instead.

The other way is the least that a page built on SamPredictor does for a further click: `predict` with the picture's
features kept, its three masks at full size, the best of them as a PNG in base64. It neither grows nor feathers, which
ours does. sd-webui-segment-anything does more on each click: it runs the encoder again, and it sends three blended
pictures, three masks and three cut-outs as PNG; only `reencode_over_click` counts any of that, and of it the encoder
alone.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import command
from bench.cpu_torch import torch_for_segment_anything
from click_inpaint.geometry import Point, Size
from click_inpaint.mask import Mask, grown_and_feathered
from click_inpaint.segment.base import Prompt
from click_inpaint.segment.catalogue import SEGMENTERS
from click_inpaint.segment.sam import frame, mobile, onnx, precision
from click_inpaint.segment.sam.decoder import Decode
from click_inpaint.segment.sam.models import SIDE_PX
from click_inpaint.segment.sam.segmenter import Sam, SamEmbedding

U8 = NDArray[np.uint8]
F32 = NDArray[np.float32]

PHOTOGRAPH = Path(__file__).resolve().parents[1] / "workbench" / "photos" / "dogs.jpg"
OBJECT_PX = 600
GROW_PX, FEATHER_PX = 8, 8
SIDES_PX = (1024, 4096)


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """Medians' ratios, ours over theirs unless said otherwise; the `_ms` are those medians.

    reencode_over_click: encoder and predictor on every click (sd-webui-segment-anything) over our further click, 1024²,
    its decoder in torch; reencode_over_click_onnx: by ONNX Runtime.
    click_SIDE_torch and, where onnxruntime and onnx are installed, click_SIDE_onnx: decoder, grow and feather, bytes
    for the page, over SamPredictor's cached picture, three full-size masks, base64 PNG of one.
    embed_over_fp32, mobile_over_vit_b: the embedding of our ViT-B and of MobileSAM over ViT-B's as the package runs it.
    """
    given = _arguments(argv)
    torch = torch_for_segment_anything()
    with tempfile.TemporaryDirectory() as folder:
        return measured(torch, Path(folder), given.rounds, given.encodings)


def measured(torch: Any, folder: Path, rounds: int, encodings: int) -> dict[str, float]:
    """The keys of `run`; mobile_over_vit_b only where timm is installed."""
    from segment_anything import SamPredictor, sam_model_registry

    package = sam_model_registry["vit_b"]().eval()
    ours, theirs = with_weights_of(package, "sam_vit_b", folder), SamPredictor(package)
    small = picture(SIDES_PX[0])
    encoders: dict[str, Callable[[], Any]] = {
        "their_embed_ms": lambda: theirs.set_image(small),
        "our_embed_ms": lambda: ours.embed(small),
    }
    if mobile.usable():
        mobile_sam = with_weights_of(mobile.build(), "mobile_sam", folder)  # its file may have our own names, too
        mobile_sam._loaded()
        encoders["mobile_embed_ms"] = lambda: mobile_sam.embed(small)
    ours._loaded()
    precision.bf16_pays()
    times = medians(encoders, encodings)
    for side in SIDES_PX:
        times |= _clicks(torch, ours, theirs, side, rounds)
    near = SIDES_PX[0]
    their_click_ms = times["their_embed_ms"] + times[f"their_click_{near}_ms"]
    result = {
        "reencode_over_click": their_click_ms / times[f"our_click_{near}_torch_ms"],
        "embed_over_fp32": times["our_embed_ms"] / times["their_embed_ms"],
    }
    if in_onnx_ms := times.get(f"our_click_{near}_onnx_ms"):
        result["reencode_over_click_onnx"] = their_click_ms / in_onnx_ms
    for side in SIDES_PX:
        for name in ("torch", "onnx"):
            if took := times.get(f"our_click_{side}_{name}_ms"):
                result[f"click_{side}_{name}"] = took / times[f"their_click_{side}_ms"]
    if "mobile_embed_ms" in times:
        result["mobile_over_vit_b"] = times["mobile_embed_ms"] / times["their_embed_ms"]
    return result | times


def with_weights_of(model: Any, name: str, folder: Path) -> Sam:
    """Our segmenter of that name, with a weight file in `folder` that holds the model's tensors."""
    import torch

    spec = SEGMENTERS[name]
    assert spec.architecture is not None and spec.file is not None
    path = folder / spec.file.filename
    torch.save(model.state_dict(), path)
    return Sam(name, spec.architecture, path)


def our_click(segmenter: Sam, prepared: tuple[Any, ...], size: Size, prompt: Prompt) -> bytes:
    """What the page gets for a further click. The embedding is a new one: it would remember a prompt's answer."""
    embedding = SamEmbedding(prepared, size, frame.fitted_size(size, SIDE_PX))
    selected = segmenter.predict(embedding, prompt)[0].mask
    _, blend = grown_and_feathered(selected, GROW_PX, FEATHER_PX)
    return packed(blend)


def packed(blend: Mask) -> bytes:
    """As click_inpaint.wire packs it: a JSON header with the digest, then the bytes of the box."""
    box = [blend.box.x0, blend.box.y0, blend.box.x1, blend.box.y1]
    return json.dumps({"box": box, "digest": blend.digest}).encode() + blend.pixels.tobytes()


def their_click(predictor: Any, point: Point) -> bytes:
    """What a page gets that SamPredictor's masks are sent to, the encoder not counted."""
    masks, scores, _ = predictor.predict(np.array([[point.x, point.y]]), np.array([1]), multimask_output=True)
    file = io.BytesIO()
    Image.fromarray(masks[int(np.argmax(scores))]).save(file, "PNG")
    return base64.b64encode(file.getvalue())


def _clicks(torch: Any, ours: Sam, theirs: Any, side: int, rounds: int) -> dict[str, float]:
    """Both ways on a picture of `side` px, with the features that the predictor holds from its last picture."""
    logits = torch.from_numpy(_round_object(OBJECT_PX / side * 256))
    _hand_on(theirs.model.mask_decoder, logits)
    theirs.original_size = (side, side)
    point = Point(side / 2, side / 2)
    prepared = ours._loaded().decoder.prepare(theirs.features)
    steps: dict[str, Callable[[], Any]] = {f"their_click_{side}_ms": lambda: their_click(theirs, point)}
    for name, way in _ways(ours).items():
        ours._model = replace(ours._loaded(), decode=_handing_on(way, logits))
        click = partial(our_click, ours, prepared, Size(side, side), Prompt((point,)))
        steps[f"our_click_{side}_{name}_ms"] = partial(_with, ours, ours._model, click)
    for step in steps.values():
        step()
    return medians(steps, rounds)


def _ways(ours: Sam) -> dict[str, Decode]:
    """The decoders that this machine can run, torch's first."""
    decoder = ours._loaded().decoder
    in_onnx = onnx.in_onnx(decoder, *decoder.example())
    return {"torch": decoder} | ({"onnx": in_onnx} if in_onnx else {})


def _with(ours: Sam, model: Any, click: Callable[[], bytes]) -> bytes:
    ours._model = model
    return click()


def _handing_on(way: Decode, logits: Any) -> Decode:
    """Let the decoder do all its work and answer with these logits for each mask."""

    def decode(*given: Any) -> tuple[Any, Any]:
        masks, scores = way(*given)
        return logits.expand_as(masks).contiguous(), scores

    return decode


def _hand_on(decoder: Any, logits: Any) -> None:
    """The same for segment-anything's own."""
    decide = type(decoder).forward

    def forward(**given: Any) -> tuple[Any, Any]:
        masks, scores = decide(decoder, **given)
        return logits.expand_as(masks).contiguous(), scores

    decoder.forward = forward


def _round_object(cells: float) -> F32:
    y, x = np.mgrid[:256, :256]
    return np.asarray(cells / 2 - np.hypot(x - 127.5, y - 127.5), np.float32)


def medians(steps: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Median ms of each step, run in turn."""
    took: dict[str, list[float]] = {name: [] for name in steps}
    for _ in range(rounds):
        for name, step in steps.items():
            start = time.perf_counter()
            step()
            took[name].append(1e3 * (time.perf_counter() - start))
    return {name: statistics.median(all_took) for name, all_took in took.items()}


def picture(side: int) -> U8:
    photograph = np.asarray(Image.open(PHOTOGRAPH).convert("RGB"))
    return np.asarray(cv2.resize(photograph, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = command.parser("click", "A click's cost over the neighbours' ways.")
    parser.add_argument("--rounds", type=int, default=15, help="clicks of each kind")
    parser.add_argument("--encodings", type=int, default=2, help="embeddings of each kind")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
