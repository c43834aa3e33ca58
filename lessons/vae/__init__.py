"""The VAE latent explorer."""
