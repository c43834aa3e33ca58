"""A cookie for every visitor, set before their web socket opens: whose trainings they are."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit import config

from genmodels.jobs import identity

ONE_YEAR = 365 * 24 * 3600  # seconds
# Files that caches between us and the browser may keep for everybody, and questions of machines that have no cookies.
OPEN_TO_ALL = ("static/", "app/static/", "media/", "component/", "_stcore/bidi-components/")
OF_MACHINES = ("readyz", "_stcore/health", "_stcore/script-health-check", "_stcore/metrics")


class VisitorCookie:
    """Gives a new signed cookie to whoever asks for a page without a valid one; web sockets pass untouched."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _takes_a_cookie(scope):
            await self.app(scope, receive, send)
            return
        secret = await asyncio.to_thread(identity.host_secret)
        if identity.visitor_in(secret, Headers(scope=scope).getlist("cookie")):
            await self.app(scope, receive, send)
            return

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.append(
                    "set-cookie", _cookie(identity.new_cookie(secret), secure=scope.get("scheme") == "https")
                )
                headers["cache-control"] = "private, no-cache"  # a shared cache would make one visitor of many
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _base() -> str:
    return str(config.get_option("server.baseUrlPath")).strip("/")


def own_path(scope: Scope) -> str:
    """What is asked for, without the path under which a proxy serves the course."""
    return str(scope["path"]).lstrip("/").removeprefix(_base()).lstrip("/")


def _takes_a_cookie(scope: Scope) -> bool:
    if scope["method"] not in ("GET", "HEAD"):  # a form on a foreign page is sent without the cookie: no reason for one
        return False
    path = own_path(scope)
    return not path.startswith(OPEN_TO_ALL) and path not in OF_MACHINES


def _cookie(value: str, secure: bool) -> str:
    attributes = f"Path=/{_base()}; Max-Age={ONE_YEAR}; HttpOnly; SameSite=Lax"
    return f"{identity.COOKIE}={value}; {attributes}" + ("; Secure" if secure else "")


MIDDLEWARE = [Middleware(VisitorCookie)]
