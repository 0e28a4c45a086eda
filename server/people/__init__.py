"""Units, people and their grants."""
