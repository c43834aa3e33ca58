"""What of a page can be drawn alone, when a hand moves or a button is pressed, and what is still owed of it."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.fragments import fragment
from ui.state import Field, State

SENT = 1.0  # seconds after which what a run of the page has drawn has surely reached the browser


class Parts:
    """The parts of one page, with its state and its memory of this visitor; the reasons: docs/decisions/live.md."""

    def __init__(self, page: str, fields: Mapping[str, Field]) -> None:
        self.page = page
        self.state = State(page, fields)
        self.memory: dict[str, Any] = st.session_state.setdefault(f"memory:{page}", {})  # callbacks may write into it
        self.ended = False
        self._owed: set[str] = self.memory.setdefault("owed", set())  # parts that were asked for and not drawn since
        self._owed.clear()

    def end(self) -> None:
        """The page has been drawn to its end; to be called there. A message that comes before breaks the run off."""
        self.state.end()
        if not self.state.whole:  # something of the link is known only now to be unknown
            st.rerun()
        self.ended = True
        self.drawn()

    def drawn(self, part: str = "") -> None:
        """A part has been drawn unasked, or the whole page; its messages are on their way."""
        self.memory.setdefault("drawn", {})[part] = time.monotonic()

    def following(self, key: str, draw: Callable[[], None]) -> None:
        """A part of the page that a callback can have drawn anew alone: `redraw([LINK, key])`.

        What follows the hand is drawn this way; running the whole page for it takes several times as long. A button
        in it that changes more than this part has the whole page drawn.
        """

        def drawn() -> None:
            if self.ended and not self.state.whole:
                st.rerun()
            draw()
            self._owed.discard(key)

        fragment(drawn, key=key)()

    def redraw(self, parts: Sequence[str]) -> None:
        """Have these parts drawn anew, or the whole page where more than its parts has changed; for callbacks.

        A run of the whole page draws them anyway. It must not be broken off: the browser has then forgotten already
        which parts look after something that is being computed, and nothing would ever tell it again. A run of some
        parts may be broken off by the next message; what it still owes is drawn with what is asked for next.
        """
        context = get_script_run_ctx()
        if context is None or not context.fragment_ids_this_run:
            return
        if not self.state.whole:
            st.rerun()
        self._owed.update(parts)
        if self._owed:
            st.rerun([*parts, *sorted(self._owed.difference(parts))])

    def unsent(self, part: str) -> list[str]:
        """The part in which a live control stands, if what was drawn of it may not have been sent yet.

        Its message throws that away (`ui.fragments`), so it has to be drawn again with what follows it.
        """
        drawn = self.memory.get("drawn", {})
        last = max(drawn.get("", -math.inf), drawn.get(part, -math.inf))
        return [part] if part and time.monotonic() - last < SENT else []

    @property
    def moved(self) -> int:
        """The number of the last move of a hand that the page knows of (messenger.js)."""
        return int(self.memory.get("moved", 0))
