"""The table of the course: every page there is, for the menu, home, the host's page, the tests and the tour."""

from __future__ import annotations

from typing import NamedTuple


class Page(NamedTuple):
    """One page: its section of the menu, its icon there, and the shipped models that it shows, its own one first."""

    section: str
    icon: str
    models: tuple[str, ...] = ()


# In the order of the course; home stands alone above the sections. A lesson enters here when it is finished: its file
# is pages/<page>.py, its folder lessons/<page>, its address /<page>, and its title a label.
COURSE = {
    "home": Page("", "home"),
    "bayes": Page("probability", "percent"),
    "likelihood": Page("probability", "landscape_2"),
    "information": Page("probability", "casino"),
    "gaussian_kl": Page("probability", "ssid_chart"),
    "variational": Page("probability", "stacked_bar_chart"),
    "markov": Page("probability", "hub"),
    "vae": Page("latent", "scatter_plot", ("vae-mnist",)),
    "noising": Page("diffusion", "grain"),
    "denoiser": Page("diffusion", "auto_fix_high", ("ddpm-mnist", "ddpm-cars")),
    "plane": Page("diffusion", "north_east", ("ddpm-points",)),
    "training": Page("host", "timeline"),
}
PAGES = tuple(COURSE)
LESSONS = tuple(page for page, about in COURSE.items() if about.section not in ("", "host"))
SECTIONS = {
    section: tuple(page for page, about in COURSE.items() if about.section == section)
    for section in dict.fromkeys(about.section for about in COURSE.values())
}


def address(page: str) -> str:
    """Where a page lives below the root of the site; home is the root itself."""
    return "" if page == "home" else page


def page_of(model: str) -> str | None:
    """The page on which models of this name are used, or None when there is none."""
    return next((page for page, about in COURSE.items() if model in about.models), None)


def is_first(model: str) -> bool:
    """Whether the page of this model shows it without being asked."""
    page = page_of(model)
    return page is not None and COURSE[page].models[0] == model
