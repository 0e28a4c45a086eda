"""Work given out to people."""
