"""Two networks that play against each other: generative adversarial networks."""
