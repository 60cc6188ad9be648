"""The demo: the whole job through the stand-in host, on the bundled photograph or on one's own."""

import argparse
import logging
import re
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent)]

import boot
import checkpoints
import numpy as np
from PIL import Image, ImageDraw

from click_inpaint import cli, timing
from click_inpaint.errors import UserError
from click_inpaint.images import decode, flattened, from_pil

PHOTOGRAPH = HERE / "photos" / "dogs.jpg"
CLICK = (540.0, 350.0)  # on the light one of the two dogs; both are selected, since they run as one
DATA = HERE / "data"
EDGE = (255, 64, 160)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="dev.py demo", description=__doc__)
    where = f"where to write: {', '.join(cli.ENDINGS)}; JPEG is lossy"
    parser.add_argument("--once", type=Path, nargs="?", metavar="OUT.png", help=where)
    parser.add_argument("--image", type=Path, default=PHOTOGRAPH, metavar="FILE", help="a photograph of your own")
    cli.add_edit_options(parser)
    parser.add_argument("--seed", type=int, default=1, help="the number that chance starts from (%(default)s)")
    options = parser.parse_args()
    options.click = options.click or ([CLICK] if options.image == PHOTOGRAPH and not options.box else [])
    return options


def run(options: argparse.Namespace) -> None:
    steps = logging.StreamHandler(sys.stdout)
    steps.setFormatter(logging.Formatter("%(step)24s %(ms)8.1f ms"))
    timing.logger.addHandler(steps)
    timing.logger.setLevel(logging.DEBUG)
    if not options.image.is_file():
        raise UserError("There is no file {file}; open a picture that exists.", file=str(options.image))
    out = options.once or Path()
    places = [out, *(out.parent / f"{out.stem}-{name}.png" for name in ("mask", "compare"))]
    cli.check_outputs("--once", places, [options.image])
    with timing.timed("open"):
        decoded = decode(options.image.read_bytes())
    edit, picture = cli.edit_of(options, decoded.size), decoded.to_pil()
    with timing.timed("start the host"):
        checkpoints.write_demo(DATA / "models" / "Stable-diffusion")
        boot.start([HERE.parent], DATA)
    payload = {"seed": options.seed, "override_settings": {"return_mask": True}}
    scripts = {"Click Inpaint": {"args": [edit]}}
    with timing.timed("the whole job"):
        processed = boot.run_img2img(init_images=[picture], alwayson_scripts=scripts, **payload)
    write(places, picture.convert("RGB"), processed)
    told = processed.infotexts[0].splitlines()[-1].split(", Click Inpaint edit")[0]
    print(f"{told}\n{options.once}, and -mask and -compare beside it")


def write(places: list[Path], before: Image.Image, processed: Any) -> None:
    """The result, its mask, and a sheet: before (RGB), mask with crop box, and after side by side."""
    after, mask = processed.images[0], processed.images[1].convert("L")
    if places[0].suffix.lower() in cli.LOSSY_ENDINGS:
        Image.fromarray(flattened(from_pil(after))).save(places[0], quality=95)
        print("JPEG is lossy: outside the mask, too, pixels are no longer quite those of your picture; PNG keeps them.")
    else:
        after.save(places[0])
    mask.save(places[1])
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
