"""Every button of every page is pressed once: what the page shows then is what its link says to a new visitor."""

from __future__ import annotations

import json
import re
from base64 import b64decode
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from tests.app import equations, link, notices, open_page, settled, shown
from ui.course import LESSONS

QUICK = {"denoiser": {"steps": "3"}, "plane": {"steps": "3"}}
# What a visitor has asked for lasts seconds or minutes, and belongs to this visit; each has tests of its own.
ASKS = re.compile(r"train|live-|watch|-(compare|grid|break|nearest)-do|notebook|view-|edited-|sketch|own-|crop")


def pressed(app: AppTest) -> list[str]:
    """Keys of the buttons that can be pressed now and change something at once."""
    keys = [str(button.key) for button in app.button if not button.disabled]
    return [key for key in keys if not ASKS.search(key)]


def rounded(value: Any) -> Any:
    """A chart with as many digits of its numbers as a link keeps."""
    if isinstance(value, dict) and "bdata" in value:
        return [f"{one:.6g}" for one in np.frombuffer(b64decode(value["bdata"]), value["dtype"]).tolist()]
    if isinstance(value, dict):
        return {key: rounded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [rounded(one) for one in value]
    return f"{value:.6g}" if isinstance(value, float | int) else value


def seen(app: AppTest) -> dict[str, object]:
    """Live equations, charts, and the line that the snippet prints."""
    charts = [rounded(json.loads(chart.proto.spec)) for chart in app.get("plotly_chart")]
    return {"equations": equations(app), "charts": charts, "printed": shown(app)}


@pytest.mark.parametrize("page", LESSONS)
def test_what_a_button_leaves_is_what_the_link_says(page: str) -> None:
    app = settled(open_page(page, further="open", **QUICK.get(page, {})))
    done: set[str] = set()
    while ahead := [key for key in pressed(app) if key not in done]:
        done.add(ahead[0])
        app = settled(app.button(ahead[0]).click().run())
        assert not app.exception and not notices(app), ahead[0]
        fresh = settled(open_page(page, **link(app, page)))
        assert seen(app) == seen(fresh), f"{ahead[0]}: {link(app, page)}"
