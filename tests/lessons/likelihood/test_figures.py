"""The panels of the likelihood page's figure share one pair of axes: what they show must be what they were given."""

from __future__ import annotations

import numpy as np
import pytest

from genmodels.probability import likelihood
from lessons.likelihood.figures import Panel


def shown(panel: Panel, y: np.ndarray) -> np.ndarray:
    """Back from pixels to values."""
    return panel.low + (y - panel.foot) / panel.height * (panel.high - panel.low)


@pytest.mark.parametrize("counts", [(30, 70), (1, 9), (0, 5), (400, 400)])
def test_a_panel_shows_its_part_of_a_curve_and_ends_it_at_its_edge(counts: tuple[int, int]) -> None:
    curves = likelihood.bernoulli_curves(*counts, 301)
    peak = curves.log_likelihood.max()
    panel = Panel(100, 80, peak - 9, peak + 1, [])
    x, y = panel.line(curves.theta, curves.log_likelihood)
    inside = (curves.log_likelihood >= panel.low) & (curves.log_likelihood <= panel.high)
    np.testing.assert_array_equal(x[inside], curves.theta[inside])
    np.testing.assert_allclose(shown(panel, y[inside]), curves.log_likelihood[inside])
    ends = np.flatnonzero(np.isfinite(y) & ~inside)
    assert len(ends) == sum(inside[1:] != inside[:-1])
    np.testing.assert_allclose(y[ends], panel.foot)
    for end in ends:
        exact = likelihood.bernoulli_log_likelihood(float(np.clip(x[end], 0, 1)), *counts)
        assert exact == pytest.approx(panel.low, abs=0.5) or not np.isfinite(curves.log_likelihood[end])


def test_a_curve_outside_is_not_drawn() -> None:
    _, y = Panel(0, 50, 0, 1, []).line(np.linspace(0, 1, 5), np.full(5, 2.0))
    assert np.isnan(y).all()
