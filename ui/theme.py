"""Colour tokens of the two themes, one meaning per hue: data, model, q (proposal), error; ink is truth and controls."""

from __future__ import annotations

from types import MappingProxyType

LIGHT = MappingProxyType(
    {
        "bg": "#FFFFFF",
        "surface": "#F3F5F8",
        "sunken": "#E9EDF2",
        "ink": "#16202C",
        "muted": "#52606F",
        "axis": "#7F8B99",
        "grid": "#E1E6EC",
        "border": "#CBD3DC",
        "data": "#1D47CB",
        "model": "#BE4A06",
        "q": "#0A7C6A",
        "error": "#850B6E",
        "highlight": "#FFB20F",
        "ring": "#16202C",
    }
)
DARK = MappingProxyType(
    {
        "bg": "#10161D",
        "surface": "#19212B",
        "sunken": "#0B1016",
        "ink": "#E9EEF4",
        "muted": "#A5B1BF",
        "axis": "#748294",
        "grid": "#26303B",
        "border": "#36424F",
        "data": "#4E9BFF",
        "model": "#FB7431",
        "q": "#5FDBA4",
        "error": "#D173B6",
        "highlight": "#FFC13B",
        "ring": "#16202C",
    }
)
ROLES = ("data", "model", "q", "error")


def tokens(mode: str | None) -> MappingProxyType[str, str]:
    """Tokens of theme `mode`: "dark", or anything else for light."""
    return DARK if mode == "dark" else LIGHT
