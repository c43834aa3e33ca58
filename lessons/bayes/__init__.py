"""Joint, marginal and conditional probability, and Bayes' rule."""
