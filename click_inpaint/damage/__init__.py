"""Damage of old photographs: scratches, dust, hairs and creases. `spots` finds what stands out from all sides, `traits`
measures it, `verdict` says how likely it is damage, and `search` strings them together.
"""

from click_inpaint.damage.search import find

__all__ = ["find"]
