"""The trilemma on measured axes: quality, variety and speed of the models that draw digits. No torch, no maths."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import streamlit as st

from genmodels.evaluation import comparison
from genmodels.evaluation.comparison import ENTRANTS, TESTS, Compared
from lessons.home.leaves import LEAVES

FURTHER = {"diffusion-10": "diffusion", "pixelrnn": "pixel"}  # others of a family that have a leaf already
ALONE = 1  # pictures at once, for the time that one takes


@dataclass(frozen=True)
class Mark:
    """What was measured of one model: milliseconds for a picture, the Frechet distance in multiples of what real digits
    get, and the share of the real digits near which it draws, all of `n` digits."""

    name: str
    family: str
    milliseconds: float
    times_real: float
    coverage: float
    n: int
    device: str

    @property
    def is_leaf(self) -> bool:
        return LEAVES[self.family] == self.name


@st.cache_resource(show_spinner=False)
def measured() -> tuple[Mark, ...]:
    """The marks of the leaves and of their relatives; those that have not been measured are missing."""
    families = {name: family for family, name in LEAVES.items()} | FURTHER
    found = [(families[one.name], comparison.shipped(one)) for one in ENTRANTS if one.name in families]
    return tuple(_mark(family, record) for family, record in found if record is not None)


def _mark(family: str, record: Compared) -> Mark:
    return Mark(
        record.name,
        family,
        record.milliseconds[ALONE],
        record.times_real,
        record.neighbours.coverage,
        record.n,
        record.device,
    )


@st.cache_resource(show_spinner=False)
def real_coverage() -> float | None:
    """The coverage that real digits get which no model has seen; None where it has not been measured."""
    record = comparison.shipped(next(one for one in TESTS if one.name == "real"))
    return None if record is None else record.neighbours.coverage


def firsts(marks: tuple[Mark, ...]) -> dict[str, Mark]:
    """Who is first in each: "speed", "quality", "variety"."""
    return {
        "speed": min(marks, key=lambda mark: mark.milliseconds),
        "quality": min(marks, key=lambda mark: mark.times_real),
        "variety": max(marks, key=lambda mark: mark.coverage),
    }


def told(first: Mapping[str, Mark]) -> str:
    """The section that says so: of one model that is first in all, of two, or of as many as there are."""
    if first["speed"] == first["quality"] == first["variety"]:
        return "first-one"
    return "first-two" if first["quality"] == first["variety"] else "first-three"
