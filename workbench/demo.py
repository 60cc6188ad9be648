"""The demo: the whole job through the stand-in host, on the bundled photograph or on one's own."""

import argparse
import contextlib
import logging
import os
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import boot
import checkpoints
import numpy as np
from PIL import Image, ImageDraw

from click_inpaint import timing
from click_inpaint.errors import UserError
from click_inpaint.geometry import Size
from click_inpaint.images import decode, flattened, from_pil

PHOTOGRAPH = HERE / "photos" / "dogs.jpg"
CLICK = (540.0, 350.0)  # on the light one of the two dogs; both are selected, since they run as one
DATA = HERE / "data"
EDGE = (255, 64, 160)
LOSSY = (".jpg", ".jpeg")
FORMATS = (".png", ".tif", ".tiff", *LOSSY)


def numbers(count: int) -> Any:
    def parse(text: str) -> tuple[float, ...]:
        with contextlib.suppress(ValueError):
            if len(parts := tuple(map(float, text.split(",")))) == count:
                return parts
        raise argparse.ArgumentTypeError(f"give {count} numbers with commas between them")

    return {"type": parse, "action": "append", "default": []}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py demo", description=__doc__)
    add = parser.add_argument
    add("--once", type=Path, nargs="?", metavar="OUT.png", help=f"where to write: {', '.join(FORMATS)}; JPEG is lossy")
    add("--image", type=Path, default=PHOTOGRAPH, metavar="FILE", help="a photograph of your own")
    add("--click", metavar="X,Y", help="a point on the object, in pixels; can be repeated", **numbers(2))
    add("--exclude", metavar="X,Y", help="a point that is not on it; can be repeated", **numbers(2))
    add("--box", metavar="X0,Y0,X1,Y1", help="two opposite corners of a box around it; can be repeated", **numbers(4))
    add("--grow", type=float, default=10, metavar="PX", help="pixels that the selection grows by (%(default)s)")
    add("--feather", type=float, default=12, metavar="PX", help="pixels over which new fades into old (%(default)s)")
    add("--seed", type=int, default=1, help="the number that chance starts from (%(default)s)")
    return parser.parse_args()


def outputs(out: Path | None, image: Path) -> list[Path]:
    """Where result, mask and comparison go. Refuses, before any work, what could not be written after it."""
    if out is None or out.suffix.lower() not in FORMATS:
        raise SystemExit(f"demo: --once needs a file whose name ends with one of {', '.join(FORMATS)}.")
    places = [out, *(out.with_name(f"{out.stem}-{name}.png") for name in ("mask", "compare"))]
    try:
        for place in filter(Path.exists, places):
            if place.is_dir() or place.samefile(image) or not os.access(place, os.W_OK):
                raise SystemExit(f"demo: --once {out} would overwrite {place}, which must stay; choose another name.")
        tempfile.TemporaryFile(dir=out.parent).close()
    except OSError as error:
        raise SystemExit(f"demo: --once {out}: {out.parent} takes no files ({error.strerror}).") from error
    return places


def edit_of(options: argparse.Namespace, size: Size) -> dict[str, Any]:
    """The Edit. Refuses, by its option's name, what is not on the picture."""
    for name in ("click", "exclude", "box"):
        what, last_px = ("two opposite corners on", 1) if name == "box" else ("a pixel of", 0)
        for xy in getattr(options, name):  # a box ends behind its last pixel
            inside = all(0 <= value < side + last_px for value, side in zip(xy, (size.width, size.height) * 2))
            if not inside or xy[:1] == xy[2:3] or xy[1:2] == xy[3:]:
                given = ",".join(f"{value:g}" for value in xy)
                raise SystemExit(f"demo: --{name} {given}: give {what} the picture, which is {size}.")
    clicks = options.click or ([CLICK] if options.image == PHOTOGRAPH and not options.box else [])
    corners = [(*sorted(box[::2]), *sorted(box[1::2])) for box in options.box]
    steps: list[dict[str, Any]] = [{"kind": "box", **dict(zip(("x0", "x1", "y0", "y1"), box))} for box in corners]
    steps += [{"kind": "click", "x": x, "y": y} for x, y in clicks]
    steps += [{"kind": "click", "x": x, "y": y, "include": False} for x, y in options.exclude]
    return {"selection": steps, "refine": {"grow": options.grow, "feather": options.feather}}


def run(options: argparse.Namespace) -> None:
    steps = logging.StreamHandler(sys.stdout)
    steps.setFormatter(logging.Formatter("%(step)24s %(ms)8.1f ms"))
    timing.logger.addHandler(steps)
    timing.logger.setLevel(logging.DEBUG)
    if not options.image.is_file():
        raise UserError("There is no file {file}; open a picture that exists.", file=str(options.image))
    places = outputs(options.once, options.image)
    with timing.timed("open"):
        decoded = decode(options.image.read_bytes())
    edit, picture = edit_of(options, decoded.size), decoded.to_pil()
    with timing.timed("start the host"):
        checkpoints.write_demo(DATA / "models" / "Stable-diffusion")
        boot.start([HERE.parent], DATA)
    payload = {"seed": options.seed, "override_settings": {"return_mask": True}}
    scripts = {"Click Inpaint": {"args": [edit]}}
    with timing.timed("the whole job"):
        processed = boot.run_img2img(init_images=[picture], alwayson_scripts=scripts, **payload)
    write(places, picture, processed)
    print(processed.infotexts[0].splitlines()[-1].split(", Click Inpaint edit")[0])
    print(f"{options.once}, and -mask and -compare beside it")


def write(places: list[Path], before: Image.Image, processed: Any) -> None:
    """The result, its mask, and a sheet: before, mask with crop box, and after side by side."""
    after, mask = processed.images[0], processed.images[1].convert("L")
    if places[0].suffix.lower() in LOSSY:
        Image.fromarray(flattened(from_pil(after))).save(places[0], quality=95)
        print("JPEG is lossy: outside the mask, too, pixels are no longer quite those of your picture; PNG keeps them.")
    else:
        after.save(places[0])
    mask.save(places[1])
    before = before.convert("RGB")
    tinted = Image.composite(Image.new("RGB", before.size, EDGE), before, mask.point(lambda v: v // 2))
    width, height, x, y = map(int, re.findall(r"\d+", processed.infotexts[0].split("Click Inpaint crop: ")[1])[:4])
    ImageDraw.Draw(tinted).rectangle((x, y, x + width, y + height), outline=EDGE, width=max(2, before.width // 300))
    sheet = Image.fromarray(np.hstack([before, tinted, after.convert("RGB")]))
    sheet.thumbnail((3600, 2400))
    sheet.save(places[2])


if __name__ == "__main__":
    try:
        run(arguments())
    except UserError as error:
        raise SystemExit(f"demo: {error}") from error
