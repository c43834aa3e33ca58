"""Numbers as a page shows them: real minus signs, infinity as its sign, and sums that hold as they are written."""

from __future__ import annotations

import math

DECIMALS = 4  # as in the course


def number(value: float, decimals: int = DECIMALS) -> str:
    """As on the screen, never as minus zero."""
    shown = f"{value:z.{decimals}f}" if math.isfinite(value) else f"{value:z}".replace("inf", "∞")
    return shown.replace("-", "−")


def formula(value: float, decimals: int = DECIMALS) -> str:
    """As in a formula."""
    return number(value, decimals).replace("−", "-").replace("∞", r"\infty")


def decimals(total: float, *parts: float) -> int:
    """Four, or as many more, up to seven, as it takes for the parts, so rounded, to add up to the rounded total."""
    if not math.isfinite(total):
        return DECIMALS
    return next((n for n in (4, 5, 6) if abs(round(total, n) - sum(round(part, n) for part in parts)) < 1e-9), 7)
