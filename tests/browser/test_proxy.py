"""Behind a proxy: one that hides the course's name is told on the page instead of an empty one."""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.helpers import Open
from tools.browser import Server

HOST = re.compile(rb"(?im)^Host: [^\r\n]+")


@pytest.fixture
def proxy(server: Server) -> Iterator[str]:
    """The address of a proxy that sets Host to the server's own, as nginx does by default."""
    loop, name = asyncio.new_event_loop(), server.url.removeprefix("http://")

    async def carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(2**16):
            writer.write(HOST.sub(b"Host: " + name.encode(), data))
            await writer.drain()
        writer.close()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        inner_reader, inner_writer = await asyncio.open_connection(*name.split(":"))
        await asyncio.gather(carry(reader, inner_writer), carry(inner_reader, writer), return_exceptions=True)

    def end() -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.call_later(0.1, loop.stop)

    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    listening = asyncio.run_coroutine_threadsafe(asyncio.start_server(connect, "127.0.0.1", 0), loop).result(10)
    yield f"http://course.localhost:{listening.sockets[0].getsockname()[1]}"
    loop.call_soon_threadsafe(end)
    thread.join()
    listening.close()


def test_the_page_says_which_header_is_missing(visit: Open, proxy: str) -> None:
    page = visit(locale="zh-CN").page
    page.goto(f"{proxy}/vae")
    told = page.get_by_role("dialog")
    expect(told).to_contain_text("proxy_set_header Host $http_host;")
    expect(told).to_contain_text("代理")
    expect(told).to_contain_text(proxy.removeprefix("http://"))
