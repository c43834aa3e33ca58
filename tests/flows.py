"""The flow of points that the page on diffusion in the plane shows, computed without the page."""

from __future__ import annotations

from genmodels import load
from genmodels.data import points
from genmodels.evaluation.flow import Flow, flow


def flowing(steps: int = 12, eta: float = 1.0) -> Flow:
    """That of the shipped model from the page's first noise."""
    data, other = (points.load("two-moons", split).batch(slice(0, 2000)) for split in ("train", "test"))
    *_, last = flow(load("ddpm-points", device="cpu"), data, other, 240, 0, eta, steps=steps)
    assert isinstance(last, Flow)
    return last
