"""What all tests share: homes of their own, one server and one Chromium, and the trace of a browser test that fails."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.helpers import PATIENCE, Open
from tools.browser import NO_BROWSER, ROOT, Server, Visit, chromium, open_browser, start_server
from ui.course import address
from ui.text import labels

TRACES = ROOT / "build" / "traces"
Files = dict[Path, tuple[int, int]]
failed = pytest.StashKey[bool]()
home = pytest.StashKey[tuple[str, Files]]()

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")


# --- nothing of this machine is read or written


def pytest_configure(config: pytest.Config) -> None:
    """No setting of this machine counts, and whatever asks for a home has an empty one from the first import on."""
    if os.environ.get("REQUIRE_BROWSER") == "1" and chromium() is None:
        raise pytest.UsageError(NO_BROWSER)
    for name in [name for name in os.environ if name.startswith("GENMODELS_")]:
        del os.environ[name]
    os.environ["GENMODELS_HOME"] = folder = tempfile.mkdtemp(prefix="genmodels-home-")
    os.environ["OMP_NUM_THREADS"] = "1"  # two workers on two cores: threads would wait for each other
    config.stash[home] = folder, _own_files()


def _own_files() -> Files:
    """What lies in this machine's own home, with times and sizes."""
    found = ((path, path.lstat()) for path in (ROOT / "checkpoints" / "local").rglob("*"))
    return {path: (about.st_mtime_ns, about.st_size) for path, about in found}


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The machine's own models are as they were before."""
    folder, before = session.config.stash[home]
    shutil.rmtree(folder, ignore_errors=True)
    after = _own_files()
    if changed := sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
        print(f"\nA test has changed checkpoints/local: {', '.join(map(str, changed[:5]))}")


@pytest.fixture(scope="module", autouse=True)
def home_of_this_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the tests of one module leave is nothing to those of another; many make a home of their own besides."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GENMODELS_HOME", str(tmp_path_factory.mktemp("home")))
        yield


# --- the browser


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
def visit(browser: Browser, server: Server, request: pytest.FixtureRequest) -> Iterator[Open]:
    """`visit(theme=, width=, locale=)` is a new tab on the session's server; `.goto(path, lang=...)` opens a page.

    `visit(at=other)` is one on another server. Of a test that fails, what its tabs did is kept in build/traces, beside
    what their servers said.
    """
    opened: list[tuple[Visit, Server]] = []

    def new(at: Server = server, **settings: Any) -> Visit:
        one = Visit(browser, at.url, **settings)
        one.context.tracing.start(snapshots=True)
        opened.append((one, at))
        return one

    yield new
    for number, (one, at) in enumerate(opened):
        if request.node.stash.get(failed, False):
            kept = _trace(request.node.nodeid)
            one.context.tracing.stop(path=f"{kept}-{number}.zip")
            Path(f"{kept}-{number}.log").write_text(at.said(), encoding="utf-8")
        one.close()


def _trace(test: str) -> Path:
    """Where the traces of a test are kept, without what tells them apart."""
    return TRACES / re.sub(r"[^\w.-]+", "-", test.removeprefix("tests/").partition("@")[0])[:150]


@pytest.fixture
def whole(visit: Open) -> Open:
    """`whole(page, width=, **query)` opens a page, in English unless it is asked otherwise, and waits for its end."""

    def opened(page: str, width: int = 1440, **query: object) -> Visit:
        one, asked = visit(width=width), {"lang": "en", **query}
        one.page.set_default_timeout(PATIENCE)
        one.goto(address(page), **asked)
        end = one.page.get_by_role("heading", name=labels(str(asked["lang"]))["common"]["code"])
        expect(end).to_be_visible(timeout=PATIENCE)
        one.settled()
        return one

    return opened


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    """A failure says where its trace is."""
    report: pytest.TestReport = yield  # type: ignore[assignment,misc]
    if report.failed:
        item.stash[failed] = True
        if "visit" in getattr(item, "fixturenames", ()):
            told = f"playwright show-trace {_trace(item.nodeid).relative_to(ROOT)}-0.zip"
            report.sections.append(("what the browser did", told))
    return report  # type: ignore[return-value]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for a browser goes to one worker with one server and one Chromium; without one it is left out."""
    for item in items:
        asked = set(getattr(item, "fixturenames", ()))
        if asked & {"browser", "server"}:
            item.add_marker(pytest.mark.xdist_group("browser"))
        if "browser" in asked:
            item.add_marker("browser")
            if chromium() is None:
                item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tests that did not run for want of a browser are no small print."""
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.section("no browser")
        terminalreporter.line(NO_BROWSER)
