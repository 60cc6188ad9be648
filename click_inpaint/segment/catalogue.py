"""Every segmenter that can be chosen: one table, which holds all that is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from click_inpaint.segment.sam import mobile
from click_inpaint.segment.sam.hq import HqDecoder
from click_inpaint.segment.sam.models import Architecture, hq_tiny, hq_vit, vit
from click_inpaint.weights import WeightFile

BUILT_IN = "grabcut"
"""The segmenter that needs no weight file, and so is always there."""

UNKNOWN_PRIOR_SECONDS = 10.0


@dataclass(frozen=True)
class SegmenterSpec:
    """One segmenter.

    `name` stands in the Edit, `label` is what people call it. `prior_seconds` is how long its encoder may take on a CPU
    of a few cores: the page's first progress bar goes by it, until this machine has run the encoder once. The built-in
    segmenter has neither `architecture` nor weight `file`.
    """

    name: str
    label: str
    prior_seconds: float
    architecture: Architecture | None = None
    file: WeightFile | None = None


def _sam(filename: str, size: int, sha256: str) -> WeightFile:
    return WeightFile(filename, ("https://dl.fbaipublicfiles.com/segment_anything/" + filename,), size, sha256)


def _sam_hq(filename: str, size: int, sha256: str) -> WeightFile:
    return WeightFile(filename, ("https://huggingface.co/lkeab/hq-sam/resolve/main/" + filename,), size, sha256)


_BEST_FIRST = (
    SegmenterSpec(
        "sam_hq_vit_h",
        "SAM-HQ ViT-H",
        60.0,
        Architecture(partial(hq_vit, "vit_h"), decoder=HqDecoder),
        _sam_hq("sam_hq_vit_h.pth", 2570940653, "a7ac14a085326d9fa6199c8c698c4f0e7280afdbb974d2c4660ec60877b45e35"),
    ),
    SegmenterSpec(
        "sam_vit_h",
        "SAM ViT-H",
        60.0,
        Architecture(partial(vit, "vit_h")),
        _sam("sam_vit_h_4b8939.pth", 2564550879, "a7bf3b02f3ebf1267aba913ff637d9a2d5c33d3173bb679e46d9f338c26f262e"),
    ),
    SegmenterSpec(
        "sam_hq_vit_l",
        "SAM-HQ ViT-L",
        35.0,
        Architecture(partial(hq_vit, "vit_l"), decoder=HqDecoder),
        WeightFile("sam_hq_vit_l.pth"),  # no published hash is known
    ),
    SegmenterSpec(
        "sam_vit_l",
        "SAM ViT-L",
        35.0,
        Architecture(partial(vit, "vit_l")),
        _sam("sam_vit_l_0b3195.pth", 1249524607, "3adcc4315b642a4d2101128f611684e8734c41232a17c648ed1693702a49a622"),
    ),
    SegmenterSpec(
        "sam_hq_vit_b",
        "SAM-HQ ViT-B",
        15.0,
        Architecture(partial(hq_vit, "vit_b"), decoder=HqDecoder),
        _sam_hq("sam_hq_vit_b.pth", 379335069, "14a9d662cd6f5a9c2dba6d40ab0058d88d287e4a18fd6fdc6ad5fb1a3fdeaa57"),
    ),
    SegmenterSpec(
        "sam_vit_b",
        "SAM ViT-B",
        15.0,
        Architecture(partial(vit, "vit_b")),
        _sam("sam_vit_b_01ec64.pth", 375042383, "ec2df62732614e57411cdcf32a23ffdf28910380d03139ee0f4fcbe91eb8c912"),
    ),
    SegmenterSpec(
        "sam_hq_vit_tiny",
        "SAM-HQ Tiny",
        2.0,
        Architecture(hq_tiny, mobile.renamed, mobile.usable, HqDecoder),
        WeightFile("sam_hq_vit_tiny.pth"),  # its exact size is not known
    ),
    SegmenterSpec(
        "mobile_sam",
        "MobileSAM",
        2.0,
        Architecture(mobile.build, mobile.renamed, mobile.usable),
        WeightFile(
            "mobile_sam.pt",
            ("https://github.com/ChaoningZhang/MobileSAM/raw/master/weights/mobile_sam.pt",),
            40728226,
            "6dbb90523a35330fedd7f1d3dfc66f995213d81b29a5ca8108dbcdd4e37d6c2f",
        ),
    ),
    SegmenterSpec(BUILT_IN, "GrabCut", 0.3),
)

SEGMENTERS: dict[str, SegmenterSpec] = {spec.name: spec for spec in _BEST_FIRST}
"""By name, best first."""


def prior_seconds(name: str) -> float:
    """How long an encoder may take that was never run here; a wrong guess only misplaces the first progress bar."""
    return SEGMENTERS[name].prior_seconds if name in SEGMENTERS else UNKNOWN_PRIOR_SECONDS


def label_of(name: str) -> str:
    """What people call a segmenter."""
    return SEGMENTERS[name].label if name in SEGMENTERS else name


def downloadable() -> dict[str, WeightFile]:
    """The weight files that can be downloaded, by the segmenter's name, smallest first."""
    files = {name: spec.file for name, spec in SEGMENTERS.items() if spec.file is not None and spec.file.urls}
    return dict(sorted(files.items(), key=lambda item: item[1].size))
