"""What was done to a record, by whom and when, and what became of every value: read off the log."""
