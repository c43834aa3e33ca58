"""A real Chromium for the session; `visit` opens tabs in it and closes them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tools.browser import Server, Visit, open_browser


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with open_browser() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, server: Server) -> Iterator[Callable[..., Visit]]:
    """`visit(theme=, width=, locale=)` is a new tab on the session's server; `.goto(path, lang=...)` opens a page."""
    opened: list[Visit] = []

    def new(**settings: object) -> Visit:
        opened.append(Visit(browser, server.url, **settings))  # type: ignore[arg-type]
        return opened[-1]

    yield new
    for one in opened:
        one.close()
