"""What all tests share: one server and one Chromium for the session, and what happens where there is none."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tools.browser import NO_BROWSER, ROOT, Server, Visit, chromium, open_browser, start_server

TRACES = ROOT / "build" / "traces"
missing = pytest.StashKey[bool]()
failed = pytest.StashKey[bool]()
home = pytest.StashKey[tuple[str, set[Path]]]()


def pytest_configure(config: pytest.Config) -> None:
    """Every test has an empty home unless it makes one of its own: nothing of this machine's is read or written."""
    folder = tempfile.mkdtemp(prefix="genmodels-home-")
    config.stash[home] = folder, _own_files()
    os.environ["GENMODELS_HOME"] = folder
    os.environ["OMP_NUM_THREADS"] = "1"  # two workers on two cores: threads would wait for each other


def _own_files() -> set[Path]:
    return set((ROOT / "checkpoints" / "local").rglob("*"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The machine's own models are as they were before."""
    folder, before = session.config.stash[home]
    shutil.rmtree(folder, ignore_errors=True)
    if added := _own_files() - before:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\nA test has written into checkpoints/local: {sorted(added)[:5]}")


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
def visit(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """`visit(theme=, width=, locale=)` is a new tab on the session's server; `.goto(path, lang=...)` opens a page.

    Of a test that fails, what its tabs did is kept in build/traces, beside the server's log.
    """
    opened: list[Visit] = []

    def new(**settings: object) -> Visit:
        opened.append(Visit(browser, server.url, **settings))  # type: ignore[arg-type]
        opened[-1].context.tracing.start(snapshots=True)
        return opened[-1]

    yield new
    for number, one in enumerate(opened):
        if request.node.stash.get(failed, False):
            name = re.sub(r"[^\w.-]+", "-", request.node.nodeid)
            one.context.tracing.stop(path=TRACES / f"{name}-{number}.zip")
            shutil.copy(server.log, TRACES / f"{name}.log")
        else:
            one.context.tracing.stop()
        one.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: pytest.TestReport = yield  # type: ignore[assignment,misc]
    item.stash[failed] = item.stash.get(failed, False) or report.failed
    return report  # type: ignore[return-value]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Whatever asks for a browser is left out where there is none, unless that is an error.

    All that asks for the session's server goes to one worker, so that there is one.
    """
    driven = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in driven:
        item.add_marker("browser")
    for item in items:
        if "server" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.xdist_group("server"))
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
