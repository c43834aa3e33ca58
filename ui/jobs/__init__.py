"""Training as pages show it: settings, queue, progress, own runs, and who the visitor is."""
