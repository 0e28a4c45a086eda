"""Customers of the branches."""
