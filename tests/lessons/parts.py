"""What the steps of a page set off: the parts of its stage, as a page test sees them."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.app import in_url, open_page
from ui.figures.style import REST


def drawn(app: AppTest, chart: str) -> dict[str, Any]:
    """A chart of the page, by the end of its key."""
    found = next(one.proto.spec for one in app.get("plotly_chart") if one.proto.id.endswith(f"-{chart}"))
    return dict(json.loads(found))


def pieces(app: AppTest, chart: str) -> list[tuple[str, float]]:
    """Of everything in the chart: the parts to which it belongs, and its opacity."""
    figure = drawn(app, chart)
    marks = [one for kind in ("annotations", "shapes") for one in figure["layout"].get(kind, [])]
    named = [(one.get("meta"), one) for one in figure["data"]] + [(one.get("name"), one) for one in marks]
    return [(names or "", one.get("opacity", 1)) for names, one in named]


def markup(app: AppTest, kind: str) -> str:
    """The HTML of this class."""
    return str(next(one.proto.body for one in app.get("html") if f'class="{kind}"' in one.proto.body))


def terms(app: AppTest) -> list[str]:
    """The parts to which the numbers of the live equation belong."""
    return re.findall('data-part="([^"]*)"', markup(app, "gm-equation"))


def containers(block: Any) -> set[str]:
    """The parts that are containers of the page."""
    within = [one for one in getattr(block, "children", {}).values() if hasattr(one, "children")]
    keys = [str(getattr(one.proto, "id", "")).partition("-part-")[2] for one in within]
    return {key for key in keys if key}.union(*map(containers, within))


def set_off(page: str, chart: str, number: int, stays: set[str]) -> set[str]:
    """What this step leaves in full, beside what always stays; all else in the chart is dimmed, and something is."""
    seen = pieces(open_page(page, step=str(number)), chart)
    kept = {names for names, opacity in seen if opacity == 1} - stays
    dimmed = {names for names, opacity in seen if opacity < 1}
    assert dimmed and dimmed == {names for names, _ in seen} - stays - kept
    assert all(opacity == pytest.approx(REST) for _, opacity in seen if opacity != 1)
    return kept


def on_the_stage(page: str, chart: str) -> set[str]:
    """Every part of the chart, of the live equation and of the page's containers."""
    app = open_page(page)
    return set(" ".join([*(names for names, _ in pieces(app, chart)), *terms(app), *containers(app.main)]).split())


def lit(page: str, parts: str) -> list[bool]:
    """Of each number of the live equation, whether it belongs to one of these parts."""
    return [not set(parts.split()).isdisjoint(names.split()) for names in terms(open_page(page))]


def walk_through(page: str, num_steps: int, chart: str) -> None:
    """Press Next from the first step to the last and once more: while one is open something is dimmed, then nothing."""
    app = open_page(page)
    for number in (*range(1, num_steps + 1), None):
        app.button(f"{page}-step-next").click().run()
        assert in_url(app, "step") == (number and str(number))
        assert any(opacity < 1 for _, opacity in pieces(app, chart)) == (number is not None)
