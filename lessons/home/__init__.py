"""The first page: what a generative model is, and the families."""
