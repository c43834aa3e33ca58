"""The panels of the likelihood page's figure share one pair of axes: what they show must be what they were given."""

from __future__ import annotations

import numpy as np
import pytest

from genmodels.probability import likelihood
from lessons.likelihood.figures import Panel
from lessons.likelihood.figures_normal import NAME, SCALE, SIGMA_RANGE, Landscape, landscape
from lessons.likelihood.normal import DROPS, SAMPLE, read


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


@pytest.mark.parametrize(
    "written", [SAMPLE, "0 1", "-4 4", "1 1.2 1.4", "-3 0 3 1 2 -1 -2 0.5 0.1", "2.9 3 3.1 3.2 3.3"]
)
def test_the_name_of_the_top_covers_none_of_the_curves(written: str) -> None:
    data = read(written)
    contours = [likelihood.normal_contour(data, drop, 5001) for drop in DROPS]
    words = {"mu": "mu", "sigma": "sigma", "best": "top", "curves": "curves"}
    figure = landscape(Landscape(contours, (0, 1), (0, 0), likelihood.normal_fit(data)), words, None)
    (name,) = (one for one in figure.layout.annotations if one.text == "<b>top</b>")
    width, height = (length / SCALE for length in NAME)
    low = name.y if name.yanchor == "bottom" else name.y - height
    assert low >= 0 and low + height <= SIGMA_RANGE[1]
    for mu, sigma in contours:
        assert not np.any((np.abs(mu - name.x) < width / 2) & (low <= sigma) & (sigma <= low + height))
