"""Filling a hole with patches of the rest of the picture: which parts of it are filled by themselves (`pieces`), what a
patch looks like (`look`), which patch stands for which (`field`), and the way from a coarse picture to the whole one
(`base`).
"""

from click_inpaint.patches.base import patched, surroundings_of

__all__ = ["patched", "surroundings_of"]
