import numpy as np

from bench import fit_damage
from click_inpaint.damage.verdict import log_odds


def test_what_is_fitted_tells_apart_what_was_to_be_told_apart() -> None:
    random = np.random.default_rng(2)
    traits = random.normal(size=(4000, 4)).astype(np.float32)
    damage = (traits[:, 1] > 0.3) & (traits[:, 3] < 0.5)
    spots = fit_damage.Spots(traits, damage.astype(np.float64), np.ones(4000))
    odds = log_odds(traits, fit_damage.fitted(spots))
    assert ((odds > 0) == damage).mean() > 0.95
