"""A learning curve as small as a word."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence
from html import escape


def trained(values: Sequence[float]) -> list[float]:
    """A curve without the untrained start, which would press the rest flat."""
    shown = [value for value in values if math.isfinite(value)]
    return shown[1:] if len(shown) > 2 else shown


def sparkline(values: Sequence[float], alt: str, width: int = 112, height: int = 28) -> str:
    """HTML of a curve in the colour of ink; `alt` is what is read aloud."""
    shown = list(values)
    if len(shown) < 2:
        shown = [*shown, *shown, 0.0, 0.0][:2]
    low, high = min(shown), max(shown)
    scale = (height - 6) / (high - low) if high > low else 0.0
    step = (width - 8) / (len(shown) - 1)
    points = [(4 + i * step, height - 3 - (value - low) * scale) for i, value in enumerate(shown)]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    x, y = points[-1]
    size = f'width="{width}" height="{height}" viewBox="0 0 {width} {height}"'
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size}>'
        f'<polyline points="{path}" fill="none" stroke="black" stroke-width="1.5"/>'
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5"/></svg>'
    )
    # Streamlit lets no SVG through; as a mask it takes the theme's ink.
    mask = f"mask:url(data:image/svg+xml;base64,{b64encode(svg.encode()).decode()})"
    look = f"width:{width}px;height:{height}px;background:var(--gm-ink);{mask}"
    return f'<div class="gm-sparkline" role="img" aria-label="{escape(alt)}" style="{look}"></div>'
