"""What all tests share: one server for the session, and what happens where there is no browser."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tools.browser import NO_BROWSER, Server, chromium, start_server

missing = pytest.StashKey[bool]()


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running course that has rendered its first page."""
    with start_server() as running:
        running.wait_until("readyz")
        yield running


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Everything under tests/browser needs a browser: leave it out where there is none, unless that is an error."""
    driven = [item for item in items if "browser" in item.path.parent.parts]
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
