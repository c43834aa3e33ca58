"""Maximum likelihood: an urn, and a normal distribution."""
