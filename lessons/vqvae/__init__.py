"""The page on the VQ-VAE: pictures as grids of codes."""
