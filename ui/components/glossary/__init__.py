"""Explains the terms of a page where they are underlined; shows nothing of its own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import streamlit as st

from ui.components import register

_component = register(Path(__file__).parent)


def glossary(terms: Mapping[str, Mapping[str, str]]) -> None:
    """Tell the browser what the page's terms mean: `name` and `text` by key; `ui.text` links them to `#term-<key>`."""
    with st.container(key="glossary"):
        _component(key="terms", data=dict(terms))
