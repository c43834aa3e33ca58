"""What the pages of the foundations show: numbers and words, computed once for all parts of a page."""
