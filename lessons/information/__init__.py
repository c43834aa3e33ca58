"""Information, entropy, cross-entropy and divergence: the coin calculator."""
