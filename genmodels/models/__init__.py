"""One model per file, each to be read alone. `VERSION` in a file is raised by hand when its mathematics changes."""
