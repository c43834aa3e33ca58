"""Pages without a browser, through Streamlit's AppTest."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

from streamlit.testing.v1 import AppTest

from ui.text import labels

ROOT = Path(__file__).parent.parent


def open_page(page: str, **query: str) -> AppTest:
    """A visit to a page, by the menu if it is not home; run again, as the browser asks once the picture is painted."""
    app = AppTest.from_file(str(ROOT / "frame" / "main.py"), default_timeout=120)
    app.query_params["lang"] = query.get("lang", "en")
    app.run()
    if page != "home":
        app.switch_page(f"../pages/{page}.py")  # drops the query, as the menu does
    for name, value in query.items():
        app.query_params[name] = value
    app.run()
    return app if page == "home" else app.run()


def words(app: AppTest) -> str:
    """All prose on the page."""
    return "\n".join(element.value for element in app.markdown)


def shown(app: AppTest) -> str:
    """The line that the page says its snippet prints."""
    lead = labels(app.session_state["lang"])["common"]["prints"]
    return next(e.value.split("`")[1] for e in app.markdown if e.value.startswith(f":gray[{lead}]"))


def run_snippet(app: AppTest) -> str:
    """What the page's snippet prints when it is executed."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(compile(app.code[0].value, "snippet", "exec"), {"__name__": "__main__"})
    return output.getvalue().strip()
