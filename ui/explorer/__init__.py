"""The VAE explorer's parts: which run it shows, what it says of one state, and the sections below the picture."""
