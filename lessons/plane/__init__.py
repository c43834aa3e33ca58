"""Diffusion of points in the plane."""
