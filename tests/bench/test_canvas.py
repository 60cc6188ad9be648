"""The benchmark of the canvas: what it makes of the frames that Chromium drew."""

from bench.canvas import GESTURES, summary


def test_quantiles_and_ratios_of_what_was_drawn() -> None:
    taken = {f"{kind} {name}": [ms] * 40 for name in GESTURES for kind, ms in (("floor", 10.0), ("ours", 12.0))}
    taken["ours zoom"] = [20.0] * 40
    result = summary(taken)
    assert (result["frame_ms_p50"], result["frame_ms_p95"], result["floor_ms_p95"]) == (12.0, 20.0, 10.0)
    assert (result["over_floor_p50"], result["over_floor_p95"]) == (1.2, 2.0)
    assert (result["hover_over_floor_p50"], result["zoom_over_floor_p95"]) == (1.2, 2.0)
