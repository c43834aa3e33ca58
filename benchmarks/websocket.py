"""Visitors without a browser: real web sockets that speak Streamlit's protocol, as many as one machine can ask for.

    times = await visitors("http://127.0.0.1:8501", "vae", num=30, seconds=30)

Each has a session and a cookie of its own, opens the page, and then causes one event per second: a handle moved, a
button pressed. What a page repeats by itself (`run_every`) is asked for as a browser asks for it, and not counted.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from types import TracebackType
from urllib.parse import urlsplit
from urllib.request import urlopen

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ui.course import address
from ui.text import labels

LIMIT = 60.0  # seconds for one answer
EVERY = 1.0  # seconds between two events of one visitor
DONE = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_WITH_COMPILE_ERROR)


class Visitor:
    """One tab on one page; use it with `async with`."""

    def __init__(self, url: str, page: str) -> None:
        self.url, self.page = url.rstrip("/"), page
        self.widgets: dict[str, str] = {}  # a component's name or a button's label -> its widget's id
        self.trouble = ""
        self._states: dict[str, WidgetState] = {}  # every widget that was touched, as each request repeats them
        self._query, self._script = "lang=en", ""
        self._held: set[str] = set()  # messages that the server need not send again
        self._finished = asyncio.Event()
        self._repeating: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Visitor:
        parts = urlsplit(self.url)
        socket = f"{'wss' if parts.scheme == 'https' else 'ws'}://{parts.netloc}{parts.path}/_stcore/stream"
        self._socket: ClientConnection = await connect(
            socket,
            origin=f"{parts.scheme}://{parts.netloc}",  # type: ignore[arg-type]
            subprotocols=["streamlit", "PLACEHOLDER_AUTH_TOKEN"],  # type: ignore[list-item]
            additional_headers={"Cookie": await asyncio.to_thread(self._cookies)},
            max_size=None,
            max_queue=None,
            compression=None,
            proxy=None,
        )
        self._listening = asyncio.create_task(self._listen())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in (self._listening, *self._repeating.values()):
            task.cancel()
        await self._socket.close()

    def _cookies(self) -> str:
        """What the server gives to a browser that fetches the page."""
        with urlopen(f"{self.url}/{address(self.page)}", timeout=LIMIT) as answer:
            given = answer.headers.get_all("Set-Cookie") or []
        return "; ".join(cookie.partition(";")[0] for cookie in given)

    async def run(self, *changed: WidgetState) -> None:
        """Have the page run with these widgets changed, and wait until it has run to its end.

        RuntimeError when the page shows an error or the server hangs up, TimeoutError after a minute.
        """
        triggers = [state for state in changed if state.WhichOneof("value") == "trigger_value"]
        self._states |= {state.id: state for state in changed if state not in triggers}
        self._finished.clear()
        await self._ask("", [*self._states.values(), *triggers])
        await asyncio.wait_for(self._finished.wait(), LIMIT)
        if self.trouble:
            raise RuntimeError(f"{self.page}: {self.trouble}")

    async def _ask(self, fragment: str, states: list[WidgetState]) -> None:
        message = BackMsg()
        request = message.rerun_script
        request.query_string = self._query
        request.page_script_hash = self._script
        request.page_name = "" if self._script else address(self.page)
        request.fragment_id, request.is_auto_rerun = fragment, bool(fragment)
        request.widget_states.widgets.extend(states)
        request.cached_message_hashes.extend(self._held)
        request.context_info.locale = "en-US"
        await self._socket.send(message.SerializeToString())

    async def _listen(self) -> None:
        try:
            async for data in self._socket:
                self._take(ForwardMsg.FromString(data))
            self.trouble = self.trouble or "the server closed the connection"
        except Exception as error:
            self.trouble = repr(error)
        self._finished.set()

    def _take(self, message: ForwardMsg) -> None:
        kind = message.WhichOneof("type")
        if message.metadata.cacheable and kind != "ref_hash":
            self._held.add(message.hash)
        if kind == "navigation":
            self._script = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self._query = message.page_info_changed.query_string
        elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._see(message.delta.new_element)
        elif kind == "delta" and message.delta.add_block.id.startswith("notice"):
            self.trouble = "the page says that something could not be done; the server's log may know more"
        elif kind == "auto_rerun":
            self._stop(message.auto_rerun.fragment_id)
            repeating = self._repeat(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            self._repeating[message.auto_rerun.fragment_id] = asyncio.create_task(repeating)
        elif kind == "stop_auto_rerun":
            for fragment in message.stop_auto_rerun.fragment_ids:
                self._stop(fragment)
        elif kind == "script_finished" and self._ends_a_run(message.script_finished):
            self._finished.set()

    def _ends_a_run(self, how: int) -> bool:
        """Of the whole page, or of the parts that a callback named; what repeats by itself ends in the same way."""
        return how in DONE or (how == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY and not self._repeating)

    def _see(self, element: Element) -> None:
        kind = element.WhichOneof("type")
        if kind == "bidi_component":
            self.widgets[element.bidi_component.component_name] = element.bidi_component.id
        elif kind == "button":
            self.widgets[element.button.label] = element.button.id
        elif kind == "exception":
            self.trouble = f"{element.exception.type}: {element.exception.message}"

    async def _repeat(self, fragment: str, interval: float) -> None:
        with suppress(ConnectionClosed):
            while True:
                await asyncio.sleep(interval)
                await self._ask(fragment, list(self._states.values()))

    def _stop(self, fragment: str) -> None:
        if task := self._repeating.pop(fragment, None):
            task.cancel()


Event = Callable[[Visitor, int, random.Random], WidgetState]


def _press_again(visitor: Visitor, _number: int, _rng: random.Random) -> WidgetState:
    """Home: draw other digits."""
    return WidgetState(id=visitor.widgets[labels("en")["home"]["again"]], trigger_value=True)


def _move_the_handle(visitor: Visitor, number: int, rng: random.Random) -> WidgetState:
    """The VAE explorer: the handle elsewhere in the plane; every fifth time another picture."""
    view = {"mode": "digits", "digit": number // 5, "z": [round(rng.uniform(-2, 2), 2) for _ in range(2)]}
    state = {"view": view, "painted": "vae-mnist"}
    return WidgetState(id=visitor.widgets["latent_plane"], json_value=json.dumps(state))


EVENTS: dict[str, Event] = {"home": _press_again, "vae": _move_the_handle}


async def visitors(url: str, page: str, num: int, seconds: float) -> list[float]:
    """Let `num` visitors use a page ("home", "vae") at once, each with one event per second, for so many seconds.

    Milliseconds of each event, from when it was due until the page had run to its end: who is kept waiting for more
    than a second is not spared the wait of the next event. Errors as Visitor.run.
    """
    event = EVENTS[page]
    async with AsyncExitStack() as stack:
        everyone = [await stack.enter_async_context(Visitor(url, page)) for _ in range(num)]
        for number, visitor in enumerate(everyone):
            await visitor.run()  # what a page shows first, and what it adds once that is painted
            await visitor.run(event(visitor, 0, random.Random(number)))
        begin = time.perf_counter() + EVERY
        using = [
            _use(visitor, event, begin + EVERY * number / num, seconds, random.Random(number))
            for number, visitor in enumerate(everyone)
        ]
        return [wait for waits in await asyncio.gather(*using) for wait in waits]


async def _use(visitor: Visitor, event: Event, begin: float, seconds: float, rng: random.Random) -> list[float]:
    waits = []
    for number in range(1, int(seconds / EVERY) + 1):
        due = begin + EVERY * (number - 1)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await visitor.run(event(visitor, number, rng))
        waits.append(1000 * (time.perf_counter() - due))
    return waits
