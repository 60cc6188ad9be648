"""The demo: the whole job through the stand-in host, on the bundled photograph or on one's own."""

import argparse
import logging
import sys
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
sys.path[:0] = [str(HERE), str(ROOT)]

import boot
import checkpoints
from PIL import Image, ImageDraw

from click_inpaint.errors import UserError
from click_inpaint.images import decode

PHOTOGRAPH = HERE / "photos" / "dogs.jpg"
CLICK = (540.0, 350.0)
"""On the light one of the two dogs; both are selected, since they run as one."""
DATA = HERE / "data"
EDGE = (255, 64, 160)


class Steps(logging.Handler):
    """Collects what the library says about how long each step took."""

    def __init__(self) -> None:
        super().__init__()
        self.ms: list[tuple[str, float]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.ms.append((record.step, record.ms))  # type: ignore[attr-defined]  # the `extra` of click_inpaint.timing


def numbers(count: int) -> Any:
    def parse(text: str) -> tuple[float, ...]:
        parts = tuple(float(part) for part in text.split(","))
        if len(parts) != count:
            raise argparse.ArgumentTypeError(f"give {count} numbers with commas between them")
        return parts

    return parse


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py demo", description=__doc__)
    parser.add_argument("--once", type=Path, metavar="OUT.png", default=Path("out.png"), help="where to write")
    parser.add_argument("--image", type=Path, default=PHOTOGRAPH, help="a photograph of your own")
    parser.add_argument("--click", type=numbers(2), action="append", metavar="X,Y", help="a point on the object")
    parser.add_argument("--exclude", type=numbers(2), action="append", metavar="X,Y", help="a point that is not on it")
    parser.add_argument("--box", type=numbers(4), metavar="X0,Y0,X1,Y1", help="a box around it")
    parser.add_argument("--grow", type=float, default=10, help="pixels that the selection grows by")
    parser.add_argument("--feather", type=float, default=12, help="pixels over which new fades into old")
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def edit_of(options: argparse.Namespace) -> dict[str, Any]:
    clicks = options.click or ([] if options.image != PHOTOGRAPH or options.box else [CLICK])
    steps: list[dict[str, Any]] = []
    if options.box:
        steps.append({"kind": "box", **dict(zip(("x0", "y0", "x1", "y1"), options.box))})
    steps += [{"kind": "click", "x": x, "y": y} for x, y in clicks]
    steps += [{"kind": "click", "x": x, "y": y, "include": False} for x, y in options.exclude or []]
    return {"selection": steps, "refine": {"grow": options.grow, "feather": options.feather}}


def start_host() -> None:
    for name, channels, context in (("demo-sd2-inpainting", 9, 1024), ("demo-sd15", 4, 768)):
        checkpoints.write_tiny(DATA / "models" / "Stable-diffusion" / f"{name}.safetensors", channels, context)
    boot.start([ROOT], DATA)
    from modules import shared

    shared.opts.set("return_mask", True)


def run(options: argparse.Namespace) -> None:
    steps = Steps()
    logger = logging.getLogger("click_inpaint.timing")
    logger.setLevel(logging.DEBUG)
    logger.addHandler(steps)
    start = time.perf_counter()
    if not options.image.is_file():
        raise UserError("There is no file {file}; open a picture that exists.", file=str(options.image))
    picture = decode(options.image.read_bytes()).to_pil()
    opened = time.perf_counter()
    start_host()
    started = time.perf_counter()
    processed = boot.run_img2img(
        init_images=[picture],
        seed=options.seed,
        alwayson_scripts={"Click Inpaint": {"args": [edit_of(options)]}},
    )
    ended = time.perf_counter()
    after, mask = processed.images[:2]
    info = processed.infotexts[0]
    write(options.once, picture, mask, after, crop_of(info))
    ours = sum(ms for _, ms in steps.ms)
    rows = [("open", (opened - start) * 1e3), ("start the host", (started - opened) * 1e3), *steps.ms]
    for name, ms in [*rows, ("host and sampler", (ended - started) * 1e3 - ours)]:
        print(f"{name:>24} {ms:8.1f} ms")
    print(info.splitlines()[-1].split(", Click Inpaint edit")[0])
    print(f"{options.once}, and -mask and -compare beside it")


def crop_of(info: str) -> tuple[int, int, int, int]:
    text = info.split("Click Inpaint crop: ")[1].split(",")[0]
    size, x, y = text.split("+")
    width, height = size.split("x")
    return int(x), int(y), int(x) + int(width), int(y) + int(height)


def write(
    out: Path, before: Image.Image, mask: Image.Image, after: Image.Image, crop: tuple[int, int, int, int]
) -> None:
    """OUT.png, OUT-mask.png and OUT-compare.png: before, mask, crop box and after side by side."""
    out.parent.mkdir(parents=True, exist_ok=True)
    after.save(out)
    mask.convert("L").save(out.with_name(f"{out.stem}-mask.png"))
    tinted = Image.composite(
        Image.new("RGB", before.size, EDGE), before.convert("RGB"), mask.convert("L").point(lambda v: v // 2)
    )
    boxed = tinted.copy()
    ImageDraw.Draw(boxed).rectangle(crop, outline=EDGE, width=max(2, before.width // 300))
    panels = [before.convert("RGB"), tinted, boxed, after.convert("RGB")]
    sheet = Image.new("RGB", (before.width * 2 + 8, before.height * 2 + 8), "white")
    for index, panel in enumerate(panels):
        sheet.paste(panel, (index % 2 * (before.width + 8), index // 2 * (before.height + 8)))
    sheet.thumbnail((2400, 2400))
    sheet.save(out.with_name(f"{out.stem}-compare.png"))


def main() -> None:
    try:
        run(arguments())
    except UserError as error:
        raise SystemExit(f"demo: {error}") from error


if __name__ == "__main__":
    main()
