"""Published editions of standards."""
