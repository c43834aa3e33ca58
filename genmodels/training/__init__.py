"""From a recipe to a trained model: recipes, the loop, checkpoints, and the run that keeps them."""
