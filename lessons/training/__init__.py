"""The host's page: trainings, trained models, and what the machine has."""
