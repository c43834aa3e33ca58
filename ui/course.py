"""The lessons that exist, for the menu, the home page, the tests and the tour."""

from __future__ import annotations

# Section of the menu -> its pages with an icon each, in the order of the course; home stands alone above them.
# A lesson enters here when it is finished: its file is pages/<page>.py, its address /<page>, its title a label.
SECTIONS = {
    "": {"home": "home"},
    "probability": {
        "bayes": "percent",
        "likelihood": "landscape_2",
        "information": "casino",
        "gaussian_kl": "ssid_chart",
        "variational": "stacked_bar_chart",
        "markov": "hub",
    },
    "latent": {"vae": "scatter_plot"},
    "diffusion": {"noising": "grain", "denoiser": "auto_fix_high", "plane": "north_east"},
    "host": {"training": "timeline"},
}
PAGES = tuple(page for pages in SECTIONS.values() for page in pages)


def address(page: str) -> str:
    """Where a page lives below the root of the site; home is the root itself."""
    return "" if page == "home" else page
