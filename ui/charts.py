"""A chart on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from ui.figures.style import CONFIG

if TYPE_CHECKING:
    import plotly.graph_objects as go


def chart(figure: go.Figure, key: str) -> None:
    """Show a figure, in the width that there is; its height is the room it takes, also where all is enlarged."""
    with st.container(height=int(figure.layout.height), border=False, key=f"plot-{key}"):
        st.plotly_chart(figure, theme=None, config=CONFIG, key=key)
