"""The table of the course: every page there is, for the menu, home, the host's page, the tests and the tour."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Page(NamedTuple):
    """One page: its section of the menu, its icon there, the minutes it takes, and the shipped models that it shows,
    its own one first; of models that have a view of their own on it, what its link asks for.
    """

    section: str
    icon: str
    minutes: int = 0
    models: tuple[str, ...] = ()
    views: Mapping[str, Mapping[str, str]] = MappingProxyType({})


GAMES = {"gan-points": "points", "gan-mnist": "digits"}  # of the page on GANs, by the model that is in it

# In the order of the course; home stands alone above the sections. A lesson enters here when it is finished: its file
# is pages/<page>.py, its folder lessons/<page>, its address /<page>, and its title a label.
# Minutes are an estimate, rounded to 5, for who reads all of it: 200 words a minute with the formulas among them, 1 for
# the numbers of each step, 2 for the prediction, 3 for each challenge (tests/lessons/home holds them to the words).
COURSE = {
    "home": Page("", "home"),
    "bayes": Page("probability", "percent", 20),
    "likelihood": Page("probability", "landscape_2", 25),
    "information": Page("probability", "casino", 20),
    "gaussian_kl": Page("probability", "ssid_chart", 25),
    "variational": Page("probability", "stacked_bar_chart", 20),
    "markov": Page("probability", "hub", 20),
    "pixels": Page("autoregressive", "grid_on", 25, ("pixelcnn-mnist", "pixelrnn-mnist")),
    "moons": Page("latent", "dark_mode", 20, ("ae-moon-phases", "vae-moon-phases")),
    "vae": Page("latent", "scatter_plot", 30, ("vae-mnist",)),
    "vqvae": Page("latent", "apps", 25, ("vqvae-mnist",)),
    "gan": Page("adversarial", "swords", 40, tuple(GAMES), {model: {"game": game} for model, game in GAMES.items()}),
    "noising": Page("diffusion", "grain", 15),
    "denoiser": Page("diffusion", "auto_fix_high", 25, ("ddpm-mnist", "ddpm-cars")),
    "plane": Page("diffusion", "north_east", 20, ("ddpm-points",)),
    "compare": Page("comparison", "leaderboard", 25),
    "pytorch": Page("notes", "data_array", 30),
    "training": Page("host", "timeline"),
}
PAGES = tuple(COURSE)
LESSONS = tuple(page for page, about in COURSE.items() if about.section not in ("", "host"))
SECTIONS = {
    section: tuple(page for page, about in COURSE.items() if about.section == section)
    for section in dict.fromkeys(about.section for about in COURSE.values())
}


def after(page: str) -> str | None:
    """The page that comes after this one in the order of the course: home again after the last lesson."""
    order = ("home", *LESSONS)
    return order[(order.index(page) + 1) % len(order)] if page in order else None


def has_stage(page: str) -> bool:
    """Whether the page has a live picture; the host's has none."""
    return COURSE[page].section != "host"


def address(page: str) -> str:
    """Where a page lives below the root of the site; home is the root itself."""
    return "" if page == "home" else page


def page_of(model: str) -> str | None:
    """The page on which models of this name are used, or None when there is none."""
    return next((page for page, about in COURSE.items() if model in about.models), None)


def view_of(model: str) -> Mapping[str, str]:
    """What a link to the page of this model asks for beside the model."""
    page = page_of(model)
    return COURSE[page].views.get(model, {}) if page else {}


def is_first(model: str) -> bool:
    """Whether the page of this model, or its view there, shows it without being asked."""
    page = page_of(model)
    return page is not None and (COURSE[page].models[0] == model or model in COURSE[page].views)
