"""The process that serves the course: warm-up beside the running server, readiness, errors."""

from __future__ import annotations

import asyncio
import gc
import importlib
import logging
import secrets
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route
from streamlit import config
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from genmodels.errors import Problem
from genmodels.jobs import keeper, limits, local
from ui import language, style
from ui.course import PAGES, address
from ui.text import Text

log = logging.getLogger("course")

HEAVY = ("torch", "scipy.stats", "plotly.graph_objects", "genmodels.sampling")  # no reader should wait for these
VISIT_LIMIT = 120  # seconds; a first page on a busy laboratory machine takes a few
rendered = threading.Event()


def page_was_rendered() -> None:
    """Called by frame/main.py after the last line of a page, for whoever visited it."""
    rendered.set()


async def readyz(_request: Request) -> JSONResponse:
    """200 once a real page was rendered to its end in this process; Streamlit's own health check proves no import."""
    if rendered.is_set():
        return JSONResponse({"ready": True})
    return JSONResponse(
        {"ready": False, "reason": "no page has been rendered yet; the log says why if this lasts"}, 503
    )


async def to_page(request: Request) -> RedirectResponse:
    """From what lies below a page, where Streamlit would answer with a white one, to the page itself."""
    above, query = request.url.path.rpartition("/")[0], request.url.query
    return RedirectResponse(f"{above}?{query}" if query else above)  # without the host, which a proxy calls otherwise


def routes() -> list[Route]:
    """The addresses beside Streamlit's own, also below the path under which a proxy may serve the course."""
    base = _base()
    roots = dict.fromkeys(["", base])
    pages = [f"{base}/{address(page)}/{{more}}" for page in PAGES if address(page)]
    return [*(Route(f"{root}/readyz", readyz) for root in roots), *(Route(path, to_page) for path in pages)]


def _base() -> str:
    """Where the course lies on its host: "" or such as "/course"."""
    base = config.get_option("server.baseUrlPath").strip("/")
    return f"/{base}" if base else ""


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """Warm up while the server already answers: a blocking start could never say "not ready"."""
    task = asyncio.create_task(_warm_up(app))
    with keeping_jobs():
        yield
    task.cancel()


@contextmanager
def keeping_jobs() -> Iterator[None]:
    """This process looks after the trainings, unless another one does already; they go on when it ends."""
    try:
        host = limits.read()
    except Problem as problem:
        log.error("no training is started until the settings are right: %s", problem)
        yield
        return
    with keeper.in_background(local.Local(host.slots), host):
        yield


async def _warm_up(app: st.App) -> None:
    try:
        await asyncio.to_thread(_import_heavy)
        for page in PAGES:  # which also loads the models they show
            await asyncio.wait_for(visit(app, address(page)), VISIT_LIMIT)
    except Exception:
        log.exception("the warm-up failed; the first visitor will wait longer")
    if not rendered.is_set():
        log.error("the warm-up got no page to its end: /readyz stays 503 until a reader does")


def _import_heavy() -> None:
    for name in HEAVY:
        importlib.import_module(name)
    import torch

    torch.set_num_threads(1)  # many readers share the processors: one request, one core
    gc.collect()
    gc.freeze()  # no later collection walks through these modules again


async def visit(app: st.App, path: str) -> None:
    """Open a page as a browser does, through the app's own web socket but without the network, to its end."""
    inbox: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
    finished = asyncio.Event()

    async def send(message: Any) -> None:
        if message["type"] == "websocket.close":
            finished.set()
        elif message["type"] == "websocket.send" and message.get("bytes"):
            forward = ForwardMsg.FromString(message["bytes"])
            if forward.WhichOneof("type") == "script_finished":
                finished.set()

    request = BackMsg()
    request.rerun_script.page_name = path
    await inbox.put({"type": "websocket.connect"})
    await inbox.put({"type": "websocket.receive", "bytes": request.SerializeToString()})
    connection = asyncio.create_task(app(_scope(), inbox.get, send))
    try:
        await finished.wait()
    finally:
        await inbox.put({"type": "websocket.disconnect", "code": 1000})
        await connection


def _scope() -> dict[str, Any]:
    """An ASGI web-socket request for Streamlit's stream, from a host name that the settings allow."""
    host = next(iter(config.get_option("server.allowedHosts")), "localhost").replace("*", "warm-up")
    return {
        "type": "websocket",
        "asgi": {"version": "3.0"},
        "scheme": "ws",
        "http_version": "1.1",
        "path": f"{_base()}/_stcore/stream",
        "raw_path": None,
        "query_string": b"",
        "headers": [(b"host", host.encode())],
        "subprotocols": ["streamlit"],
        "client": None,
        "server": None,
    }


def on_script_error(error: Exception) -> bool:
    """Show a sentence instead of a traceback; Streamlit has written the traceback to the log already."""
    text = Text("frame", language.current(), None)
    if isinstance(error, Problem):
        style.notice(text.problem(error))
        return True
    reference = secrets.token_hex(3)
    log.error("reference %s: %s on %s", reference, type(error).__name__, st.context.url)
    style.notice(text("failed", reference=reference))
    return True
