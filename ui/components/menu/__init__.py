"""Puts the menu away on a narrow screen, where it covers the page that was chosen in it; shows nothing."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from ui.components import register

_component = register(Path(__file__).parent)


def menu() -> None:
    """To be called once on every page."""
    with st.container(key="menu"):
        _component(key="menu-closer")
