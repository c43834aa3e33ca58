"""Diffusion backward: a trained network stepped through by hand."""
