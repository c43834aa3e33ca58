"""Tells the browser the language of the page; shows nothing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.components import register

_component = register(Path(__file__).parent)


def page_language(lang: str) -> None:
    """Set the document's language; the container is hidden by ui/style.css."""
    with st.container(key="page-language"):
        _component(key="language", data=lang)
