"""Filling a hole with patches of the rest of the picture: what a patch looks like (`look`), which patch stands for
which (`field`), and the way from a coarse picture to the whole one (`base`).
"""

from click_inpaint.patches.base import patch, patched

__all__ = ["patch", "patched"]
