"""Variational inference: the ELBO, and the gap above it."""
