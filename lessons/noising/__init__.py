"""Diffusion forward: how a picture is destroyed."""
