"""Parts of a page that can be drawn alone, and keep their places."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner_utils.script_run_context import ThreadState


def fragment(draw: Callable[..., None], **options: Any) -> Callable[..., None]:
    """`draw` as a fragment of Streamlit, with these `options` of it, in a container of the page.

    What a run of the page has drawn of a fragment is thrown away if a run of the fragment begins before it was sent.
    The browser then closes the gap, and all that is drawn alone from now on lands a place too low: beside itself, or in
    the place of its neighbour. The container is the page's own and is always sent.

    Within another fragment it is drawn as a part of that one, unless it is asked for by a `key`: what an inner one
    has drawn is not thrown away with the outer one, and would arrive where its container is missing.
    """
    own = st.fragment(draw, **options)

    @wraps(draw)
    def drawn(*args: Any, **named: Any) -> None:
        inner = ThreadState.get().fragment_id is not None
        with st.container():
            (draw if inner and not options else own)(*args, **named)

    return drawn
