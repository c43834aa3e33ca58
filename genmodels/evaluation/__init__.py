"""How good a model is: likelihood bounds, and the training pictures nearest to an image."""
