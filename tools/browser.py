"""A server of one's own and a real Chromium that visits it; what the browser tests and the tour share."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    Response,
    WebSocket,
    sync_playwright,
)

ROOT = Path(__file__).resolve().parent.parent
NO_BROWSER = "Chromium was not found, so no browser test ran. On Debian or Ubuntu: sudo apt-get install chromium"
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--force-prefers-reduced-motion")
READY_LIMIT = 120  # seconds
# Streamlit's page asks for these below its own path when it is opened by a deep link, and is content with the 404s.
ASKED_IN_VAIN = re.compile(r"/[^/]+/_stcore/(health|host-config)$")
SETTLED = """() => document.querySelector('h1') && !document.querySelector('[data-testid^="stSkeleton"]')
    && document.querySelector('[data-testid="stApp"]').dataset.testScriptState === 'notRunning'
    && [...document.images].every(image => image.complete) && document.fonts.status === 'loaded'"""
NEXT_FRAME = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
OVERFLOWING = """() => [...document.querySelectorAll('[data-testid="stMain"] *')].filter(element => {
    if (element.getBoundingClientRect().right <= innerWidth + 1 || !element.checkVisibility()) return false;
    for (let up = element; up.dataset.testid !== 'stMain'; up = up.parentElement)
        if (up.parentElement && getComputedStyle(up.parentElement).overflowX !== 'visible'
            && up.parentElement.dataset.testid !== 'stMain') return false;
    return true;
}).map(element => element.outerHTML.slice(0, 120))"""


def chromium() -> str | None:
    """The browser to drive: `CHROMIUM`, or the first known name on the path."""
    names = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def open_browser(*flags: str) -> Iterator[Browser]:
    """Chromium, headless; its pages have scrollbars, as in everybody's browser."""
    with sync_playwright() as playwright:
        look: dict[str, Any] = {"args": [*FLAGS, *flags], "ignore_default_args": ["--hide-scrollbars"]}
        browser = playwright.chromium.launch(executable_path=chromium(), **look)
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Server:
    """A running course."""

    url: str
    log: Path
    home: Path
    process: subprocess.Popen[bytes] | None = None
    answers: list[int] = field(default_factory=list)  # of /readyz while it started
    last_words: str = ""  # its log, once it has ended

    def said(self) -> str:
        """Its log so far."""
        return self.last_words or self.log.read_text(encoding="utf-8")

    def status(self, path: str = "readyz") -> tuple[int, str]:
        """Status and body of a page of the server; 0 while nobody listens."""
        try:
            with urlopen(f"{self.url}/{path}", timeout=10) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except (URLError, OSError):
            return 0, ""

    def wait_until(self, path: str, status: int = 200) -> None:
        """Ask until the answer has that status; RuntimeError with the log after two minutes."""
        deadline = time.monotonic() + READY_LIMIT
        while time.monotonic() < deadline:
            code, _ = self.status(path)
            self.answers.append(code)
            if code == status:
                return
            time.sleep(0.05)
        raise RuntimeError(f"{path} never answered {status}:\n{self.said()}")


@contextmanager
def start_server(*options: str, root: Path = ROOT, home: Path | None = None, **settings: str) -> Iterator[Server]:
    """`streamlit run app.py` on a free port, from a folder that is not the project's.

    It has no models of its own, unless a `home` is given; `settings` of the host go into its environment.
    """
    with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            port = probe.getsockname()[1]
        own = home or Path(folder) / "home"
        server = Server(f"http://127.0.0.1:{port}", Path(folder) / "log", own)
        command = [sys.executable, "-m", "streamlit", "run", str(root / "app.py"), f"--server.port={port}", *options]
        host = {f"GENMODELS_{name.upper()}": value for name, value in {"free_gib": "0", **settings}.items()}
        variables = {**os.environ, **host, "GENMODELS_HOME": str(own)}
        with server.log.open("wb") as log:
            server.process = subprocess.Popen(command, cwd=folder, env=variables, stdout=log, stderr=log)
            try:
                yield server
            finally:
                server.process.terminate()
                server.process.wait(timeout=30)
                server.last_words = server.said()
                if home is None:
                    _end_trainings(own)


def _end_trainings(home: Path) -> None:
    """Trainings outlive their server; those of a home that goes now are ended."""
    for job in (home / "jobs").glob("*/run.lock"):
        (job.parent / "cancel").touch()
    deadline = time.monotonic() + 5
    while list((home / "jobs").glob("*/run.lock")) and time.monotonic() < deadline:
        time.sleep(0.05)


class Visit:
    """One visitor's tab; remembers everything that went wrong in it.

    The visitor is new to the browser, unless the tab is opened beside others: in their context, with their cookies.
    """

    def __init__(
        self,
        browser: Browser,
        url: str,
        theme: str = "light",
        width: int = 1440,
        height: int = 900,
        locale: str = "en-US",
        beside: BrowserContext | None = None,
    ) -> None:
        self.url, self.width = url, width
        self.context = beside or browser.new_context(locale=locale)
        self.page: Page = self.context.new_page()
        self.page.set_viewport_size({"width": width, "height": height})
        self.page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        self.close: Callable[[], None] = self.page.close if beside else self.context.close
        self.requests: list[str] = []
        self.troubles: list[str] = []
        self.messages: list[tuple[float, bool, bytes]] = []  # seconds, whether it was sent by the browser, and what
        self.page.on("websocket", self._connected)
        self.page.on("request", self._asked)
        self.page.on("response", self._answered)
        self.page.on("requestfailed", self._failed)
        self.page.on("console", self._said)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))

    def goto(self, path: str = "", **query: object) -> Page:
        """Open a page and wait until it stands still."""
        self.page.goto(f"{self.url}/{path}" + (f"?{urlencode(query)}" if query else ""))
        return self.settled()

    def settled(self) -> Page:
        """Wait until the page has been painted to its end."""
        self.page.wait_for_function(SETTLED, timeout=60_000)
        self.page.evaluate(NEXT_FRAME)
        return self.page

    def picture(self, path: Path) -> None:
        """A picture of the whole page; Streamlit scrolls inside, so the window has to become as tall as the content."""
        block = "document.querySelector('[data-testid=\"stMainBlockContainer\"]')"
        measure = f"() => Math.max(900, {block}.getBoundingClientRect().height)"  # also where all is enlarged
        for _ in range(3):  # what follows the window's height may grow with it, but not for long
            self.page.set_viewport_size({"width": self.width, "height": min(int(self.page.evaluate(measure)), 8000)})
            self.settled()
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=path)

    def overflow(self) -> list[str]:
        """Elements that stick out to the right of the window."""
        return list(self.page.evaluate(OVERFLOWING))

    def _connected(self, socket: WebSocket) -> None:
        begun = time.monotonic()

        def note(sent: bool, message: str | bytes) -> None:
            if isinstance(message, bytes):
                self.messages.append((time.monotonic() - begun, sent, message))

        socket.on("framesent", lambda message: note(True, message))
        socket.on("framereceived", lambda message: note(False, message))

    def _asked(self, request: Request) -> None:
        self.requests.append(request.url)
        parts = urlsplit(request.url)
        if parts.scheme not in ("data", "blob") and parts.netloc != urlsplit(self.url).netloc:
            self.troubles.append(f"request to another host: {request.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != "net::ERR_ABORTED":  # the page that asked has been left
            self.troubles.append(f"failed: {request.url} {request.failure}")

    def _answered(self, response: Response) -> None:
        if response.status >= 400 and not ASKED_IN_VAIN.search(urlsplit(response.url).path):
            self.troubles.append(f"{response.status}: {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        where = urlsplit(str(message.location.get("url", ""))).path
        if message.type == "error" and not ASKED_IN_VAIN.search(where):
            self.troubles.append(f"console: {message.text}")


def readiness(body: str) -> dict[str, object]:
    """The JSON that /readyz answers."""
    return dict(json.loads(body))
