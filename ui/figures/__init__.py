"""Figures: numpy in, plotly out; no streamlit, no torch."""
