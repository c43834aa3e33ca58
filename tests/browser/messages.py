"""What browser and server say to each other, in a line each, to be read when a test has failed."""

from __future__ import annotations

from collections.abc import Sequence

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

SHORT = 8  # characters of an identifier
Message = tuple[float, bool, bytes]  # as in `Visit.messages`
HEADS = ("new_session", "script_finished", "auto_rerun", "stop_auto_rerun", "ref_hash")


def heads(messages: Sequence[Message]) -> list[str]:
    """Those that say what was asked for, when it was drawn, and which components came."""
    return [told(one) for one in messages if one[1] or _is_head(ForwardMsg.FromString(one[2]))]


def _is_head(message: ForwardMsg) -> bool:
    component = message.delta.new_element.WhichOneof("type") == "bidi_component"
    return component or message.WhichOneof("type") in HEADS


def told(message: Message) -> str:
    """One of them as a line: seconds, direction, kind, and what tells it from others of its kind."""
    seconds, sent, data = message
    words = _of_browser(BackMsg.FromString(data)) if sent else _of_server(ForwardMsg.FromString(data))
    return f"{seconds:8.3f} {'->' if sent else '<-'} {words} ({len(data)} bytes)"


def _of_browser(message: BackMsg) -> str:
    asked, kind = message.rerun_script, message.WhichOneof("type")
    if kind != "rerun_script":
        return str(kind)
    widgets = " ".join(widget.id.rsplit("-", 1)[-1] for widget in asked.widget_states.widgets)
    return (
        f"run fragment={asked.fragment_id[:SHORT]} auto={asked.is_auto_rerun} {asked.query_string} widgets: {widgets}"
    )


def _of_server(message: ForwardMsg) -> str:
    kind = str(message.WhichOneof("type"))
    path = ".".join(map(str, message.metadata.delta_path))
    if kind == "delta":
        delta = message.delta
        element = delta.new_element
        what = element.WhichOneof("type") if delta.WhichOneof("type") == "new_element" else delta.WhichOneof("type")
        name = element.bidi_component.component_name
        return f"{path} {what} {name} fragment={delta.fragment_id[:SHORT]}"
    if kind == "ref_hash":
        return f"{path} as before {message.ref_hash[:SHORT]}"
    if kind == "new_session":
        return f"begins {' '.join(one[:SHORT] for one in message.metadata.run.fragment_ids)}"
    return f"{kind} {getattr(message, kind)}".replace("\n", " ")[:160]
