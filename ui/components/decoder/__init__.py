"""Brings a model's decoder (and arrays that belong to it) into the browser once; other components use it from there."""

from __future__ import annotations

from pathlib import Path

from ui.components import register

_component = register(Path(__file__).parent)


def decoder(payload: bytes, key: str) -> None:
    """Hand a safetensors file to the page; empty once the page has it.

    Its metadata `name` is what other components ask for; tensors `<prefix>decoder.0|2.weight|bias` make a decoder.
    An unchanged payload is not sent again, but Streamlit hashes it on every run, which takes 13 ms for 3 MB.
    """
    _component(key=key, data=payload, height="content")
