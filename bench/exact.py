"""What exactness costs, and what a seam looks like: `python -m bench.exact --json`.

The baselines are the host's own steps (A1111 v1.10.1: modules/processing.py, masking.py, images.py), written down again
here and run in the same process, in turns with ours.
"""

from __future__ import annotations

import argparse
import gc
import io
import sys
import time
import tracemalloc
from collections.abc import Callable
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from bench import command
from bench.seams import AREA, HostJob, host_blur, seams
from click_inpaint import edit as edits
from click_inpaint import mask
from click_inpaint.edit import Edit
from click_inpaint.geometry import Point, Size
from click_inpaint.pipeline import Pipeline, finish
from click_inpaint.segment.registry import Registry
from click_inpaint.store import Store

U8 = NDArray[np.uint8]

OBJECT_PX = 600
REFINE_PX = 64
GAUSS_SIDE = 4096
STITCHED_SIDES = (4096, 8192)


def main(argv: list[str]) -> None:
    """Print the result: one JSON object, or a small table."""
    command.tell(run(argv), _arguments(argv).json)


def run(argv: list[str]) -> dict[str, float]:
    """Ratios of medians (host over ours unless named otherwise), and megabytes (1e6) of peak extra memory."""
    rounds = _arguments(argv).rounds
    result = seams(_arguments(argv).pictures) | refine_ratios(rounds)
    for side in STITCHED_SIDES:
        result |= stitch_ratios(side, rounds)
    return result


def refine_ratios(rounds: int) -> dict[str, float]:
    """Grow and feather of an object: what the frame's size matters, and the host's blur over ours."""
    ours = {side: _object(side) for side in {1024, GAUSS_SIDE, 8192}}

    def refine(side: int) -> Callable[[], object]:
        return lambda: mask.grown_and_feathered(ours[side], REFINE_PX, REFINE_PX)

    full = ours[GAUSS_SIDE].full()
    small, large = in_turns(refine(1024), refine(8192), 8 * rounds)
    gauss, refined = in_turns(lambda: host_blur(full, REFINE_PX), refine(GAUSS_SIDE), rounds)
    return {"refine_8192_over_1024": large / small, f"gauss_over_refine_{GAUSS_SIDE}": gauss / refined}


def stitch_ratios(side: int, rounds: int) -> dict[str, float]:
    """Prepare + finish of one job against the host's init + overlay, and the memory that both take."""
    picture = _picture(side)
    store, edit = _stored(picture)
    decoded = store.picture(edit.image)
    host_mask = Image.fromarray(_object(side).full())
    host_picture = Image.fromarray(picture)
    painted = _picture(AREA.width)

    def ours() -> object:
        # A new pipeline knows no preview: selecting and refining count, as the host's blur does.
        (job,) = Pipeline(store, Registry()).prepare(edit, AREA, decoded)
        return finish(job, _resized(painted, job.working))

    def ours_as_image() -> object:
        (job,) = Pipeline(store, Registry()).prepare(edit, AREA, decoded)
        return finish(job, _resized(painted, job.working)).to_pil()

    def host() -> object:
        return HostJob(host_picture, host_mask, AREA).finished(Image.fromarray(painted))

    theirs, mine = in_turns(host, ours, rounds)
    _, as_image = in_turns(ours, ours_as_image, rounds)
    return {
        f"host_over_ours_{side}": theirs / mine,
        f"host_over_ours_image_{side}": theirs / as_image,
        f"ours_ms_{side}": 1e3 * mine,
        f"host_ms_{side}": 1e3 * theirs,
        f"extra_mb_{side}": extra_mb(ours),
        f"picture_mb_{side}": picture.nbytes / 1e6,
    }


def in_turns(a: Callable[[], object], b: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Median seconds of both, called A B A B after one call each."""
    took: tuple[list[float], list[float]] = ([], [])
    for number in range(rounds + 1):
        for times, call in zip(took, (a, b)):
            gc.collect()
            start = time.perf_counter()
            call()
            if number:
                times.append(time.perf_counter() - start)
    return median(took[0]), median(took[1])


def extra_mb(call: Callable[[], object]) -> float:
    """Peak megabytes that a call holds beyond what was held before: NumPy's and Python's by tracemalloc, or the growth
    of the resident set where that is more (OpenCV's own buffers).
    """
    call()
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    result = call()
    peak = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    del result
    return max(peak, _resident_growth(call)) / 1e6


def _resident_growth(call: Callable[[], object]) -> int:
    """Bytes by which the resident set's peak grew; 0 where the system does not tell (/proc, Linux)."""
    try:
        with open("/proc/self/clear_refs", "w", encoding="ascii") as file:  # noqa: PTH123
            file.write("5")  # sets the peak back to what is resident now
        before = _status("VmRSS")
        result = call()
        growth = _status("VmHWM") - before
    except OSError:
        return 0
    del result
    return growth


def _status(name: str) -> int:
    with open("/proc/self/status", encoding="ascii") as file:  # noqa: PTH123
        return next(int(line.split()[1]) * 1024 for line in file if line.startswith(name + ":"))


def _object(side: int) -> mask.Mask:
    return mask.stroke(Size(side, side), [Point(side / 2, side / 2)], OBJECT_PX / 2)


def _picture(side: int) -> U8:
    """Smooth waves of colour: what it shows matters to no timing here."""
    x = np.arange(side, dtype=np.float32)
    wave = (127 + 60 * np.sin(x / 37)).astype(np.uint8)
    out = np.empty((side, side, 3), np.uint8)
    for channel in range(3):
        out[..., channel] = np.roll(wave, 40 * channel)[None, :] // 2 + wave[:, None] // 2
    return out


def _resized(picture: U8, size: Size) -> U8:
    return np.asarray(cv2.resize(picture, (size.width, size.height)), np.uint8)


def _stored(picture: U8) -> tuple[Store, Edit]:
    """A store that holds the picture, and the Edit that selects the object with one dab of the brush."""
    file = io.BytesIO()
    Image.fromarray(picture).save(file, "JPEG")
    store = Store()
    middle = picture.shape[0] / 2
    dab = {"kind": "stroke", "points": [[middle, middle]], "radius": OBJECT_PX / 2}
    return store, edits.parse({"image": store.add(file.getvalue()), "selection": [dab]})


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = command.parser("exact", "Cost of masks, crop and stitch; seams.")
    parser.add_argument("--rounds", type=int, default=5, help="timed rounds per pair")
    parser.add_argument("--pictures", type=int, default=48, help="for the seams")
    return parser.parse_args(argv)


if __name__ == "__main__":
    main(sys.argv[1:])
