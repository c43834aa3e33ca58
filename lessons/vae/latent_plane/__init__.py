"""The latent plane of a VAE: the component that decodes under the pointer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import streamlit as st

from ui.components import register
from ui.fragments import fragment

_component = register(Path(__file__).parent, "messenger.js", "parts.js", "paper.js", "painted.js", "pad.js", "pad.css")


@fragment  # as ui.components.register_live
def latent_plane(
    key: str, data: dict[str, Any], on_view_change: Callable[[], None], on_drawing_change: Callable[[], None]
) -> None:
    """Show the plane, and beside it a pad on which the picture can be drawn.

    `data` names the `page`, the payload that `decoder` brought (`payload`), its `epochs`, the half-width of the plane
    (`extent`), the number of latent dimensions (`dim`) and where the prior is centred (`centre`), the manifold's
    `grid`, the picture `x` and the other end `b` of a path (base64 of 28 x 28 bytes, a caption, and at each epoch `mu`
    on the plane, of x also `widths` and `tilt` of its ellipse and `kl` of all dimensions), the `view` to begin with, a
    `revision` that grows when Python changes it, all `labels`, and `report`: whether the page is to run again once the
    browser has painted this payload.
    Where things stand after each move lies in the state's `["view"]` when `on_view_change` is called, and
    `["painted"]` names the payload of which the browser has painted something. What has been drawn lies in
    `["drawing"]` when `on_drawing_change` is called, after each stroke: None, or a message for `ui.own_digit.drawn`.
    The answer is a new x, with `placed` counted up, on which the point goes to the `view`'s z. `pad` has the `labels`
    of the pad, whether it is to be `blank`, and what is said of a drawing that was `refused`, or None.
    """
    heard = {"on_view_change": on_view_change, "on_drawing_change": on_drawing_change, "on_painted_change": st.rerun}
    _component(key=key, data=data, **heard, height="content")


def read_view(raw: Any, payload: str, epochs: Sequence[int]) -> tuple[dict[str, Any], int]:
    """What the component says of where things stand with this payload, as values of the page's state; and the revision.

    It comes from a visitor and may hold anything: what has not the expected shape is left out, and the limits of each
    value are checked where the state takes it over.
    """
    if not isinstance(raw, dict) or raw.get("payload") != payload or not isinstance(raw.get("revision"), int):
        return {}, 0
    view = {name: raw[name] for name in ("mode", "digit", "to", "t") if isinstance(raw.get(name), str | int | float)}
    z, epoch = raw.get("z"), raw.get("epoch")
    if isinstance(z, list) and len(z) == 2:
        view |= {"z1": z[0], "z2": z[1]}
    if isinstance(epoch, int) and 0 <= epoch < len(epochs):
        view["epoch"] = epochs[epoch]
    return view, raw["revision"]


def read_moved(raw: Any) -> int:
    """The number of the move with which that was said (messenger.js), 0 where there is none."""
    moved = raw.get("moved") if isinstance(raw, dict) else None
    return moved if isinstance(moved, int) else 0
