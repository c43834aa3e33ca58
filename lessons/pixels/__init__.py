"""Pixel by pixel: PixelCNN and PixelRNN, exact, and no longer slow."""
