"""Autoencoder or VAE: pictures of the moon, and what stands between and beside their codes."""
