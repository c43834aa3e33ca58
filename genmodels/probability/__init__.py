"""Probability from the entropy of a coin to Markov chains, exact where it can be; numpy and scipy only."""
