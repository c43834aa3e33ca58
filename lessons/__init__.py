"""The lessons of the course, a folder each: all that belongs to one page and to no other. No lesson imports another."""
