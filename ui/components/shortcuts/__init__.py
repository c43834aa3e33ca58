"""Keys that press a button of the page; shows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent)


@dataclass(frozen=True)
class Shortcut:
    """`key` as browsers name it presses the button with the Streamlit key `button`.

    It counts while nothing on the page has the focus, or something in the container `within`; anywhere with none
    named, but where one types.
    """

    key: str
    button: str
    within: str = ""


def shortcuts(key: str, listed: Sequence[Shortcut]) -> None:
    """Let these keys press these buttons for as long as this stands on the page."""
    _component(key=key, data=[asdict(one) for one in listed], height="content")
