"""The bar that always ends at log p(x), as HTML in CSS pixels: colours are variables, so that it follows the theme."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

from lessons.variational.figures import BOTTOM, DENSITIES, RULER, TOP

HEIGHT = DENSITIES + RULER  # as high as the curves beside it
WINDOW = 2.5  # nats below log p(x) that the bar shows
LEFT, WIDTH = 40, 46  # of the bar
LINES = 40  # height of a label of two lines
BOLD = {"white_space": "nowrap", "font_weight": 600}
INK = {"color": "var(--gm-ink)"}
HATCH = "repeating-linear-gradient(-45deg,var(--gm-error) 0 5px,transparent 5px 8px)"


@dataclass(frozen=True)
class Bar:
    """log p(x), the ELBO of q, and the best ELBO of q's family; nats."""

    log_evidence: float
    elbo: float
    best: float


def bar(seen: Bar, words: Mapping[str, tuple[str, str]], unit: str, alt: str) -> str:
    """The ELBO from below and the gap above it; what lies more than WINDOW nats below log p(x) is out of sight.

    `words`: name and value of "log-evidence", "gap" and "elbo"; `alt` says all to those who cannot see it.
    """
    lowest = seen.log_evidence - WINDOW

    def down(value: float) -> float:
        return HEIGHT * (seen.log_evidence - min(max(value, lowest), seen.log_evidence)) / WINDOW

    level, notch = down(seen.elbo), down(seen.best)
    halves = range(math.ceil(2 * lowest), math.floor(2 * seen.log_evidence) + 1)
    middles = _apart(level / 2, level)
    parts = [
        _box(unit, top=-26, left=0, color="var(--gm-muted)"),
        *(_tick(down(half / 2), f"{half / 2:.1f}".replace("-", "−")) for half in halves),
        *_marks(level, notch),
        _box(" ".join(map(escape, words["log-evidence"])), top=-26, left=LEFT, **BOLD, **INK, part="evidence"),
        _label(*words["gap"], "error", middles[0], "gap"),
        _label(*words["elbo"], "q", middles[1], "elbo"),
    ]
    style = f"position:relative;height:{HEIGHT}px;margin:{TOP}px 0 {BOTTOM}px"
    text = "font-size:13px;line-height:18px;font-variant-numeric:tabular-nums"
    return f'<div class="gm-bar" role="img" aria-label="{escape(alt)}" style="{style};{text}">{"".join(parts)}</div>'


def _marks(level: float, notch: float) -> list[str]:
    """The gap and the ELBO below it, the line of the evidence, and the notch at the best that the family can do."""
    filled = {
        "background": "color-mix(in srgb,var(--gm-q) 30%,transparent)",
        "border_top": "3px solid var(--gm-q)" if level < HEIGHT else "none",
        "box_sizing": "border-box",
    }
    notched = {"border": "8px solid transparent", "border_right_color": "var(--gm-ink)"}
    return [
        _box(top=0, left=LEFT, width=WIDTH, height=level, background=HATCH, part="gap"),
        _box(top=level, left=LEFT, width=WIDTH, height=HEIGHT - level, **filled, part="elbo"),
        _box(top=-3, left=LEFT - 4, width=WIDTH + 8, border_top="3px solid var(--gm-ink)", part="evidence"),
        _box(top=notch - 8, left=LEFT + WIDTH - 7, **notched, part="elbo"),
    ]


def _apart(gap: float, elbo: float) -> tuple[float, float]:
    """Middles of the two labels beside the bar, where they neither overlap nor leave it."""
    gap = max(gap, 0.4 * LINES)
    elbo = min(max(elbo, gap + LINES), HEIGHT)
    return min(gap, elbo - LINES), elbo


def _tick(top: float, text: str) -> str:
    words = _box(text, top=top - 9, left=0, width=LEFT - 12, text_align="right", color="var(--gm-muted)")
    return words + _box(top=top, left=LEFT - 6, width=6, border_top="1px solid var(--gm-axis)")


def _label(name: str, value: str, role: str, top: float, part: str) -> str:
    text = f"{escape(name)}<br>{escape(value)}"
    return _box(text, top=top - LINES / 2, left=LEFT + WIDTH + 14, **BOLD, color=f"var(--gm-{role})", part=part)


def _box(content: str = "", part: str = "", **style: object) -> str:
    """A piece of it at its place; numbers are CSS pixels. It is dimmed while a step speaks of another `part`."""
    named = ""
    if part:
        named = f' data-part="{part}"'
        style |= {"opacity": f"var(--gm-part-{part},var(--gm-rest,1))", "transition": "opacity 240ms ease-out"}
    css = ";".join(f"{name.replace('_', '-')}:{_size(name, value)}" for name, value in style.items())
    return f'<span{named} style="position:absolute;{css}">{content}</span>'


def _size(name: str, value: object) -> str:
    return f"{value:.1f}px" if isinstance(value, float | int) and name != "font_weight" else str(value)
