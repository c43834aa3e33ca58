"""Notes on PyTorch: eight calls that the other pages use, each as a live cell."""
