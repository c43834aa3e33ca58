"""At the door, before Streamlit: what every answer carries, what is not for everybody, and a proxy that misleads."""

from __future__ import annotations

import logging
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import net_util
from streamlit.web.server.server_util import is_url_from_allowed_origins

from frame.visitors import own_path
from genmodels.errors import Problem
from genmodels.jobs import limits
from genmodels.jobs.limits import Limits
from ui.text import Text, preferred

log = logging.getLogger("course")

METRICS, STREAM = "_stcore/metrics", "_stcore/stream"
FIRST_QUESTIONS = ("_stcore/health", "_stcore/host-config")  # of the browser: what they are answered, it shows
MISDIRECTED = 421
LONGEST = 80  # characters of a host's name that are repeated
HIDES = (
    "a proxy hides under which name the course is called: browsers say %s, the proxy says %s, so no page gets through. "
    "Set the header Host to what the browser sent; with nginx: proxy_set_header Host $http_host; "
    "(README.md, “Behind a proxy”)"
)
PLAIN = (
    "a web socket has come as a plain request; if every page stays empty, a proxy does not hand web sockets on. With "
    "nginx: proxy_http_version 1.1, and the headers Upgrade and Connection (README.md, “Behind a proxy”)"
)

# Streamlit would ask a service outside for this machine's address whenever a page is called by a name it does not know.
net_util.get_external_ip = lambda: None


class Guard:
    """Adds to every answer how it may be used, and keeps back what the host's settings do not open."""

    def __init__(self, app: ASGIApp, host: Limits | None = None) -> None:
        self.app, self.host = app, host or _host()
        self.told: set[str] = set()  # what stands in the log already

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if names := misled(Headers(scope=scope)):
            self._tell(HIDES % names)
        if scope["type"] == "http" and own_path(scope) == STREAM:
            self._tell(PLAIN)
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                secure(MutableHeaders(scope=message), self.host.embed)
            await send(message)

        await self._answer(scope, names)(scope, receive, send_safely)

    def _answer(self, scope: Scope, names: tuple[str, str] | None) -> ASGIApp:
        path = own_path(scope)
        if path.rstrip("/") == METRICS and not self.host.metrics:
            return PlainTextResponse("Not Found", 404)
        if path in FIRST_QUESTIONS and names:
            text = Text("frame", preferred(Headers(scope=scope).get("accept-language")), None)
            return JSONResponse(text("misled", called=names[0], told=names[1]), MISDIRECTED)
        return self.app

    def _tell(self, what: str) -> None:
        """Once of each kind, however many names are called."""
        if what[:20] not in self.told:
            self.told.add(what[:20])
            log.error("%s", what)


def _host() -> Limits:
    """The host's settings as the server starts with them; where they are wrong, what keeps most back."""
    try:
        return limits.read()
    except Problem:  # the log says so where the jobs are kept
        return Limits()


def misled(headers: Headers) -> tuple[str, str] | None:
    """The host that the browser calls and the other one that the request names, if Streamlit would refuse its pages."""
    source, told = headers.get("origin") or headers.get("referer", ""), headers.get("host", "")
    try:
        called = urlsplit(source).netloc
    except ValueError:
        return None
    if not called or called == told or is_url_from_allowed_origins(source):
        return None
    return _printable(called), _printable(told)


def _printable(name: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in name[:LONGEST])


def secure(headers: MutableHeaders, embed: str) -> None:
    """What is sent is what it says it is, and no page of others shows the course as theirs."""
    headers["x-content-type-options"] = "nosniff"
    headers.append("content-security-policy", f"frame-ancestors 'self' {embed}".rstrip())


def failed(_request: Request, _error: Exception) -> PlainTextResponse:
    """The answer where the server itself has failed, which no middleware sees."""
    answer = PlainTextResponse("Internal Server Error", 500)
    secure(answer.headers, _host().embed)
    return answer


MIDDLEWARE = [Middleware(Guard)]
EXCEPTION_HANDLERS = {Exception: failed}
