"""What all tests share: one server and one Chromium for the session, and what happens where there is none."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tools.browser import NO_BROWSER, Server, Visit, chromium, open_browser, start_server

missing = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running course that has rendered its first page."""
    with start_server() as running:
        running.wait_until("readyz")
        yield running


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


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is left out where there is none, unless that is an error."""
    driven = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in driven:
        item.add_marker("browser")
    if driven and chromium() is None:
        if os.environ.get("REQUIRE_BROWSER") == "1":
            raise pytest.UsageError(NO_BROWSER)
        config.stash[missing] = True
        for item in driven:
            item.add_marker(pytest.mark.skip(reason="no Chromium"))


def pytest_unconfigure(config: pytest.Config) -> None:
    """The last line of all."""
    if config.stash.get(missing, False):
        print(NO_BROWSER)
