"""Pages without a browser, through Streamlit's AppTest: how to open one, and what it shows."""

from __future__ import annotations

import contextlib
import io
import json
import re
import time
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
from streamlit.testing.v1 import AppTest

from ui.state import Field, State
from ui.text import labels

ROOT = Path(__file__).parent.parent
MARKS = (":material/check_circle:", ":material/radio_button_unchecked:")  # of a challenge, met or not


def open_page(page: str, **query: str) -> AppTest:
    """A visit by a link to a page; it runs again, as the browser asks once the picture is painted."""
    app = AppTest.from_file(str(ROOT / "frame" / "main.py"), default_timeout=120)
    if page != "home":
        app.switch_page(f"../pages/{page}.py")
    follow(app, **{"lang": "en", **query})
    return app.run()


def follow(app: AppTest, **query: str) -> AppTest:
    """The same visitor follows a link to the page where they are."""
    app.query_params.clear()
    for name, value in query.items():
        app.query_params[name] = value
    return app.run()


def settled(app: AppTest) -> AppTest:
    """The page when nothing on it is being computed any more."""
    begun = last = time.monotonic()
    while app.get("progress"):
        assert last - begun < 600, "something is computed for ever"
        time.sleep(max(0.1, time.monotonic() - last))  # where the machine is busy, looking would hold it up
        last = time.monotonic()
        app.run()
    return app


@cache
def fields_of(page: str) -> dict[str, Field]:
    """The fields of the page's state, as it has them when it opens."""
    found: dict[str, Field] = {}
    add = State.add

    def listen(state: State, fields: dict[str, Field]) -> None:
        found.update(fields)
        add(state, fields)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(State, "add", listen)
        open_page(page)
    return found


class Recorded(dict[str, Any]):
    """A page's state, of which only the changes matter."""

    def reset(self, *names: str) -> None:
        self["reset"] = names

    def add(self, fields: dict[str, Any]) -> None:
        self["limits"] = fields


# --- what it shows


def words(app: AppTest) -> str:
    """All prose on the page."""
    return "\n".join(element.value for element in app.markdown)


def notices(app: AppTest) -> list[str]:
    """What could not be done as asked."""
    lead = ":material/info: "
    return [element.value.removeprefix(lead) for element in app.markdown if element.value.startswith(lead)]


def problem(lang: str, code: str, **values: object) -> str:
    """The sentence of a Problem."""
    return str(labels(lang)["problem"][code]).format(**values)


def equations(app: AppTest) -> list[str]:
    """The live equations, as text."""
    markups = [element.proto.body for element in app.get("html") if 'class="gm-equation"' in element.proto.body]
    return [" ".join(re.findall(r"<(?:strong|b)>([^<]*)<", markup)) for markup in markups]


def equation(app: AppTest) -> str:
    """The first live equation, as text."""
    return equations(app)[0]


def open_step(app: AppTest) -> str:
    """The step of "Step by step" that is open."""
    return next(element.value for element in app.markdown if element.value.startswith(":yellow-badge"))


def step(app: AppTest, number: int) -> str:
    """That step of "Step by step", opened with as many clicks as it takes."""
    while f"badge[{number}]" not in open_step(app):
        next(button for button in app.button if button.key.endswith("-step-next")).click().run()
    return open_step(app)


def challenges_done(app: AppTest) -> list[bool]:
    """Of each challenge in its order on the page, whether it is met."""
    return [element.value.startswith(MARKS[0]) for element in app.markdown if element.value.startswith(MARKS)]


def component(app: AppTest, key: str) -> Any:
    """What a browser component was given."""
    return next(json.loads(one.proto.json) for one in app.get("bidi_component") if one.proto.id.endswith(f"-{key}"))


def numbers(formula: str) -> list[float]:
    """All numbers with decimals in it, in order."""
    return [float(one) for one in re.findall(r"-?\d+\.\d+", formula)]


# --- links


def in_url(app: AppTest, name: str) -> str | None:
    """A value in the address bar; AppTest hands out a list for what the page wrote, a text for what the test wrote."""
    value = app.query_params.get(name)
    return value[-1] if isinstance(value, list) else value


def link(app: AppTest, page: str) -> dict[str, str]:
    """The query of the link that the page offers."""
    return dict(parse_qsl(component(app, f"{page}-link")["query"].removeprefix("?"), keep_blank_values=True))


# --- the snippet


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
