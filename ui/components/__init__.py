"""Browser components: a folder each, with `component.js` (a plain ES module), `style.css` and one typed function.

Here lie those that several lessons use, and the scripts that all may share; a lesson's own lie in its folder.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st

from ui.fragments import fragment

if TYPE_CHECKING:
    from numpy.typing import NDArray

SHARED = Path(__file__).parent


def register(folder: Path, *shared: str) -> Callable[..., Any]:
    """Make the component that lies in `folder` known to Streamlit, under the folder's name.

    Scripts of plain functions and classes come before component.js, which may use them: kept.js and the `shared` ones,
    which lie beside this file, then those in `folder` by name. Shared styles come before style.css in the same way.
    Streamlit hands a component's script to the browser as one text, which cannot import a file that lies beside it.
    """
    own = sorted(folder.glob("*.js"), key=lambda path: (path.name == "component.js", path.name))
    files = [SHARED / name for name in ("kept.js", *shared)]
    scripts = [*(file for file in files if file.suffix == ".js"), *own]
    styles = [*(file for file in files if file.suffix == ".css"), *folder.glob("style.css")]
    return st.components.v2.component(
        folder.name,
        js="\n".join(path.read_text(encoding="utf-8") for path in scripts),
        css="\n".join(path.read_text(encoding="utf-8") for path in styles) or None,
    )


def as_text(array: NDArray[Any]) -> str:
    """The numbers of an array, row by row, in base64; what they are is the component's business."""
    return base64.b64encode(array.tobytes()).decode("ascii")


@dataclass(frozen=True)
class Listener:
    """Who hears of a live control: the `revision` of the state that it shows, and what to do as it moves and rests."""

    revision: int = 0
    moving: Callable[[], object] = lambda: None
    resting: Callable[[], object] = lambda: None


def register_live(folder: Path, *shared: str) -> Callable[[str, Mapping[str, Any], Listener], None]:
    """As `register`, a component that exports `live(...)` of messenger.js.

    `values` of its state is {"values": {name: value}, "revision": the one it was told}; values given in its data count
    when the revision is new.
    """
    component = register(folder, "messenger.js", *shared)

    # A message from within a fragment breaks nothing off; of what waits to be sent it throws away its own alone.
    @fragment
    def show(key: str, data: Mapping[str, Any], listener: Listener) -> None:
        component(
            key=key,
            data={**data, "revision": listener.revision},
            on_values_change=listener.moving,
            on_rest_change=listener.resting,
            height="content",
        )

    return show
