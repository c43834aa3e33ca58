"""What the pages on diffusion show: numbers, pictures and words, computed once for all parts of a page."""
