"""Keeping the data: backups and their way back, and the move to PostgreSQL. One form for both databases."""
