"""The first screen comes from what is stored: what only later parts need is not waited for."""

from __future__ import annotations

import subprocess
import sys

from tests.app import ROOT


def test_the_first_screen_needs_no_torch_and_no_chart() -> None:
    """A whole first visit in a fresh interpreter, up to where the browser is to paint the rows."""
    program = """import sys
from streamlit.testing.v1 import AppTest
app = AppTest.from_file("frame/main.py", default_timeout=60).switch_page("../pages/compare.py")
app.run()
assert app.title[0].value and not app.exception and app.get("bidi_component") and not app.get("plotly_chart")
print(*[name for name in ("torch", "scipy.stats") if name in sys.modules])"""
    command = [sys.executable, "-W", "ignore", "-c", program]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == ""
