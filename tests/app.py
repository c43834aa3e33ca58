"""Pages without a browser, through Streamlit's AppTest."""

from __future__ import annotations

from pathlib import Path

from streamlit.testing.v1 import AppTest

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
