"""Visits to customers, and what a branch has done of its month."""
