"""What tasks start from: how exactly the tint recolours, how well holes are filled, what an extension begins with, and
how well damage is found: `python -m bench.tasks --json`.

The colours are CSS's own for ten basic colour words; the measures are scikit-image's. Of the holes, see `bench.erase`.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import skimage.color
import skimage.data
from numpy.typing import NDArray
from PIL import Image

from bench import cases, command, erase, extend, repair
from click_inpaint import crop
from click_inpaint import edit as edits
from click_inpaint.geometry import Size
from click_inpaint.pipeline import Pipeline, finish
from click_inpaint.segment.registry import Registry
from click_inpaint.store import Store

U8 = NDArray[np.uint8]
F64 = NDArray[np.float64]
Step = dict[str, Any]

AREA = Size(512, 512)
COLOURS = {
    "black": "#000000",
    "white": "#ffffff",
    "red": "#ff0000",
    "orange": "#ffa500",
    "yellow": "#ffff00",
    "green": "#008000",
    "blue": "#0000ff",
    "purple": "#800080",
    "pink": "#ffc0cb",
    "brown": "#a52a2a",
}
ERODED_PX = 3
DOGS = Path(__file__).resolve().parents[1] / "workbench" / "photos" / "dogs.jpg"
CLICKED = (
    ("dogs", (524, 340)),
    ("dogs", (680, 390)),
    ("astronaut", (170, 400)),
    ("chelsea", (220, 130)),
    ("coffee", (300, 200)),
    ("rocket", (320, 200)),
)
"""Objects of photographs that are here anyway: of the demo, and in scikit-image's wheel."""
NO_CASES = "no --cases: six objects that the built-in segmenter finds on the photographs that are here"


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """The figures of `tints`, and those of `bench.extend`, `bench.repair` and `bench.erase`."""
    given = _arguments(argv)
    return tints(given.cases, given.count) | extend.run() | _repairs(given) | erase.figures(given.holes)


def _repairs(given: argparse.Namespace) -> dict[str, float]:
    """The figures of `bench.repair`, on the folder's pictures or else on scikit-image's."""
    originals = [case.image for case in cases.read(given.cases)] if given.cases else repair.photographs(given.count)
    return repair.figures(originals, given.overlays)


def tints(folder: Path | None, count: int) -> dict[str, float]:
    """Each colour in each picture at full tint, where the selection is eroded by ERODED_PX.

    tint_de00 is the mean ΔE00 to the asked colour at each pixel's own lightness, so to its hue and chroma;
    tint_l_corr is the correlation of L* before and after; both are those of the worst picture and colour.
    tint_de00_mean is the mean over all. tint_outside counts pixels that differ outside the selection in what the
    sampler is given, and outside the blend in the picture that comes of it unsampled. tint_l_off is the mean
    difference of the mean L* from the asked colour's, and tint_l_contrast the mean ratio of its spreads after and
    before.
    """
    results: list[dict[str, float]] = []
    for image, step in _pictures(folder, count):
        results += [tint_figures(image, step, colour) for colour in COLOURS.values()]
    figures = {key: np.array([one[key] for one in results]) for key in results[0]}
    return {
        "tint_de00": float(figures["de00"].max()),
        "tint_de00_mean": float(figures["de00"].mean()),
        "tint_l_corr": float(figures["l_corr"].min()),
        "tint_l_off": float(figures["l_off"].mean()),
        "tint_l_contrast": float(figures["l_contrast"].mean()),
        "tint_outside": float(figures["outside"].sum()),
        "count": float(len(results)),
    }


def tint_figures(image: U8, selected: Step | U8, colour: str) -> dict[str, float]:
    """One picture (HxWx3 uint8), of which a step or a mask (HxW, 0/255) selects a part, in one colour."""
    pipeline = Pipeline(Store(), Registry())
    step = selected
    if not isinstance(step, dict):
        step = {"kind": "mask", "image": pipeline.store.add(_png(step))}
    document = {"image": pipeline.store.add(_png(image)), "selection": [step], "tint": colour}
    edit = edits.parse({**document, "refine": {"grow": 0, "feather": 4}, "blend": {"match": "off"}})
    (job,) = pipeline.prepare(edit, AREA)
    (planned,) = pipeline.preview(edit, AREA).plans
    cover = crop.cover(pipeline.preview(edit, AREA).grown, planned)
    inside = cv2.erode((cover == 255).astype(np.uint8), np.ones((2 * ERODED_PX + 1,) * 2, np.uint8)) > 0
    before, after = (skimage.color.rgb2lab(pixels[inside][None])[0] for pixels in (job.source, job.init))
    asked = skimage.color.rgb2lab(np.frombuffer(bytes.fromhex(colour[1:]), np.uint8)[None])[0]
    finished = finish(job, job.init).rgb
    beside = (job.init != job.source).any(axis=2) & (cover == 0)
    beyond = (finished != image).any(axis=2) & (job.blend.full() == 0)
    at_own_lightness = np.concatenate([after[:, :1], np.broadcast_to(asked[1:], after[:, 1:].shape)], axis=1)
    return {
        "de00": float(skimage.color.deltaE_ciede2000(after, at_own_lightness).mean()),
        "l_corr": float(np.corrcoef(before[:, 0], after[:, 0])[0, 1]),
        "l_off": float(abs(after[:, 0].mean() - asked[0])),
        "l_contrast": float(after[:, 0].std() / before[:, 0].std()),
        "outside": float(beside.sum() + beyond.sum()),
    }


def _pictures(folder: Path | None, count: int) -> Iterator[tuple[U8, Step | U8]]:
    """Pictures, each with what selects a part of it; of a folder's cases `count`, spread evenly."""
    if folder:
        found = list(cases.read(folder))
        yield from ((case.image, case.mask) for case in found[:: max(1, len(found) // count)][:count])
        return
    print(NO_CASES, file=sys.stderr)
    for name, (x, y) in CLICKED[:count]:
        image = np.asarray(Image.open(DOGS).convert("RGB")) if name == "dogs" else getattr(skimage.data, name)()
        yield image, {"kind": "click", "x": x, "y": y, "segmenter": "grabcut"}


def _png(pixels: U8) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1)
    return file.getvalue()


def _arguments(argv: list[str]) -> argparse.Namespace:
    told = "How exactly the tint recolours, how well holes are filled, what extensions start from, how damage is found."
    parser = command.parser("tasks", told)
    parser.add_argument("--cases", type=Path, help="a folder with cases.json, as bench.segmenter takes it")
    parser.add_argument("--overlays", type=Path, help="a folder of film damage: alpha, or light on black")
    parser.add_argument("--count", type=int, default=6, help="pictures")
    parser.add_argument("--holes", type=int, default=48, help="photographs with a hole")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
