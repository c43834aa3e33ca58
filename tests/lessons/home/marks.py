"""Measurements that no model got, for tests of what the page makes of them."""

from __future__ import annotations

from genmodels.evaluation.comparison import ENTRANTS
from lessons.home.leaves import LEAVES
from lessons.home.measures import FURTHER, Mark

NUMBERS = {  # milliseconds, times what real digits get, coverage
    "pixelcnn": (480.0, 12.0, 0.62),
    "pixelrnn": (310.0, 28.0, 0.41),
    "vae": (0.5, 31.0, 0.35),
    "vqvae": (75.0, 9.5, 0.70),
    "gan": (2.6, 4.2, 0.86),
    "diffusion-10": (70.0, 7.5, 0.78),
    "diffusion": (1350.0, 2.4, 0.91),
}
FAMILIES = {name: family for family, name in LEAVES.items()} | FURTHER


def mark(name: str, milliseconds: float, times_real: float, coverage: float) -> Mark:
    return Mark(name, FAMILIES[name], milliseconds, times_real, coverage, 10_000, "cpu")


MARKS = tuple(mark(one.name, *NUMBERS[one.name]) for one in ENTRANTS if one.name in NUMBERS)
