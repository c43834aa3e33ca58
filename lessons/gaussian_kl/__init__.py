"""Divergences between Gaussians, and what each direction fits."""
