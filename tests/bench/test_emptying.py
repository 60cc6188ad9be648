import numpy as np

from bench import emptying
from bench.cases import Case
from click_inpaint.geometry import Box, Point


def disc(radius: int) -> Case:
    down, across = np.ogrid[:200, :240]
    mask = np.where(np.hypot(down - 100, across - 120) < radius, 255, 0).astype(np.uint8)
    image = np.full((200, 240, 3), (20, 120, 60), np.uint8)
    image[mask > 0] = (220, 40, 30)
    box = Box(120 - radius, 100 - radius, 121 + radius, 101 + radius)
    return Case(image, mask, Point(120.5, 100.5), box)


def test_what_a_larger_grow_leaves_is_never_more() -> None:
    figures = emptying.leftovers([disc(30), disc(50)])
    assert figures["count"] == 2
    for kind in ("objects_left", "pixels_left"):
        shares = [figures[f"{kind}_{grow}"] for grow in emptying.GROWS_PX]
        assert shares == sorted(shares, reverse=True) and shares[-1] == 0


def test_blurred_surroundings_make_up_the_fewest_edges_of_colours_that_are_as_close() -> None:
    """The reason for which a removal starts from them, see docs/TASKS.md."""
    figures = emptying.fills()
    edges = [figures[f"edges_{kind}"] for kind in ("neutral", "telea", "border")]
    assert edges == sorted(edges) and edges[1] > 1.3 * edges[0]
    errors = [figures[f"error_{kind}"] for kind in emptying.FILLS]
    assert max(errors) < 1.1 * min(errors)
