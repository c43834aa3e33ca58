"""What all tests share: homes of their own, one server and one Chromium, and the trace of a browser test that fails."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from playwright.sync_api import Browser, Page, expect
from playwright.sync_api import Error as PlaywrightError

from tests.browser.helpers import PATIENCE, Open
from tests.browser.messages import heads, told
from tools.browser import NO_BROWSER, ROOT, Server, Visit, chromium, open_browser, start_server
from ui.course import address
from ui.text import labels

TRACES = ROOT / "build" / "traces"
MOST_TOLD = 60  # messages in the report of a test
Files = dict[Path, tuple[int, int]]
failed = pytest.StashKey[bool]()
home = pytest.StashKey[tuple[str, Files]]()
visits = pytest.StashKey[list[tuple[Visit, Server]]]()

# How long an example takes says something about the machine, not about the code.
hypothesis.settings.register_profile("tests", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("tests")


# --- nothing of this machine is read or written


def pytest_addoption(parser: pytest.Parser) -> None:
    told = "traces show the page at every step of a browser test that fails; tests take half as long again"
    parser.addoption("--snapshots", action="store_true", help=told)


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
def home_of_this_module(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """What the tests of one module leave is nothing to those of another; many make a home of their own besides."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("home")
        patch.setenv("GENMODELS_HOME", str(folder))
        yield folder


@pytest.fixture
def denormals() -> Iterator[None]:
    """For what has torch round the smallest numbers to zero: other tests, of the same process, need them."""
    import torch

    yield
    torch.set_flush_denormal(False)


# --- the browser


@pytest.fixture(scope="session")
def session_server() -> Iterator[Server]:
    """A running course that has rendered its first page."""
    with start_server() as running:
        running.wait_until("readyz")
        yield running


@pytest.fixture(scope="session")
def server(session_server: Server) -> Server:
    """The one that tests visit, unless their module has one of its own."""
    return session_server


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Tabs that lie beside each other share a process, and with it the scripts that it has compiled."""
    expect.set_options(timeout=PATIENCE)
    with open_browser("--process-per-site") as opened:
        yield opened


@pytest.fixture(scope="session")
def window(browser: Browser, session_server: Server, pytestconfig: pytest.Config) -> Iterator[Page]:
    """A tab of the session's server that stays open. One beside it comes in half the time that a new browser takes."""
    context = browser.new_context(locale="en-US")
    context.tracing.start(snapshots=pytestconfig.getoption("--snapshots"))
    page = context.new_page()
    page.goto(f"{session_server.url}/readyz")
    yield page
    context.close()


@pytest.fixture
def visit(
    browser: Browser, server: Server, session_server: Server, window: Page, request: pytest.FixtureRequest
) -> Iterator[Open]:
    """`visit(theme=, width=, locale=)` is a new visitor of the server; `.goto(path, lang=...)` opens a page.

    `visit(at=other)` is one of another server. Of a test that fails, what its tabs did is kept in build/traces, with
    what they showed in the end, the messages that came and went, and what their servers said.
    """
    opened = request.node.stash[visits] = []

    def new(at: Server = server, **settings: Any) -> Visit:
        if at is session_server and not opened and "locale" not in settings:
            one = Visit(browser, at.url, beside=window.context, **settings)
        else:
            one = Visit(browser, at.url, **settings)
            one.context.tracing.start(snapshots=request.config.getoption("--snapshots"))
        one.context.tracing.start_chunk()
        opened.append((one, at))
        return one

    yield new
    for number, (one, at) in enumerate(opened):
        kept = f"{_trace(request.node.nodeid)}-{number}" if request.node.stash.get(failed, False) else ""
        one.context.tracing.stop_chunk(path=f"{kept}.zip" if kept else None)
        if kept:
            Path(f"{kept}.log").write_text(at.said(), encoding="utf-8")
            Path(f"{kept}.txt").write_text("\n".join(map(told, one.messages)), encoding="utf-8")
            with suppress(PlaywrightError):  # a tab that broke down has nothing to show
                one.page.screenshot(path=f"{kept}.png")
        one.close()
    window.evaluate("localStorage.clear()")
    window.context.clear_cookies()
    window.context.clear_permissions()


def _trace(test: str) -> Path:
    """Where the traces of a test are kept, without what tells them apart."""
    return TRACES / re.sub(r"[^\w.-]+", "-", test.removeprefix("tests/").partition("@")[0])[:150]


@pytest.fixture
def whole(visit: Open) -> Open:
    """`whole(page, width=, **query)` opens a page, in English unless it is asked otherwise, and waits for its end."""

    def opened(page: str, width: int = 1440, **query: object) -> Visit:
        one, asked = visit(width=width), {"lang": "en", **query}
        one.goto(address(page), **asked)
        expect(one.page.get_by_role("heading", name=labels(str(asked["lang"]))["common"]["code"])).to_be_visible()
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
            trace = f"playwright show-trace {_trace(item.nodeid).relative_to(ROOT)}-0.zip"
            report.sections.append(("what the browser did", trace))
            for one, _ in item.stash.get(visits, []):
                report.sections.append(
                    ("what browser and server said last", "\n".join(heads(one.messages)[-MOST_TOLD:]))
                )
    return report  # type: ignore[return-value]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All that asks for the session's server goes to one worker, and so do all trainings that want a core each.

    What asks for a browser is left out without one.
    """
    for item in items:
        asked = getattr(item, "fixturenames", ())
        if "session_server" in asked:
            item.add_marker(pytest.mark.xdist_group("server"))
        elif item.get_closest_marker("alone"):
            item.add_marker(pytest.mark.xdist_group("trainings" if item.path.parent.name == "jobs" else "measured"))
        if "browser" in asked:
            item.add_marker("browser")
        if item.get_closest_marker("browser") and chromium() is None:
            item.add_marker(pytest.mark.skip(reason=NO_BROWSER))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Tests that did not run for want of a browser are no small print."""
    if any(NO_BROWSER in str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())):
        terminalreporter.section("no browser")
        terminalreporter.line(NO_BROWSER)
