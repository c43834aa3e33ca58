"""Markov chains: walks, classes, and stationary distributions."""
