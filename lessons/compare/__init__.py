"""The models of digits side by side: what they draw, and what was measured of them."""
